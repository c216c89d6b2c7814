"""P11: the PDF of a factsheet in one language, pictures and all, in a process that has made another. Bar: a second."""

import time
from pathlib import Path

from flask import Flask

import casework
from casework.core import i18n
from casework.core.config import LANGUAGES
from casework.factsheets import document
from casework.factsheets.content import sheet
from tests.factsheets import contents

BAR = 1.0


def run() -> None:
    """Make each language once, the first of them only to warm up, and print how long it took."""
    app = Flask("bench")
    i18n.babel.init_app(app, default_translation_directories=str(Path(casework.__file__).parent / "translations"))
    with app.app_context():
        for language in LANGUAGES:
            words = sheet(contents.national(language))
            start = time.perf_counter()
            made = document.pdf(words)
            taken = time.perf_counter() - start
            if language != LANGUAGES[0]:
                print(
                    f"   P11 factsheet PDF in {language}, {len(words.all_drawings)} pictures, {document.pages(made)} "
                    f"pages, {len(made) / 1024:,.0f} KB: {taken:.2f} s; bar {BAR:.0f} s, ratio {taken / BAR:.2f}"
                )
