"""A question put twice while a page is read reaches the database once; while something is changed, every time."""

from flask import Flask, g

from casework.core.db import once_per_page


def test_once_where_nothing_is_changed(app: Flask) -> None:
    asked: list[int] = []

    @once_per_page
    def rows(number: int, *, twice: bool = False) -> list[int]:
        asked.append(number)
        return [number] * (2 if twice else 1)

    with app.test_request_context():
        g.reading = True
        rows(1).append(9)
        assert (rows(1), rows(2), rows(1, twice=True)) == ([1], [2], [1, 1])
        assert asked == [1, 2, 1]
        g.reading = False
        assert (rows(1), rows(1)) == ([1], [1])
        assert asked == [1, 2, 1, 1, 1]
    with app.test_request_context():
        g.reading = True
        rows(1)
        assert len(asked) == 6, "the next page asks anew"
