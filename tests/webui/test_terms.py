"""Pausing and extending a term from the case page; free days that an administrator adds."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from engine.errors import StaleCase
from engine.models import AuditEvent, Case, DecreeDay, TermChange, UserTask
from engine.recounting import recount_due
from tasks import termdeeds
from tests.webui.site import DECISION, TALK, Site, Visitor

PAUSE = {
    "grond": "aanvullen",
    "op": "2026-05-18",
    "tot": "2026-06-01",
    "tekst": "Het uittreksel ontbreekt.",
}


@pytest.fixture
def number(site: Site) -> str:
    """A case that the municipality has to decide on: talked on 15 May 2026, eight weeks."""
    site.clock.turn_to(datetime(2026, 5, 15, 10, tzinfo=UTC))
    made = site.case_with_the_municipality()
    site.clock.turn_to(datetime(2026, 5, 18, 10, tzinfo=UTC))
    return made


def due(site: Site, number: str) -> date | None:
    with site.database.reading() as session:
        return session.scalars(
            select(UserTask.due_day)
            .join(Case, Case.id == UserTask.case_id)
            .where(Case.number == number, UserTask.element_id == "Besluiten")
        ).one()


def changes(site: Site) -> list[TermChange]:
    with site.database.reading() as session:
        found = list(session.scalars(select(TermChange).order_by(TermChange.id)))
        session.expunge_all()
        return found


def pause(site: Site, number: str, who: str = "karim", **answers: str) -> Visitor:
    visitor = site.signed_in(who)
    path = f"/zaken/{number}/termijnen/beslissen/stilzetten"
    answer = visitor.post(path, {**PAUSE, **answers})
    assert answer.status_code == 302, answer.text
    return visitor


def test_a_term_is_paused_ended_corrected_and_withdrawn_from_the_case_page(
    site: Site, number: str
) -> None:
    assert due(site, number) == date(2026, 7, 10)
    karim = site.signed_in("karim")
    page = karim.get(f"/zaken/{number}").text
    assert "Waarom deze datum?" in page
    assert "De termijn begint op vrijdag 15 mei 2026." in page
    assert f"/zaken/{number}/termijnen/beslissen/stilzetten" in page
    form = karim.get(f"/zaken/{number}/termijnen/beslissen/stilzetten").text
    assert 'value="2026-05-18"' in form  # today
    pause(site, number)
    assert due(site, number) == date(2026, 7, 24)
    page = karim.get(f"/zaken/{number}").text
    assert "De aanvraag is niet compleet. Staat stil van dinsdag 19 mei 2026" in page
    assert "Het uittreksel ontbreekt." in page
    assert "Beslistermijn: de termijn staat stil" in page  # the timeline
    change = changes(site)[0].id
    site.clock.turn_to(datetime(2026, 5, 22, 10, tzinfo=UTC))
    karim = site.signed_in("karim")
    answer = karim.post(f"/zaken/{number}/pauzes/{change}/einde", {"op": "2026-05-22"})
    assert answer.status_code == 302
    assert due(site, number) == date(2026, 7, 13)
    answer = karim.post(
        f"/zaken/{number}/pauzes/{change}",
        {"op": "2026-05-18", "tot": "2026-06-01", "einde": "2026-05-21", "reden": "Een dag eerder"},
    )
    assert answer.status_code == 302
    assert changes(site)[0].ended_on == date(2026, 5, 21)
    answer = karim.post(f"/zaken/{number}/pauzes/{change}/intrekken", {"reden": "Verkeerde zaak"})
    assert answer.status_code == 302
    assert due(site, number) == date(2026, 7, 10)
    assert "is ingetrokken" in karim.get(f"/zaken/{number}").text


def test_a_term_is_extended_from_the_case_page(site: Site, number: str) -> None:
    karim = site.signed_in("karim")
    path = f"/zaken/{number}/termijnen/beslissen/verlengen"
    assert "Nieuwe laatste dag" in karim.get(path).text
    wrong = karim.post(path, {"op": "2026-05-18", "tot": "2026-07-01", "tekst": "Druk."})
    assert wrong.status_code == 422
    assert "Kies een dag na vrijdag 10 juli 2026" in wrong.text
    answer = karim.post(path, {"op": "18-05-2026", "tot": "2026-08-20", "tekst": "Druk."})
    assert answer.status_code == 302
    assert due(site, number) == date(2026, 8, 20)


@pytest.mark.parametrize(
    ("answers", "field", "words"),
    [
        ({"grond": ""}, "grond", "Kies waarom de termijn stilstaat."),
        ({"op": "gisteren"}, "op", "Vul een datum in"),
        ({"tot": ""}, "tot", "Zonder die datum staat de termijn niet stil."),
        ({"tot": "2026-05-18"}, "tot", "moet na de dag van het verzoek"),
        ({"tekst": " "}, "tekst", "Schrijf op wat u vraagt"),
        ({"tekst": "x" * 2001}, "tekst", "hoogstens 2000"),
    ],
)
def test_what_is_wrong_stands_at_the_top_and_at_the_field_and_what_was_typed_stays(
    sqlite_site: Site, answers: dict[str, str], field: str, words: str
) -> None:
    site = sqlite_site
    site.clock.turn_to(datetime(2026, 5, 18, 10, tzinfo=UTC))
    number = site.case_with_the_municipality()
    typed = {**PAUSE, "tekst": "Dit typte ik.", **answers}
    answer = site.signed_in("karim").post(f"/zaken/{number}/termijnen/beslissen/stilzetten", typed)
    assert answer.status_code == 422
    assert "<title>Fout: " in answer.text
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}-fout"' in answer.text
    assert answer.text.count(words) == 2
    if "tekst" not in answers:
        assert "Dit typte ik." in answer.text
    assert changes(site) == []


def test_only_who_has_the_role_may_pause_and_others_read_no_words(site: Site, number: str) -> None:
    sanne = site.signed_in("sanne")
    path = f"/zaken/{number}/termijnen/beslissen/stilzetten"
    assert sanne.get(path).status_code == 403
    assert sanne.post(path, PAUSE).status_code == 403
    pause(site, number)
    page = sanne.get(f"/zaken/{number}").text
    assert "De termijn stond stil van dinsdag 19 mei 2026" in page  # the reasons
    assert "Het uittreksel ontbreekt." not in page
    change = changes(site)[0].id
    for last in ("", "/einde", "/intrekken"):
        assert sanne.post(f"/zaken/{number}/pauzes/{change}{last}", PAUSE).status_code == 403
    assert site.signed_in("els").get(path).status_code == 404


def test_without_a_csrf_token_nothing_is_paused(site: Site, number: str) -> None:
    karim = site.signed_in("karim")
    path = f"/zaken/{number}/termijnen/beslissen/stilzetten"
    assert karim.client.post(path, data=PAUSE).status_code == 400
    assert changes(site) == []


def test_an_ended_case_shows_and_changes_no_terms(site: Site, number: str) -> None:
    karim = site.signed_in("karim")
    assert karim.post(f"/taken/{site.task(number, 'Besluiten')}", DECISION).status_code == 302
    assert "Waarom deze datum?" not in karim.get(f"/zaken/{number}").text
    path = f"/zaken/{number}/termijnen/beslissen/stilzetten"
    assert karim.post(path, PAUSE).status_code == 409
    assert changes(site) == []


def test_a_pause_that_somebody_withdrew_meanwhile_is_gone(site: Site, number: str) -> None:
    karim = pause(site, number)
    change = changes(site)[0].id
    path = f"/zaken/{number}/pauzes/{change}/intrekken"
    assert karim.post(path, {"reden": "Verkeerd"}).status_code == 302
    assert karim.post(path, {"reden": "Verkeerd"}).status_code == 404


def test_an_administrator_adds_a_free_day_and_open_terms_move(site: Site, number: str) -> None:
    admin = site.signed_in("beheer")
    page = admin.get("/beheer/vrije-dagen").text
    assert "vrijdag 15 mei 2026" in page  # built in
    wrong = admin.post("/beheer/vrije-dagen", {"day": "2026-05-16", "source": "Besluit"})
    assert wrong.status_code == 422
    assert "al vrij: zaterdag" in wrong.text
    assert admin.post("/beheer/vrije-dagen", {"day": "2026-07-10", "source": ""}).status_code == 422
    added = admin.post("/beheer/vrije-dagen", {"day": "2026-07-10", "source": "Stcrt. 2026, 1"})
    assert added.status_code == 302
    assert "opnieuw geteld" in admin.get("/beheer/vrije-dagen").text
    assert recount_due(site.database, site.clock.now()).counted == 1
    assert due(site, number) == date(2026, 7, 13)
    karim = site.signed_in("karim").get(f"/zaken/{number}").text
    assert "Vrijdag 10 juli 2026 is bij besluit gelijkgesteld met een feestdag." in karim
    assert admin.post("/beheer/vrije-dagen/2026-07-10/weg").status_code == 302
    recount_due(site.database, site.clock.now())
    assert due(site, number) == date(2026, 7, 10)
    with site.database.reading() as session:
        kinds = session.scalars(
            select(AuditEvent.kind).where(AuditEvent.case_id.is_(None)).order_by(AuditEvent.id)
        ).all()
        assert [kind for kind in kinds if kind.startswith("decree")] == [
            "decree_day_added",
            "decree_day_withdrawn",
        ]
        assert session.get_one(DecreeDay, date(2026, 7, 10)).withdrawn_at is not None


def test_a_case_that_starts_after_a_day_was_added_counts_with_it(site: Site) -> None:
    site.clock.turn_to(datetime(2026, 5, 15, 10, tzinfo=UTC))
    site.signed_in("beheer").post("/beheer/vrije-dagen", {"day": "2026-07-10", "source": "Besluit"})
    number = site.start_case()
    site.signed_in("sanne").post(f"/taken/{site.task(number, 'Gesprek')}", TALK)
    assert due(site, number) == date(2026, 7, 13)


def test_what_was_typed_stays_when_the_case_could_not_be_had(
    sqlite_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = sqlite_site
    site.clock.turn_to(datetime(2026, 5, 18, 10, tzinfo=UTC))
    number = site.case_with_the_municipality()

    def busy(*_what: object) -> None:
        raise StaleCase

    monkeypatch.setattr(termdeeds, "change_term", busy)
    typed = {**PAUSE, "tekst": "Dit typte ik."}
    answer = site.signed_in("karim").post(f"/zaken/{number}/termijnen/beslissen/stilzetten", typed)
    assert "Dit typte ik." in answer.text
    assert "probeer het opnieuw" in answer.text


def test_a_second_press_of_the_button_is_told_that_it_stands_there(
    sqlite_site: Site,
) -> None:
    site = sqlite_site
    site.clock.turn_to(datetime(2026, 5, 18, 10, tzinfo=UTC))
    number = site.case_with_the_municipality()
    karim = pause(site, number)
    again = karim.post(f"/zaken/{number}/termijnen/beslissen/stilzetten", PAUSE)
    assert again.status_code == 422
    assert "Dit staat al bij de termijn" in again.text
    assert len(changes(site)) == 1
