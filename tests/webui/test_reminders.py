"""My reminders: the hour of the daily mail, and the private calendar, read by icalendar."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from sqlalchemy import select, update

from engine.models import AuditEvent, CalendarFeed, Person, UserTask
from tasks.reminders.calendarfile import Entry, calendar_file
from tests.webui.site import TALK, Site, Visitor
from tests.webui.test_logging import log  # noqa: F401 - a fixture

ADDRESS = re.compile(r"<code>http://127\.0\.0\.1:8000(/agenda/[^<]+\.ics)</code>")


def make_address(visitor: Visitor) -> str:
    """Make the address of the calendar; gives its path."""
    found = ADDRESS.search(visitor.post("/account/agenda").text)
    assert found is not None
    return found.group(1)


def read(site: Site, path: str) -> Calendar:
    """As a calendar program does: without signing in."""
    answer = site.visitor().get(path)
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"].startswith("private")
    assert "Set-Cookie" not in answer.headers
    return Calendar.from_ical(answer.data)


def test_the_calendar_holds_the_deadlines_that_i_have_or_can_claim(site: Site) -> None:
    number = site.start_case()
    path = make_address(site.signed_in("sanne"))
    [event] = read(site, path).events
    assert event["SUMMARY"] == f"{number}: Gesprek over wonen vastleggen"
    assert event["DTSTART"].dt == date(2026, 5, 26)  # five working days, Whit Monday not counted
    assert event["DTEND"].dt == date(2026, 5, 27)
    assert event["UID"] == f"taak-{site.task(number, 'Gesprek')}@thuisroute"
    site.signed_in("sanne").post(f"/taken/{site.task(number, 'Gesprek')}", TALK)
    assert read(site, path).events == []


def test_a_deadline_that_moves_keeps_its_entry_and_is_stamped_anew(site: Site) -> None:
    number = site.start_case()
    path = make_address(site.signed_in("sanne"))
    [before] = read(site, path).events
    moved = datetime(2026, 6, 1, 22, tzinfo=UTC)
    with site.database.transaction() as session:
        session.execute(
            update(UserTask).values(
                due_at=moved, due_day=date(2026, 6, 1), due_set_at=site.clock.now()
            )
        )
    [after] = read(site, path).events
    assert after["UID"] == before["UID"]
    assert after["DTSTART"].dt == date(2026, 6, 1)
    assert number in after["SUMMARY"]


def test_the_calendar_holds_nothing_personal(site: Site) -> None:
    site.start_case()
    path = make_address(site.signed_in("sanne"))
    content = site.visitor().get(path).text
    for word in ("Jan", "Boer", "Sanne", "Waterdorp", "Brug"):
        assert word not in content, word


def test_only_the_hash_of_the_address_is_kept_and_it_is_shown_once(site: Site) -> None:
    sanne = site.signed_in("sanne")
    secret = make_address(sanne).removeprefix("/agenda/").removesuffix(".ics")
    assert len(secret) >= 40
    assert secret not in sanne.get("/account/herinneringen").text
    with site.database.reading() as session:
        [row] = session.scalars(select(CalendarFeed))
        assert secret not in (row.secret_sha256, *map(str, vars(row).values()))
        assert all(secret not in event.data for event in session.scalars(select(AuditEvent)))


def test_an_address_that_is_revoked_or_replaced_works_no_more(site: Site) -> None:
    sanne = site.signed_in("sanne")
    first = make_address(sanne)
    second = make_address(sanne)
    assert site.visitor().get(first).status_code == 404
    assert site.visitor().get(second).status_code == 200
    assert sanne.post("/account/agenda/intrekken").status_code == 302
    assert site.visitor().get(second).status_code == 404
    assert sanne.post("/account/agenda/intrekken").status_code == 302


def test_the_calendar_of_somebody_who_is_disabled_is_gone(site: Site) -> None:
    path = make_address(site.signed_in("sanne"))
    with site.database.transaction() as session:
        session.execute(
            update(Person).where(Person.username == "sanne").values(disabled_at=site.clock.now())
        )
    assert site.visitor().get(path).status_code == 404


@pytest.mark.parametrize("path", ["/agenda/onzin.ics", "/agenda/%00.ics", "/agenda/%ff.ics"])
def test_an_address_that_never_was_is_not_found(sqlite_site: Site, path: str) -> None:
    assert sqlite_site.visitor().get(path).status_code == 404


def test_the_address_is_in_no_log_also_when_something_goes_wrong(
    sqlite_site: Site,
    log: io.StringIO,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = make_address(sqlite_site.signed_in("sanne"))
    assert sqlite_site.visitor().get(path).status_code == 200
    monkeypatch.setattr("tasks.reminders.feeds.seats_of", _fails)
    assert sqlite_site.visitor().get(path).status_code == 500
    monkeypatch.undo()
    sqlite_site.signed_in("sanne").post("/account/agenda/intrekken")
    assert sqlite_site.visitor().get(path).status_code == 404
    written = log.getvalue()
    assert "request_failed" in written
    assert path.removeprefix("/agenda/").removesuffix(".ics") not in written


def _fails(*_: object) -> None:
    raise ValueError


def test_a_person_chooses_the_hour_of_the_daily_mail(site: Site) -> None:
    sanne = site.signed_in("sanne")
    assert "8.00 uur</option>" in sanne.get("/account/herinneringen").text
    assert sanne.post("/account/herinneringen", {"uur": "15"}).status_code == 302
    assert '<option value="15" selected>' in sanne.get("/account/herinneringen").text
    with site.database.reading() as session:
        person = session.scalars(select(Person).where(Person.username == "sanne")).one()
        assert (person.digest_hour, person.digest_at) == (15, datetime(2026, 5, 18, 13, tzinfo=UTC))


@pytest.mark.parametrize("hour", ["", "3", "24", "acht", "8.5", "-1"])
def test_an_hour_that_cannot_be_is_refused(sqlite_site: Site, hour: str) -> None:
    answer = sqlite_site.signed_in("sanne").post("/account/herinneringen", {"uur": hour})
    assert answer.status_code == 422
    assert "Kies een heel uur" in answer.text


def test_who_has_no_address_is_told_so(sqlite_site: Site) -> None:
    text = "wij hebben geen e-mailadres van u"
    assert text in sqlite_site.signed_in("sanne").get("/account/herinneringen").text
    with sqlite_site.database.transaction() as session:
        session.execute(update(Person).values(email="sanne@example.org"))
    assert text not in sqlite_site.signed_in("sanne").get("/account/herinneringen").text


INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
ENTRIES = st.builds(
    Entry,
    uid=st.integers(1).map("taak-{}@thuisroute".format),
    summary=st.text(max_size=200),
    due=st.one_of(st.dates(date(2000, 1, 1), date(2100, 1, 1)), INSTANTS),
    since=INSTANTS,
)


@given(st.lists(ENTRIES, max_size=4))
def test_whatever_a_step_is_called_an_independent_reader_reads_the_same(
    entries: list[Entry],
) -> None:
    raw = calendar_file(entries)
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    found = Calendar.from_ical(raw).events
    assert len(found) == len(entries)
    for event, entry in zip(found, entries, strict=True):
        shown = "".join(char if char.isprintable() else " " for char in entry.summary)
        assert event["SUMMARY"] == shown
        assert event["UID"] == entry.uid
        due = entry.due
        whole = due.replace(microsecond=0) if isinstance(due, datetime) else due
        assert event["DTSTART"].dt == whole
        assert event["DTSTAMP"].dt == entry.since.replace(microsecond=0)
