"""What two statistics officers made of the releases: a factsheet in three languages, and a draft to go on with."""

from collections.abc import Callable, Mapping
from datetime import date

from flask_babel import force_locale

from casework.accounts.permissions import Role
from casework.core.config import LANGUAGES
from casework.core.db import db
from casework.core.scope import Principal, acting_as
from casework.demo.staff import COLLEAGUES
from casework.editions import actions, queries
from casework.editions.models import Edition
from casework.reference import actions as reference
from casework.releases import queries as releases

Progress = Callable[[str], object]

DONORS = ("A", "B", "C")
"""Plainly invented: nobody is to think that anybody has paid for these numbers."""
ADDED = {
    "en": "Lawyers of partner organisations counsel them free of charge.",
    "ru": "Юристы партнёрских организаций консультируют их бесплатно.",
}
"""What the draft says besides; its Kazakh text is still of the English one before."""


EXPLAINED = {
    "ru": "Итог, напечатанный в бюллетене УВКБ ООН, неверен на единицу. Два числа, из которых он состоит, верны и дают "
    "приведённый здесь итог.",
    "kk": "БҰҰ БЖКБ бюллетенінде басылған қорытынды бір санға қате. Оны құрайтын екі сан дұрыс және осында "
    "келтірілген қорытындыны береді.",
}
"""What was signed with the release in English."""


def draw_up(principals: Mapping[str, Principal], progress: Progress) -> None:
    """Publish the edition of the first release in every language; leave that of the next one as a draft."""
    writer, approver = (principals[one.key] for one in COLLEAGUES if one.role is Role.STATISTICS)
    _donors(principals)
    with acting_as(writer), force_locale("en"):
        first, *later = releases.frozen()
        edition = actions.begin(first)
        for language, text in EXPLAINED.items():
            actions.edit(edition, "explained", language, text, queries.texts(edition)["explained", language].version)
        actions.submit(edition, LANGUAGES)
        db.session.commit()
        more = True
        while more:
            more = actions.make_next(edition)
            db.session.commit()
        progress(f"Making the factsheet … {edition.code}")
    with acting_as(approver), force_locale("en"):
        actions.approve(db.session.get_one(Edition, edition.id), LANGUAGES)
        db.session.commit()
    with acting_as(writer), force_locale("en"):
        for release in later:
            _draft(actions.begin(release))
        db.session.commit()


def _draft(edition: Edition) -> None:
    for language, added in ADDED.items():
        row = queries.texts(edition)["lead", language]
        actions.edit(edition, "lead", language, f"{row.text} {added}", row.version)


def _donors(principals: Mapping[str, Principal]) -> None:
    keeper = next(one for one in COLLEAGUES if one.role is Role.ADMINISTRATOR)
    with acting_as(principals[keeper.key]):
        for letter in DONORS:
            reference.add(
                "donor",
                f"DEMO_{letter}",
                label_en=f"Demo donor {letter} (invented)",
                label_ru=f"Демонстрационный донор {letter} (вымышленный)",
                label_kk=f"Көрсетілім доноры {letter} (ойдан шығарылған)",
                effective_from=date(2019, 1, 1),
                source="Invented for the demonstration",
            )
        db.session.commit()
