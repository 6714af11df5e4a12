"""Nobody sees a case in which the own organisation does not take part, whatever the address."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from engine.models import (
    Attachment,
    Case,
    CaseParty,
    DecreeDay,
    FormRecord,
    Membership,
    OneTimeLink,
    Organisation,
    OutboxMessage,
    Person,
    TermChange,
    UserTask,
    UserTaskStatus,
)
from tests.webui.everything import addresses, case_with_everything
from tests.webui.site import DECISION, TALK, Site, Visitor

PUBLIC = {"session.sign_in", "session.sign_in_post", "session.sign_out", "static"}
ONE_TIME = {"session.first_password", "session.first_password_post", "reminders.feed"}
# Pages that are about the viewer only, or that a foreign organisation may open for itself.
OWN = {
    "worklist.home",
    "worklist.mine",
    "worklist.groups",
    "worklist.overdue",
    "worklist.search",
    "cases.index",
    "cases.search",
    "letters.index",
    "letters.to_post",
    "session.account",
    "session.change_password",
    "reminders.show",
    "reminders.change",
    "reminders.feed_make",
    "reminders.feed_revoke",
    "start.choose",
    "start.show",
    "start.submit",
    "start.update",
}


def _everything(site: Site) -> dict[str, int]:
    """How many rows every table has: what a visitor must not change."""
    tables = (
        *(Case, UserTask, FormRecord, Attachment, OutboxMessage, Membership, OneTimeLink),
        *(TermChange, DecreeDay),
    )
    with site.database.reading() as session:
        return {table.__tablename__: len(session.scalars(select(table)).all()) for table in tables}


@pytest.mark.parametrize("username", ["noor", "els"])
def test_a_foreign_organisation_gets_nothing_of_a_case_at_any_address(
    site: Site, username: str
) -> None:
    values = case_with_everything(site)
    before = _everything(site)
    stranger = site.signed_in(username)
    attempt = {**TALK, "persoon": str(values["person_id"]), "reden": "gestopt", "notitie": "x"}
    for endpoint, method, path in addresses(site, values):
        if endpoint in PUBLIC | ONE_TIME:
            continue
        answer = stranger.get(path) if method == "GET" else stranger.post(path, attempt)
        if endpoint in OWN:
            assert answer.status_code < 500, (endpoint, answer.status_code)
        else:
            assert answer.status_code in (403, 404), (endpoint, method, path, answer.status_code)
        assert "Jan de Boer" not in answer.text, endpoint
        assert str(values["number"]) not in answer.text, endpoint
    assert _everything(site) == before


def test_without_signing_in_every_address_leads_to_the_sign_in_page(site: Site) -> None:
    values = case_with_everything(site)
    before = _everything(site)
    nobody = site.visitor()
    for endpoint, method, path in addresses(site, values):
        if endpoint in PUBLIC | ONE_TIME:
            continue
        answer = nobody.get(path) if method == "GET" else nobody.post(path, dict(TALK))
        assert answer.status_code == 302, (endpoint, answer.status_code)
        assert answer.location.startswith("/inloggen"), endpoint
    assert _everything(site) == before


def test_an_administrator_sees_no_content_of_any_case(site: Site) -> None:
    values = case_with_everything(site)
    administrator = site.signed_in("beheer")
    seen = []
    for endpoint, method, path in addresses(site, values):
        if endpoint in PUBLIC | ONE_TIME or method != "GET":
            continue
        answer = administrator.get(path)
        seen.append(endpoint)
        assert "Jan de Boer" not in answer.text, endpoint
        if not endpoint.startswith("admin.") and endpoint not in OWN:
            assert answer.status_code in (403, 404), (endpoint, answer.status_code)
    assert "admin.incident_list" in seen


def test_who_is_no_administrator_gets_nothing_of_the_administration(site: Site) -> None:
    values = case_with_everything(site)
    sanne = site.signed_in("sanne")
    tried = 0
    for endpoint, method, path in addresses(site, values):
        if endpoint.startswith("admin."):
            answer = sanne.get(path) if method == "GET" else sanne.post(path)
            assert answer.status_code == 403, (endpoint, answer.status_code)
            tried += 1
    assert tried > 10


def test_every_party_sees_the_case_from_when_it_takes_part(site: Site) -> None:
    number = site.start_case()
    karim = site.signed_in("karim")
    assert karim.get(f"/zaken/{number}").status_code == 404
    site.signed_in("sanne").post(f"/taken/{site.task(number, 'Gesprek')}", TALK)
    page = karim.get(f"/zaken/{number}")
    assert page.status_code == 200
    assert "Beslissen op de aanvraag" in page.text
    assert "Goed gesprek." not in page.text


def test_a_disabled_person_is_out_at_once(site: Site) -> None:
    sanne = site.signed_in("sanne")
    assert sanne.get("/taken/mijn").status_code == 200
    with site.database.transaction() as session:
        person = session.scalars(select(Person).where(Person.username == "sanne")).one()
        person.disabled_at = site.clock.now()
    assert sanne.get("/taken/mijn").status_code == 302


def _nothing_at_any_address(site: Site, visitor: Visitor, values: dict[str, object]) -> None:
    """Whatever is asked or sent: nothing is shown of the case, and nothing changes."""
    before = _everything(site)
    attempt = {
        **TALK,
        **DECISION,
        "persoon": str(values["person_id"]),
        "reden": "gestopt",
        "toelichting": "x",
        "notitie": "x",
    }
    for endpoint, method, path in addresses(site, values):
        if endpoint in PUBLIC | ONE_TIME or endpoint == "session.change_password":
            continue
        answer = visitor.get(path) if method == "GET" else visitor.post(path, attempt)
        if endpoint not in OWN:
            assert answer.status_code in (302, 403, 404), (endpoint, path, answer.status_code)
            assert answer.status_code != 302 or answer.location.startswith("/inloggen"), endpoint
        assert "Jan de Boer" not in answer.text, endpoint
        assert str(values["number"]) not in answer.text, endpoint
    assert _everything(site) == before


def _took_part(
    site: Site, slug: str, since: datetime | None, until: datetime | None = None
) -> None:
    with site.database.transaction() as session:
        party = session.scalars(
            select(CaseParty)
            .join(Organisation, Organisation.id == CaseParty.organisation_id)
            .where(Organisation.slug == slug)
        ).one()
        party.since, party.until = since, until


def test_an_organisation_that_is_only_named_gets_nothing_at_any_address(sqlite_site: Site) -> None:
    values = case_with_everything(sqlite_site)
    _took_part(sqlite_site, "waterdorp", None)
    with sqlite_site.database.transaction() as session:
        # Its first task would make it take part: as long as it is only named it has none.
        task = session.get_one(UserTask, values["task_id"])
        task.status = UserTaskStatus.CANCELLED
    _nothing_at_any_address(sqlite_site, sqlite_site.signed_in("karim"), values)


def test_an_organisation_that_left_gets_nothing_at_any_address(sqlite_site: Site) -> None:
    values = case_with_everything(sqlite_site)
    now = sqlite_site.clock.now()
    visitor = sqlite_site.signed_in("sanne")
    _took_part(sqlite_site, "de-brug", now - timedelta(days=1), now)
    _nothing_at_any_address(sqlite_site, visitor, values)


def test_an_old_cookie_of_a_disabled_person_opens_nothing_at_any_address(
    sqlite_site: Site,
) -> None:
    values = case_with_everything(sqlite_site)
    visitor = sqlite_site.signed_in("sanne")
    cookie = visitor.client.get_cookie("thuisroute")
    assert cookie is not None
    with sqlite_site.database.transaction() as session:
        person = session.scalars(select(Person).where(Person.username == "sanne")).one()
        person.disabled_at = sqlite_site.clock.now()
    before = _everything(sqlite_site)
    for endpoint, method, path in addresses(sqlite_site, values):
        if endpoint in PUBLIC | ONE_TIME:
            continue
        # Each time anew: an answer takes the cookie away.
        visitor.client.set_cookie("thuisroute", cookie.value)
        answer = visitor.client.open(path, method=method, data=TALK)
        assert answer.status_code in (302, 400), (endpoint, answer.status_code)
        assert "Jan de Boer" not in answer.text, endpoint
    assert _everything(sqlite_site) == before


def test_an_administrator_changes_nothing_in_a_case(sqlite_site: Site) -> None:
    values = case_with_everything(sqlite_site)
    before = _everything(sqlite_site)
    administrator = sqlite_site.signed_in("beheer")
    attempt = {
        **TALK,
        **DECISION,
        "persoon": str(values["person_id"]),
        "reden": "gestopt",
        "toelichting": "x",
        "notitie": "x",
    }
    for endpoint, method, path in addresses(sqlite_site, values):
        # Trying a fault again is the one thing that is theirs too.
        if method != "POST" or endpoint.startswith(("admin.", "session.")):
            continue
        if endpoint == "cases.retry":
            continue
        answer = administrator.post(path, attempt)
        assert "Jan de Boer" not in answer.text, endpoint
        if endpoint not in OWN:
            assert answer.status_code in (403, 404), (endpoint, answer.status_code)
    assert _everything(sqlite_site) == before
