"""Check that pages carry nothing inline and switch no escaping off.

The content security policy refuses inline styles, handlers and scripts and anything from elsewhere, so they
would quietly do nothing; and one |safe on a name that a person typed is a hole.
In Python, Markup(...) needs a comment on its line that says why it is sound: "# markup: parts are escaped".
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->", re.DOTALL)
EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)

# In the markup: what stands between Jinja's braces is blanked before these are looked for.
IN_MARKUP = [
    (re.compile(r"<[a-z][^<>]*?\sstyle\s*=", re.IGNORECASE), "inline style"),
    (re.compile(r"<style\b", re.IGNORECASE), "<style> element"),
    (re.compile(r"<[a-z][^<>]*?\son[a-z]+\s*=", re.IGNORECASE), "inline event handler"),
    (re.compile(r"<script\b(?![^<>]*\ssrc\s*=)", re.IGNORECASE), "inline script"),
    (re.compile(r"[\"'\s=]javascript:", re.IGNORECASE), "javascript: address"),
    (
        re.compile(
            r"<(?:script|link|img|iframe|source|form)\b[^<>]*?\s(?:src|href|action)\s*=\s*[\"']?(?:https?:)?//",
            re.IGNORECASE,
        ),
        "something loaded from, or sent, elsewhere",
    ),
]

# In the expressions and statements.
IN_EXPRESSIONS = [
    (re.compile(r"\|\s*safe\b"), "|safe"),
    (re.compile(r"\bmap\(\s*[\"']safe[\"']"), "|map('safe')"),
    (re.compile(r"\bautoescape\b"), "autoescape switched"),
    (re.compile(r"\bMarkup\b"), "Markup"),
]

MARKUP_IN_PYTHON = re.compile(r"\bMarkup(?:\.\w+)?\(")


def blanked(pattern: re.Pattern[str], text: str) -> str:
    """The text with all that matches turned to spaces, its lines kept."""
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def line_of(text: str, position: int) -> int:
    """The number of the line on which a position stands."""
    return text.count("\n", 0, position) + 1


def wrong_in_template(text: str) -> Iterator[tuple[int, str]]:
    """Lines of a template that break a rule, and which."""
    text = blanked(COMMENT, text)
    markup = blanked(EXPRESSION, text)
    for pattern, rule in IN_MARKUP:
        for match in pattern.finditer(markup):
            yield line_of(markup, match.end() - 1), rule
    for expression in EXPRESSION.finditer(text):
        for pattern, rule in IN_EXPRESSIONS:
            for match in pattern.finditer(expression.group()):
                yield line_of(text, expression.start() + match.start()), rule


def wrong_in_python(text: str) -> Iterator[tuple[int, str]]:
    """Lines of Python that mark text as safe without a reason."""
    for number, line in enumerate(text.splitlines(), start=1):
        code, _, comment = line.partition("#")
        if MARKUP_IN_PYTHON.search(code) and "markup:" not in comment:
            yield number, "Markup(...) without a comment '# markup: why it is sound'"


def main() -> int:
    """Print each broken rule with its place; answer 1 when there is one."""
    found = 0
    templates = [path for path in sorted((ROOT / "templates").rglob("*")) if path.is_file()]
    sources = sorted((ROOT / "casework").rglob("*.py"))
    for paths, rules in ((templates, wrong_in_template), (sources, wrong_in_python)):
        for path in paths:
            for line, rule in sorted(rules(path.read_text(encoding="utf-8"))):
                print(f"{path.relative_to(ROOT)}:{line}: {rule}")
                found += 1
    if found:
        print(f"{found} to put right.")
        return 1
    print(f"{len(templates)} templates carry nothing inline and switch no escaping off.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
