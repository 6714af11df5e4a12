"""What a hostile browser sends gets a refusal, never a crash, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import definitions
from engine.actors import Actor
from engine.errors import NotFound, Refusal
from engine.refusals import StepFailed
from engine.routes import read_folder
from tasks import (
    administration,
    buttons,
    cases,
    claims,
    completion,
    documents,
    ending,
    people,
    starting,
    worklist,
)
from tasks.administration import clockhands
from tasks.completion import Completed, Refused, Unfinished
from tasks.drafts import load_draft
from tasks.people import SignInRefused
from tasks.submission import Submission
from tasks.worklist import Filter, Queue
from tests.tasks.office import PLAN, ROUTE, Office, sent

HUGE = 10**30


def test_numbers_that_no_database_holds_are_not_found(office: Office) -> None:
    viewer, admin, now = office.viewer("sanne"), office.viewer("admin"), office.clock.now()
    with office.database.reading() as session:
        for door in (
            lambda: completion.task_page(session, HUGE, viewer, now),
            lambda: claims.claim(session, -1, viewer, now),
            lambda: documents.record(session, HUGE, viewer, now),
            lambda: documents.letter(session, HUGE, viewer, now),
            lambda: documents.attachment(session, HUGE, viewer, now),
            lambda: administration.person(session, admin, HUGE),
            lambda: administration.remove_membership(session, admin, HUGE, now),
            lambda: administration.change_organisation(session, admin, HUGE, "X", ""),
        ):
            with pytest.raises(NotFound):
                door()
        found = worklist.page(session, viewer, Queue.MINE, Filter("", HUGE), None, now)
        assert found.rows == ()


@pytest.mark.parametrize("task_id", [HUGE, 2**63, -1, 999_999])
@pytest.mark.parametrize("button", ["afronden", "bewaren"])
def test_an_answer_to_a_task_that_cannot_be_is_not_found(
    office: Office, task_id: int, button: str
) -> None:
    with pytest.raises(NotFound):
        office.submit(task_id, "sanne", sent(PLAN, button=button))


def test_a_timer_that_cannot_be_is_not_found(office: Office) -> None:
    now = office.clock.now()
    later = now + timedelta(days=1)
    with pytest.raises(NotFound):
        clockhands.move(office.database, office.viewer("admin"), HUGE, later, "proef", now)


def test_a_null_character_finds_nothing(office: Office) -> None:
    number = office.start()
    viewer, now = office.viewer("sanne"), office.clock.now()
    with office.database.reading() as session:
        with pytest.raises(Refusal):
            documents.diagram(session, "x\x00", "werk.bpmn", viewer, now)
        with pytest.raises(Refusal):
            buttons.button_page(session, number, "\x00", viewer, now)
        with pytest.raises(Refusal):
            starting.start_page(session, "\x00", viewer, now)
        for choice in (Filter(step="a\x00"), Filter(search="\x00")):
            worklist.page(session, viewer, Queue.GROUPS, choice, None, now)
        cases.case_list(session, viewer, "open", "x\x00", None, now)
    with office.database.transaction() as session:
        outcome = people.sign_in(session, "sanne\x00", "\x00", "\x00", now)
    assert isinstance(outcome, SignInRefused)


@pytest.mark.parametrize(
    "fields",
    [
        {"_knop": ("rij-weg:" + "9" * 5000,)},
        {"_knop": ("bestand-weg:" + "9" * 5000,)},
        {"_knop": ("bestand-weg:²",)},
        {"_knop": ("rij-erbij:\x00",)},
        {"_knop": ("onzin",)},
        {"v.bewijs": ("9" * 5000, "-1", "²")},
        {"n.bewijs": ("9" * 5000,)},
        {"v.": ("x",), "v..": ("y",), "v.plan.0.x": ("z",)},
        {"_getoond": ("\x00 v.plan " * 1000,)},
    ],
)
def test_strange_controls_change_nothing(
    office: Office, fields: dict[str, tuple[str, ...]]
) -> None:
    task_id = office.task(office.start(), "Voorstel")
    answers = dict(sent({**PLAN, "plan": "een\x00twee"}).fields)
    outcome = office.submit(task_id, "sanne", Submission({**answers, **fields}))
    assert isinstance(outcome, Unfinished)


def test_a_form_writes_its_own_fields_only(office: Office) -> None:
    number = office.start()
    outcome = office.submit(
        office.task(number, "Voorstel"), "sanne", sent({**PLAN, "akkoord": "ja", "clientNaam": "X"})
    )
    assert isinstance(outcome, Completed)
    with office.database.reading() as session:
        found = cases.case_list(
            session, office.viewer("sanne"), "open", "zoe", None, office.clock.now()
        )
    assert [row.number for row in found.rows] == [number]


def test_a_stale_page_of_a_case_that_ended_is_refused_with_what_was_typed(office: Office) -> None:

    number = office.start()
    task_id = office.task(number, "Voorstel")
    viewer, now = office.viewer("sanne"), office.clock.now()
    ending.end(office.database, number, "intrekking", "stopt", viewer, now)
    outcome = office.submit(task_id, "sanne", sent(PLAN))
    assert isinstance(outcome, Refused)
    assert outcome.page is not None
    assert outcome.page.form is not None


def test_a_form_that_costs_too_much_keeps_what_was_typed(office: Office) -> None:
    files = read_folder(ROUTE)
    heavy = '"=count(for i in 1..100000000 return count(partial)) > 0"'
    files["voorstel.form"] = files["voorstel.form"].replace(b'"=toestemming"', heavy.encode())
    with office.database.transaction() as session:
        definitions.deploy(session, files, office.clock.now(), Actor.system())
    task_id = office.task(office.start(), "Voorstel")
    outcome = office.submit(task_id, "sanne", sent(PLAN))
    assert isinstance(outcome, Refused)
    assert isinstance(outcome.refusal, StepFailed)
    with office.database.reading() as session:
        draft = load_draft(session, task_id, office.viewer("sanne").person_id)
    assert draft is not None
    assert draft[0].fields["v.plan"] == ("Rustig wonen",)
