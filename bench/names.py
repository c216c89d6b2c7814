"""P2: finding a person by name, beside the bars of the design and beside trigrams in PostgreSQL on the same names.

The persons are invented and spelled by `bench.invented`, which shares no table with the application. An answer counts
when it is among the first ten; so does a namesake's whose name would be spelled the same in what was asked. Then pairs
of real, public names (`name_pairs.csv`), written down from general knowledge.
"""

import csv
import gc
import json
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from uuid import UUID, uuid4

import psycopg
from sqlalchemy import make_url

from bench import invented
from bench.invented import KINDS, Crowd, Person
from casework.core.vault import KeyRing, Vault
from casework.persons.index import Comparable
from casework.persons.models import Identity
from casework.persons.names import NameIndex, likeness, name_parts, readings, skeleton
from casework.persons.profile import Profile
from casework.persons.rules import PartialDate
from tests import servers

PAIRS = Path(__file__).parent / "name_pairs.csv"
LIMIT = 10


@dataclass(frozen=True)
class Bars:
    recall: tuple[float, ...]
    p50: float
    p95: float


# From the design notes on names.
BARS = {
    100_000: Bars((1, 0.99, 0.97, 0.96, 0.94), 8, 15),
    1_000_000: Bars((1, 0.98, 0.96, 0.93, 0.94), 25, 50),
}


@dataclass(frozen=True)
class Question:
    kind: str
    typed: str
    meant: int


@dataclass
class Measured:
    recall: dict[str, float]
    wall: list[float]
    processor: list[float]

    @property
    def p50(self) -> float:
        return median(self.wall)

    @property
    def p95(self) -> float:
        return sorted(self.wall)[int(0.95 * len(self.wall))]


def run(sizes: tuple[int, ...]) -> None:
    print("P2  Finding a person by name, in any alphabet")
    for size in sizes:
        _at(size)
    _pairs()


def _at(size: int) -> None:
    chance, crowd = random.Random(2), Crowd(1)
    people: list[Person] = []
    names: list[str] = []
    tables: list[str] = []
    for _ in range(size):
        person = crowd.person()
        name, table = invented.recorded(person, chance)
        people.append(person)
        names.append(name)
        tables.append(table)
    questions = _questions(people, names, tables, 200 if size < 1_000_000 else 100)

    gc.collect()
    before, start = _memory(), time.perf_counter()
    index = NameIndex()
    for number, name in enumerate(names):
        index.put(
            UUID(int=number), [("name", name)], [("record", f"P-26-{number:08}"), ("phone", f"+7 700 {number:07}")]
        )
    index.find("")
    filled = time.perf_counter() - start
    gc.collect()
    print(
        f"\n    {size:,} persons: filled in {filled:.1f} s ({filled / size * 1e6:.0f} µs each),"
        f" {_memory() - before:,.0f} MB of memory in each worker"
    )
    _whole_worker(names)
    ours = _measure(people, questions, lambda typed: [hit.person_id.int for hit in index.find(typed, LIMIT)])
    theirs = _in_postgresql(people, names, questions)
    _print(size, ours, theirs)


def _whole_worker(names: list[str]) -> None:
    """What a worker does besides: it opens each sealed record once, and keeps what is compared for duplicates."""
    vault = Vault(KeyRing.new())
    organisation_id, sample = uuid4(), names[:2000]
    sealed = [
        vault.seal(
            json.dumps(asdict(Identity(given_name=name))).encode(), organisation_id, UUID(int=number), "identity"
        )
        for number, name in enumerate(sample)
    ]
    start = time.perf_counter()
    for number, envelope in enumerate(sealed):
        Identity(**json.loads(vault.open(envelope, organisation_id, UUID(int=number), "identity")))
    opening = (time.perf_counter() - start) / len(sample)
    gc.collect()
    before, start = _memory(), time.perf_counter()
    profiles = {
        UUID(int=number): Profile(UUID(int=number), (("name", name),), given_name=name, born=PartialDate(1980, 5, 17))
        for number, name in enumerate(names)
    }
    crowd = Comparable(profiles)
    filled = time.perf_counter() - start
    gc.collect()
    print(
        f"    besides: opening the sealed records {opening * len(names):,.1f} s ({opening * 1e6:.0f} µs each);"
        f" what is compared {filled:,.1f} s, {_memory() - before:,.0f} MB"
    )
    del crowd, profiles


def _questions(people: list[Person], names: list[str], tables: list[str], of_each: int) -> list[Question]:
    chance = random.Random(3)
    found = []
    for kind in KINDS:
        for _ in range(of_each):
            meant = chance.randrange(len(people))
            typed = invented.asked(people[meant], names[meant], tables[meant], kind, chance)
            found.append(Question(kind, typed, meant))
    return found


def _measure(people: list[Person], questions: list[Question], find: Callable[[str], list[int]]) -> Measured:
    measured = Measured(dict.fromkeys(KINDS, 0.0), [], [])
    for question in questions:
        start, used = time.perf_counter(), time.thread_time()
        hits = find(question.typed)
        measured.wall.append((time.perf_counter() - start) * 1000)
        measured.processor.append((time.thread_time() - used) * 1000)
        meant = people[question.meant]
        if any(hit == question.meant or invented.is_namesake(meant, people[hit], question.kind) for hit in hits):
            measured.recall[question.kind] += len(KINDS) / len(questions)
    return measured


