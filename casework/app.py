"""The factory: the list of what the system is made of."""

import os
from datetime import time, timedelta
from pathlib import Path
from typing import Any

from flask import Flask, abort, g, request
from flask_babel import get_locale
from werkzeug.middleware.proxy_fix import ProxyFix

from casework import __version__, navigation
from casework.accounts import jobs as accounts_jobs
from casework.accounts import permissions, sign_in, sign_in_views, step_views
from casework.accounts import views as accounts
from casework.alerts import jobs as alerts_jobs
from casework.alerts import views as alerts
from casework.approvals import views as approvals
from casework.backups import actions as backups_actions
from casework.backups import jobs as backups_jobs
from casework.backups import views as backups
from casework.casefile import tabs
from casework.casefile import views as casefile
from casework.cases import approving as cases_approving
from casework.cases import saved_views
from casework.cases import views as cases
from casework.comments import pages as comments_pages
from casework.comments import views as comments
from casework.conflicts import actions as conflicts_actions
from casework.conflicts import jobs as conflicts_jobs
from casework.conflicts import opposing_views as opposing
from casework.conflicts import views as conflicts
from casework.consents import actions as consents_actions
from casework.consents import jobs as consents_jobs
from casework.consents import views as consents
from casework.consultations import actions as consultations_actions
from casework.consultations import views as consultations
from casework.core import access, clock, i18n, jobs, web
from casework.core.config import SOURCE_TREE, Settings, load
from casework.core.db import MIGRATIONS, alembic, db
from casework.core.jobs import Job, daily
from casework.core.scope import principal
from casework.core.vault import KeyRing, Vault
from casework.desk import views as desk
from casework.diary import jobs as diary_jobs
from casework.diary import pages as diary_pages
from casework.diary import views as diary
from casework.documents import jobs as documents_jobs
from casework.documents import views as documents
from casework.duplicates import approving as merges_approving
from casework.duplicates import jobs as duplicates_jobs
from casework.duplicates import merge_views as merges
from casework.duplicates import views as duplicates
from casework.editions import comparing_views as edition_comparisons
from casework.editions import offered
from casework.editions import public_views as factsheets
from casework.editions import regional_views as regional_editions
from casework.editions import text_views as edition_texts
from casework.editions import views as editions
from casework.elsewhere import actions as elsewhere_actions
from casework.elsewhere import jobs as elsewhere_jobs
from casework.elsewhere import pages as elsewhere_pages
from casework.elsewhere import views as elsewhere
from casework.evidence import views as evidence
from casework.exports import actions as exports_actions
from casework.exports import views as exports
from casework.figures import actions as figures_actions
from casework.figures import external_views as figures  # and with them those of views.py, on the same blueprint
from casework.figures import import_views as figure_imports
from casework.figures import jobs as figures_jobs
from casework.help import views as help_pages
from casework.inquiries import views as inquiries
from casework.letters import actions as letters_actions
from casework.letters import approving as letters_approving
from casework.letters import template_views as letter_templates
from casework.letters import views as letters
from casework.mandates import views as mandates
from casework.needs import urgent_views as urgent
from casework.needs import views as needs
from casework.notices import actions as notices_actions
from casework.notices import jobs as notices_jobs
from casework.notices import pages as notices_pages
from casework.notices import views as notices
from casework.oversight import jobs as oversight_jobs
from casework.oversight import report_views as policy_reports
from casework.oversight import views as oversight
from casework.oversight import words as trail
from casework.persons import approving as persons_approving
from casework.persons import contacting
from casework.persons import pages as person_pages
from casework.persons import views as persons
from casework.procedures import views as procedures
from casework.proceedings import actions as proceedings_actions
from casework.proceedings import clocks
from casework.proceedings import jobs as proceedings_jobs
from casework.proceedings import pages as proceedings_pages
from casework.proceedings import views as proceedings
from casework.quality import views as quality
from casework.reference import queries as codes
from casework.reference import views as reference
from casework.referrals import actions as referrals_actions
from casework.referrals import jobs as referrals_jobs
from casework.referrals import step_views as referrals  # brings its own views, and those of views.py before them
from casework.regional import views as regional
from casework.releases import table_views as releases  # brings its own views, and those of views.py before them
from casework.restrictions import actions as restrictions_actions
from casework.restrictions import emergency_views as emergencies
from casework.restrictions import gate as restrictions_gate
from casework.restrictions import pages as restrictions_pages
from casework.restrictions import policy as restrictions_policy
from casework.restrictions import views as restrictions
from casework.rights import again as rights_again
from casework.rights import gate as rights_gate
from casework.rights import jobs as rights_jobs
from casework.rights import views as rights
from casework.supervision import actions as supervision_actions
from casework.supervision import sentences as supervision_sentences
from casework.supervision import views as supervision
from casework.transfers import actions as transfers_actions
from casework.transfers import jobs as transfers_jobs
from casework.transfers import record_pages as transfers_record
from casework.transfers import views as transfers
from casework.workdays import views as workdays

