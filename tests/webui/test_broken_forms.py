"""A form outside user tasks that cannot be worked out: nothing typed is lost, a fault is recorded.

The start form, the questions of a button and a correction go one way, so each is tried alike.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from sqlalchemy import delete, select

from engine.actors import Actor
from engine.definitions import deploy
from engine.models import (
    FormDraft,
    FormRecord,
    Incident,
    IncidentStatus,
    MessageSubscription,
    Organisation,
    RouteOrganisation,
)
from engine.routes import read_folder
from tests.webui.site import ROUTE, START, Site, Visitor

# Costs too much (memory, which is soon used up) as long as only one provider takes part: the
# administration can mend that.
HEAVY = (
    "{{if count(organisaties.zorgaanbieder) > 1 then null "
    "else count(for i in 1..100000000 return count(partial))}}"
)
LABELS = {
    "start.form": "Naam van de cliënt",
    "klacht.form": "Wat is de klacht?",
    "gesprek.form": "Datum van het gesprek",
}
REASON = "Het gesprek was een dag later."


@dataclass(frozen=True)
class Place:
    """A form outside tasks: who fills it in where, and with what."""

    who: str
    path: str
    typed: Mapping[str, str]
    read: str
    """Something of what was typed as a person reads it back."""


def break_forms(site: Site) -> None:
    with site.database.transaction() as session:
        haven = session.scalars(select(Organisation.id).where(Organisation.slug == "de-haven"))
        session.execute(
            delete(RouteOrganisation).where(RouteOrganisation.organisation_id == haven.one())
        )


def mend_forms(site: Site) -> None:
    with site.database.transaction() as session:
        haven = session.scalars(select(Organisation.id).where(Organisation.slug == "de-haven"))
        session.add(
            RouteOrganisation(
                route_key="proefroute", party="zorgaanbieder", organisation_id=haven.one()
            )
        )


def deploy_breakable(site: Site) -> None:
    """A version of the route whose forms ``break_forms`` can break."""
    files = read_folder(ROUTE)
    for name, label in LABELS.items():
        broken = f"{label}{HEAVY}"
        assert label.encode() in files[name]
        files[name] = files[name].replace(label.encode(), broken.encode())
    with site.database.transaction() as session:
        deploy(session, files, site.clock.now(), Actor.system())


@pytest.fixture(params=["start", "knop", "feit"])
def place(request: pytest.FixtureRequest, site: Site) -> Place:
    deploy_breakable(site)
    found = _place(site, request.param)
    break_forms(site)
    return found


def _place(site: Site, kind: str) -> Place:
    if kind == "start":
        return Place("sanne", "/zaken/nieuw/proefroute", START, "Jan de Boer")
    number = site.case_with_the_municipality()
    with site.database.reading() as session:
        if kind == "knop":
            token = session.scalars(select(MessageSubscription.token)).one()
            typed = {"v.klachtTekst": "Het duurt te lang"}
            return Place("karim", f"/zaken/{number}/knoppen/{token}", typed, "Het duurt te lang")
        record = session.scalars(
            select(FormRecord.id).where(FormRecord.element_id == "Gesprek")
        ).one()
    typed = {"v.gesprekDatum": "2026-05-16", "reden": REASON}
    return Place("sanne", f"/zaken/{number}/gegevens/{record}", typed, "2026-05-16")


def incidents(site: Site) -> list[Incident]:
    with site.database.reading() as session:
        return list(session.scalars(select(Incident).order_by(Incident.id)))


def again(page: str) -> dict[str, str]:
    """The hidden fields of the page that keeps what was typed, as the browser sends them again."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {html.unescape(name): html.unescape(value) for name, value in found}


def send(site: Site, place: Place) -> tuple[Visitor, str]:
    visitor = site.signed_in(place.who)
    answer = visitor.post(place.path, {**place.typed, "_knop": "afronden"})
    assert answer.status_code == 422, answer.text
    return visitor, answer.text


def test_opening_it_says_so_plainly_and_records_the_fault(site: Site, place: Place) -> None:
    answer = site.signed_in(place.who).get(place.path)
    (incident,) = incidents(site)
    assert answer.status_code == 422
    assert f"storing {incident.id}" in answer.text
    assert "kost te veel" in incident.message
    assert incident.place.startswith("formulier")


def test_sending_it_gives_back_what_was_typed_in_plain_words(site: Site, place: Place) -> None:
    _visitor, page = send(site, place)
    assert f'<dd class="tr-prewrap">{place.read}</dd>' in page
    assert "Naam van de cliënt{{" not in page
    for name, text in place.typed.items():
        assert again(page)[name] == text


def test_after_the_mend_the_form_opens_with_what_was_typed(site: Site, place: Place) -> None:
    visitor, _page = send(site, place)
    mend_forms(site)
    page = visitor.get(place.path)
    assert page.status_code == 200
    for text in place.typed.values():
        assert text in page.text, text


def test_after_the_mend_sending_it_once_more_goes_through(site: Site, place: Place) -> None:
    visitor, page = send(site, place)
    mend_forms(site)
    fields = {name: text for name, text in again(page).items() if name != "csrf_token"}
    answer = visitor.post(place.path, {**fields, "_knop": "afronden"})
    assert answer.status_code == 302, answer.text
    assert [one.status for one in incidents(site)] == [IncidentStatus.RESOLVED]
    with site.database.reading() as session:
        assert session.scalars(select(FormDraft)).all() == []


def test_the_administrator_sees_the_fault_and_tries_it_again(site: Site, place: Place) -> None:
    send(site, place)
    (incident,) = incidents(site)
    administrator = site.signed_in("beheer")
    listed = administrator.get("/beheer/storingen").text
    assert incident.message in html.unescape(listed)
    assert "organisaties.zorgaanbieder" in listed
    assert "formulier" in listed
    assert place.read not in listed
    administrator.post(f"/beheer/storingen/{incident.id}/opnieuw")
    assert [(one.status, one.attempts) for one in incidents(site)] == [(IncidentStatus.OPEN, 2)]
    mend_forms(site)
    administrator.post(f"/beheer/storingen/{incident.id}/opnieuw")
    assert [one.status for one in incidents(site)] == [IncidentStatus.RESOLVED]


def test_a_colleague_does_not_get_what_somebody_else_typed(site: Site, place: Place) -> None:
    send(site, place)
    mend_forms(site)
    other = "piet" if place.who == "sanne" else "karim"
    page = site.signed_in(other).get(place.path).text
    assert (REASON in page) is False
    assert ("Jan de Boer" in page and "zaken/nieuw" in place.path) is False


def test_the_questions_that_follow_the_answers_fail_alike(site: Site, place: Place) -> None:
    answer = site.signed_in(place.who).post(f"{place.path}/vragen", dict(place.typed))
    assert answer.status_code == 422
    assert place.read in answer.text
    assert len(incidents(site)) == 1
