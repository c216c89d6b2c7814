"""What is told of an edition without a database."""

from datetime import date

from casework.editions import rules


def test_a_translation_is_written_for_words_not_for_the_space_around_them() -> None:
    assert rules.digest_of_text(" Words.\n") == rules.digest_of_text("Words.")
    assert rules.digest_of_text("Words.") != rules.digest_of_text("Words")


def test_a_content_is_written_in_one_way() -> None:
    content = {"b": 1, "a": "қ"}
    assert rules.written(content) == '{"a":"қ","b":1}\n'
    assert rules.read(rules.written(content)) == content


def test_a_discarded_edition_is_named_otherwise() -> None:
    assert [rules.code("KAZ", date(2025, 1, 1), one) for one in (2, -1)] == ["KAZ-2025-01-01-e2", "KAZ-2025-01-01-d1"]