FEATURES = (
    accounts,
    sign_in_views,
    step_views,
    notices,
    reference,
    workdays,
    procedures,
    approvals,
    persons,
    cases,
    saved_views,
    duplicates,
    merges,
    elsewhere,
    conflicts,
    opposing,
    comments,
    needs,
    urgent,
    documents,
    consents,
    mandates,
    evidence,
    proceedings,
    inquiries,
    letters,
    letter_templates,
    consultations,
    supervision,
    quality,
    exports,
    diary,
    referrals,
    transfers,
    figures,
    figure_imports,
    releases,
    factsheets,
    editions,
    edition_texts,
    edition_comparisons,
    regional,
    regional_editions,
    casefile,
    restrictions,
    emergencies,
    rights,
    alerts,
    desk,
    oversight,
    policy_reports,
    backups,
    help_pages,
)

JOBS = (
    proceedings_jobs.RECOUNT,
    Job("documents.sweep", daily(time(3, 0)), documents_jobs.sweep),
    duplicates_jobs.LOOK,
    elsewhere_jobs.LOOK,
    conflicts_jobs.LOOK,
    figures_jobs.OFFSETS,
    alerts_jobs.READ,
    consents_jobs.LOOK,
    diary_jobs.REMIND,
    referrals_jobs.TELL,
    transfers_jobs.CARRY,
    rights_jobs.LOOK,
    oversight_jobs.SIGN,
    oversight_jobs.MAIL,
    accounts_jobs.TELL,
    notices_jobs.GATHER,
    notices_jobs.SEND,
    notices_jobs.TIDY,
    backups_jobs.NIGHTLY,
)
"""What the system does by itself, in the order in which it is done."""


def create_app(settings: Settings | None = None, testing: bool = False) -> Flask:
    """The application, or a ConfigurationError that says what stops it."""
    settings = settings or load()
    vault = Vault(KeyRing.load(settings.keys_file), settings.keys_file)
    os.umask(0o077)
    app = web.Casework("casework", instance_path=str(settings.instance), template_folder=str(SOURCE_TREE / "templates"))
    app.testing = testing
    app.config.update(_flask_config(settings, vault))
    app.extensions["settings"] = settings
    app.extensions["vault"] = vault
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, *[settings.proxies] * 2)  # type: ignore[method-assign]

    db.init_app(app)
    alembic.init_app(app)
    i18n.babel.init_app(app, locale_selector=i18n.choose_language, default_translation_directories=_translations())
    sign_in.init_app(app)
    figures_actions.listen()
    consents_actions.listen()
    elsewhere_actions.listen()
    consultations_actions.listen()
    referrals_actions.listen()
    transfers_actions.listen()
    rights_again.listen()
    conflicts_actions.listen()
    comments_pages.listen()
    proceedings_actions.listen()
    proceedings_jobs.listen()
    proceedings_pages.listen()
    letters_actions.listen()
    for approving in (persons_approving, cases_approving, merges_approving, letters_approving, exports_actions):
        approving.listen()
    supervision_actions.listen()
    backups_actions.listen()
    notices_actions.listen()
    supervision_sentences.listen()

    diary_pages.listen()
    restrictions_policy.listen()
    restrictions_actions.listen()
    for job in JOBS:
        jobs.register(job)

    app.before_request(web.refuse_other_hosts)  # before anything is looked up
    app.before_request(_start(app))
    app.before_request(web.refuse_other_sites)
    web.csrf.init_app(app)  # after it is known who asks
    app.before_request(access.gate(app))
    app.before_request(restrictions_gate.keep_closed)  # after it is known that the role may ask at all
    app.before_request(rights_gate.keep_closed)  # of what is restricted it is not even told that it was erased
    web.init_errors(app)
    web.init_headers(app)
    for blueprint in dict.fromkeys(feature.blueprint for feature in FEATURES):  # some share one
        app.register_blueprint(blueprint)
    app.url_defaults(tabs.keep_case)
    _fill_templates(app)
    access.check(app, permissions.ALL)
    return app


