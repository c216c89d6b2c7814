"""The figures and the factsheet in a browser: they fit a phone in every language, and axe has nothing against them."""

from datetime import date
from pathlib import Path

import pytest

from casework.core import clock
from casework.releases.models import Step
from tests.browser.conftest import Site, Visit
from tests.browser.visitor import Visitor
from tests.figures.caseload import crowd
from tests.releases import published

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session"),
]

PHONE = 320
DESK = 1280


def fits(visitor: Visitor, axe: Path, path: str) -> list[str]:
    """What axe has against a page, and what does not fit a phone in any language."""
    faults = visitor.go(path).axe(axe)
    for language in ("ru", "kk", "en"):
        visitor.narrow(DESK)
        visitor.speak(language)
        faults += [f"{language}: {one}" for one in visitor.too_wide(PHONE)]
    visitor.narrow(DESK)
    return faults


def every_region() -> dict[str, object]:
    """A release with all regions of the country by their long names, as tiles."""
    content = published.publication()
    with_regions = published.table(
        "undetermined",
        {"region": {code: (name, name, name) for code, name in REGIONS.items()}},
        {(code,): 9 * place for place, code in enumerate(REGIONS)},
        "2025-01-01",
        hidden={("KZ-10",), ("KZ-11",), ("KZ-62",), ("UNK",)},
    )
    return {**content, "tables": [*(one for one in content["tables"] if "region" not in one["code"]), with_regions]}


REGIONS = {
    "KZ-10": "Область Абай", "KZ-11": "Акмолинская область", "KZ-15": "Актюбинская область",
    "KZ-19": "Алматинская область", "KZ-23": "Атырауская область", "KZ-27": "Западно-Казахстанская область",
    "KZ-31": "Жамбылская область", "KZ-33": "Область Жетісу", "KZ-35": "Карагандинская область",
    "KZ-39": "Костанайская область", "KZ-43": "Кызылординская область", "KZ-47": "Мангистауская область",
    "KZ-55": "Павлодарская область", "KZ-59": "Северо-Казахстанская область", "KZ-61": "Туркестанская область",
    "KZ-62": "Область Ұлытау", "KZ-63": "Восточно-Казахстанская область", "KZ-71": "Город Астана",
    "KZ-75": "Город Алматы", "KZ-79": "Город Шымкент", "UNK": "Не указан",
}  # fmt: skip


def test_the_sheet_of_every_release(site: Site, visit: Visit, axe: Path) -> None:
    visitor = visit("statistics").go("/factsheet/")
    visitor.says("Draw up a release first")
    frozen = site.behind("statistics", lambda: published.release_id(Step.FROZEN, every_region()))
    site.behind("statistics", lambda: published.release_id(Step.ATTACKED, published.publication("2025-07-01")))
    assert fits(visitor, axe, "/factsheet/") == []
    visitor.go("/factsheet/").pick("Release", "1 July 2025 – draft")
    visitor.press("Show this release")
    visitor.says("This is a draft")
    visitor.go(f"/factsheet/?release={frozen}").says("646")


def test_the_figures(site: Site, visit: Visit, axe: Path) -> None:
    site.behind("lawyer", lambda: crowd(12, clock.today().replace(day=1), displacement="ASR", region="KZ-27"))
    site.behind("lawyer", lambda: crowd(3, date(2024, 3, 1), nationality="UN", region="KZ-59"))
    officer = visit("statistics").go("/figures/")
    officer.pick("As of", "1 January 2025")
    officer.press("Show figures")
    officer.says("Key Figures of the country, as of 1 January 2025")
    assert fits(officer, axe, officer.path) == []
    supervisor = visit("supervisor").go("/figures/")
    supervisor.says("Contact lost")
    assert fits(supervisor, axe, "/figures/") == []
