"""Word files for tests: sound ones, and those that somebody has tampered with."""

import io
import zipfile
from collections.abc import Callable

from docx import Document


def docx(*paragraphs: str) -> bytes:
    """A plain Word file with these paragraphs."""
    document = Document()
    for words in paragraphs:
        document.add_paragraph(words)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_xml(xml: str, *paragraphs: str) -> bytes:
    """The same, with this XML put at the end of its body."""
    return changed(
        docx(*paragraphs), "word/document.xml", lambda data: data.replace(b"<w:sectPr", xml.encode() + b"<w:sectPr", 1)
    )


def changed(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The file with one of its parts changed."""
    return rebuilt(data, {name: change(part(data, name))})


def rebuilt(data: bytes, parts: dict[str, bytes]) -> bytes:
    """The file with these parts instead of its own, or beside them."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            if name not in parts:
                after.writestr(name, before.read(name))
        for name, content in parts.items():
            after.writestr(name, content)
    return out.getvalue()


def part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def words(data: bytes) -> list[str]:
    """The paragraphs of a Word file, those in tables too, in their order."""
    body = Document(io.BytesIO(data)).element.body
    names = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    return ["".join(t.text or "" for t in p.iter(f"{names}t")) for p in body.iter(f"{names}p")]
