"""Values into a template: only fields of the closed list, and a value stays what it is, words.

A template is text of somebody else's (an administrator's, or whoever gave it to one), and values are text of the
persons it is about. So Jinja is left with two things it can do: put a value of the closed list in a place, and leave
out what stands between “if” and “endif”. No filter, no call, no loop, no global; nothing behind a dot but the names of
the list. Values go in as escaped XML, with their braces written as character references: what docxtpl does to the text
afterwards cannot make a tag or a field of them either.
"""

import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NoReturn

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.exceptions import TemplateError
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree
from markupsafe import Markup, escape

from casework.letters.fields import BY_NAME


class NotAllowed(Exception):
    """A template asks for something that is not a field of the closed list. `what` is it, shortened."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what[:80]


_NO_TOKENS = re.compile(r"\{#|\{%[-+]?\s*raw\b")


class OnlyFields(Extension):
    """Looks at every token before Jinja compiles it: a field, “if” with a field, “endif”, or nothing at all."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        # These two never become tokens: the lexer swallows the one and hands the inside of the other on as words.
        found = _NO_TOKENS.search(source)
        if found is not None:
            raise NotAllowed(found.group())
        return source

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        inside: list[Token] | None = None
        for token in stream:
            if token.type in ("variable_begin", "block_begin"):
                inside = []
            elif token.type in ("variable_end", "block_end"):
                _check(inside or [], is_block=token.type == "block_end")
                inside = None
            elif inside is not None:
                inside.append(token)
            elif token.type != "data":
                raise NotAllowed(token.value)
            yield token


def _check(tokens: list[Token], *, is_block: bool) -> None:
    said = "".join(str(token.value) if token.type != "name" else f" {token.value}" for token in tokens).strip()
    words = list(tokens)
    if is_block:
        first = words.pop(0) if words else None
        if first is None or first.type != "name" or first.value not in ("if", "endif"):
            raise NotAllowed(said)
        if first.value == "endif":
            if words:
                raise NotAllowed(said)
            return
    if not all(token.type == ("name" if at % 2 == 0 else "dot") for at, token in enumerate(words)):
        raise NotAllowed(said)
    name = "".join(str(token.value) for token in words)
    if name not in BY_NAME:
        raise NotAllowed(name)


class FieldEnvironment(SandboxedEnvironment):
    """A sandbox in which there is nothing to play with: even a template past the check finds no way out."""

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined, extensions=[OnlyFields], cache_size=0)
        self.globals.clear()
        self.filters.clear()
        self.tests.clear()

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        raise NotAllowed(attribute)

    def getitem(self, obj: Any, argument: Any) -> NoReturn:
        raise NotAllowed(str(argument))

    def call(self, *args: Any, **options: Any) -> NoReturn:
        raise NotAllowed("()")

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return False

    def is_safe_callable(self, obj: Any) -> bool:
        return False


_NEW_PARAGRAPH = "\a"  # docxtpl makes a paragraph of it, with the looks of the one before
_NO_CHARACTERS = re.compile("[^\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 has no place for

_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")  # fonts have not all of them


def plain(value: str, *, is_long: bool = False) -> str:
    """A value as words: composed, without control characters; line breaks stay only in a long one."""
    value = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    value = _NO_CHARACTERS.sub("", _SPACES.sub(" ", value))
    if is_long:
        return "\n".join(line.rstrip() for line in value.strip().split("\n"))
    return " ".join(value.split())


def _as_xml(value: str) -> Markup:
    escaped = str(escape(value)).replace("{", "&#123;").replace("}", "&#125;")
    return Markup(escaped.replace("\n", _NEW_PARAGRAPH))  # noqa: S704  # markup: it has just been escaped


def _context(values: Mapping[str, str]) -> dict[str, Any]:
    """Every field of the closed list with its value, empty where there is none: groups as plain dicts."""
    unknown = set(values) - set(BY_NAME)
    if unknown:
        raise NotAllowed(min(unknown))
    context: dict[str, Any] = {}
    for name, field in BY_NAME.items():
        value = _as_xml(plain(values.get(name) or "", is_long=field.is_long))
        group, dot, rest = name.partition(".")
        if dot:
            context.setdefault(group, {})[rest] = value
        else:
            context[name] = value
    return context


def merged(template: bytes, values: Mapping[str, str], *, title: str = "", language: str = "") -> bytes:
    """The DOCX of a letter. NotAllowed when the template names anything outside the closed list."""
    document = DocxTemplate(io.BytesIO(template))
    environment = FieldEnvironment()
    try:
        document.render(_context(values), jinja_env=environment, autoescape=True)
    except TemplateError as error:
        raise NotAllowed(str(error.message or "")) from error
    # Who made the template, and what they noted in it, is not the addressee's business.
    properties = document.docx.core_properties
    for name in ("author", "last_modified_by", "comments", "keywords", "category", "subject", "content_status"):
        setattr(properties, name, "")
    properties.title, properties.language = title[:255], language
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def parsed(xml: bytes) -> etree._Element:
    """XML of a stranger's file, without fetching or unfolding anything; ValueError for a document type."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(xml, parser)
    if root.getroottree().docinfo.doctype:
        raise ValueError("A document type has no place in a letter.")
    return root


def in_order(names: Iterable[str]) -> list[str]:
    """Fields without repetition, in the order of the closed list."""
    found = set(names)
    return [name for name in BY_NAME if name in found]
