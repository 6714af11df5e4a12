"""An administrator adds people, organisations and roles, resets and disables."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from engine.models import Membership, Organisation, Person
from tests.webui.site import Site, Visitor

PASSWORD = "drie blauwe fietsen"
NEW = {"name": "Iris Vos", "username": "iris", "email": "iris@example.org"}


@pytest.fixture
def beheer(site: Site) -> Visitor:
    return site.signed_in("beheer")


def _id(site: Site, username: str) -> int:
    with site.database.reading() as session:
        return session.scalars(select(Person.id).where(Person.username == username)).one()


def test_a_new_person_gets_a_link_a_role_and_works(site: Site, beheer: Visitor) -> None:
    page = beheer.post("/beheer/mensen/nieuw", NEW).text
    address = re.findall(r"<code>http://127.0.0.1:8000(/welkom/[^<]+)</code>", page)[0]
    iris_id = _id(site, "iris")
    with site.database.reading() as session:
        bridge = session.scalars(
            select(Organisation.id).where(Organisation.slug == "de-brug")
        ).one()
    role = {"organisation": bridge, "role": "proefroute/begeleider"}
    assert beheer.post(f"/beheer/mensen/{iris_id}/rollen", role).status_code == 302
    assert "Begeleider" in beheer.get(f"/beheer/mensen/{iris_id}").text

    number = site.start_case()
    iris = site.visitor()
    iris.post(address, {"nieuw": PASSWORD, "herhaal": PASSWORD})
    assert "Iris Vos" in iris.get("/taken/groepen").text
    assert number in iris.get("/taken/groepen").text


@pytest.mark.parametrize(
    ("change", "field"),
    [({"name": ""}, "name"), ({"username": "sanne"}, "username"), ({"email": "niets"}, "email")],
)
def test_a_wrong_new_person_is_shown_with_the_error_at_its_field(
    beheer: Visitor, change: dict[str, str], field: str
) -> None:
    answer = beheer.post("/beheer/mensen/nieuw", {**NEW, **change})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert f'aria-describedby="{field}' in answer.text
    assert "<title>Fout: " in answer.text


def test_a_role_of_another_kind_of_organisation_is_refused(site: Site, beheer: Visitor) -> None:
    with site.database.reading() as session:
        bridge = session.scalars(
            select(Organisation.id).where(Organisation.slug == "de-brug")
        ).one()
    piet = _id(site, "piet")
    wrong = {"organisation": bridge, "role": "proefroute/beslisser"}
    assert beheer.post(f"/beheer/mensen/{piet}/rollen", wrong).status_code == 422
    assert beheer.post(f"/beheer/mensen/{piet}/rollen", {}).status_code == 422


def test_a_role_that_is_taken_away_closes_the_cases(site: Site, beheer: Visitor) -> None:
    number = site.start_case()
    piet = site.signed_in("piet")
    assert piet.get(f"/zaken/{number}").status_code == 200
    with site.database.reading() as session:
        membership = session.scalars(
            select(Membership.id).where(Membership.person_id == _id(site, "piet"))
        ).one()
    path = f"/beheer/mensen/{_id(site, 'piet')}/rollen/{membership}/weg"
    assert beheer.post(path).status_code == 302
    assert piet.get(f"/zaken/{number}").status_code == 404


def test_disabling_and_enabling_an_account(site: Site, beheer: Visitor) -> None:
    piet = site.signed_in("piet")
    path = f"/beheer/mensen/{_id(site, 'piet')}"
    beheer.post(f"{path}/uitzetten")
    assert piet.get("/taken/mijn").status_code == 302
    assert "kan niet inloggen" in beheer.get(path).text
    beheer.post(f"{path}/aanzetten")
    assert site.signed_in("piet").get("/taken/mijn").status_code == 200


def test_administrators_do_not_lock_themselves_out(site: Site, beheer: Visitor) -> None:
    path = f"/beheer/mensen/{_id(site, 'beheer')}"
    for verb in ("uitzetten", "geen-beheerder"):
        beheer.post(f"{path}/{verb}")
        assert beheer.get("/beheer/mensen").status_code == 200


def test_a_new_link_ends_the_old_sessions(site: Site, beheer: Visitor) -> None:
    piet = site.signed_in("piet")
    page = beheer.post(f"/beheer/mensen/{_id(site, 'piet')}/link").text
    assert "/welkom/" in page
    assert piet.get("/taken/mijn").status_code == 302


def test_an_organisation_is_added_and_takes_part_in_a_route(site: Site, beheer: Visitor) -> None:
    new = {"name": "Gemeente Bergdorp", "slug": "bergdorp", "email": "bergdorp@example.org"}
    assert beheer.post("/beheer/organisaties", new).status_code == 302
    assert beheer.post("/beheer/organisaties", new).status_code == 422
    with site.database.reading() as session:
        made = session.scalars(select(Organisation.id).where(Organisation.slug == "bergdorp")).one()
    sanne = site.signed_in("sanne")
    assert "Gemeente Bergdorp" not in sanne.get("/zaken/nieuw/proefroute").text
    path = f"/beheer/organisaties/{made}"
    assert beheer.post(f"{path}/partijen", {"party": "proefroute/gemeente"}).status_code == 302
    assert "Gemeente Bergdorp" in sanne.get("/zaken/nieuw/proefroute").text
    changed = {"name": "Gemeente Bergdorp-Zuid", "email": ""}
    assert beheer.post(path, changed).status_code == 302
    assert "Bergdorp-Zuid" in beheer.get(path).text
    assert beheer.get("/beheer/organisaties/999999").status_code == 404


def test_the_routes_in_use_are_listed_with_their_running_cases(site: Site, beheer: Visitor) -> None:
    site.start_case()
    page = beheer.get("/beheer/routes").text
    assert "Proefroute" in page
    assert "maandag 18 mei 2026" in page
