"""Bring the catalogues up to date with the source: new sentences come in empty, dropped ones go out.

Written so that a change of the source changes few lines: sorted by sentence, with the files but not the
line numbers, without fuzzy guesses and without the moment of the run.
"""

import io
import sys

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from tools.source_messages import LANGUAGES, catalogue_file, forms, source_messages, translations_into

# The rest of a catalogue's header names persons, programs and moments: it would change with every run.
HEADERS = ("Language:", "Plural-Forms:", "MIME-Version:", "Content-Type:", "Content-Transfer-Encoding:")


def written(catalogue: Catalog) -> bytes:
    """The catalogue as the text of its file."""
    stream = io.BytesIO()
    catalogue.fuzzy = False
    write_po(
        stream,
        catalogue,
        width=0,
        omit_header=True,
        sort_output=True,
        ignore_obsolete=True,
        include_lineno=False,
    )
    header = [f"# Casework in the language {catalogue.locale_identifier}.", 'msgid ""', 'msgstr ""']
    for name, value in catalogue.mime_headers:
        if f"{name}:" in HEADERS:
            header.append(f'"{name}: {value}\\n"')
    return "\n".join([*header, "", ""]).encode() + stream.getvalue()


def updated(language: str, source: Catalog) -> Catalog:
    """One language's catalogue with exactly the sentences of the source."""
    catalogue = translations_into(language)
    catalogue.update(source, no_fuzzy_matching=True, update_creation_date=False)
    return catalogue


def main() -> int:
    """Rewrite the catalogues that have changed and say what is left to translate."""
    source = source_messages()
    for language in LANGUAGES:
        catalogue = updated(language, source)
        file = catalogue_file(language)
        file.parent.mkdir(parents=True, exist_ok=True)
        text = written(catalogue)
        if not file.exists() or file.read_bytes() != text:
            file.write_bytes(text)
        empty = sum(1 for message in catalogue if message.id and not all(forms(message.string)))
        print(f"{language}: {len(catalogue)} sentences, {empty} of them without a translation")
    return 0


if __name__ == "__main__":
    sys.exit(main())
