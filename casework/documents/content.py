"""A look into a file before it is kept: is it what its name says, and nothing else beside?

Nothing is drawn, run or unpacked for use; archives are read through once, to see that they are sound and small.
"""

import codecs
import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from enum import StrEnum
from typing import BinaryIO

from PIL import Image

from casework.documents.rules import extension_of

MOST_PIXELS = 50_000_000
MOST_ENTRIES = 1000
MOST_UNPACKED = 200 * 1024 * 1024
_HEAD = 1024
_END_OF_ARCHIVE = b"PK\x05\x06"
_LARGE_ARCHIVE = b"PK\x06\x07"
_DIRECTORY_ENTRY = 512
_PACKED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""How Word and LibreOffice pack. Other ways may ask for gigabytes of memory to unpack a few bytes."""
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BEFORE_PDF = b"\xef\xbb\xbf\r\n\t \0"
"""What some printers and portals put before the beginning of a PDF."""
_APPLE = re.compile(rb"....ftyp(heic|heix|heif|heim|heis|hevc|hevx|mif1|msf1|avif|avis)", re.DOTALL)
APPLE = frozenset({"heic", "heif", "hif", "avif"})

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "txt": "text/plain",
}

ACCEPT = ",".join([*(f".{extension}" for extension in MEDIA_TYPES), *sorted(set(MEDIA_TYPES.values()))])
"""What a browser offers to choose from. Told that JPEG is wanted, a phone turns its own format into it."""


class Reason(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    EXTENSION = "extension"
    MISMATCH = "mismatch"
    DAMAGED = "damaged"
    TWO_IN_ONE = "two in one"
    TOO_MANY_PIXELS = "too many pixels"
    TOO_MUCH_INSIDE = "too much inside"
    UNSAFE_NAMES = "unsafe names"
    MACROS = "macros"
    LOCKED = "locked"
    HEIC = "heic"


class Unacceptable(Exception):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def media_type(stream: BinaryIO, name: str) -> str:
    """What the file is, when its content is what the end of its name says; else Unacceptable, with the reason."""
    extension = extension_of(name)
    check_name(name)
    stream.seek(0)
    head = stream.read(_HEAD)
    if not head:
        raise Unacceptable(Reason.EMPTY)
    found = _kind(head)
    if found != MEDIA_TYPES[extension] and not (found == "zip" and extension in ("docx", "odt")):
        raise Unacceptable(_why_not(stream, head, extension))
    if found != "application/pdf" and b"%PDF-" in head:
        raise Unacceptable(Reason.TWO_IN_ONE)  # a viewer of PDF looks for its beginning in the first kilobyte
    if found != "zip" and _ends_as_archive(stream):
        raise Unacceptable(Reason.TWO_IN_ONE)
    stream.seek(0)
    _LOOKS[MEDIA_TYPES[extension]](stream)
    return MEDIA_TYPES[extension]


def check_name(name: str) -> None:
    """Refuse by the end of its name a file that need not be looked into, nor sent at all."""
    extension = extension_of(name)
    if extension not in MEDIA_TYPES:
        raise Unacceptable(Reason.HEIC if extension in APPLE else Reason.EXTENSION)


def _why_not(stream: BinaryIO, head: bytes, extension: str) -> Reason:
    """Why a file is not what its name says, where that can be told: a phone's own format, a password of Word."""
    if _APPLE.match(head):
        return Reason.HEIC
    if extension == "docx" and head.startswith(_COMPOUND) and _holds(stream, _ENCRYPTED):
        return Reason.LOCKED
    return Reason.MISMATCH


def _holds(stream: BinaryIO, sought: bytes) -> bool:
    stream.seek(0)
    before = b""
    while piece := stream.read(1 << 16):
        if sought in before + piece:
            return True
        before = piece[-len(sought) :]
    return False


def _kind(head: bytes) -> str:
    if head[:16].lstrip(_BEFORE_PDF).startswith(b"%PDF-"):
        return "application/pdf"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    return "text/plain" if _reads_as_text(head) else "unknown"


_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NOT_PLAIN = (b"<!", b"<html", b"<svg", b"<?", b"<script", b"<head", b"<body", b"{\\rtf", b"#!", b"gif8")


def _reads_as_text(head: bytes) -> bool:
    if head[:2] in _MARKS:
        return True
    start = head.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    return not start.startswith(_NOT_PLAIN) and not any(byte < 32 and byte not in b"\t\n\r\f" for byte in head)


def _ends_as_archive(stream: BinaryIO) -> bool:
    """Whether an unpacker would take the file for an archive: its directory ends exactly where the file does."""
    end = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, end - 22 - 0xFFFF))
    tail = stream.read()
    at = tail.rfind(_END_OF_ARCHIVE)
    while at >= 0:
        comment = int.from_bytes(tail[at + 20 : at + 22], "little")
        if len(tail) - at - 22 == comment:
            return True
        at = tail.rfind(_END_OF_ARCHIVE, 0, at)
    return False


# -- what each kind must hold --------------------------------------------------------------------------------------


def _look_at_pdf(stream: BinaryIO) -> None:
    end = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, end - 64 * 1024))
    tail = stream.read().rstrip(b"\0\r\n\t ")  # scanners fill the last block of a file with nothing
    if b"%%EOF" not in tail[-1024:]:
        raise Unacceptable(Reason.DAMAGED)