def _in_postgresql(people: list[Person], names: list[str], questions: list[Question]) -> Measured | str:
    if reason := servers.why_no_postgresql():
        return reason
    with _trigrams(names) as connection:
        asking = "SELECT id FROM names WHERE name %% %(typed)s ORDER BY similarity(name, %(typed)s) DESC LIMIT 10"
        return _measure(
            people,
            questions,
            lambda typed: [row[0] for row in connection.execute(asking, {"typed": typed})],
        )


@contextmanager
def _trigrams(names: list[str]) -> Iterator[psycopg.Connection]:
    """The names in the plain, in a server of their own, with the index that PostgreSQL has for likeness."""
    with servers.postgresql() as server:
        url = make_url(server)
        where = {"host": url.host or url.query.get("host"), "user": url.username, "dbname": url.database}
        with psycopg.connect(**where, autocommit=True) as connection:
            connection.execute("CREATE EXTENSION pg_trgm")
            connection.execute("CREATE TABLE names (id int PRIMARY KEY, name text NOT NULL)")
            with connection.cursor().copy("COPY names FROM STDIN") as copy:
                for row in enumerate(names):
                    copy.write_row(row)
            connection.execute("CREATE INDEX ON names USING gin (name gin_trgm_ops)")
            connection.execute("VACUUM ANALYZE names")
            yield connection


def _print(size: int, ours: Measured, theirs: Measured | str) -> None:
    bars = BARS.get(size)
    plain = theirs if isinstance(theirs, Measured) else None
    print(f"    {'':52}{'Casework':>10}{'bar':>8}{'ratio':>8}{'pg_trgm':>10}")
    for place, kind in enumerate(KINDS):
        print(
            f"    recall@{LIMIT}, {kind:41}{ours.recall[kind]:>10.3f}"
            + _beside(ours.recall[kind], bars.recall[place] if bars else None)
            + (f"{plain.recall[kind]:>10.3f}" if plain else f"{'–':>10}")
        )
    for label, share, bar in (
        ("p50, ms", 0.5, bars.p50 if bars else None),
        ("p95, ms", 0.95, bars.p95 if bars else None),
    ):
        print(
            f"    {label:52}{_at_share(ours.wall, share):>10.1f}"
            + _beside(_at_share(ours.wall, share), bar)
            + (f"{_at_share(plain.wall, share):>10.1f}" if plain else f"{'–':>10}")
        )
        print(f"    {label + ' of processor time':52}{_at_share(ours.processor, share):>10.1f}")
    if isinstance(theirs, str):
        print(f"    pg_trgm: {theirs}")


def _at_share(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def _beside(figure: float, bar: float | None) -> str:
    return f"{bar:>8g}{figure / bar:>8.2f}" if bar else f"{'–':>8}{'–':>8}"


def _memory() -> float:
    """What this process holds, in megabytes; nothing where the system does not say."""
    told = Path("/proc/self/statm")
    return int(told.read_text().split()[1]) * 4096 / 1e6 if told.exists() else 0.0


# -- real, public names ----------------------------------------------------------------------------------------------


def _pairs() -> None:
    with PAIRS.open(encoding="utf-8", newline="") as file:
        pairs = list(csv.DictReader(file))
    agree = one_edit = alike = 0
    for pair in pairs:
        one, other = pair["spelling"], pair["other_spelling"]
        score = likeness(one, other)
        distance = _distance(one, other)
        agree += distance == 0
        one_edit += distance <= 1
        alike += score >= 75
    chance = random.Random(1)
    strangers = [tuple(chance.sample(pairs, 2)) for _ in range(20_000)]
    strangers = [(one, other) for one, other in strangers if one["who"] != other["who"]]
    mistaken = sum(likeness(one["spelling"], other["other_spelling"]) >= 75 for one, other in strangers)
    kinds = len({pair["who"] for pair in pairs})
    print(
        f"\n    {len(pairs)} pairs of spellings of {kinds} real, public names ({PAIRS.name}; no bar, it is no sample)"
    )
    print(f"    {'consonants of every part agree':52}{agree / len(pairs):>10.3f}")
    print(f"    {'at most one consonant differs':52}{one_edit / len(pairs):>10.3f}")
    print(f"    {'likeness of 75 or more':52}{alike / len(pairs):>10.3f}")
    print(f"    {'the same between different names':52}{mistaken / len(strangers):>10.4f}")


def _distance(one: str, other: str) -> int:
    """How many consonants lie between two names at most in one part, in the readings that suit them best."""
    parts, others = name_parts(one), name_parts(other)
    if len(parts) > len(others):
        parts, others = others, parts
    worst = 0
    for part in parts:
        nearest = min(
            _edits(skeleton(mine), skeleton(theirs))
            for mine in readings(part)
            for word in others
            for theirs in readings(word)
        )
        worst = max(worst, nearest)
    return worst


def _edits(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        before, row[0] = row[0], place
        for column, against in enumerate(other, 1):
            before, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, before + (letter != against))
    return row[-1]
