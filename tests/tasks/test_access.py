"""Whose case: who sees what, from when, and until when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.errors import NotFound
from engine.models import Attachment, CaseParty, FormRecord, OutboxMessage
from tasks import administration, buttons, casepage, cases, ending, facts, notes
from tasks.casepage import CasePage
from tasks.refusals import Invalid
from tasks.submission import Upload
from tests.tasks.office import PDF, PLAN, Office, sent


def page(office: Office, number: str, who: str) -> CasePage:
    with office.database.reading() as session:
        return casepage.case_page(session, number, office.viewer(who), office.clock.now())


def visible(office: Office, who: str) -> list[str]:
    with office.database.reading() as session:
        found = cases.case_list(session, office.viewer(who), "alle", "", None, office.clock.now())
    return [row.number for row in found.rows]


def test_an_organisation_sees_a_case_only_from_when_it_takes_part(office: Office) -> None:
    number = office.proposed()
    assert visible(office, "fatima") == []
    office.complete(number, "Toets", "mila", akkoord="ja")
    assert visible(office, "fatima") == [number]
    assert visible(office, "joost") == visible(office, "piet") == visible(office, "admin") == []


@pytest.mark.parametrize("who", ["piet", "joost", "admin"])
def test_every_door_is_shut_to_who_takes_no_part(office: Office, who: str) -> None:
    number = office.start()
    files = {"bewijs": [Upload("a.pdf", PDF)]}
    office.submit(office.task(number, "Voorstel"), "sanne", sent(PLAN, uploads=files))
    office.complete(number, "Toets", "mila", akkoord="ja")
    viewer, now = office.viewer(who), office.clock.now()
    with office.database.reading() as session:
        record_id = session.scalars(select(FormRecord.id)).first()
        file_id = session.scalars(select(Attachment.id)).one()
        letter_id = session.scalars(select(OutboxMessage.id)).one()
        assert record_id is not None
        for door in (
            lambda: casepage.case_page(session, number, viewer, now),
            lambda: casepage.diagram(session, number, "werk.bpmn", viewer, now),
            lambda: casepage.record(session, record_id, viewer, now),
            lambda: casepage.attachment(session, file_id, viewer, now),
            lambda: casepage.letter(session, letter_id, viewer, now),
            lambda: casepage.mark_printed(session, letter_id, viewer, now),
            lambda: notes.add_note(session, number, "hallo", viewer, now),
            lambda: buttons.button_page(session, number, "1", viewer, now),
            lambda: ending.end_page(session, number, viewer, now),
            lambda: facts.fact_page(session, number, record_id, viewer, now),
        ):
            with pytest.raises(NotFound):
                door()
    with pytest.raises(NotFound):
        ending.end(office.database, number, "intrekking", "x", viewer, now)
    with pytest.raises(NotFound):
        facts.correct(office.database, number, record_id, sent({}), viewer, now)
    with pytest.raises(NotFound):
        buttons.press(office.database, number, "1", sent({}), viewer, now)


def titles(office: Office, number: str, who: str) -> set[str]:
    return {row.title for row in page(office, number, who).records}


def test_consent_shares_and_its_absence_withholds(office: Office) -> None:
    assert "Voorstel doen" in titles(office, office.assessed(), "fatima")
    assert "Voorstel doen" not in titles(office, office.assessed(toestemming=""), "fatima")


def test_withdrawn_consent_withholds_at_once_attachments_too(office: Office) -> None:
    number = office.start()
    files = {"bewijs": [Upload("a.pdf", PDF)]}
    office.submit(office.task(number, "Voorstel"), "sanne", sent(PLAN, uploads=files))
    office.complete(number, "Toets", "mila", akkoord="ja")
    shared = page(office, number, "fatima")
    assert len(shared.attachments) == 1
    record_id = next(row.id for row in shared.records if row.title == "Voorstel doen")
    outcome = facts.correct(
        office.database,
        number,
        record_id,
        sent({"sleutel": "2026-06-01"}, reden="ingetrokken"),
        office.viewer("sanne"),
        office.clock.now(),
    )
    assert isinstance(outcome, facts.Corrected)
    assert page(office, number, "fatima").attachments == ()
    fatima, now = office.viewer("fatima"), office.clock.now()
    with office.database.reading() as session:
        with pytest.raises(NotFound):
            casepage.record(session, record_id, fatima, now)
        with pytest.raises(NotFound):
            casepage.attachment(session, shared.attachments[0].id, fatima, now)


def test_forms_that_are_not_shared_stay_with_their_organisation(office: Office) -> None:
    number = office.assessed()
    assert "Voorstel toetsen" not in titles(office, number, "fatima")
    assert "Voorstel toetsen" in titles(office, number, "sanne")


def test_the_timeline_begins_when_one_takes_part(office: Office) -> None:
    number = office.assessed()
    provider = [entry.text for entry in page(office, number, "sanne").timeline.entries]
    municipality = [entry.text for entry in page(office, number, "fatima").timeline.entries]
    assert "Taak “Voorstel doen” is gedaan." in provider
    assert "Taak “Voorstel doen” is gedaan." not in municipality
    assert municipality


def test_notes_are_read_by_the_own_organisation_only(office: Office) -> None:
    number = office.assessed()
    with office.database.transaction() as session:
        notes.add_note(session, number, "bellen", office.viewer("sanne"), office.clock.now())
    assert [note.text for note in page(office, number, "mila").notes] == ["bellen"]
    assert page(office, number, "fatima").notes == ()


@pytest.mark.parametrize("text", ["", "  ", "x" * 5001, "a\x00"])
def test_a_note_that_cannot_be_is_refused(office: Office, text: str) -> None:
    number = office.start()
    viewer = office.viewer("sanne")
    with office.database.reading() as session, pytest.raises(Invalid):
        notes.add_note(session, number, text, viewer, office.clock.now())


def test_letters_are_read_by_who_sent_and_who_got_them(office: Office) -> None:
    number = office.assessed()
    assert [(row.title, row.to) for row in page(office, number, "sanne").letters] == [
        ("Bericht", "Cliënt")
    ]
    assert page(office, number, "fatima").letters == ()


def test_an_ended_participation_ends_the_sight(office: Office) -> None:
    number = office.assessed()
    with office.database.transaction() as session:
        for row in session.scalars(select(CaseParty).where(CaseParty.party == "gemeente")):
            row.until = office.clock.now() + timedelta(minutes=5)
    assert visible(office, "fatima") == [number]
    office.later(minutes=5)
    assert visible(office, "fatima") == []


def test_a_lost_role_closes_the_case(office: Office) -> None:
    number = office.start()
    assert visible(office, "mila") == [number]
    admin = office.viewer("admin")
    with office.database.transaction() as session:
        mila = administration.person(session, admin, office.viewer("mila").person_id)
        administration.remove_membership(session, admin, mila.memberships[0].id, office.clock.now())
    assert visible(office, "mila") == []
