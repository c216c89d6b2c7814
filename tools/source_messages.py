"""The sentences that the source shows to people, and the catalogues that hold their translations."""

import re
from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from babel.util import pathmatch
from jinja2 import TemplateSyntaxError

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "casework" / "translations"
LANGUAGES = ("ru", "kk")

KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "_l": None,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}

PLACEHOLDER = re.compile(r"%\((?P<name>\w+)\)")


def catalogue_file(language: str, translations: Path = TRANSLATIONS) -> Path:
    """Where the translations into one language are kept."""
    return translations / language / "LC_MESSAGES" / "messages.po"


def source_messages(root: Path = ROOT) -> Catalog:
    """Every translatable sentence of the source, with the files and lines where it stands."""
    with (root / "babel.cfg").open() as settings:
        methods, options = parse_mapping_cfg(settings)  # type: ignore[no-untyped-call]
    catalogue = Catalog(project="Casework", copyright_holder="Casework contributors", charset="utf-8")
    # Only these folders are walked: the virtual environment below the same root is large.
    for file in message_files(root):
        name = file.relative_to(root).as_posix()
        for pattern, method in methods:
            if not pathmatch(pattern, name):
                continue
            try:
                with file.open("rb") as stream:
                    found = list(
                        extract(
                            method,
                            stream,
                            keywords=KEYWORDS,
                            comment_tags=("Translators:",),
                            options=options.get(pattern, {}),
                            strip_comment_tags=True,
                        )
                    )
            except (SyntaxError, TemplateSyntaxError) as error:
                raise SystemExit(f"{name}:{error.lineno}: cannot be read for its sentences: {error}") from None
            for line, message, comments, context in found:
                catalogue.add(message, None, [(name, line)], auto_comments=comments, context=context)
            break
    return catalogue


def message_files(root: Path) -> list[Path]:
    """The files that may hold sentences; the virtual environment below the same root is never walked."""
    return sorted(file for folder in ("casework", "templates") for file in (root / folder).rglob("*.*"))


def translations_into(language: str, translations: Path = TRANSLATIONS) -> Catalog:
    """The catalogue of one language; an empty one when the language has none yet."""
    file = catalogue_file(language, translations)
    if not file.exists():
        return Catalog(locale=language)
    with file.open("rb") as stream:
        return read_po(stream, locale=language)


def forms(wording: object) -> tuple[str, ...]:
    """A message's wording as a tuple: one text, or one for each plural form."""
    if isinstance(wording, str):
        return (wording,)
    if isinstance(wording, Iterable):
        return tuple(str(form or "") for form in wording)
    return ("",)


def places(message: Message) -> str:
    """Where a sentence stands in the source, as file:line."""
    return ", ".join(f"{file}:{line}" for file, line in message.locations)


def placeholders(text: str) -> set[str]:
    """The names that a text leaves open, as in %(name)s."""
    return set(PLACEHOLDER.findall(text))
