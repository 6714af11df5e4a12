"""Signing in and out, first passwords, sessions that end."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.models import Person
from tasks.passwords import hash_password
from tasks.people import issue_link
from tests.webui.site import Site, Visitor

PASSWORD = "drie blauwe fietsen"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@pytest.fixture
def sanne(site: Site) -> Visitor:
    """A browser at the sign-in page; sanne has a password."""
    with site.database.transaction() as session:
        person = session.scalars(select(Person).where(Person.username == "sanne")).one()
        person.password_hash = hash_password(PASSWORD, "sanne")
    return site.visitor()


def _sign_in(visitor: Visitor, password: str = PASSWORD, **more: str) -> int:
    data = {"gebruiker": "sanne", "wachtwoord": password, **more}
    return visitor.post("/inloggen", data).status_code


def test_a_person_signs_in_and_out(sanne: Visitor) -> None:
    assert _sign_in(sanne) == 302
    assert "Sanne de Vries" in sanne.get("/taken/mijn").text
    sanne._token = ""
    assert sanne.post("/uitloggen").status_code == 302
    assert sanne.get("/taken/mijn").status_code == 302


def test_a_wrong_password_and_an_unknown_name_get_the_same_words(sanne: Visitor) -> None:
    wrong = sanne.post("/inloggen", {"gebruiker": "sanne", "wachtwoord": "mis"})
    unknown = sanne.post("/inloggen", {"gebruiker": "niemand", "wachtwoord": "mis"})
    assert wrong.status_code == unknown.status_code == 401
    assert "klopt niet" in wrong.text
    assert _same_for_all(wrong.text) == _same_for_all(unknown.text)
    assert "<title>Fout: Inloggen" in wrong.text


def _same_for_all(page: str) -> str:
    return re.sub(r' value="[^"]*"', "", page)


def test_after_too_many_failures_even_the_right_password_must_wait(sanne: Visitor) -> None:
    statuses = [_sign_in(sanne, "mis") for _ in range(25)]
    assert statuses[0] == 401
    assert statuses[-1] == 429
    assert _sign_in(sanne) == 429


def test_signing_in_starts_a_fresh_session(sanne: Visitor) -> None:
    with sanne.client.session_transaction() as kept:
        kept["planted"] = "by somebody else"
    sanne._token = ""
    assert _sign_in(sanne) == 302
    with sanne.client.session_transaction() as kept:
        assert "planted" not in kept


@pytest.mark.parametrize(
    ("onward", "expected"),
    [
        ("/zaken", "/zaken"),
        ("/taken/mijn?na=abc", "/taken/mijn?na=abc"),
        ("https://elders.example.org/", "/"),
        ("//elders.example.org/", "/"),
        ("/\\elders.example.org", "/"),
        ("/bestaat-niet", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_after_signing_in_one_goes_on_only_within_this_site(
    sanne: Visitor, onward: str, expected: str
) -> None:
    data = {"gebruiker": "sanne", "wachtwoord": PASSWORD, "verder": onward}
    assert sanne.post("/inloggen", data).location == expected


def test_a_session_ends_after_two_hours_without_a_page(site: Site) -> None:
    sanne = site.signed_in("sanne")
    site.clock.turn_by(timedelta(minutes=110))
    assert sanne.get("/taken/mijn").status_code == 200
    site.clock.turn_by(timedelta(minutes=110))
    assert sanne.get("/taken/mijn").status_code == 200
    site.clock.turn_by(timedelta(minutes=121))
    assert sanne.get("/taken/mijn").status_code == 302


def test_a_session_ends_after_twelve_hours_whatever_is_done(site: Site) -> None:
    sanne = site.signed_in("sanne")
    for _ in range(12):
        site.clock.turn_by(timedelta(hours=1))
        assert sanne.get("/taken/mijn").status_code == 200
    site.clock.turn_by(timedelta(minutes=1))
    assert sanne.get("/taken/mijn").status_code == 302


def test_what_is_sent_after_the_session_ended_becomes_a_draft(site: Site, sanne: Visitor) -> None:
    assert _sign_in(sanne) == 302
    path = f"/taken/{site.task(site.start_case(), 'Gesprek')}"
    sanne._token = ""
    sanne.token()
    site.clock.turn_by(timedelta(hours=3))
    page = sanne.post(path, {"v.verslag": "Lang over nagedacht", "v.wensen": ["lift", "tuin"]})
    assert page.status_code == 401
    assert "Wat u typte, gaat niet verloren" in page.text
    hidden = dict(HIDDEN.findall(page.text))
    assert hidden["verder"] == path
    assert hidden["bewaard.v.verslag"] == "Lang over nagedacht"
    wrong = {**hidden, "gebruiker": "sanne", "wachtwoord": "mis"}
    page = sanne.client.post("/inloggen", data=wrong)
    assert page.status_code == 401
    right = {**dict(HIDDEN.findall(page.text)), "gebruiker": "sanne", "wachtwoord": PASSWORD}
    assert sanne.client.post("/inloggen", data=right).location == path
    assert "Lang over nagedacht" in sanne.get(path).text


def test_a_colleague_at_the_same_browser_keeps_his_own_draft(site: Site, sanne: Visitor) -> None:
    assert _sign_in(sanne) == 302
    path = f"/taken/{site.task(site.start_case(), 'Gesprek')}"
    site.signed_in("piet").post(path, {"v.verslag": "Van Piet", "_knop": "bewaren"})
    with site.database.transaction() as session:
        person = session.scalars(select(Person).where(Person.username == "piet")).one()
        person.password_hash = hash_password(PASSWORD, "piet")
    sanne._token = ""
    sanne.token()
    site.clock.turn_by(timedelta(hours=3))
    page = sanne.post(path, {"v.verslag": "Van Sanne"})
    hidden = dict(HIDDEN.findall(page.text))
    answer = sanne.client.post(
        "/inloggen", data={**hidden, "gebruiker": "piet", "wachtwoord": PASSWORD}
    )
    assert answer.location == path
    page = sanne.get(path)
    assert "Van Piet" in page.text
    assert "Van Sanne" not in page.text


def test_nobody_else_can_plant_a_draft_through_the_sign_in_page(site: Site, sanne: Visitor) -> None:
    assert _sign_in(sanne) == 302
    path = f"/taken/{site.task(site.start_case(), 'Gesprek')}"
    site.clock.turn_by(timedelta(hours=3))
    planted = {"csrf_token": "verzonnen", "v.verslag": "Geplant"}
    answer = sanne.client.post(path, data=planted)
    assert answer.status_code == 302
    assert "Geplant" not in answer.text


def test_a_one_time_link_sets_a_password_once(site: Site) -> None:
    with site.database.transaction() as session:
        person = session.scalars(select(Person).where(Person.username == "piet")).one()
        secret = issue_link(session, person.id, site.clock.now())
    piet = site.visitor()
    page = piet.get(f"/welkom/{secret}")
    assert page.status_code == 200
    assert "Piet Jansen" in page.text
    unequal = {"nieuw": PASSWORD, "herhaal": "iets anders"}
    assert piet.post(f"/welkom/{secret}", unequal).status_code == 422
    short = {"nieuw": "kort", "herhaal": "kort"}
    assert piet.post(f"/welkom/{secret}", short).status_code == 422
    right = {"nieuw": PASSWORD, "herhaal": PASSWORD}
    assert piet.post(f"/welkom/{secret}", right).status_code == 302
    assert "Piet Jansen" in piet.get("/taken/mijn").text
    assert site.visitor().get(f"/welkom/{secret}").status_code == 410


def test_changing_the_password_ends_other_sessions(site: Site, sanne: Visitor) -> None:
    other = site.signed_in("sanne")
    assert _sign_in(sanne) == 302
    sanne._token = ""
    new = "vier groene fietsen"
    wrong = {"oud": "mis", "nieuw": new, "herhaal": new}
    assert sanne.post("/account/wachtwoord", wrong).status_code == 422
    right = {"oud": PASSWORD, "nieuw": new, "herhaal": new}
    assert sanne.post("/account/wachtwoord", right).status_code == 302
    assert sanne.get("/account").status_code == 200
    assert other.get("/account").status_code == 302


def test_who_sits_at_an_open_session_does_not_guess_the_password_without_end(
    site: Site, sanne: Visitor
) -> None:
    thief = site.signed_in("sanne")
    new = "vier groene fietsen"
    for _ in range(5):
        wrong = {"oud": "mis", "nieuw": new, "herhaal": new}
        assert thief.post("/account/wachtwoord", wrong).status_code == 422
    answer = thief.post("/account/wachtwoord", {"oud": PASSWORD, "nieuw": new, "herhaal": new})
    assert answer.status_code == 429
    assert "te vaak mislukt" in answer.text
    assert _sign_in(sanne) == 429


def test_a_copied_cookie_stops_working_when_its_owner_signs_out(site: Site) -> None:
    sanne = site.signed_in("sanne")
    cookie = sanne.client.get_cookie("thuisroute")
    assert cookie is not None
    thief = site.visitor()
    thief.client.set_cookie("thuisroute", cookie.value)
    assert thief.get("/taken/mijn").status_code == 200
    sanne.post("/uitloggen")
    assert thief.get("/taken/mijn").status_code == 302
    assert "/inloggen" in thief.get("/taken/mijn").location


def test_who_has_signed_out_can_sign_in_again_and_colleagues_stay_in(site: Site) -> None:
    sanne, piet = site.signed_in("sanne"), site.signed_in("piet")
    sanne.post("/uitloggen")
    assert piet.get("/taken/mijn").status_code == 200
    assert site.signed_in("sanne").get("/taken/mijn").status_code == 200


def test_signing_out_twice_ends_no_session_that_began_in_between(site: Site) -> None:
    old = site.signed_in("sanne")
    token = old.token()
    old.post("/uitloggen")
    fresh = site.signed_in("sanne")
    assert old.client.post("/uitloggen", data={"csrf_token": token}).status_code in (302, 400)
    assert fresh.get("/taken/mijn").status_code == 200
