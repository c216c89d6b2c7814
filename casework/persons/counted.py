"""Whether a person lets themselves be counted in statistics, as their answers about consent say."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from casework.persons.rules import Flow


class Statistics(StrEnum):
    """The codes of that history. Counted is everybody who has not said otherwise."""

    COUNTED = "COUNTED"
    WITHDRAWN = "WITHDRAWN"


@dataclass(frozen=True)
class Counting:
    """That a person is counted from a day on, or not any more, by what they answered (`cause_id`)."""

    code: str
    on: date
    cause_id: UUID

    @property
    def reason(self) -> str:
        return str(Flow.CONSENT_GIVEN if self.code == Statistics.COUNTED else Flow.CONSENT_WITHDRAWN)
