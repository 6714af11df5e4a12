"""The daily work: lists, tasks, forms, cases. What somebody typed is never lost."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.actors import Actor
from engine.definitions import deploy
from engine.models import (
    Case,
    CaseStatus,
    Channel,
    FormRecord,
    OutboxMessage,
    OutboxStatus,
    Person,
    UserTask,
)
from engine.routes import read_folder
from tests.webui.site import DECISION, ROUTE, START, TALK, Site
from tests.webui.test_sent_starts import sending_of

LINK = re.compile(r'href="([^"]+)"')
PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


def _status(site: Site, task_id: int) -> tuple[str, str | None]:
    with site.database.reading() as session:
        task = session.get_one(UserTask, task_id)
        person = session.get(Person, task.assignee_id) if task.assignee_id else None
        return task.status.value, person.username if person else None


def test_a_case_runs_from_start_to_end_in_the_browser(site: Site) -> None:
    sanne, karim = site.signed_in("sanne"), site.signed_in("karim")
    number = site.start_case()
    talk = site.task(number, "Gesprek")
    assert f'href="/taken/{talk}"' in sanne.get("/taken/groepen").text
    assert sanne.post(f"/taken/{talk}/oppakken").location == f"/taken/{talk}"
    assert f'href="/taken/{talk}"' in sanne.get("/taken/mijn").text
    done = sanne.post(f"/taken/{talk}", TALK)
    assert done.location == f"/zaken/{number}"
    page = sanne.get(done.location).text
    assert "is afgerond" in page
    assert "Bevestiging van het gesprek" in page
    decision = site.task(number, "Besluiten")
    assert karim.post(f"/taken/{decision}", DECISION).status_code == 302
    page = sanne.get(f"/zaken/{number}").text
    assert "Afgerond" in page
    assert "Besloten" in page


def test_the_start_form_keeps_what_was_typed_and_names_every_error(site: Site) -> None:
    sanne = site.signed_in("sanne")
    wrong = {**START, "v.clientNaam": "", "v.clientEmail": "geen adres"}
    answer = sanne.post("/zaken/nieuw/proefroute", wrong)
    assert answer.status_code == 422
    assert "<title>Fout: " in answer.text
    assert 'value="geen adres"' in answer.text
    summary = answer.text.split("tr-error-summary")[1].split("</ul>")[0]
    for target in re.findall(r'href="#([^"]+)"', summary):
        assert f'id="{target}"' in answer.text
        assert f'aria-describedby="{target}-fout"' in answer.text
    assert summary.count("<li") == 2
    with site.database.reading() as session:
        assert session.scalars(select(Case)).all() == []


def test_a_wrong_answer_keeps_the_rest_of_the_form(site: Site) -> None:
    number = site.start_case()
    task = site.task(number, "Gesprek")
    sanne = site.signed_in("sanne")
    answer = sanne.post(f"/taken/{task}", {**TALK, "v.gesprekDatum": "31-2-2026"})
    assert answer.status_code == 422
    assert "Goed gesprek." in answer.text
    assert "Goed gesprek." in sanne.get(f"/taken/{task}").text
    assert _status(site, task)[0] == "open"


def test_a_question_that_becomes_visible_is_asked_before_completing(site: Site) -> None:
    number = site.start_case()
    path = f"/taken/{site.task(number, 'Gesprek')}"
    sanne = site.signed_in("sanne")
    assert "Wat is er nog nodig?" not in sanne.get(path).text
    not_ready = {**TALK, "v.klaar": "nee"}
    assert "Wat is er nog nodig?" in sanne.post(path, {**not_ready, "_knop": "bijwerken"}).text
    assert "Wat is er nog nodig?" in sanne.post(f"{path}/vragen", not_ready).text
    assert sanne.post(path, not_ready).status_code == 422
    assert sanne.post(path, {**not_ready, "v.acties": "Leren koken"}).status_code == 302


def test_a_draft_is_kept_by_button_and_in_the_background(site: Site) -> None:
    number = site.start_case()
    path = f"/taken/{site.task(number, 'Gesprek')}"
    sanne = site.signed_in("sanne")
    assert sanne.post(path, {"v.verslag": "Half", "_knop": "bewaren"}).status_code == 302
    assert "Half" in sanne.get(path).text
    assert sanne.post(f"{path}/concept", {"v.verslag": "Bijna af"}).status_code == 204
    page = sanne.get(path).text
    assert "Bijna af" in page
    assert "Concept bewaard op" in page
    assert "Bijna af" not in site.signed_in("piet").get(path).text


def test_a_second_worker_is_refused_and_loses_nothing(site: Site) -> None:
    number = site.start_case()
    task = site.task(number, "Gesprek")
    sanne, piet = site.signed_in("sanne"), site.signed_in("piet")
    assert piet.get(f"/taken/{task}").status_code == 200
    assert sanne.post(f"/taken/{task}/oppakken").status_code == 302
    claimed = piet.post(f"/taken/{task}/oppakken")
    assert claimed.status_code == 409
    assert "Sanne de Vries heeft deze taak al" in claimed.text
    answer = piet.post(f"/taken/{task}", {**TALK, "v.verslag": "Wat Piet typte"})
    assert answer.status_code == 409
    assert "Sanne de Vries heeft deze taak al" in answer.text
    assert "Wat Piet typte" in answer.text
    assert _status(site, task) == ("open", "sanne")


def test_a_stale_page_is_refused_and_loses_nothing(site: Site) -> None:
    number = site.start_case()
    task = site.task(number, "Gesprek")
    assert site.signed_in("sanne").post(f"/taken/{task}", TALK).status_code == 302
    late = site.signed_in("piet").post(f"/taken/{task}", {**TALK, "v.verslag": "Te laat getypt"})
    assert late.status_code in (409, 410)
    assert "Te laat getypt" in late.text
    with site.database.reading() as session:
        records = session.scalars(
            select(FormRecord).where(FormRecord.element_id == "Gesprek")
        ).all()
        assert len(records) == 1


def test_claim_release_and_assign(site: Site) -> None:
    number = site.start_case()
    task = site.task(number, "Gesprek")
    sanne = site.signed_in("sanne")
    sanne.post(f"/taken/{task}/oppakken")
    sanne.post(f"/taken/{task}/teruggeven")
    assert _status(site, task) == ("open", None)
    with site.database.reading() as session:
        piet = session.scalars(select(Person.id).where(Person.username == "piet")).one()
        noor = session.scalars(select(Person.id).where(Person.username == "noor")).one()
    assert sanne.post(f"/taken/{task}/toewijzen", {"persoon": noor}).status_code == 403
    assert sanne.post(f"/taken/{task}/toewijzen", {"persoon": piet}).status_code == 302
    assert _status(site, task) == ("open", "piet")
    assert "Piet Jansen" in sanne.get(f"/taken/{task}").text


def test_rows_and_files_are_added_without_javascript(site: Site) -> None:
    number = site.start_case()
    path = f"/taken/{site.task(number, 'Gesprek')}"
    sanne = site.signed_in("sanne")
    page = sanne.get(path).text
    add = re.findall(r'value="(rij-erbij:[^"]+)"', page)[0]
    page = sanne.post(path, {**TALK, "_knop": add, **_hidden(page)}).text
    assert "Rij 1" in page
    assert "Goed gesprek." in page
    file = {"v.bewijs": (io.BytesIO(PDF), "bewijs.pdf")}
    page = sanne.post(path, {**TALK, **file, "v.verslag": "", "_knop": "afronden"}).text
    assert "bewijs.pdf" in page, "a wrong answer must not lose the file"
    kept = re.findall(r'name="v.bewijs" value="(\d+)"', page)
    assert sanne.post(path, {**TALK, "v.bewijs": kept[0]}).status_code == 302
    case = sanne.get(f"/zaken/{number}").text
    address = next(link for link in LINK.findall(case) if link.startswith("/bijlagen/"))
    download = sanne.get(address)
    assert download.data == PDF
    assert download.headers["Content-Disposition"].startswith("attachment")
    assert site.signed_in("karim").get(address).status_code == 404


def _hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: value for name, value in found if name != "csrf_token"}


def test_a_hostile_file_is_refused_by_name(site: Site) -> None:
    number = site.start_case()
    path = f"/taken/{site.task(number, 'Gesprek')}"
    file = {"v.bewijs": (io.BytesIO(b"MZ\x90\x00 program"), "../../etc/kwaad.pdf")}
    answer = site.signed_in("sanne").post(path, {**TALK, **file})
    assert answer.status_code == 422
    assert "kwaad.pdf" in answer.text
    assert "Goed gesprek." in answer.text


def test_what_people_type_is_never_markup(site: Site) -> None:
    number = site.start_case(**{"v.clientNaam": '<script>alert(1)</script>"'})
    sanne = site.signed_in("sanne")
    sanne.post(f"/zaken/{number}/notities", {"notitie": "<img src=x onerror=alert(2)>"})
    sanne.post(f"/taken/{site.task(number, 'Gesprek')}", TALK)
    with site.database.reading() as session:
        letter = session.scalars(select(OutboxMessage.id)).one()
    for path in (f"/zaken/{number}", "/zaken", "/taken/mijn", f"/brieven/{letter}"):
        page = sanne.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page


@pytest.mark.parametrize("search", ["boer", "PR-2026-000001", "BÓER"])
def test_tasks_and_cases_are_found_by_number_and_by_name(site: Site, search: str) -> None:
    number = site.start_case()
    site.start_case(**{"v.clientNaam": "Ilse Smit"})
    sanne = site.signed_in("sanne")
    for path in ("/taken/groepen", "/zaken"):
        sanne.post(f"{path}/zoeken", {"zoek": search})
        page = sanne.get(path).text
        assert number in page
        assert "Ilse Smit" not in page
        sanne.post(f"{path}/zoeken", {"wis": "1"})
        assert "Ilse Smit" in sanne.get(path).text


def test_a_long_list_is_read_page_by_page(sqlite_site: Site) -> None:
    for number in range(52):
        sqlite_site.start_case(**{"v.clientNaam": f"Cliënt {number}."})
    sanne = sqlite_site.signed_in("sanne")
    for path in ("/taken/groepen", "/zaken"):
        first = sanne.get(path).text
        onward = re.findall(r'rel="next" href="([^"]+)"', first)[0]
        second = sanne.get(onward).text
        shown = [re.findall(r"Cliënt \d+\.", page) for page in (first, second)]
        assert [len(names) for names in shown] == [50, 2]
        assert len({name for names in shown for name in names}) == 52
        assert 'rel="next"' not in second
        assert sanne.get(f"{path}?na=onzin").status_code == 200


def test_a_late_task_is_in_the_late_list_with_its_day(site: Site) -> None:
    site.start_case()
    sanne = site.signed_in("sanne")
    assert "Er is niets te laat" in sanne.get("/taken/te-laat").text
    site.clock.turn_by(timedelta(days=9))
    page = site.signed_in("sanne").get("/taken/te-laat").text
    assert "maandag 25 mei 2026" in page or "dinsdag 26 mei 2026" in page
    assert "te laat</span>" in page


def test_a_button_asks_its_questions_and_moves_the_case(site: Site) -> None:
    number = site.case_with_the_municipality()
    karim = site.signed_in("karim")
    page = karim.get(f"/zaken/{number}").text
    address = next(link for link in LINK.findall(page) if "/knoppen/" in link)
    assert "/knoppen/" not in site.signed_in("sanne").get(f"/zaken/{number}").text
    assert "Wat is de klacht?" in karim.get(address).text
    assert karim.post(address).status_code == 422
    assert karim.post(address, {"v.klachtTekst": "Te traag"}).status_code == 302
    assert "Klacht in behandeling" in karim.get(f"/zaken/{number}").text
    again = karim.post(address, {"v.klachtTekst": "Nog eens"})
    assert again.status_code in (404, 409, 410)


def test_a_case_is_ended_with_a_reason_and_everything_stops(site: Site) -> None:
    number = site.case_with_the_municipality()
    sanne = site.signed_in("sanne")
    path = f"/zaken/{number}/beeindigen"
    assert site.signed_in("karim").get(path).status_code == 403
    assert sanne.post(path, {"reden": "", "toelichting": ""}).status_code == 422
    answer = sanne.post(path, {"reden": "gestopt", "toelichting": ""})
    assert answer.status_code == 422
    assert 'value="gestopt" selected' in answer.text
    right = {"reden": "gestopt", "toelichting": "Wil niet meer"}
    assert sanne.post(path, right).status_code == 302
    page = sanne.get(f"/zaken/{number}").text
    assert "Beëindigd" in page
    assert "Bevestiging van het einde" in page
    assert sanne.get(path).status_code == 409
    with site.database.reading() as session:
        assert session.scalars(select(Case.status)).all() == [CaseStatus.CLOSED]
        assert {task.value for task in session.scalars(select(UserTask.status))} == {
            "completed",
            "cancelled",
        }


def test_a_corrected_fact_moves_the_term_that_counts_from_it(site: Site) -> None:
    number = site.case_with_the_municipality()
    sanne = site.signed_in("sanne")
    page = sanne.get(f"/zaken/{number}").text
    assert "vrijdag 10 juli 2026" in page
    address = next(link for link in LINK.findall(page) if "/gegevens/" in link)
    assert 'value="2026-05-15"' in sanne.get(address).text
    no_reason = sanne.post(address, {"v.gesprekDatum": "2026-05-13"})
    assert no_reason.status_code == 422
    assert 'href="#reden"' in no_reason.text
    right = {"v.gesprekDatum": "2026-05-13", "reden": "Verkeerd overgenomen"}
    assert sanne.post(address, right).status_code == 302
    page = sanne.get(f"/zaken/{number}").text
    assert "woensdag 8 juli 2026" in page
    assert "Verkeerd overgenomen" in page


def test_notes_are_read_by_the_own_organisation_only(site: Site) -> None:
    number = site.case_with_the_municipality()
    sanne, karim = site.signed_in("sanne"), site.signed_in("karim")
    assert sanne.post(f"/zaken/{number}/notities", {"notitie": " "}).status_code == 422
    sanne.post(f"/zaken/{number}/notities", {"notitie": "Bel de zus"})
    assert "Bel de zus" in site.signed_in("piet").get(f"/zaken/{number}").text
    assert "Bel de zus" not in karim.get(f"/zaken/{number}").text


def test_a_letter_on_paper_is_printed_and_marked(site: Site) -> None:
    number = site.case_with_the_municipality()
    sanne = site.signed_in("sanne")
    page = sanne.get(f"/zaken/{number}").text
    address = next(link for link in LINK.findall(page) if link.startswith("/brieven/"))
    letter = sanne.get(address).text
    assert "Beste Jan de Boer" in letter
    assert address in sanne.get("/brieven/te-posten").text
    assert address not in site.signed_in("karim").get("/brieven").text
    assert site.signed_in("karim").get(address).status_code == 404
    assert sanne.post(f"{address}/verstuurd").status_code == 302
    assert "Op de post gedaan" in sanne.get(address).text
    assert address not in sanne.get("/brieven/te-posten").text
    assert address in sanne.get("/brieven").text


def test_a_completed_form_can_be_read_and_printed(site: Site) -> None:
    number = site.case_with_the_municipality()
    sanne = site.signed_in("sanne")
    page = sanne.get(f"/zaken/{number}").text
    addresses = [link for link in LINK.findall(page) if link.startswith("/formulieren/")]
    texts = [sanne.get(address).text for address in addresses]
    assert len(texts) == 2
    assert any("Goed gesprek." in text and "vrijdag 15 mei 2026" in text for text in texts)
    assert all("data-print" in text for text in texts)


def test_the_diagram_is_the_one_of_the_case(site: Site) -> None:
    number = site.start_case()
    sanne = site.signed_in("sanne")
    page = sanne.get(f"/zaken/{number}").text
    assert 'data-active="Gesprek"' in page
    url = re.findall(r'data-diagram-url="([^"]+)"', page)[0]
    answer = sanne.get(url)
    assert answer.mimetype == "application/xml"
    assert b'<bpmn:userTask id="Gesprek"' in answer.data
    assert sanne.get(url.replace("proefroute.bpmn", "route.toml")).status_code == 404


def test_a_fault_of_the_route_loses_nothing_and_can_be_tried_again(site: Site) -> None:
    number = site.start_case()
    path = f"/taken/{site.task(number, 'Gesprek')}"
    sanne = site.signed_in("sanne")
    answer = sanne.post(path, {**TALK, "v.plaats": ""})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "Goed gesprek." in answer.text
    assert "Goed gesprek." in sanne.get(path).text
    page = sanne.get(f"/zaken/{number}").text
    assert "staat stil" in page
    address = re.findall(r'action="([^"]+/storingen/\d+/opnieuw)"', page)[0]
    assert sanne.post(address).status_code == 302
    assert "2 keer geprobeerd" in sanne.get(f"/zaken/{number}").text
    assert number in site.signed_in("beheer").get("/beheer/storingen").text
    assert sanne.post(path, TALK).status_code == 302
    assert "staat stil" not in sanne.get(f"/zaken/{number}").text


def test_a_start_that_fails_leads_to_the_case_and_makes_no_second_one(site: Site) -> None:
    route = read_folder(ROUTE)
    drawing = route["proefroute.bpmn"].decode()
    assert "=plusWerkdagen(date(zaak.gestart), 5)" in drawing
    # What only running it tells: the gate refuses a date that can never be one.
    number_at_last = "=get value({dag: 2}, &quot;dag&quot;)"
    broken = drawing.replace("=plusWerkdagen(date(zaak.gestart), 5)", number_at_last)
    with site.database.transaction() as session:
        files = {**route, "proefroute.bpmn": broken.encode()}
        deploy(session, files, site.clock.now(), Actor.system())
    sanne = site.signed_in("sanne")
    sent = {**START, **sending_of(sanne)}
    answer = sanne.post("/zaken/nieuw/proefroute", sent)
    with site.database.reading() as session:
        number = session.scalars(select(Case)).one().number
    assert answer.location == f"/zaken/{number}"
    again = sanne.post("/zaken/nieuw/proefroute", sent)
    assert again.location == answer.location
    page = sanne.get(answer.location).text
    assert "geen datum of tijdstip maar een getal" in page
    assert "wacht tot de storing is opgelost" in page
    assert "wacht op een datum" not in page


def test_without_a_mail_server_no_letter_is_said_to_have_left(site: Site) -> None:
    number = site.start_case()
    sanne = site.signed_in("sanne")
    sanne.post(f"/taken/{site.task(number, 'Gesprek')}", TALK)
    with site.database.transaction() as session:
        letter = session.scalars(select(OutboxMessage)).first()
        assert letter is not None
        letter.channel, letter.status = Channel.EMAIL, OutboxStatus.SENT
        path = f"/brieven/{letter.id}"
    for page in (f"/zaken/{number}", path, "/brieven"):
        assert "Niet gemaild: er is geen mailserver ingesteld" in sanne.get(page).text
