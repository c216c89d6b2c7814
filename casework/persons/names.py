"""Names across alphabets: how alike two full names are, and an index that finds people by name.

The form in which words are compared is made in `alphabets`. All fuzziness is on the side of the question; nothing here
may be written to disk unsealed. Plain Python: no database, no clock. No function raises, whatever the text.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from array import array
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import pairwise
from threading import RLock
from uuid import UUID

from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extract

from casework.persons.alphabets import alphabet, consonants, normal_form, readings, skeleton, tidy

__all__ = [
    "Hit",
    "NameIndex",
    "alphabet",
    "likeness",
    "name_parts",
    "normal_form",
    "readings",
    "skeleton",
    "why",
]

# Words that say how someone is related, or belong to the word beside them. In normal form already.
_RELATION_WORDS = frozenset({"uli", "kizi", "ogli", "oglu", "ugli", "bin", "ibn", "bint", "bnt", "bn", "ben", "ul"})
_JOINED_TO_NEXT = frozenset({"abd", "abdul", "abdal", "abdel", "abdur", "abdus", "abdu", "abu", "al", "el", "ad", "ud"})
_JOINED_TO_LAST = frozenset({"zai", "zada", "zadeh", "zade", "zoda", "hel", "din"})
_PARTICLES = _RELATION_WORDS | _JOINED_TO_NEXT | _JOINED_TO_LAST

_BETWEEN_WORDS = re.compile(r"[\s,;/()\[\]{}_.«»“”„|\\+:&]+")
_HYPHENS = re.compile("[-\u2010-\u2015\u2212\u05be\u058a\ufe58\ufe63\uff0d~]+")

# ---------------------------------------------------------------------------------------------------------
# Whole names


def name_parts(full: str) -> tuple[str, ...]:
    """The parts of a full name as written; of a hyphenated part the whole and then its elements."""
    parts: list[str] = []
    for written in _written_words(full):
        elements = [element for element in _HYPHENS.split(written) if element]
        parts.extend([written, *elements] if len(elements) > 1 else elements)
    return tuple(parts)


def _written_words(full: str) -> list[str]:
    return [word for word in _BETWEEN_WORDS.split(full) if any(c.isalnum() for c in word)]


@dataclass(frozen=True, slots=True)
class _Name:
    """A name made ready for comparing: its words, and further keys under which it may be asked for."""

    alphabet: str
    words: tuple[str, ...]
    further: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        return self.words + self.further


def _read(full: str) -> _Name:
    """The comparable form of a full name; particles joined to their word (Abd al-Rahman, Yusuf Zai)."""
    forms: list[str] = []
    compounds: list[str] = []
    for written in _written_words(full):
        elements = [form for form in map(normal_form, _HYPHENS.split(written)) if form]
        if len(elements) > 1:
            compounds.append(tidy("".join(elements)))
        forms.extend(elements)
    words: list[str] = []
    held = ""
    for form in forms:
        if form in _JOINED_TO_NEXT:
            held += form
        elif form in _JOINED_TO_LAST and words and not held:
            words[-1] = tidy(words[-1] + form)
        else:
            words.append(tidy(held + form) if held else form)
            held = ""
    if held:
        words.append(held)
    words = [word for word in words if word not in _RELATION_WORDS] or words
    further = [form for form in (*compounds, *forms) if form not in words and len(form) > 2]
    further = [form for form in dict.fromkeys(further) if form not in _PARTICLES]
    return _Name(alphabet(full), tuple(words), tuple(further))


def _word_likeness(one: str, other: str) -> float:
    """0 to 100: letters and consonants together; the fewer consonants there are, the less they prove."""
    if one == other:
        return 100.0
    mine, theirs = consonants(one), consonants(other)
    return _weighed(ratio(one, other), ratio(mine, theirs), min(len(mine), len(theirs)))


def _weighed(letters: float, skeletons: float, fewest: int) -> float:
    proof = 0.65 if fewest > 2 else 0.5 if fewest == 2 else 0.0
    # Never quite 100: only the same normal form is the same.
    return min(99.0, max(letters, proof * skeletons + (1 - proof) * letters))


def _best_pairing(table: Sequence[Sequence[float]]) -> tuple[float, tuple[int, ...]]:
    """The one-to-one pairing of rows with columns of the greatest sum; -1 for a row left alone.

    Exact for the few words a name has; rows are at most _WORDS.
    """
    width = len(table[0]) if table else 0
    favourites = [row.index(max(row)) for row in table] if width else []
    if len(set(favourites)) == len(table) and all(row[column] for row, column in zip(table, favourites, strict=True)):
        return sum(map(max, table)), tuple(favourites)
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for row in table:
        following: dict[int, tuple[float, tuple[int, ...]]] = {}
        for taken, (total, pairs) in best.items():
            choices = [(taken, total, -1)]
            choices += [
                (taken | 1 << column, total + row[column], column)
                for column in range(width)
                if row[column] > 0 and not taken >> column & 1
            ]
            for columns, value, column in choices:
                known = following.get(columns)
                if known is None or value > known[0]:
                    following[columns] = (value, (*pairs, column))
        best = following
    return max(best.values(), key=lambda found: found[0])


_WORDS = 6  # of a longer name only the first words are paired


def likeness(a: str, b: str) -> float:
    """How alike two full names are, 0 to 100; symmetric, whatever the alphabets and the order of the words.

    100 means the same normal forms. A word one name has and the other lacks (a patronymic) costs little.
    """
    one, other = _read(a), _read(b)
    if not one.words or not other.words:
        return 0.0
    ways = [_names_likeness(one.words, other.words)]
    ways += [_names_likeness(words, other.words) for words in _alternatives(a, one)]
    ways += [_names_likeness(one.words, words) for words in _alternatives(b, other)]
    return round(max(ways), 1)


def _alternatives(full: str, name: _Name) -> Iterator[tuple[str, ...]]:
    """The words of a name of single words in its other readings."""
    written = [part for word in _written_words(full) for part in _HYPHENS.split(word)]
    read = [forms for forms in map(readings, written) if forms[0]]
    if tuple(forms[0] for forms in read) != name.words:
        return
    for way in range(1, max(map(len, read))):
        yield tuple(forms[min(way, len(forms) - 1)] for forms in read)


def _names_likeness(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    shorter, longer = sorted((one[:_WORDS], other[:_WORDS]), key=lambda words: (len(words), words))
    weights = [[min(len(x), len(y)) + 2.0 for y in longer] for x in shorter]
    table = [
        [_word_likeness(x, y) * weight for y, weight in zip(longer, row, strict=True)]
        for x, row in zip(shorter, weights, strict=True)
    ]
    total, pairs = _best_pairing(table)
    paired = [(row, column) for row, column in enumerate(pairs) if column >= 0]
    weight = sum(weights[row][column] for row, column in paired) or 1.0
    alone = len(longer) - len(paired) + (len(shorter) - len(paired))
    words = total / weight * (1 - 0.04 * alone)
    together = ratio("".join(sorted(one)), "".join(sorted(other))) if len(one) != len(other) else 0.0
    written_together = max(together, ratio("".join(one), "".join(other)))
    return max(words, min(99.0, written_together)) if one != other else 100.0


# ---------------------------------------------------------------------------------------------------------
# Finding


@dataclass(frozen=True, slots=True)
class Hit:
    """A person found: how well (0 to 100), by which kind of name or number, and why (see `why`)."""

    person_id: UUID
    score: float
    kind: str
    reason_code: str


def why(query: str, name: str) -> str:
    """Why a name answers a question, as a stable code.

    "same": the same spelling in this form; "other_alphabet": the same, written in another alphabet; "part":
    only some of the words asked for; "beginning": a word asked for begins one of the name; "other_spelling":
    the same consonants; "similar": near. For numbers the index says "number".
    """
    asked = _asked_words(query)
    answer = _answer(asked, alphabet(query), _read(name), {})
    return answer[1] if answer else "similar"


_LEAST_SCORE = 45.0
_GOOD_SCORE = 93.0  # with as many answers this good as wanted, nobody is looked for among the misspelt
_ALONGSIDE = 87.0  # what of the misspelt is worth showing beside an answer that good
_LEAST_WORD = 50.0
_LEAST_LETTERS = 12.0  # below this not even the consonants help
_LEAST_NEAR = 60.0  # for looking at someone because of one word
_LONGEST_NEIGHBOURED = 14
_LONGEST_QUESTION = 250  # letters; no name is longer
_SKELETON_LETTERS = "abdghlmnrstvčšž"
_Asked = tuple[str, ...]  # a word of a question in all its readings
_Scores = dict[_Asked, dict[str, float]]


def _asked_words(query: str) -> list[_Asked]:
    """The words of a question, each in all its readings."""
    by_first: dict[str, _Asked] = {}
    for written in _written_words(query):
        for element in _HYPHENS.split(written):
            forms = readings(element)
            by_first[forms[0]] = forms
    return [by_first.get(word, (word,)) for word in _read(query).words][:_WORDS]


def _score(asked: _Asked, keys: Iterable[str], scores: dict[str, float]) -> None:
    """Note how well words of names answer a word of a question, which may be only their beginning."""
    new = [key for key in dict.fromkeys(keys) if key not in scores]
    scores.update(dict.fromkeys(new, 0.0))
    for form in asked:
        mine = consonants(form)
        alike: dict[str, float] = {}
        for key, letters, _ in extract(
            form, new, scorer=ratio, processor=None, limit=None, score_cutoff=_LEAST_LETTERS
        ):
            if key == form:
                scores[key] = 100.0
                continue
            theirs = consonants(key)
            if theirs not in alike:
                alike[theirs] = ratio(mine, theirs)
            score = _weighed(letters, alike[theirs], min(len(mine), len(theirs)))
            if form and key.startswith(form):
                score = max(score, 75 + 23 * len(form) / len(key))
            if scores[key] < score:
                scores[key] = score


def _answer(asked: Sequence[_Asked], asked_in: str, name: _Name, known: _Scores) -> tuple[float, str] | None:
    """Score and reason with which a name answers a question; None when not at all. `known` is filled."""
    keys = name.keys[:10]
    if not asked or not keys:
        return None
    table: list[list[float]] = []
    for forms in asked:
        scores = known.setdefault(forms, {})
        if not all(key in scores for key in keys):
            _score(forms, keys, scores)
        table.append([score if (score := scores[key]) >= _LEAST_WORD else 0.0 for key in keys])
    weights = [_weight(forms) for forms in asked]
    total, pairs = _best_pairing([[score * w for score in row] for row, w in zip(table, weights, strict=True)])
    # Words nobody asked for cost a little, so that the name that is all there comes first.
    unasked = max(0, len(name.words) - sum(column >= 0 for column in pairs))
    score = total / sum(weights) - 0.4 * min(unasked, 5)
    if len(asked) != len(name.words):  # Anna Maria, Annamaria
        together = ratio("".join(forms[0] for forms in asked), "".join(name.words))
        score = max(score, min(99.0, together))
    if score < _LEAST_SCORE:
        return None
    return round(max(0.0, score), 1), _reason(asked, asked_in, name, table, pairs)


def _weight(asked: _Asked) -> float:
    return min(len(asked[0]), 8) + 2.0


def _reason(
    asked: Sequence[tuple[str, ...]],
    asked_in: str,
    name: _Name,
    table: Sequence[Sequence[float]],
    pairs: Sequence[int],
) -> str:
    if any(column < 0 for column in pairs):
        return "part"
    keys = name.keys
    scores = [row[column] for row, column in zip(table, pairs, strict=True)]
    if min(scores) == 100:
        return "same" if name.alphabet == asked_in else "other_alphabet"
    consonants_agree = begins = True
    for forms, column, score in zip(asked, pairs, scores, strict=True):
        answered = consonants(keys[column])
        consonants_agree &= any(consonants(form) == answered for form in forms)
        begins &= score == 100 or any(keys[column].startswith(form) for form in forms)
    if begins:
        return "beginning"
    return "other_spelling" if consonants_agree else "similar"


def _one_edit_from(consonants: str) -> set[str]:
    """Skeletons one letter away: one left out, added, changed, or two neighbours swapped."""
    cuts = [(consonants[:i], consonants[i:]) for i in range(len(consonants) + 1)]
    near = {head + tail[1:] for head, tail in cuts if tail}
    near.update(head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1)
    near.update(head + letter + tail[1:] for head, tail in cuts if tail for letter in _SKELETON_LETTERS)
    near.update(head + letter + tail for head, tail in cuts for letter in _SKELETON_LETTERS)
    near.discard(consonants)
    near.discard("")
    return near


def _number_keys(text: str, kind: str | None = None) -> list[str]:
    """How a number or address is looked up: exact but for spaces, signs, case; phones by 9 last digits."""
    text = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(filter(str.isalnum, text))
    if not plain.isascii():
        plain = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in plain)
    keys = [plain] if plain and kind != "phone" else []
    if kind in (None, "phone") and plain.isdecimal() and len(plain) >= 9:
        keys.append(f"phone:{plain[-9:]}")
    return keys


# A million persons lie in memory, so each is a few plain tuples of strings: small, and soon left alone by the
# garbage collector.
_Named = tuple[str, str, tuple[str, ...], tuple[str, ...]]  # kind; alphabet, words and further keys of a _Name
_Person = tuple[int, tuple[_Named, ...], tuple[str, ...]]  # id as a number; names; keys and kinds of numbers by turns


class NameIndex:
    """The names of one organisation's persons, in memory; found in any alphabet, misspelt, begun, swapped.

    Safe to use from several threads. How fast and how large: docs/benchmarks.md.
    """

    def __init__(self) -> None:
        self._lock = RLock()
        self._persons: list[_Person | None] = []
        self._free: list[int] = []
        self._by_person: dict[int, int] = {}
        self._by_form: dict[str, array[int]] = {}
        self._by_skeleton: dict[str, list[str]] = {}
        self._by_number: dict[str, tuple[int, ...]] = {}
        self._forms: list[str] = []  # in order, but for those of _forms_to_come
        self._forms_to_come: set[str] = set()

    def __len__(self) -> int:
        return len(self._by_person)

    def __contains__(self, person_id: object) -> bool:
        return isinstance(person_id, UUID) and person_id.int in self._by_person

    def put(
        self,
        person_id: UUID,
        names: Iterable[tuple[str, str]],
        extras: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Index a person by (kind, full name) and exact (kind, number) pairs, in place of what was known.

        The kind "phone" is compared by its last nine digits; every other kind of number as a whole.
        """
        read = [(sys.intern(kind), _read(full)) for kind, full in names]
        named = tuple(
            (kind, name.alphabet, tuple(map(sys.intern, name.words)), tuple(map(sys.intern, name.further)))
            for kind, name in read
            if name.words
        )
        numbers = tuple(
            part
            for kind, text in extras
            for key in _number_keys(text, kind)
            for part in (sys.intern(key), sys.intern(kind))
        )
        with self._lock:
            self.drop(person_id)
            number = self._free.pop() if self._free else len(self._persons)
            person = (person_id.int, named, numbers)
            if number == len(self._persons):
                self._persons.append(person)
            else:
                self._persons[number] = person
            self._by_person[person[0]] = number
            for form in _forms_of(person):
                holders = self._by_form.get(form) or self._learn_form(form)
                if not holders or holders[-1] < number:
                    holders.append(number)
                else:
                    insort(holders, number)
            for key in dict.fromkeys(numbers[::2]):
                self._by_number[key] = (*self._by_number.get(key, ()), number)

    def drop(self, person_id: UUID) -> None:
        """Forget a person; nothing happens when the person is not known."""
        with self._lock:
            number = self._by_person.pop(person_id.int, None)
            person = self._persons[number] if number is not None else None
            if number is None or person is None:
                return
            for form in _forms_of(person):
                holders = self._by_form[form]
                del holders[bisect_left(holders, number)]
                if not holders:
                    self._forget_form(form)
            for key in dict.fromkeys(person[2][::2]):
                self._by_number[key] = tuple(one for one in self._by_number[key] if one != number)
                if not self._by_number[key]:
                    del self._by_number[key]
            self._persons[number] = None
            self._free.append(number)

    def _learn_form(self, form: str) -> array[int]:
        holders = self._by_form[form] = array("L")
        self._by_skeleton.setdefault(consonants(form), []).append(form)
        self._forms_to_come.add(form)
        return holders

    def _forget_form(self, form: str) -> None:
        del self._by_form[form]
        if form in self._forms_to_come:
            self._forms_to_come.remove(form)
        else:
            del self._forms[bisect_left(self._forms, form)]
        skeleton = consonants(form)
        self._by_skeleton[skeleton].remove(form)
        if not self._by_skeleton[skeleton]:
            del self._by_skeleton[skeleton]

    def find(self, query: str, limit: int = 20) -> list[Hit]:
        """The persons a question may mean, best first; by number when it is one, else by name."""
        query = query[:_LONGEST_QUESTION]
        with self._lock:
            hits = self._find_number(query)
            asked = _asked_words(query)
            if asked and limit > 0:
                numbered = {hit.person_id for hit in hits}
                hits += [
                    hit for hit in self._find_names(asked, alphabet(query), limit) if hit.person_id not in numbered
                ]
            return hits[: max(0, limit)]

    def _find_number(self, query: str) -> list[Hit]:
        hits: dict[UUID, Hit] = {}
        for key in _number_keys(query):
            for number in sorted(self._by_number.get(key, ())):
                _, _, numbers = self._persons[number] or (0, (), ())
                kind = numbers[numbers.index(key) + 1]
                hits.setdefault(self._id(number), Hit(self._id(number), 100.0, kind, "number"))
        return list(hits.values())

    def _find_names(self, asked: Sequence[_Asked], asked_in: str, limit: int) -> list[Hit]:
        known: _Scores = {}
        answers: dict[int, tuple[float, str, str]] = {}
        looked_at: set[int] = set()
        best: list[int] = []
        for among_misspelt in (False, True):
            likely = self._likely(asked, known, limit, among_misspelt)
            keys = {key for number in likely - looked_at for key in _forms_of(self._persons[number])}
            for forms in asked:
                _score(forms, keys, known.setdefault(forms, {}))
            least = _ALONGSIDE if best and answers[best[0]][0] >= _GOOD_SCORE else 0.0
            for number in likely - looked_at:
                answer = self._best_answer(number, asked, asked_in, known)
                if answer and answer[0] >= least:
                    answers[number] = answer
            looked_at |= likely
            best = nlargest(limit, answers, key=lambda number: (answers[number][0], -number))
            if len(best) == limit and answers[best[-1]][0] >= _GOOD_SCORE:
                break
        return [Hit(self._id(number), *answers[number]) for number in best]

    def _best_answer(
        self, number: int, asked: Sequence[_Asked], asked_in: str, known: _Scores
    ) -> tuple[float, str, str] | None:
        """Score, kind of name and reason with which a person answers."""
        _, named, _ = self._persons[number] or (0, (), ())
        best: tuple[float, str, str] | None = None
        for kind, letters, words, further in named:
            answer = _answer(asked, asked_in, _Name(letters, words, further), known)
            if answer and (best is None or answer[0] > best[0]):
                best = answer[0], kind, answer[1]
        return best

    def _id(self, number: int) -> UUID:
        person = self._persons[number]
        return UUID(int=person[0] if person else 0)

    def _likely(self, asked: Sequence[_Asked], known: _Scores, limit: int, among_misspelt: bool) -> set[int]:
        """Whom to look at closely: who has several of the words asked for, and some who have one of them."""
        most = max(_LOOKED_AT, limit + limit // 4)
        scored = [(_weight(forms), self._scored(forms, known, among_misspelt)) for forms in asked]
        holding = [set[int]().union(*(self._by_form[form] for form in scores)) for _, scores in scored]
        several: set[int] = set()
        for place, holders in enumerate(holding):
            for earlier in holding[:place]:
                several |= holders & earlier
        if len(several) > most:
            several = self._best_of(several, scored, most)
        some = most if len(asked) == 1 else max(_LOOKED_AT_FOR_ONE, (most - len(several)) // len(asked))
        for _, scores in scored:
            several |= self._first_of(scores, some)
        for forms in (*_written_together(asked), *self._written_apart(asked)):
            several |= self._first_of(self._scored(forms, known, among_misspelt), _LOOKED_AT_FOR_ONE)
        return several

    def _first_of(self, scores: dict[str, float], most: int) -> set[int]:
        found: set[int] = set()
        for form in sorted(scores, key=lambda form: (-scores[form], form)):
            found.update(self._by_form[form][: most - len(found)])
            if len(found) >= most:
                break
        return found

    def _best_of(self, persons: set[int], scored: Sequence[tuple[float, dict[str, float]]], most: int) -> set[int]:
        rough: dict[int, float] = {}
        for weight, scores in scored:
            best: dict[int, float] = {}
            for form in sorted(scores, key=scores.__getitem__):
                best.update(dict.fromkeys(persons.intersection(self._by_form[form]), scores[form] * weight))
            for number, score in best.items():
                rough[number] = rough.get(number, 0.0) + score
        return set(nlargest(most, rough, key=lambda number: (rough[number], -number)))

    def _scored(self, asked: _Asked, known: _Scores, among_misspelt: bool) -> dict[str, float]:
        """The words of names that may answer a word asked for, and how well.

        They have its consonants, or begin with it; among the misspelt also those one consonant away.
        """
        found: dict[str, None] = {}
        for form in asked:
            mine = consonants(form)
            skeletons = {mine}
            if among_misspelt and len(mine) <= _LONGEST_NEIGHBOURED:
                skeletons |= _one_edit_from(mine)
            for theirs in skeletons:
                found.update(dict.fromkeys(self._by_skeleton.get(theirs, ())))
            if len(form) > 1:
                found.update(dict.fromkeys(self._begun(form)))
        scores = known.setdefault(asked, {})
        _score(asked, found, scores)
        return {form: score for form in found if (score := scores[form]) >= _LEAST_NEAR}

    def _begun(self, form: str) -> list[str]:
        """Words of names that begin with this."""
        if len(self._forms_to_come) > 20:
            self._forms.extend(self._forms_to_come)
            self._forms.sort()
        else:
            for come in self._forms_to_come:
                insort(self._forms, come)
        self._forms_to_come.clear()
        start = bisect_left(self._forms, form)
        end = bisect_left(self._forms, form + chr(sys.maxunicode), start)
        return self._forms[start : min(end, start + _LOOKED_AT_BEGUN)]

    def _written_apart(self, asked: Sequence[_Asked]) -> Iterator[_Asked]:
        """The two words of names that a word of a question is made of: Annamaria, Anna Maria."""
        for word in (forms[0] for forms in asked):
            for place in range(3, len(word) - 2):
                if word[:place] in self._by_form and word[place:] in self._by_form:
                    yield from ((word[:place],), (word[place:],))


_LOOKED_AT = 60  # persons, closely, at least
_LOOKED_AT_BEGUN = 200  # words that begin with one of the question
_LOOKED_AT_FOR_ONE = 15  # because of one word of several


def _forms_of(person: _Person | None) -> set[str]:
    return {key for _, _, words, further in person[1] for key in words + further} if person else set()


def _written_together(asked: Sequence[_Asked]) -> Iterator[_Asked]:
    """Neighbouring words of a question as one, for names that are written so."""
    for one, other in pairwise(asked):
        yield (tidy(one[0] + other[0]),)
