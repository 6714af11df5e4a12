"""Another organisation takes the place of one: what it reads, what it can correct, what ends."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from engine import definitions
from engine.actors import Actor
from engine.checks import check
from engine.errors import NotFound
from engine.models import Attachment, Organisation, RouteOrganisation
from engine.routes import read_folder
from tasks import casepage, facts
from tasks.facts import Corrected
from tasks.submission import Upload
from tests.tasks.office import KEY, PDF, PLAN, ROUTE, Office, sent
from tests.tasks.test_access import page, titles, visible

READS = 'opvolger_leest = "=dossier = \\"ja\\""'
FACTS = b'value="sleutel, toestemming"'


def route(reads: str = READS) -> dict[str, bytes]:
    """The office's route, in which a fact says who the provider is, and what it may read."""
    files = read_folder(ROUTE)
    files["route.toml"] = files["route.toml"].replace(
        b'naam = "Zorgaanbieder"\n',
        f'naam = "Zorgaanbieder"\nvariabele = "zorg"\n{reads}\n'.encode(),
    )
    form = json.loads(files["voorstel.form"])
    form["components"] += [
        {"id": f"Field_{key}", "type": "textfield", "key": key, "label": key}
        for key in ("zorg", "dossier")
    ]
    files["voorstel.form"] = json.dumps(form).encode()
    assert FACTS in files["werk.bpmn"]
    files["werk.bpmn"] = files["werk.bpmn"].replace(
        FACTS, b'value="sleutel, toestemming, zorg, dossier"'
    )
    return files


@pytest.fixture
def changing(office: Office) -> Office:
    with office.database.transaction() as session:
        definitions.deploy(session, route(), office.clock.now(), Actor.system())
    return office


def correct(office: Office, number: str, who: str, **answers: str) -> None:
    row = next(row for row in page(office, number, who).facts if row.may_correct)
    outcome = facts.correct(
        office.database,
        number,
        row.record_id,
        sent({"sleutel": "2026-06-01", "toestemming": "ja", **answers}, reden="gewisseld"),
        office.viewer(who),
        office.clock.now(),
    )
    assert isinstance(outcome, Corrected), outcome
    office.later(minutes=1)


def changed(office: Office, dossier: str) -> str:
    """A case whose proposal was made by De Brug and that went on to Het Anker."""
    number = office.start()
    files = {"bewijs": [Upload("a.pdf", PDF)]}
    office.submit(
        office.task(number, "Voorstel"),
        "sanne",
        sent({**PLAN, "zorg": "de-brug", "dossier": "nee"}, uploads=files),
    )
    office.later(minutes=1)
    correct(office, number, "sanne", zorg="het-anker", dossier=dossier)
    return number


def test_the_successor_reads_what_its_predecessor_filled_in_with_consent(changing: Office) -> None:
    number = changed(changing, "ja")
    assert "Voorstel doen" in titles(changing, number, "piet")
    seen = page(changing, number, "piet")
    assert [one.name for one in seen.attachments] == ["a.pdf"]
    record = next(row for row in seen.records if row.title == "Voorstel doen")
    piet, now = changing.viewer("piet"), changing.clock.now()
    with changing.database.reading() as session:
        shown = casepage.record(session, record.id, piet, now)
        assert casepage.attachment(session, seen.attachments[0].id, piet, now).content == PDF
    assert "Rustig wonen" in repr(shown)
    # The text of the form about the client, as its own forms show it.
    assert "Zoë Bakker" in repr(shown)


def test_without_consent_it_reads_nothing_of_it(changing: Office) -> None:
    number = changed(changing, "nee")
    assert "Voorstel doen" not in titles(changing, number, "piet")
    assert page(changing, number, "piet").attachments == ()


def test_the_predecessor_sees_the_case_no_longer(changing: Office) -> None:
    number = changed(changing, "ja")
    assert visible(changing, "sanne") == []
    assert visible(changing, "piet") == [number]


def test_facts_go_along_with_the_party_so_consent_can_be_withdrawn(changing: Office) -> None:
    number = changed(changing, "ja")
    correct(changing, number, "piet", zorg="het-anker", dossier="nee")
    assert "Voorstel doen" not in titles(changing, number, "piet")
    correct(changing, number, "piet", zorg="het-anker", dossier="ja")
    assert "Voorstel doen" in titles(changing, number, "piet")


def test_a_file_in_unfinished_work_of_the_predecessor_is_not_taken_along(changing: Office) -> None:
    """The successor knows no number of a file that it may not read; a guess gives it nothing."""
    number = changing.start()
    changing.complete(number, "Voorstel", "sanne", **PLAN, zorg="de-brug", dossier="nee")
    changing.complete(number, "Toets", "mila", akkoord="nee")
    task_id = changing.task(number, "Voorstel")
    files = {"bewijs": [Upload("geheim.pdf", PDF)]}
    changing.submit(task_id, "sanne", sent(PLAN, button="bewaren", uploads=files))
    with changing.database.reading() as session:
        file_id = session.scalars(select(Attachment.id)).one()
    correct(changing, number, "sanne", zorg="het-anker", dossier="nee")
    changing.complete(
        number, "Voorstel", "piet", **PLAN, zorg="het-anker", dossier="nee", bewijs=str(file_id)
    )
    assert page(changing, number, "piet").attachments == ()


def test_what_the_predecessor_did_as_another_party_is_not_of_its_part(changing: Office) -> None:
    """De Brug is the provider and the municipality: Het Anker comes in one of these places."""
    with changing.database.transaction() as session:
        brug = session.scalars(select(Organisation.id).where(Organisation.slug == "de-brug")).one()
        session.add(RouteOrganisation(route_key=KEY, party="gemeente", organisation_id=brug))
    changing.add_person("eva", "de-brug", ("beoordelaar",))
    number = changing.start()
    plan = {**PLAN, "gemeente": "de-brug"}
    changing.complete(number, "Voorstel", "sanne", **plan, zorg="de-brug", dossier="ja")
    changing.complete(number, "Toets", "mila", akkoord="ja")
    correct(changing, number, "sanne", zorg="het-anker", dossier="ja")
    changing.complete(number, "Beoordeling", "eva", oordeel="Niet doen")
    assert "Voorstel doen" in titles(changing, number, "piet")
    assert "Voorstel beoordelen" not in titles(changing, number, "piet")
    assert "Voorstel beoordelen" in titles(changing, number, "eva")


def test_another_party_gets_nothing_by_it(changing: Office) -> None:
    number = changed(changing, "ja")
    changing.complete(number, "Toets", "piet", akkoord="ja")
    assert "Voorstel toetsen" not in titles(changing, number, "fatima")
    record = next(
        row for row in page(changing, number, "piet").records if row.title == "Voorstel toetsen"
    )
    with changing.database.reading() as session, pytest.raises(NotFound):
        casepage.record(session, record.id, changing.viewer("fatima"), changing.clock.now())


def test_without_the_setting_a_successor_reads_nothing(office: Office) -> None:
    with office.database.transaction() as session:
        definitions.deploy(session, route(reads=""), office.clock.now(), Actor.system())
    assert "Voorstel doen" not in titles(office, changed(office, "ja"), "piet")


def test_the_gate_reads_the_condition() -> None:
    wrong = route('opvolger_leest = "=dosier = \\"ja\\""')
    assert [(one.file, one.element_id, one.code) for one in check(wrong)] == [
        ("route.toml", "partijen.zorg", "unknown-name")
    ]
    assert [one.code for one in check(route('opvolger_leest = "=dossier = ("'))] == ["feel"]
