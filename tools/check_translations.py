"""Check that every sentence can be read in Russian and in Kazakh.

Each sentence of the source needs a translation that is present, not fuzzy, complete in its plural forms
and fillable with the same named placeholders. Words that mix Latin and Cyrillic letters are refused too:
they look right, and no search finds them.
"""

import re
import sys
from collections.abc import Iterator

from babel.messages.catalog import Catalog, Message

from tools.source_messages import (
    LANGUAGES,
    catalogue_file,
    forms,
    placeholders,
    places,
    source_messages,
    translations_into,
)

MIXED_WORD = re.compile(r"(?=\w*[A-Za-z])(?=\w*[Ѐ-ӿ])[^\W\d_]+")
POSITIONAL = re.compile(r"(?<!%)(?:%%)*%[-+#0]*\d*(?:\.\d+)?[sdrifx]")


def wrong_in_source(message: Message) -> Iterator[str]:
    """Why a sentence of the source cannot be translated well."""
    for text in forms(message.id):
        if POSITIONAL.search(text):
            yield "has a placeholder without a name: write %(name)s"


def wrong_in_translation(message: Message, translated: Message | None, plural_forms: int) -> Iterator[str]:
    """What is missing or broken in one sentence's translation."""
    source, texts = forms(message.id), forms(translated.string) if translated else ()
    if translated is None or not any(texts):
        yield "is not translated"
        return
    if translated.fuzzy:
        yield "is marked fuzzy: check it and remove the mark"
    if message.pluralizable:
        if len(texts) != plural_forms or not all(texts):
            yield f"needs {plural_forms} plural forms, none of them empty"
    elif len(texts) != 1:
        yield "has plural forms, but the sentence has none"
    # English may say "one person"; Russian's first form also serves 21 and 31, so it needs the number too.
    expected = placeholders(source[-1])
    for text in filter(None, texts):
        if placeholders(text) != expected:
            yield f"has the placeholders {named(placeholders(text))} where the source has {named(expected)}"
        elif not fillable(text, expected) and fillable(source[-1], expected):
            yield f"cannot be filled in: a percent sign is written %%, a placeholder %(name)s: {text!r}"
        if mixed := MIXED_WORD.search(re.sub(r"%\(\w+\)\w", " ", text)):
            yield f"mixes Latin and Cyrillic letters in the word {mixed.group()!r}"


def fillable(text: str, names: set[str]) -> bool:
    """Whether the text's placeholders can be filled in."""
    try:
        text % dict.fromkeys(names, 1)
    except (TypeError, ValueError, KeyError):
        return False
    return True


def named(names: set[str]) -> str:
    """Placeholders as a person reads them."""
    return ", ".join(f"%({name})" for name in sorted(names)) or "none"


def complaints(source: Catalog, catalogues: dict[str, Catalog]) -> Iterator[str]:
    """Every complaint, beginning with the place in the source."""
    for message in sorted((each for each in source if each.id), key=lambda each: each.locations):
        text = forms(message.id)[0]
        for complaint in wrong_in_source(message):
            yield f"{places(message)}: {text!r} {complaint}"
        for language, catalogue in catalogues.items():
            translated = catalogue.get(message.id, message.context)
            for complaint in wrong_in_translation(message, translated, catalogue.num_plurals):
                yield f"{places(message)}: [{language}] {text!r} {complaint}"


def main() -> int:
    """Print what is wrong and answer 1, or say that all is well."""
    source = source_messages()
    catalogues = {language: translations_into(language) for language in LANGUAGES}
    for language in LANGUAGES:
        if not catalogue_file(language).exists():
            print(f"There is no catalogue for {language}: make translations begins one.", file=sys.stderr)
    found = list(complaints(source, catalogues))
    for line in found:
        print(line)
    if found:
        print(f"{len(found)} to put right. Add the sentences to the catalogues with: make translations")
        return 1
    print(f"{len(source)} sentences, all of them translated into {', '.join(LANGUAGES)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
