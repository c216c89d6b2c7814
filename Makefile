# Every target sets up what it needs, and does so once: stamp files in .venv remember what is done.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# Where make run answers, and how many processes run the tests.
HOST ?= 127.0.0.1
PORT ?= 8000
WORKERS ?= 2
# Added to pytest's arguments: make test ARGS="tests/cases -k stage"
ARGS ?=

BIN := .venv/bin
# Twice quiet: only errors. Which indexes a machine uses is its own business.
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard casework/translations/*/LC_MESSAGES/messages.po))

.PHONY: help run test check format translations docs bench lock audit sbom services axe messages clean

help:
	@echo "Casework. In this folder:"
	@echo
	@echo "  make run           set up, make a demonstration caseload if there is none yet, and serve it"
	@echo "                     on http://$(HOST):$(PORT)"
	@echo "  make test          run every test (also on PostgreSQL and in Chromium, where they are installed)"
	@echo "  make check         formatting, lint, types, import rules, templates, translations"
	@echo
	@echo "  make format        put the code into its form"
	@echo "  make translations  bring the Russian and Kazakh catalogues up to date with the source"
	@echo "  make docs          write docs/access.md and docs/data-dictionary.md anew from the code"
	@echo "  make bench         measure, beside the limits that were set"
	@echo "  make lock          pin the dependencies anew (UPGRADE=1 for newer releases)"
	@echo "  make audit         ask the public lists of vulnerabilities about every pin (needs the Internet)"
	@echo "  make sbom          write docs/sbom.json and docs/dependencies.md from the pins, check the licences"
	@echo "  make clean         remove what make made; keeps instance/ (keys, database, files)"
	@echo
	@echo "Settings: PYTHON=python3.12, HOST=, PORT=, WORKERS=, ARGS=\"tests/cases -k stage\""

# Set-up -----------------------------------------------------------------------------------------

.venv/.python: tools/python.sh
	@PYTHON="$(PYTHON)" tools/python.sh
	@touch $@

.venv/.requirements: requirements.txt | .venv/.python
	@echo "Installing what Casework runs on (once; a few minutes on a slow line)"
	@$(PIP) install --require-hashes --requirement requirements.txt
	@touch $@

# The project itself, so that "casework" is a command. setuptools is pinned with the rest: nothing is fetched.
.venv/.installed: pyproject.toml .venv/.requirements
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.requirements-dev: requirements-dev.txt .venv/.requirements
	@echo "Installing what the tests and checks use (once)"
	@$(PIP) install --require-hashes --requirement requirements-dev.txt
	@touch $@

%.mo: %.po .venv/.requirements
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

messages: $(CATALOGUES)

services:
	@tools/services.sh

axe: | .venv/.python
	@$(BIN)/python -m tools.fetch_axe || [ "$${CI:-}" != true ]

# Use --------------------------------------------------------------------------------------------

run: .venv/.installed messages
	@$(BIN)/casework demo --if-empty
	@exec $(BIN)/casework serve --host $(HOST) --port $(PORT)

test: .venv/.installed .venv/.requirements-dev messages services axe
	@$(BIN)/pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: .venv/.installed .venv/.requirements-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/python -m tools.check_templates
	$(BIN)/python -m tools.check_translations

format: .venv/.requirements-dev
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

translations: .venv/.requirements
	@$(BIN)/python -m tools.update_translations

docs: .venv/.installed
	@$(BIN)/python -m tools.docs

bench: .venv/.installed .venv/.requirements-dev messages services
	@if [ -e bench/__main__.py ]; then $(BIN)/python -m bench $(ARGS); \
	else echo "There are no benchmarks yet (bench/__main__.py)."; fi

lock: .venv/.requirements-dev
	@tools/lock.sh $(if $(UPGRADE),--upgrade)
	@echo "Pinned. Next: make sbom, make audit"

# 1 is a finding, 2 that something could not be asked; make itself ends with 2 for both and prints which it was.
audit: .venv/.requirements-dev
	@$(BIN)/python -m tools.audit

sbom: .venv/.requirements-dev
	@$(BIN)/python -m tools.sbom

clean:
	@rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find casework tests tools bench migrations -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true
	@find casework/translations -name '*.mo' -delete 2>/dev/null || true
	@echo "Clean. instance/ (keys, database, files) was left alone."
