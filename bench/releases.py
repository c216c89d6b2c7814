"""P10: a release of the factsheet's full set of tables: counted, protected, attacked. Bar: ten seconds."""

import time

from bench.country import AS_OF, SINCE, Country
from casework.core.db import db
from casework.releases import actions, declared

BAR = 10.0


def measure(place: Country) -> None:
    """Draw one up as an officer does, and print how long each step took; it is not kept."""
    draft = actions.begin(AS_OF, SINCE, list(declared.TABLES))
    taken = []
    for _ in range(3):
        start = time.perf_counter()
        actions.next_step(draft)
        taken.append(time.perf_counter() - start)
    report = draft.report or {}
    db.session.rollback()
    told, attacked = report["protection"], report["attack"]
    print(
        f"   P10 a release of {len(declared.TABLES)} tables, {told['cells']:,} cells: "
        f"counting {taken[0]:.1f} s, protecting {taken[1]:.1f} s, attacking {taken[2]:.1f} s; "
        f"bar {BAR:.0f} s, ratio {sum(taken) / BAR:.2f}"
    )
    least = "the least possible" if told["is_optimal"] else f"at most {told['gap']} % above the least possible"
    print(
        f"       {told['hidden']} cells withheld, in weight {least}; attacked {report['rounds']} times, "
        f"{attacked['certified']} of {attacked['hidden']} proven: "
        + ("safe" if report["is_safe"] else f"NOT SAFE {report['unsafe']}")
    )
