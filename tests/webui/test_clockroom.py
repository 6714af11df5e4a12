"""The pages of the clock room: nothing personal on them, and what the buttons do."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from engine.models import AuditEvent, Case, Timer, TimerStatus
from tests.webui.everything import case_with_everything
from tests.webui.site import Site

SHELVES = ("", "/straks", "/mislukt", "/stil", "/geweest")


def the_timer(site: Site) -> int:
    """Make everything; gives the id of the timer, which waits."""
    values = case_with_everything(site)
    with site.database.transaction() as session:
        session.execute(update(Timer).values(status=TimerStatus.WAITING))
    return int(str(values["timer_id"]))


def test_the_shelves_show_numbers_and_elements_and_nothing_of_the_client(site: Site) -> None:
    values = case_with_everything(site)
    administrator = site.signed_in("beheer")
    for status in TimerStatus:
        with site.database.transaction() as session:
            session.execute(update(Timer).values(status=status, ended_at=site.clock.now()))
        pages = [administrator.get(f"/beheer/klok{shelf}") for shelf in SHELVES]
        assert all(page.status_code == 200 for page in pages)
        shown = " ".join(page.text for page in pages)
        assert "Jan de Boer" not in shown
        if status is not TimerStatus.CANCELLED:
            assert str(values["number"]) in shown
            assert "Termijn van de proef" in shown


def test_a_timer_that_cannot_be_moved_says_so_and_keeps_what_was_typed(sqlite_site: Site) -> None:
    timer_id = the_timer(sqlite_site)
    administrator = sqlite_site.signed_in("beheer")
    path = f"/beheer/klok/timer/{timer_id}"
    answer = administrator.post(f"{path}/verzetten", {"datum": "2026-13-01", "reden": "Druk"})
    assert answer.status_code == 422
    assert "Vul een datum en een tijd in." in answer.text
    assert "Druk" in answer.text
    moment = {"datum": "2026-06-01", "tijd": "09:00"}
    assert administrator.post(f"{path}/verzetten", moment).status_code == 422
    # It was made by hand: the case does not know it. That is no failure of ours.
    answer = administrator.post(f"{path}/verzetten", {**moment, "reden": "Druk"})
    assert answer.status_code == 302
    assert administrator.post(f"{path}/opnieuw", {"waarom": "x"}).status_code == 404


def test_looking_at_a_page_of_the_clock_room_writes_nothing(sqlite_site: Site) -> None:
    timer_id = the_timer(sqlite_site)
    with sqlite_site.database.reading() as session:
        before = session.scalars(select(AuditEvent.id)).all()
    administrator = sqlite_site.signed_in("beheer")
    assert administrator.get(f"/beheer/klok/timer/{timer_id}").status_code == 200
    assert administrator.get("/beheer/klok/timer/99999999").status_code == 404
    assert administrator.get("/beheer/klok/anders").status_code == 404
    assert administrator.get("/beheer/klok?na=onzin").status_code == 200
    with sqlite_site.database.reading() as session:
        assert session.scalars(select(AuditEvent.id)).all() == before


def test_the_next_page_begins_where_this_one_ends(sqlite_site: Site) -> None:
    the_timer(sqlite_site)
    with sqlite_site.database.transaction() as session:
        case_id = session.scalars(select(Case.id)).first()
        session.add_all(
            Timer(
                case_id=case_id,
                token=f"t{number}",
                element_id="Termijn",
                name=f"Nummer {number:03}",
                status=TimerStatus.WAITING,
                created_at=sqlite_site.clock.now(),
                fires_at=sqlite_site.clock.now() + timedelta(days=1, minutes=number),
            )
            for number in range(60)
        )
    administrator = sqlite_site.signed_in("beheer")
    first = administrator.get("/beheer/klok/straks").text
    onward = first.split('rel="next" href="')[1].split('"')[0]
    second = administrator.get(onward.replace("&amp;", "&")).text
    assert "Nummer 049" in first
    assert "Nummer 050" not in first
    assert "Nummer 050" in second
    assert "Nummer 059" in second
