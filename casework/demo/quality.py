"""The samples that the supervisors of the demonstration have reviewed, and one that is under way."""

from datetime import timedelta
from random import Random

from casework.core import clock
from casework.core.db import db
from casework.core.scope import Principal, acting_as
from casework.demo import staff
from casework.demo.staff import HOUSES
from casework.quality import actions
from casework.quality.models import QualityReview
from casework.reference import queries as codes

AGO = (120, 60, 3)
"""Days since each sample was drawn; the last is under way."""

REMARKS = {
    "en": ("A clear record. Thank you.", "Please add by when the next step is due."),
    "ru": ("Записи понятные, спасибо.", "Добавьте, пожалуйста, срок следующего шага."),
    "kk": ("Жазбалар түсінікті, рақмет.", "Келесі қадамның мерзімін қосыңызшы."),
}


def add(principals: dict[str, Principal]) -> None:
    """In each house three samples, a little better from one to the next."""
    for house in HOUSES:
        if staff.lawyers(house.key):
            supervisor = staff.supervisor(house.key)
            for turn, days in enumerate(AGO):
                with clock.at(clock.now() - timedelta(days=days)), acting_as(principals[supervisor.key]):
                    _sample(house.key, turn, REMARKS[supervisor.writes])
                    db.session.commit()


def _sample(house: str, turn: int, remarks: tuple[str, str]) -> None:
    rng = Random(f"{house} {turn}")  # noqa: S311 - nobody's secret
    sample = actions.draw_sample("RISK", 6, 90, seed=f"{house}-{turn + 1}")
    is_last = turn == len(AGO) - 1
    for one in sample.reviews[: 2 if is_last else 6]:
        _review(one, 60 + 15 * turn, rng, remarks)
    if not is_last:
        actions.close(sample)


def _review(one: QualityReview, good: int, rng: Random, remarks: tuple[str, str]) -> None:
    weights = (good, 80 - good // 2, max(5, 90 - good), 15)
    answers = {
        code: rng.choices(("YES", "PARTLY", "NO", "NOT_APPLICABLE"), weights)[0]
        for code, _label in codes.choices("quality_item")()
    }
    actions.review(one, answers, remarks["NO" in answers.values()])
