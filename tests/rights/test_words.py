"""What is kept of a person is told to them, or it is said why not: a new table or field asks for one of the two."""

from dataclasses import fields

from casework.core.columns import sealed_groups
from casework.core.db import Base
from casework.rights import reaching, words

MODELS = {str(mapper.local_table): mapper.class_ for mapper in Base.registry.mappers}


def test_every_table_that_hangs_on_a_person_is_told_or_says_why_not() -> None:
    reached = {"persons", "cases", *(part.name for part in reaching.parts())}
    assert reached - set(words.SHOWN) == set(words.NOT_TOLD)


def test_every_sealed_field_of_what_is_told_is_told_or_says_why_not() -> None:
    missing = set()
    for table, (_title, told) in words.SHOWN.items():
        assert set(told) <= set(words.LABELS), table
        for name, group in sealed_groups(MODELS[table]).items():
            if f"{table}.{name}" in words.NOT_TOLD_FIELDS:
                continue
            known = [one.name for one in fields(group.shape)]
            held = [name] if known == ["text"] and table != "cases" else known
            missing |= {f"{table}.{one}" for one in held if words.RENAMED.get((table, one), one) not in told}
    assert missing == {one for one in words.NOT_TOLD_FIELDS if one in missing}


def test_every_field_that_is_told_is_there() -> None:
    for table, (_title, told) in words.SHOWN.items():
        model = MODELS[table]
        held = {column.key for column in model.__mapper__.column_attrs}
        for name, group in sealed_groups(model).items():
            held |= {name, *(one.name for one in fields(group.shape))}
        held = {words.RENAMED.get((table, one), one) for one in held}
        assert set(told) <= held, table
