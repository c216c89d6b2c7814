"""Files to send: real ones, made by the libraries that make them, and such as nobody should send."""

import io
import stat
import struct
import zipfile
import zlib
from functools import cache

from docx import Document as Docx
from PIL import Image
from pypdf import PdfWriter

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
ODT = b"application/vnd.oasis.opendocument.text"


@cache
def pdf(words: str = "Invented") -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_metadata({"/Title": words})
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


@cache
def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, (10, 105, 179)).save(made, kind)
    return made.getvalue()


@cache
def docx(words: str = "Invented") -> bytes:
    made = io.BytesIO()
    document = Docx()
    document.add_paragraph(words)
    document.save(made)
    return made.getvalue()


def packed(entries: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", how) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return made.getvalue()


def odt(**more: bytes) -> bytes:
    return packed({"mimetype": ODT, "content.xml": b"<office/>", **more})


def unpacked(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def docx_with(entries: dict[str, bytes]) -> bytes:
    return packed({**unpacked(docx()), **entries})


def docx_of_word_in_a_browser() -> bytes:
    """Word in a browser calls the main part document2.xml."""
    return packed(
        {
            name.replace("word/document.xml", "word/document2.xml"): content.replace(
                b"word/document.xml", b"word/document2.xml"
            )
            for name, content in unpacked(docx()).items()
        }
    )


def photograph_of_a_phone() -> bytes:
    """A JPEG with a second, small picture behind it, and a short film behind that."""
    made = io.BytesIO()
    large = Image.new("RGB", (400, 300), (10, 105, 179))
    large.save(made, "MPO", save_all=True, append_images=[large.resize((40, 30))])
    return made.getvalue() + b"\0\0\0\x18ftypmp42" + bytes(5000) + b"SEFT"


def heic() -> bytes:
    """How a photograph of an iPhone begins."""
    return b"\0\0\0\x24ftypheic\0\0\0\0mif1heic" + bytes(400)


def locked_by_word() -> bytes:
    """A DOCX with a password is no archive, but a container that holds one."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(70_000) + "EncryptedPackage".encode("utf-16-le") + bytes(99)


# -- such as nobody should send --------------------------------------------------------------------------------------


def pdf_and_zip() -> bytes:
    """A PDF to one program, an archive to another."""
    return pdf()[: -len(b"%%EOF\n")] + docx()[:-22] + _end_with_comment(docx(), b"\n%%EOF\n")


def _end_with_comment(archive: bytes, comment: bytes) -> bytes:
    return archive[-22:-2] + struct.pack("<H", len(comment)) + comment


def archive_behind_pdf_header() -> bytes:
    return b"%PDF-1.4\n" + docx()


def pdf_in_a_text() -> bytes:
    return b"Harmless words.\n" + pdf()


def archive_behind_a_picture() -> bytes:
    return picture("JPEG") + docx()


def stub_before_archive() -> bytes:
    """An archive with something before it, whose directory counts from the archive's own beginning."""
    return b"PK\x03\x04" + b"\0" * 60 + docx()


def bomb(megabytes: int = 201) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in unpacked(docx()).items():
            archive.writestr(name, content)
        with archive.open("word/media/image1.png", "w") as entry:
            for _ in range(megabytes):
                entry.write(bytes(1 << 20))
    return made.getvalue()


def lying_about_its_size() -> bytes:
    """An entry that says it is ten bytes long and is not."""
    made = bytearray(
        packed({"[Content_Types].xml": b"<wordprocessingml.document.main+xml/>" * 50, "word/document.xml": b""})
    )
    real = struct.pack("<I", 37 * 50)
    return bytes(made.replace(real, struct.pack("<I", 10)))


def many_entries(count: int = 1001) -> bytes:
    return docx_with({f"word/media/{number}.txt": b"" for number in range(count)})


def long_directory() -> bytes:
    return docx_with({f"word/{number}{'x' * 900}": b"" for number in range(700)})


def with_name(name: str) -> bytes:
    return docx_with({name: b"x"})


def symlink() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in unpacked(docx()).items():
            archive.writestr(name, content)
        link = zipfile.ZipInfo("word/link")
        link.create_system = 3
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return made.getvalue()


def macro() -> bytes:
    return docx_with({"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"})


def macro_by_type() -> bytes:
    types = unpacked(docx())["[Content_Types].xml"]
    return docx_with(
        {"[Content_Types].xml": types.replace(b"wordprocessingml.document.main", b"ms-word.document.macroEnabled.main")}
    )


def locked() -> bytes:
    """An archive that says its first entry is encrypted."""
    made = bytearray(docx())
    made[6] |= 1
    at = made.find(b"PK\x01\x02")
    made[at + 8] |= 1
    return bytes(made)


def huge_picture(width: int = 8000, height: int = 8000) -> bytes:
    """A PNG of a few bytes that says it is very large."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
