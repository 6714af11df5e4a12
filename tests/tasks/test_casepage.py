"""The case page: who does what now, where the case stands, buttons, facts, the end."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import select

from engine import definitions
from engine.actors import Actor
from engine.errors import CaseEnded, NotAllowed, NotFound
from engine.models import AuditEvent, Case
from engine.routes import read_folder
from tasks import buttons, casepage, cases, ending, facts, starting
from tasks.access import LARGEST_ID
from tasks.asking import Again, Refused
from tasks.casepage import CasePage
from tasks.forms.views import PrintedAnswer
from tasks.paging import cursor_of
from tasks.refusals import Invalid
from tasks.taskpage import task_page
from tasks.timeline import NEWEST, PAGE_SIZE, Timeline, timeline_page
from tests.engine.world import counted
from tests.forms.helpers import questions
from tests.tasks.office import KEY, ROUTE, START, Office, sent

WITH_A_TERM = b"""
[termijnen.toetsen]
naam = "Toetsen"
start = "sleutel"
duur = "P3W"
soort = "werkafspraak"
rollen = ["beoordelaar"]
"""


def page(office: Office, number: str, who: str = "sanne") -> CasePage:
    with office.database.reading() as session:
        return casepage.case_page(session, number, office.viewer(who), office.clock.now())


def test_it_says_who_does_what_now_and_by_when(office: Office) -> None:
    number = office.assessed()
    (waiting,) = page(office, number).now_waiting
    assert (waiting.text, waiting.who) == ("Voorstel beoordelen", "Beoordelaar bij Dorp")
    assert waiting.task_id is None
    assert waiting.due is not None
    assert (waiting.due.day, waiting.due.late) == (date(2026, 6, 22), False)
    assert waiting.due.text == "maandag 22 juni 2026"
    assert page(office, number, "fatima").now_waiting[0].task_id is not None


def test_it_says_where_the_case_is_on_the_diagram_and_in_words(office: Office) -> None:
    first = page(office, office.start())
    assert [(one.file, one.here) for one in first.position] == [("werk.bpmn", ("Voorstel",))]
    assert first.position_words == ("Stap 1, “Voorstel doen”",)


def test_a_record_reads_as_it_was_answered(office: Office) -> None:
    number = office.assessed()
    record_id = next(r.id for r in page(office, number).records if r.title == "Voorstel doen")
    with office.database.reading() as session:
        mine = casepage.record(session, record_id, office.viewer("mila"), office.clock.now())
    answers = [item for item in mine.printed.items if isinstance(item, PrintedAnswer)]
    assert PrintedAnswer("Gemeente", "Dorp") in answers
    assert PrintedAnswer("Dag van de sleutel", "maandag 1 juni 2026") in answers
    assert (mine.person, mine.organisation) == ("Sanne", "De-Brug")


def test_a_shared_form_tells_no_more_than_its_answers(office: Office) -> None:
    number = office.assessed()
    record_id = next(r.id for r in page(office, number).records if r.title == "Voorstel doen")
    with office.database.reading() as session:
        seen = casepage.record(session, record_id, office.viewer("fatima"), office.clock.now())
    assert "Zoë" not in repr(seen.printed)
    assert "Rustig wonen" in repr(seen.printed)


def button(office: Office, number: str) -> str:
    return page(office, number, "fatima").buttons[0].token


def test_a_button_asks_its_form_and_moves_the_case(office: Office) -> None:
    number = office.assessed()
    fatima, now = office.viewer("fatima"), office.clock.now()
    token = button(office, number)
    wrong = buttons.press(office.database, number, token, sent({"klacht": ""}), fatima, now)
    assert isinstance(wrong, Again)
    assert wrong.page.form is not None
    assert [error.target for error in wrong.page.form.errors] == ["v-klacht"]
    right = buttons.press(office.database, number, token, sent({"klacht": "te laat"}), fatima, now)
    assert right == buttons.Pressed("Klacht ontvangen")
    assert page(office, number).outcome == "Klacht gekregen"
    again = buttons.press(office.database, number, token, sent({"klacht": "x"}), fatima, now)
    assert isinstance(again, Refused)


def test_only_the_role_of_a_button_gets_it(office: Office) -> None:
    number = office.assessed()
    assert page(office, number, "sanne").buttons == ()
    sanne = office.viewer("sanne")
    with office.database.reading() as session, pytest.raises(NotAllowed):
        buttons.button_page(session, number, button(office, number), sanne, office.clock.now())


def fact(office: Office, number: str) -> facts.FactRow:
    return page(office, number).facts[0]


def test_a_corrected_fact_moves_the_due_date(office: Office) -> None:
    number = office.assessed()
    row = fact(office, number)
    assert row.items == (
        PrintedAnswer("De cliënt vindt delen goed", "ja"),
        PrintedAnswer("Dag van de sleutel", "maandag 1 juni 2026"),
    )
    sanne, now = office.viewer("sanne"), office.clock.now()
    answers = {"sleutel": "8-6-2026", "toestemming": "ja"}
    outcome = facts.correct(
        office.database, number, row.record_id, sent(answers, reden="verkeerd gelezen"), sanne, now
    )
    assert outcome == facts.Corrected(number)
    after = page(office, number)
    due = after.now_waiting[0].due
    assert due is not None
    assert due.day == date(2026, 6, 29)
    assert "verkeerd gelezen" in after.timeline.entries[0].text
    assert after.facts[0].record_id == row.record_id
    corrected = next(r for r in after.records if r.title.startswith("Verbetering"))
    with office.database.reading() as session:
        printed = casepage.record(session, corrected.id, sanne, now).printed
    assert printed.items == (PrintedAnswer("Dag van de sleutel", "maandag 8 juni 2026"),)


def test_a_correction_needs_a_reason_and_a_right_answer(office: Office) -> None:
    number = office.assessed()
    outcome = facts.correct(
        office.database,
        number,
        fact(office, number).record_id,
        sent({"sleutel": "morgen"}),
        office.viewer("sanne"),
        office.clock.now(),
    )
    assert isinstance(outcome, Again)
    assert [error.target for error in outcome.page.form.errors] == ["v-sleutel", "reden"]
    assert questions(outcome.page.form)["v.sleutel"].value == "morgen"


def test_another_role_of_the_organisation_reads_facts_and_does_not_correct(office: Office) -> None:
    number = office.assessed()
    row = page(office, number, "mila").facts[0]
    assert not row.may_correct
    with office.database.reading() as session, pytest.raises(NotAllowed):
        facts.fact_page(session, number, row.record_id, office.viewer("mila"), office.clock.now())


def test_a_case_can_be_ended_with_a_reason_by_the_party_that_started_it(office: Office) -> None:
    number = office.assessed()
    now = office.clock.now()
    with pytest.raises(NotAllowed):
        ending.end(office.database, number, "intrekking", "x", office.viewer("fatima"), now)
    sanne = office.viewer("sanne")
    for reason, text, field in (("", "x", "reden"), ("intrekking", " ", "toelichting")):
        with pytest.raises(Invalid) as invalid:
            ending.end(office.database, number, reason, text, sanne, now)
        assert invalid.value.field == field
    ending.end(office.database, number, "intrekking", "Wil niet meer", sanne, now)
    after = page(office, number)
    assert (after.head.status_text, after.now_waiting) == ("Beëindigd", ())
    assert "Wil niet meer" in after.timeline.entries[0].text
    with pytest.raises(CaseEnded):
        ending.end(office.database, number, "intrekking", "nog eens", sanne, now)


def test_the_start_form_is_judged_before_there_is_a_case(office: Office) -> None:
    outcome = starting.start(
        office.database,
        KEY,
        None,
        sent({**START, "clientNaam": "", "clientEmail": "geen adres"}),
        office.viewer("sanne"),
        office.clock.now(),
    )
    assert isinstance(outcome, Again)
    assert [error.target for error in outcome.page.form.errors] == ["v-clientNaam", "v-clientEmail"]


@pytest.mark.parametrize("who", ["mila", "fatima", "admin"])
def test_only_the_start_role_starts_a_case(office: Office, who: str) -> None:
    viewer = office.viewer(who)
    with office.database.reading() as session:
        assert starting.startable(session, viewer) == ()
    with pytest.raises(NotAllowed):
        starting.start(office.database, KEY, None, sent(START), viewer, office.clock.now())


def test_who_starts_for_two_organisations_chooses_one(office: Office) -> None:
    office.add_person("dirk", "de-brug", ["begeleider"])
    dirk = office.viewer("dirk")
    other = office.viewer("piet")
    both = type(dirk)(
        dirk.person_id, "Dirk", "dirk", False, dirk.seats | other.seats,
        {**dirk.organisations, **other.organisations},
    )  # fmt: skip
    outcome = starting.start(office.database, KEY, None, sent(START), both, office.clock.now())
    assert isinstance(outcome, Again)
    assert outcome.page.form.errors[0].target == "organisatie"
    chosen = int(outcome.page.organisations[1].value)
    done = starting.start(office.database, KEY, chosen, sent(START), both, office.clock.now())
    assert not isinstance(done, Again | Refused)


def test_cases_are_found_by_number_and_by_name_without_accents(office: Office) -> None:
    number = office.start(clientNaam="Zoë Bakker")
    office.start(clientNaam="Ali Kaya")
    viewer, now = office.viewer("sanne"), office.clock.now()
    with office.database.reading() as session:
        for search in ("zoe", "BAKKER", number.lower(), number[-3:]):
            found = cases.case_list(session, viewer, "open", search, None, now)
            assert [row.number for row in found.rows] == [number], search
        assert cases.case_list(session, viewer, "open", "%", None, now).rows == ()
        assert cases.case_list(session, viewer, "afgerond", "", None, now).rows == ()


def test_the_list_of_cases_turns_pages(office: Office) -> None:
    numbers = [office.start() for _ in range(5)]
    viewer, now = office.viewer("sanne"), office.clock.now()
    with office.database.reading() as session:
        first = cases.case_list(session, viewer, "open", "", None, now, size=3)
        second = cases.case_list(session, viewer, "open", "", first.next, now, size=3)
    assert [row.number for row in first.rows + second.rows] == numbers[::-1]
    assert second.next is None


@pytest.mark.parametrize("who", ["sanne", "fatima"])
def test_the_page_reads_the_state_of_its_case_once(office: Office, who: str) -> None:
    """One look serves where the case stands, its facts, its terms and what is shared with whom."""
    files = read_folder(ROUTE)
    files["route.toml"] += WITH_A_TERM
    with office.database.transaction() as session:
        definitions.deploy(session, files, office.clock.now(), Actor.system())
    number = office.assessed()
    with counted(office.database) as seen:
        shown = page(office, number, who)
    assert shown.terms
    assert shown.position
    assert shown.facts or "Voorstel doen" in {row.title for row in shown.records}
    assert looks(seen) == 1
    assert len(seen) <= 25  # two are of the test itself: who looks


def test_the_page_of_a_task_reads_the_state_of_its_case_once(office: Office) -> None:
    number = office.assessed()
    task_id, viewer = office.task(number, "Beoordeling"), office.viewer("fatima")
    with counted(office.database) as seen, office.database.reading() as session:
        shown = task_page(session, task_id, viewer, office.clock.now())
    assert shown.form is not None
    assert shown.due_reasons
    assert looks(seen) == 1


def test_all_that_happened_is_read_page_by_page_and_the_newest_on_the_case(office: Office) -> None:
    number = office.assessed()
    with office.database.transaction() as session:
        case = session.scalars(select(Case).where(Case.number == number)).one()
        for turn in range(2 * PAGE_SIZE):
            data = json.dumps({"name": f"nummer {turn}"})
            at = office.clock.now()
            session.add(AuditEvent(case_id=case.id, at=at, kind="task_completed", data=data))
    shown = page(office, number).timeline
    assert len(shown.entries) == NEWEST
    assert shown.next is not None

    viewer, now = office.viewer("sanne"), office.clock.now()
    pages: list[Timeline] = []
    with office.database.reading() as session:
        while not pages or pages[-1].next:
            cursor = pages[-1].next if pages else None
            pages.append(timeline_page(session, number, cursor, viewer, now).timeline)
    assert [len(one.entries) for one in pages[:-1]] == [PAGE_SIZE] * (len(pages) - 1)
    texts = [entry.text for one in pages for entry in one.entries]
    assert texts[: 2 * PAGE_SIZE] == [
        f"Taak “nummer {turn}” is gedaan." for turn in reversed(range(2 * PAGE_SIZE))
    ]
    assert texts[-1] == "De zaak is gestart."
    assert [entry.text for entry in shown.entries] == texts[:NEWEST]


def test_a_later_page_shows_no_more_than_the_first_may(office: Office) -> None:
    """Also with a cursor of one's own making: only what happened since one takes part."""
    number = office.assessed()
    cursor = cursor_of(LARGEST_ID)
    with office.database.reading() as session:
        for who, sees_start in (("sanne", True), ("fatima", False)):
            found = timeline_page(session, number, cursor, office.viewer(who), office.clock.now())
            texts = {entry.text for entry in found.timeline.entries}
            assert ("De zaak is gestart." in texts) is sees_start
        with pytest.raises(NotFound):
            timeline_page(session, number, cursor, office.viewer("piet"), office.clock.now())


def looks(statements: list[str]) -> int:
    return sum("case_states" in one for one in statements)
