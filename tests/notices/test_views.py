"""The page of notices, the bell, the desk, and the choices on one's account."""

from casework.comments import actions as comments
from casework.notices import actions, kinds, queries
from casework.notices.rules import Hours
from tests.conftest import Acting, ClientFor
from tests.diary.test_actions import open_case
from tests.factories import World


def mentioned(acting: Acting, world: World, text: str = "Посмотрите, пожалуйста, срок") -> str:
    with acting(world.principal("lawyer")):
        case = open_case(world.user_id("lawyer"), "Тайнова")
        comments.write(case, text, mentioned=[world.user_id("supervisor")])
        return f"/cases/{case.id}"


def test_the_first_page_says_what_will_stand_here(client_for: ClientFor) -> None:
    page = client_for("statistics").page("/notices/")
    assert "No notices yet" in page.text
    assert "/account/notices" in page.links.values()


def test_a_notice_is_seen_opened_and_unread_again(client_for: ClientFor, acting: Acting, world: World) -> None:
    address = mentioned(acting, world)
    client = client_for("supervisor")
    assert "11 unread notice" in client.page("/cases/").links  # at the bell: a number for eyes, words for ears
    assert "notice you have not read" in client.page("/desk").text
    page = client.page("/notices/")
    assert "You are mentioned in a comment" in page.text
    assert "Тайнова" in page.text
    assert "Посмотрите, пожалуйста, срок" in page.text
    with acting(world.principal("supervisor")):
        notice_id = queries.mine().rows[0].id
    assert client.press(f"/notices/{notice_id}/open").location == f"{address}#comments"
    assert "Notices" in client.page("/cases/").links
    assert "Today · read" in client.page("/notices/").text
    client.press(f"/notices/{notice_id}/read", state="unread")
    assert "You are mentioned" in client.page("/notices/?show=unread").text


def test_who_holds_no_cases_reads_nobody_s_name(client_for: ClientFor, acting: Acting, world: World) -> None:
    """A focal point is told that something happened, not to whom."""
    with acting(world.principal("supervisor")):
        case = open_case(world.user_id("lawyer"), "Тайнова")
        about = {"case_id": case.id, "person_id": case.parties[0].person_id}
        whom = [world.user_id("protection", "A")]
        actions.tell(whom, "alert", "test:1", endpoint="notices.index", values={}, **about)
        number = case.number
    text = client_for("protection", "A").page("/notices/").text
    assert "Something unusual in the audit trail" in text
    assert "Тайнова" not in text
    assert number not in text


def test_all_as_read_and_back(client_for: ClientFor, acting: Acting, world: World) -> None:
    for _twice in range(2):
        mentioned(acting, world)
    client = client_for("supervisor")
    back = client.press("/notices/read").location
    page = client.page(back)
    assert "2 notices are marked as read." in page.text
    client.submit(back, {}, action="/notices/unread")
    assert "22 unread notices" in client.page("/notices/").links


def test_a_page_that_is_no_more_is_no_link(client_for: ClientFor, acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        actions.tell([world.user_id("supervisor")], "mention", "test:1", endpoint="gone.page", values={"x": 1})
    assert "You are mentioned in a comment" not in client_for("supervisor").page("/notices/").links


def test_choices_are_kept_and_shown(client_for: ClientFor, acting: Acting, world: World) -> None:
    client = client_for("lawyer")
    given = {"kinds": ["comment"], "rhythm": "daily", "daily_at": "17.30", "quiet_from": "", "quiet_until": ""}
    answer = client.submit("/account/notices", {**given, "weekdays": ["0", "4"], "urgent": "y"})
    assert answer.location == "/account"
    with acting(world.principal("lawyer")):
        mine = world.user_id("lawyer")
        wanted = Hours(None, None, ("0", "4"), 17 * 60 + 30, True)
        assert queries.hours([mine])[mine] == wanted
        chosen = queries.choices(mine)
        assert [code for code in kinds.of(world.principal("lawyer")) if chosen[code]] == ["comment"]
    page = client.page("/account/notices")
    assert page.filled(page.form_with({"daily_at"}))["daily_at"] == ["17:30"]


def test_nobody_is_asked_about_what_they_are_never_told(client_for: ClientFor) -> None:
    assert "Your approval is asked for" not in client_for("lawyer").page("/account/notices").text
    assert "Your approval is asked for" in client_for("supervisor").page("/account/notices").text
    told = client_for("statistics").page("/account/notices").text
    assert "Your approval is asked for" not in told
    assert "You signed in on a new device" in told


def test_half_a_choice_is_refused_and_kept(client_for: ClientFor) -> None:
    client = client_for("lawyer")
    answer = client.submit("/account/notices", {"rhythm": "daily", "daily_at": "", "quiet_from": "21"})
    assert answer.status_code == 422
    assert "Say at what hour." in answer.text
    assert 'value="21"' in answer.text
    assert client.submit("/account/notices", {"quiet_from": "20:00", "quiet_until": ""}).status_code == 422
    assert client.submit("/account/notices", {"weekdays": []}).status_code == 422