def _translations() -> str:
    return str(Path(__file__).parent / "translations")


def _flask_config(settings: Settings, vault: Vault) -> dict[str, Any]:
    prefix = "__Host-" if settings.https else ""
    return {
        "SECRET_KEY": vault.key("cookies"),
        "SQLALCHEMY_ENGINES": {"default": settings.url},
        "ALEMBIC": {
            "script_location": str(SOURCE_TREE / "migrations"),
            "version_locations": [str(SOURCE_TREE / "migrations" / "versions")],
            "file_template": "%%(rev)s_%%(slug)s",
        },
        "ALEMBIC_CONTEXT": dict(MIGRATIONS),
        "SESSION_COOKIE_NAME": f"{prefix}casework",
        "SESSION_COOKIE_SECURE": settings.https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=settings.session_hours),
        "TRUSTED_HOSTS": list(settings.trusted_hosts),
        "MAX_CONTENT_LENGTH": 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 512 * 1024,
        "MAX_FORM_PARTS": 500,
        "WTF_CSRF_TIME_LIMIT": 7 * 24 * 3600,  # a form may lie open over a weekend
        "BABEL_DEFAULT_TIMEZONE": "Asia/Almaty",
    }


def _start(app: Flask) -> Any:
    def start() -> None:
        g.reading = request.method in web.SAFE
        if not access.is_anonymous(request.endpoint):
            g.principal = sign_in.current()
        if "\0" in request.path:
            abort(404)  # PostgreSQL knows no such text

    return start


def _fill_templates(app: Flask) -> None:
    for name in ("day", "short_day", "moment", "number", "month_name", "breakable"):
        app.add_template_filter(getattr(i18n, name), name)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    # Globals, because macros that are imported see no context.
    app.jinja_env.globals.update(
        static=web.static, label=codes.label, tabs_of=navigation.tabs_of, group_name=navigation.group_name
    )
    app.jinja_env.globals.update(how_to_contact=contacting.rule)

    @app.context_processor
    def everywhere() -> dict[str, Any]:
        who = principal()
        return {
            "principal": who,
            "may": who.may if who is not None else lambda permission: False,
            "navigation": navigation.entries,
            "is_demo": app.extensions["settings"].demo,
            "locale": str(get_locale() or "en"),
            "languages": i18n.NAMES,
            "today": clock.today(),
            "unread_notices": notices_pages.bell,
            "version": __version__,
            "person_tags": person_pages.tags,
            "age_words": person_pages.age_words,
            "latin_beside": person_pages.latin_beside,
            # Pages of lower features show what higher ones know.
            "record_sections": tabs.sections,
            "record_case": tabs.case_in_view,
            "next_deadlines": clocks.next_deadlines,
            "elsewhere_questions": elsewhere_pages.of_record,
            "factsheet_of": offered.of_release,
            "restriction_of": restrictions_pages.of_record,
            "handed_over_to": transfers_record.handed_over_to,
            "restriction_card": restrictions_pages.card,
            "trail_words": trail.action_words,
            "trail_kind": trail.kind_words,
        }