def _look_at_picture(stream: BinaryIO, kind: str) -> None:
    try:
        with Image.open(stream, formats=[kind]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Unacceptable(Reason.TOO_MANY_PIXELS)
            picture.verify()
    except Unacceptable:
        raise
    except Image.DecompressionBombError:
        raise Unacceptable(Reason.TOO_MANY_PIXELS) from None
    except Exception:  # noqa: BLE001 -- Pillow fails in many ways on what is no picture
        raise Unacceptable(Reason.DAMAGED) from None


def _look_at_text(stream: BinaryIO) -> None:
    content = stream.read()
    encodings = ("utf-16",) if content[:2] in _MARKS else ("utf-8-sig", "cp1251")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(c < " " and c not in "\t\n\r\f" for c in text):
            raise Unacceptable(Reason.MISMATCH)
        return
    raise Unacceptable(Reason.MISMATCH)


_TEXT_OF_WORD = re.compile(r"word/document\d{0,2}\.xml")
"""Word in a browser calls it document2.xml."""


def _look_at_docx(stream: BinaryIO) -> None:
    archive = _archive(stream)
    types = _entry(archive, "[Content_Types].xml").lower()
    if b"macroenabled" in types or b"vbaproject" in types:
        raise Unacceptable(Reason.MACROS)
    if b"wordprocessingml.document.main+xml" not in types:
        raise Unacceptable(Reason.MISMATCH)
    names = [name.lower() for name in archive.namelist()]
    if not any(_TEXT_OF_WORD.fullmatch(name) for name in names):
        raise Unacceptable(Reason.MISMATCH)
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) or "activex" in name for name in names):
        raise Unacceptable(Reason.MACROS)


def _look_at_odt(stream: BinaryIO) -> None:
    archive = _archive(stream)
    if _entry(archive, "mimetype").strip() != MEDIA_TYPES["odt"].encode():
        raise Unacceptable(Reason.MISMATCH)
    _entry(archive, "content.xml", most=0)
    if any(name.startswith(("Basic/", "Scripts/")) for name in archive.namelist()):
        raise Unacceptable(Reason.MACROS)


_LOOKS: dict[str, Callable[[BinaryIO], None]] = {
    MEDIA_TYPES["pdf"]: _look_at_pdf,
    MEDIA_TYPES["jpg"]: lambda stream: _look_at_picture(stream, "JPEG"),
    MEDIA_TYPES["png"]: lambda stream: _look_at_picture(stream, "PNG"),
    MEDIA_TYPES["docx"]: _look_at_docx,
    MEDIA_TYPES["odt"]: _look_at_odt,
    MEDIA_TYPES["txt"]: _look_at_text,
}


# -- archives ----------------------------------------------------------------------------------------------------


def _archive(stream: BinaryIO) -> zipfile.ZipFile:
    """The archive, once everything in it has been found harmless by name and small by size."""
    try:
        _look_at_directory(stream)
        archive = zipfile.ZipFile(stream)
        _look_at_entries(archive)
    except Unacceptable:
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        ValueError,
        EOFError,
        OSError,
        struct.error,
    ):
        raise Unacceptable(Reason.DAMAGED) from None
    return archive


def _look_at_directory(stream: BinaryIO) -> None:
    """Refuse a directory that is itself too long to read, before it is read."""
    end = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, end - 22 - 0xFFFF))
    tail = stream.read()
    at = tail.rfind(_END_OF_ARCHIVE)
    if at < 0 or len(tail) < at + 22:
        raise Unacceptable(Reason.DAMAGED)
    length = int.from_bytes(tail[at + 12 : at + 16], "little")
    if length > MOST_ENTRIES * _DIRECTORY_ENTRY or tail[max(0, at - 20) :].startswith(_LARGE_ARCHIVE):
        raise Unacceptable(Reason.TOO_MUCH_INSIDE)


def _look_at_entries(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise Unacceptable(Reason.TOO_MUCH_INSIDE)
    if any(map(_leads_out, entries)) or len({entry.filename for entry in entries}) < len(entries):
        raise Unacceptable(Reason.UNSAFE_NAMES)
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Unacceptable(Reason.LOCKED)
    if any(entry.compress_type not in _PACKED for entry in entries):
        raise Unacceptable(Reason.UNSAFE_NAMES)
    if min((entry.header_offset for entry in entries), default=1) != 0:
        raise Unacceptable(Reason.TWO_IN_ONE)  # something stands before the archive
    read = 0
    for entry in entries:
        # Sizes are only claims: reading stops at what was claimed, and the checksum tells when that was a lie.
        with archive.open(entry) as content:
            while piece := content.read(1 << 16):
                read += len(piece)
                if read > MOST_UNPACKED:
                    raise Unacceptable(Reason.TOO_MUCH_INSIDE)


def _leads_out(entry: zipfile.ZipInfo) -> bool:
    """Whether unpacking the entry would write outside its folder, or make a link."""
    name = entry.orig_filename
    parts = name.replace("\\", "/").split("/")
    return (
        name.startswith(("/", "\\"))
        or ".." in parts
        or ":" in parts[0]
        or "\0" in name
        or stat.S_ISLNK(entry.external_attr >> 16)
    )


def _entry(archive: zipfile.ZipFile, name: str, most: int = 1 << 20) -> bytes:
    try:
        with archive.open(name) as content:
            return content.read(most)
    except KeyError:
        raise Unacceptable(Reason.MISMATCH) from None
