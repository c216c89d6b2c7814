"""A look into an uploaded template: is it a plain Word document, and does it ask for known fields only?

Everything that could fetch, run or hide something is refused, whether or not Word would do it: macros, embedded
objects, links to the outside, fields of Word other than page numbers, comments and tracked changes, which would go out
with every letter.
"""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from enum import StrEnum

from docx.oxml.ns import qn
from lxml import etree

from casework.core.config import LANGUAGES
from casework.letters.fields import BY_NAME, examples
from casework.letters.merging import NotAllowed, in_order, merged, parsed

MOST_BYTES = 2 * 1024 * 1024
_MOST_ENTRIES = 200
_MOST_UNPACKED = 20 * 1024 * 1024

_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(app|core|custom)\.xml|docProps/thumbnail\.(jpeg|jpg|png|emf|wmf)"
    r"|word/(document|styles|stylesWithEffects|settings|fontTable|webSettings|numbering|footnotes|endnotes)\.xml"
    r"|word/(header|footer)\d*\.xml|word/theme/theme\d*\.xml|word/media/[\w-]+\.(png|jpe?g)"
    r"|word/_rels/[\w]+\.xml\.rels|word/theme/_rels/theme\d*\.xml\.rels"
    r"|customXml/item(Props)?\d*\.xml|customXml/_rels/item\d*\.xml\.rels"
)
_TEXT_PARTS = re.compile(r"word/(document|(header|footer)\d*|footnotes|endnotes)\.xml")
_BROUGHT_IN = {
    *map(qn, ("w:altChunk", "w:object", "w:control", "w:subDoc", "w:txbxContent", "w:pict", "w:movie")),
    "{urn:schemas-microsoft-com:office:office}OLEObject",
}
_REVIEWED = {*map(qn, ("w:ins", "w:del", "w:moveFrom", "w:moveTo", "w:commentReference", "w:commentRangeStart"))}
_IN_SETTINGS = {*map(qn, ("w:attachedTemplate", "w:mailMerge", "w:linkStyles"))}
_WORD_FIELDS = {"PAGE", "NUMPAGES"}
_NAME = r"[a-z_]+(?:\.[a-z_]+)?"
_PLACEHOLDER = re.compile(rf"\{{\{{ ?({_NAME}) ?\}}\}}")
_CONDITION = re.compile(rf"\{{%(p|tr)? (?:if ({_NAME})|(endif)) ?%\}}")
_ANY = re.compile(r"\{\{.*?(?:\}\}|$)|\{%.*?(?:%\}|$)|\{#.*?(?:#\}|$)|\}\}|%\}|#\}|\{_[\{%]|[%\}]_\}", re.DOTALL)
_LEFT_OVER = re.compile(r"\{\{|\{%|\{#|\}\}|%\}|#\}|\{_[\{%]|[%\}]_\}")


class Fault(StrEnum):
    """What is wrong with a template. All but UNKNOWN and SYNTAX concern the file as such."""

    NOT_DOCX = "NOT_DOCX"
    TOO_LARGE = "TOO_LARGE"
    DAMAGED = "DAMAGED"
    MACROS = "MACROS"
    FOREIGN_PART = "FOREIGN_PART"
    OUTSIDE = "OUTSIDE"
    EMBEDDED = "EMBEDDED"
    WORD_FIELD = "WORD_FIELD"
    REVIEWED = "REVIEWED"
    HIDDEN = "HIDDEN"
    """A placeholder where no reader sees it: in an attribute, a comment of the XML, the properties."""
    UNKNOWN = "UNKNOWN"
    SYNTAX = "SYNTAX"
    UNBALANCED = "UNBALANCED"
    EMPTY = "EMPTY"
    UNUSABLE = "UNUSABLE"
    """It does not come out as a letter, though nothing else is wrong."""


@dataclass(frozen=True)
class Finding:
    """Something wrong, what it is, and where: the words of the paragraph, or the name of the part."""

    fault: Fault
    what: str = ""
    where: str = ""


@dataclass(frozen=True)
class Checked:
    """What the look into a template found."""

    findings: tuple[Finding, ...]
    fields: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()

    @property
    def is_sound(self) -> bool:
        return not self.findings


