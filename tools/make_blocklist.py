"""Write casework/accounts/wellknown/passwords.txt.gz anew from two libraries that were downloaded by hand.

    python -m tools.make_blocklist ZXCVBN.whl LANGUAGE-COMMON.tgz

Which libraries, whose work and under which licence stands in casework/accounts/wellknown/SOURCE.md. The words of the
program's own Russian and Kazakh texts come on top: neither library has any.
"""

import ast
import gzip
import json
import re
import sys
import tarfile
import zipfile
from collections import Counter
from pathlib import Path

from babel.messages.pofile import read_po

from casework.accounts.blocklist import LIST, SHORTEST, plain

CATALOGUES = Path(__file__).resolve().parent.parent / "casework" / "translations"


def from_zxcvbn(wheel: Path) -> list[list[str]]:
    """Its six lists, most used first."""
    source = zipfile.ZipFile(wheel).read("zxcvbn/frequency_lists.py").decode("utf-8")
    written = [node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)]
    return [words.split(",") for words in written if isinstance(words, str) and words.count(",") > 100]


def from_language_common(archive: Path) -> list[str]:
    """Its list of passwords, most used first."""
    with tarfile.open(archive) as opened:
        passwords = opened.extractfile("package/src/passwords.json")
        if passwords is None:
            sys.exit(f"{archive} has no list of passwords.")
        return [str(one) for one in json.load(passwords)]


def from_catalogue(language: str) -> list[str]:
    """The words of the program's own texts, most used first."""
    counted: Counter[str] = Counter()
    with (CATALOGUES / language / "LC_MESSAGES" / "messages.po").open("rb") as opened:
        for message in read_po(opened):
            texts = [message.string] if isinstance(message.string, str) else list(message.string or ())
            said = " ".join(re.sub(r"%\(\w+\)\w", "", text) for text in texts)
            counted.update(re.findall(rf"[а-яёәіңғүұқөһ]{{{SHORTEST},}}", said.casefold()))
    return [word for word, _times in counted.most_common()]


def main(wheel: str, archive: str) -> None:
    """Put the lists into one, each word at its best place."""
    lists = [*from_zxcvbn(Path(wheel)), from_language_common(Path(archive)), from_catalogue("ru"), from_catalogue("kk")]
    best: dict[str, int] = {}
    for words in lists:
        for place, word in enumerate(words):
            text = plain(word)
            if len(text) >= SHORTEST and len(text.split()) == 1:
                best[text] = min(best.get(text, place), place)
    ordered = sorted(best, key=lambda word: (best[word], word))
    # A file that is the same however often it is made: no time, no name in its header.
    LIST.write_bytes(gzip.compress("\n".join(ordered).encode("utf-8"), 9, mtime=0))
    sys.stdout.write(f"{len(ordered)} entries, {LIST.stat().st_size} bytes\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
