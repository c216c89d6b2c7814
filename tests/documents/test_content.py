"""Which files are taken: those whose content is what their name says, and no other."""

import io
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest

from casework.documents.content import Reason, Unacceptable, media_type
from tests.documents import files

GOOD = {
    "scan.pdf": files.pdf,
    "photo.jpg": lambda: files.picture("JPEG"),
    "photo.JPEG": lambda: files.picture("JPEG"),
    "page.png": files.picture,
    "letter.docx": files.docx,
    "letter.odt": files.odt,
    "notes.txt": lambda: "Слова, сөздер, words.\n".encode(),
    "old.txt": lambda: "Слова в старой кодировке".encode("cp1251"),
    "wide.txt": lambda: "Слова".encode("utf-16"),
    "marked.txt": lambda: "Слова".encode("utf-8-sig"),
    "eicar.txt": lambda: files.EICAR,  # a text like another: nothing here runs it, and it leaves only as a download
    "x.exe.pdf": files.pdf,
    "scanner.pdf": lambda: files.pdf() + bytes(4000),
    "portal.pdf": lambda: b"\xef\xbb\xbf\r\n" + files.pdf(),
    "browser.docx": files.docx_of_word_in_a_browser,
    "two pictures.jpg": files.photograph_of_a_phone,
}

BAD: list[tuple[str, Callable[[], bytes], Reason]] = [
    ("empty.pdf", lambda: b"", Reason.EMPTY),
    ("page.svg", lambda: b"<svg onload='alert(1)'/>", Reason.EXTENSION),
    ("page.html", lambda: b"<script>alert(1)</script>", Reason.EXTENSION),
    ("scan.pdf.exe", files.pdf, Reason.EXTENSION),
    ("no extension", files.pdf, Reason.EXTENSION),
    (".pdf", files.pdf, Reason.EXTENSION),
    ("page.txt", lambda: b"\n <!DOCTYPE html><script>alert(1)</script>", Reason.MISMATCH),
    ("page.txt", lambda: b"\xef\xbb\xbf<svg onload='alert(1)'/>", Reason.MISMATCH),
    ("run.txt", lambda: b"MZ\x90\0\3\0\0\0", Reason.MISMATCH),
    ("run.txt", lambda: b"#!/bin/sh\nrm -rf /", Reason.MISMATCH),
    ("nul.txt", lambda: b"word" * 500 + b"\0", Reason.MISMATCH),
    ("wide.txt", lambda: b"\xff\xfeA", Reason.MISMATCH),
    ("bytes.txt", lambda: b"\x98" * 9, Reason.MISMATCH),
    ("page.png", files.pdf, Reason.MISMATCH),
    ("scan.pdf", files.picture, Reason.MISMATCH),
    ("photo.jpg", files.picture, Reason.MISMATCH),
    ("letter.docx", files.pdf, Reason.MISMATCH),
    ("letter.docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), Reason.MISMATCH),
    ("letter.docx", files.odt, Reason.MISMATCH),
    ("letter.odt", files.docx, Reason.MISMATCH),
    ("archive.docx", lambda: files.packed({"a.txt": b"a"}), Reason.MISMATCH),
    ("scan.pdf", lambda: files.pdf()[:-60], Reason.DAMAGED),
    ("photo.jpg", lambda: b"\xff\xd8\xff\xe0" + bytes(400), Reason.DAMAGED),
    ("page.png", lambda: files.picture()[:50], Reason.DAMAGED),
    ("page.png", lambda: files.picture()[:40] + b"xx" + files.picture()[42:], Reason.DAMAGED),
    ("letter.docx", lambda: files.docx()[:-600], Reason.DAMAGED),
    ("letter.docx", files.lying_about_its_size, Reason.DAMAGED),
    ("both.pdf", files.pdf_and_zip, Reason.TWO_IN_ONE),
    ("both.pdf", files.archive_behind_pdf_header, Reason.TWO_IN_ONE),
    ("both.jpg", files.archive_behind_a_picture, Reason.TWO_IN_ONE),
    ("both.txt", files.pdf_in_a_text, Reason.TWO_IN_ONE),
    ("both.docx", files.stub_before_archive, Reason.TWO_IN_ONE),
    ("large.png", files.huge_picture, Reason.TOO_MANY_PIXELS),
    ("larger.png", lambda: files.huge_picture(60_000, 60_000), Reason.TOO_MANY_PIXELS),
    ("many.docx", files.many_entries, Reason.TOO_MUCH_INSIDE),
    ("long.docx", files.long_directory, Reason.TOO_MUCH_INSIDE),
    ("slip.docx", lambda: files.with_name("../../etc/cron.d/x"), Reason.UNSAFE_NAMES),
    ("slip.docx", lambda: files.with_name("/etc/passwd"), Reason.UNSAFE_NAMES),
    ("slip.docx", lambda: files.with_name("word\\..\\..\\x"), Reason.UNSAFE_NAMES),
    ("slip.docx", lambda: files.with_name("C:/x"), Reason.UNSAFE_NAMES),
    ("link.docx", files.symlink, Reason.UNSAFE_NAMES),
    ("macro.docx", files.macro, Reason.MACROS),
    ("macro.docx", files.macro_by_type, Reason.MACROS),
    ("macro.odt", lambda: files.odt(**{"Basic/Standard/script-lc.xml": b""}), Reason.MACROS),
    ("locked.docx", files.locked, Reason.LOCKED),
    ("locked.docx", files.locked_by_word, Reason.LOCKED),
    ("IMG_1.HEIC", files.heic, Reason.HEIC),
    ("IMG_1.jpg", files.heic, Reason.HEIC),
    ("slow.docx", lambda: files.packed(files.unpacked(files.docx()), zipfile.ZIP_LZMA), Reason.UNSAFE_NAMES),
    ("padded.pdf", lambda: files.pdf() + b"x" * 2000, Reason.DAMAGED),
    ("script.pdf", lambda: b"<script>" + files.pdf(), Reason.MISMATCH),
]


@pytest.mark.parametrize("name", GOOD)
def test_a_sound_file_is_taken(name: str) -> None:
    assert "/" in media_type(io.BytesIO(GOOD[name]()), name)


@pytest.mark.parametrize(
    ("name", "made", "reason"), BAD, ids=[f"{n}-{name}-{reason}" for n, (name, _, reason) in enumerate(BAD)]
)
def test_anything_else_is_refused(name: str, made: Callable[[], bytes], reason: Reason) -> None:
    with pytest.raises(Unacceptable) as refused:
        media_type(io.BytesIO(made()), name)
    assert refused.value.reason is reason


def test_a_bomb_does_not_go_off() -> None:
    bomb = files.bomb()
    assert len(bomb) < 400_000
    tracemalloc.start()
    try:
        with pytest.raises(Unacceptable) as refused:
            media_type(io.BytesIO(bomb), "bomb.docx")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert refused.value.reason is Reason.TOO_MUCH_INSIDE
    assert peak < 5_000_000