class _Unfit(Exception):
    def __init__(self, fault: Fault, what: str = "") -> None:
        super().__init__(fault)
        self.finding = Finding(fault, what[:120])


def checked(docx: bytes, *, with_trial: bool = True) -> Checked:
    """Everything wrong with a template; of one that is no plain Word document, the first thing wrong."""
    try:
        parts = _parts(docx)
        findings = [finding for name, root in parts.items() for finding in _look(name, root)]
    except _Unfit as unfit:
        return Checked((unfit.finding,))
    reader = _Reader()
    for name, root in parts.items():
        if _TEXT_PARTS.fullmatch(name):
            reader.read(root)
    findings += reader.findings
    if not findings and not reader.used:
        findings.append(Finding(Fault.EMPTY))
    if not findings and with_trial:
        findings += _tried(docx)
    return Checked(tuple(findings), tuple(in_order(reader.used)), tuple(in_order(reader.needed)))


# -- the file --------------------------------------------------------------------------------------------------------


def _parts(docx: bytes) -> dict[str, etree._Element]:
    """The XML of a DOCX by the names of its parts."""
    if len(docx) > MOST_BYTES:
        raise _Unfit(Fault.TOO_LARGE)
    if not docx.startswith(b"PK\x03\x04"):
        raise _Unfit(Fault.NOT_DOCX)
    try:
        with zipfile.ZipFile(io.BytesIO(docx)) as archive:
            found = _unpacked(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        raise _Unfit(Fault.DAMAGED) from None
    if "[Content_Types].xml" not in found or "word/document.xml" not in found:
        raise _Unfit(Fault.NOT_DOCX)
    parts = {}
    for name, data in found.items():
        if name.endswith((".xml", ".rels")):
            try:
                parts[name] = parsed(data)
            except (etree.XMLSyntaxError, ValueError):
                raise _Unfit(Fault.DAMAGED, name) from None
    _check_types(parts["[Content_Types].xml"])
    return parts


def _unpacked(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > _MOST_ENTRIES or sum(entry.file_size for entry in entries) > _MOST_UNPACKED:
        raise _Unfit(Fault.TOO_LARGE)
    found: dict[str, bytes] = {}
    for entry in entries:
        if "vba" in entry.filename.lower():
            raise _Unfit(Fault.MACROS, entry.filename)
        if not _PARTS.fullmatch(entry.filename) or entry.filename in found:
            raise _Unfit(Fault.FOREIGN_PART, entry.filename)
        if entry.flag_bits & 1:
            raise _Unfit(Fault.DAMAGED, entry.filename)  # locked with a password
        with archive.open(entry) as part:
            found[entry.filename] = part.read(entry.file_size + 1)  # never more than it says of itself
    return found


def _check_types(types: etree._Element) -> None:
    declared = {one.get("PartName"): one.get("ContentType", "") for one in types if isinstance(one.tag, str)}
    if any("macroEnabled" in kind or "vba" in kind.lower() for kind in declared.values()):
        raise _Unfit(Fault.MACROS)
    if declared.get("/word/document.xml") != _MAIN:
        raise _Unfit(Fault.NOT_DOCX)


# -- what is in it ---------------------------------------------------------------------------------------------------


def _look(name: str, root: etree._Element) -> list[Finding]:
    found: list[Finding] = []
    if name.endswith(".rels"):
        found += [
            Finding(Fault.OUTSIDE, one.get("Target", "")[:120], name)
            for one in root
            if isinstance(one.tag, str) and one.get("TargetMode", "Internal") != "Internal"
        ]
        found += [
            Finding(Fault.EMBEDDED, one.get("Target", "")[:120], name)
            for one in root
            if isinstance(one.tag, str) and one.get("Type", "").endswith(("/aFChunk", "/oleObject", "/package"))
        ]
    in_text = _TEXT_PARTS.fullmatch(name) is not None
    for one in root.iter():
        if not isinstance(one.tag, str):
            if _LEFT_OVER.search(one.text or ""):
                found.append(Finding(Fault.HIDDEN, (one.text or "")[:80], name))
            continue
        if one.tag in _BROUGHT_IN:
            found.append(Finding(Fault.EMBEDDED, etree.QName(one).localname, name))
        elif one.tag in _REVIEWED:
            found.append(Finding(Fault.REVIEWED, "", name))
        elif one.tag in _IN_SETTINGS:
            found.append(Finding(Fault.OUTSIDE, etree.QName(one).localname, name))
        elif one.tag == qn("w:fldSimple"):
            found += _word_field(one.get(qn("w:instr"), ""), name)
        found += [
            Finding(Fault.HIDDEN, str(value)[:80], name)
            for value in one.attrib.values()
            if _LEFT_OVER.search(str(value))
        ]
        words = (one.text or "") + (one.tail or "")
        if _LEFT_OVER.search(words) and not (in_text and one.tag == qn("w:t")):
            found.append(Finding(Fault.HIDDEN, words.strip()[:80], name))
    for paragraph in root.iter(qn("w:p")):
        # One field may be cut into many pieces; together they say what it is.
        instruction = "".join(one.text or "" for one in paragraph.iter(qn("w:instrText"), qn("w:delInstrText")))
        if instruction.strip() or paragraph.find(f".//{qn('w:fldChar')}") is not None:
            found += _word_field(instruction, name)
    return list(dict.fromkeys(found))


def _word_field(instruction: str, name: str) -> list[Finding]:
    said = instruction.upper().replace("\\* MERGEFORMAT", "").split()
    if said and set(said) <= _WORD_FIELDS:
        return []
    return [Finding(Fault.WORD_FIELD, instruction.strip()[:80], name)]


class _Reader:
    """Reads placeholders paragraph by paragraph, as a person would: a tag never spans two of them."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.used: list[str] = []
        self.needed: list[str] = []
        self._open: list[tuple[str, str, str]] = []

    def read(self, part: etree._Element) -> None:
        for paragraph in part.iter(qn("w:p")):
            words = "".join(_words(one) for one in paragraph.iter(qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:cr")))
            for tag in _ANY.finditer(words):
                self._tag(tag.group(), words)
            if {"{", "}"} & set(_ANY.sub("", words)):
                # With a brace in the next paragraph docxtpl would make a tag of it.
                self.findings.append(Finding(Fault.SYNTAX, "", words.strip()[:120]))
            self._close_within(words)
        for _kind, name, where in self._open:
            self.findings.append(Finding(Fault.UNBALANCED, name, where[:120]))
        self._open.clear()

    def _tag(self, tag: str, words: str) -> None:
        where = words.strip()[:120]
        if found := _PLACEHOLDER.fullmatch(tag):
            self._use(found[1], where, is_shown=True)
        elif (found := _CONDITION.fullmatch(tag)) is None or (found[1] and not _alone(found[1], words)):
            self.findings.append(Finding(Fault.SYNTAX, tag[:80], where))
        elif found[3]:
            if not self._open or self._open.pop()[0] != (found[1] or ""):
                self.findings.append(Finding(Fault.UNBALANCED, tag, where))
        else:
            self._use(found[2], where, is_shown=False)
            self._open.append((found[1] or "", found[2], words))

    def _use(self, name: str, where: str, *, is_shown: bool) -> None:
        if name not in BY_NAME:
            self.findings.append(Finding(Fault.UNKNOWN, name, where))
            return
        self.used.append(name)
        if is_shown and not self._open:
            self.needed.append(name)

    def _close_within(self, words: str) -> None:
        """A plain “if” ends in the paragraph where it began: past its end, half a paragraph would be left out."""
        for one in [one for one in self._open if not one[0] and one[2] == words]:
            self.findings.append(Finding(Fault.UNBALANCED, one[1], words.strip()[:120]))
            self._open.remove(one)


def _words(one: etree._Element) -> str:
    return (one.text or "") if one.tag == qn("w:t") else "\n"


def _alone(kind: str, words: str) -> bool:
    """Whether “{%p … %}” is all that its paragraph says: the paragraph goes when the tag does."""
    return kind != "p" or _CONDITION.fullmatch(words.strip()) is not None


def _tried(docx: bytes) -> list[Finding]:
    """The proof: it comes out as a letter in every language, without a tag left over."""
    for language in LANGUAGES:
        try:
            _parts(merged(docx, examples(language)))
        except NotAllowed as refused:
            return [Finding(Fault.SYNTAX, refused.what)]
        except (ValueError, KeyError, etree.XMLSyntaxError, _Unfit):
            return [Finding(Fault.UNUSABLE)]
    return []
