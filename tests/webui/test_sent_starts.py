"""A page of the start form starts one case, however often and however late it is sent."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select
from werkzeug.test import TestResponse

from engine.clock import TurnedClock
from engine.config import DatabaseOptions
from engine.db import Database, open_database
from engine.errors import RouteFault
from engine.models import Case, Incident, Organisation, RouteOrganisation
from engine.steps.work import StepDone
from tasks import starting
from tests.waiting import PATIENCE, somebody_waits_for_a_lock, until
from tests.webui.site import START, Site, Visitor, make_site

PATH = "/zaken/nieuw/proefroute"
_KEY = re.compile(r'name="_verzending" value="([^"]+)"')


def key_in(page: str) -> dict[str, str]:
    """The key of a page of the start form, as a browser sends it along."""
    (key,) = _KEY.findall(page)
    return {"_verzending": key}


def sending_of(visitor: Visitor) -> dict[str, str]:
    """The key of a new page."""
    return key_in(visitor.get(PATH).text)


def number_of_cases(site: Site) -> int:
    with site.database.reading() as session:
        return session.scalar(select(func.count(Case.id))) or 0


def test_a_start_form_that_is_sent_twice_starts_one_case(site: Site) -> None:
    sanne, path = site.signed_in("sanne"), PATH
    sent = {**START, **sending_of(sanne)}
    wrong = sanne.post(path, {**sent, "v.clientNaam": ""})
    assert wrong.status_code == 422
    first, again = sanne.post(path, sent), sanne.post(path, sent)
    assert again.location == first.location
    number = first.location.rsplit("/", 1)[-1]
    assert (
        f"Uw formulier was al binnen. Er is één zaak gestart: {number}."
        in sanne.get(first.location).text
    )
    other = sanne.post(path, {**START, **sending_of(sanne)})
    assert other.location != first.location
    for strange in ("", "a" * 65, "\x00", "é"):
        answer = sanne.post(path, {**START, "_verzending": strange})
        assert answer.status_code == 302
    with site.database.reading() as session:
        assert session.scalar(select(func.count(Case.id))) == 6


def test_a_page_that_is_drawn_again_is_still_the_same(site: Site) -> None:
    sanne = site.signed_in("sanne")
    sent = {**START, **sending_of(sanne)}
    first = sanne.post(PATH, sent)
    again = key_in(sanne.post(PATH, {**sent, "_knop": "bijwerken"}).text)
    assert sanne.post(PATH, {**START, **again}).location == first.location
    assert number_of_cases(site) == 1


def test_nor_does_it_start_a_second_one_when_its_answers_are_wrong_by_now(site: Site) -> None:
    sanne = site.signed_in("sanne")
    sent = {**START, **sending_of(sanne)}
    sanne.post(PATH, sent)
    with site.database.transaction() as session:
        gone = select(Organisation.id).where(Organisation.slug == START["v.gemeente"])
        session.execute(
            delete(RouteOrganisation).where(RouteOrganisation.organisation_id.in_(gone))
        )
    wrong = sanne.post(PATH, sent)
    assert wrong.status_code == 422
    assert key_in(wrong.text) == {"_verzending": sent["_verzending"]}


def test_with_other_answers_nothing_is_done_and_what_was_typed_stays(site: Site) -> None:
    sanne = site.signed_in("sanne")
    sent = {**START, **sending_of(sanne)}
    number = sanne.post(PATH, sent).location.rsplit("/", 1)[-1]
    other = sanne.post(PATH, {**sent, "v.clientNaam": "Ilse Smit"})
    assert other.status_code == 409
    assert f"Met deze bladzijde is zaak {number} al gestart" in other.text
    assert "Ilse Smit" in other.text
    assert number_of_cases(site) == 1


class Two:
    """The same page, sent a second time while the first sending is still at work."""

    def __init__(self, site: Site, monkeypatch: pytest.MonkeyPatch, *, first_fails: bool) -> None:
        self.site = site
        self._fails = first_fails
        self._start = starting.start_case
        self._calls = 0
        self._inside, self._gate = threading.Event(), threading.Event()
        monkeypatch.setattr(starting, "start_case", self._start_case)
        self.browsers = [site.signed_in("sanne"), site.signed_in("sanne")]
        self.sent = {**START, **sending_of(self.browsers[0])}
        for browser in self.browsers:
            browser.token()
        self.answers: dict[int, TestResponse] = {}
        self._threads = [threading.Thread(target=self._send, args=(one,)) for one in (0, 1)]

    def _send(self, which: int) -> None:
        self.answers[which] = self.browsers[which].post(PATH, self.sent)

    def _start_case(self, *given: object) -> StepDone:
        self._calls += 1
        if self._calls > 1:
            return self._start(*given)  # type: ignore[arg-type]
        self._inside.set()
        self._gate.wait(PATIENCE)
        if self._fails:
            raise RouteFault("Gesprek", "dueDate", "Net hersteld.")
        return self._start(*given)  # type: ignore[arg-type]

    def send_first(self) -> None:
        self._threads[0].start()
        assert self._inside.wait(PATIENCE)

    def send_second(self) -> None:
        self._threads[1].start()

    def go_on(self) -> None:
        self._gate.set()
        for one in self._threads:
            if one.ident is not None:
                one.join(PATIENCE)


def test_who_is_sent_away_while_the_first_sending_is_at_work_starts_no_second_case(
    postgres: Database, clock: TurnedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient = open_database(postgres.engine.url, DatabaseOptions(lock_timeout=1))
    two = Two(make_site(impatient, clock, tmp_path / "var"), monkeypatch, first_fails=False)
    two.send_first()
    refused = two.browsers[1].post(PATH, two.sent)
    assert refused.status_code == 409
    two.go_on()
    again = two.browsers[1].post(PATH, {**START, **key_in(refused.text)})
    assert again.location == two.answers[0].location
    assert number_of_cases(two.site) == 1
    impatient.close()


def test_a_case_that_the_second_sending_started_well_has_no_incident_of_the_first(
    postgres: Database, clock: TurnedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = Two(make_site(postgres, clock, tmp_path / "var"), monkeypatch, first_fails=True)
    two.send_first()
    two.send_second()
    until(lambda: somebody_waits_for_a_lock(postgres))
    two.go_on()
    assert sorted(one.status_code for one in two.answers.values()) == [302, 409]
    assert number_of_cases(two.site) == 1
    with postgres.reading() as session:
        assert session.scalars(select(Incident)).all() == []
