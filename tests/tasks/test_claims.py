"""Claim, release, assign: only these verbs, and who may."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound, Refusal
from engine.models import FormRecord, LoginThrottle, Person, TaskDraft, UserTask
from tasks import administration, claims, completion, people, worklist
from tasks.access import Viewer
from tasks.refusals import NotACandidate, NotTheAssignee, TaskAlreadyClaimed, TaskGone
from tasks.worklist import Filter, Queue
from tests.tasks.office import PLAN, Office, sent


def do(office: Office, work: Callable[[Session], None]) -> Refusal | None:
    try:
        with office.database.transaction() as session:
            work(session)
    except Refusal as refusal:
        return refusal
    return None


def assignee(office: Office, task_id: int) -> str | None:
    with office.database.reading() as session:
        person_id = session.get_one(UserTask, task_id).assignee_id
        return None if person_id is None else session.get_one(Person, person_id).username


def names(office: Office, who: Viewer, queue: Queue) -> list[str]:
    with office.database.reading() as session:
        page = worklist.page(session, who, queue, Filter(), None, office.clock.now())
    return [row.name for row in page.rows]


def test_a_claimed_task_leaves_its_groups_queue(office: Office) -> None:
    task_id = office.task(office.start(), "Voorstel")
    sanne, bram = office.viewer("sanne"), office.viewer("bram")
    assert names(office, bram, Queue.GROUPS) == ["Voorstel doen"]
    office.claim(task_id, "sanne")
    assert names(office, bram, Queue.GROUPS) == []
    assert names(office, sanne, Queue.MINE) == ["Voorstel doen"]


def test_the_second_to_claim_hears_who_was_first(office: Office) -> None:
    task_id = office.task(office.start(), "Voorstel")
    office.claim(task_id, "sanne")
    bram = office.viewer("bram")
    refusal = do(office, lambda s: claims.claim(s, task_id, bram, office.clock.now()))
    assert isinstance(refusal, TaskAlreadyClaimed)
    assert refusal.text == "Sanne heeft deze taak al. Overleg samen wie de taak doet."
    assert assignee(office, task_id) == "sanne"


def test_claiming_twice_is_no_mistake(office: Office) -> None:
    task_id = office.task(office.start(), "Voorstel")
    office.claim(task_id, "sanne")
    office.claim(task_id, "sanne")
    assert assignee(office, task_id) == "sanne"


def test_only_who_has_the_role_may_claim(office: Office) -> None:
    task_id = office.task(office.start(), "Voorstel")
    mila, piet = office.viewer("mila"), office.viewer("piet")
    assert isinstance(
        do(office, lambda s: claims.claim(s, task_id, mila, office.clock.now())), NotACandidate
    )
    assert isinstance(
        do(office, lambda s: claims.claim(s, task_id, piet, office.clock.now())), NotFound
    )


def test_only_who_has_the_task_gives_it_back(office: Office) -> None:
    task_id = office.task(office.start(), "Voorstel")
    office.claim(task_id, "sanne")
    sanne, bram = office.viewer("sanne"), office.viewer("bram")
    assert isinstance(
        do(office, lambda s: claims.release(s, task_id, bram, office.clock.now())), NotTheAssignee
    )
    assert do(office, lambda s: claims.release(s, task_id, sanne, office.clock.now())) is None
    assert assignee(office, task_id) is None


def test_a_task_can_be_handed_to_a_colleague_with_the_role(office: Office) -> None:
    task_id = office.task(office.start(), "Voorstel")
    sanne, bram, mila = (office.viewer(name) for name in ("sanne", "bram", "mila"))
    now = office.clock.now()
    assert do(office, lambda s: claims.assign(s, task_id, bram.person_id, sanne, now)) is None
    assert assignee(office, task_id) == "bram"
    assert isinstance(
        do(office, lambda s: claims.assign(s, task_id, mila.person_id, bram, now)), NotACandidate
    )


def test_colleagues_of_a_foreign_organisation_are_not_offered(office: Office) -> None:
    task_id = office.task(office.start(), "Voorstel")
    with office.database.reading() as session:
        page = completion.task_page(session, task_id, office.viewer("sanne"), office.clock.now())
    assert [choice.label for choice in page.assignees] == ["Bram", "Sanne"]


def test_who_has_a_task_is_not_offered_to_give_it_to(office: Office) -> None:
    task_id = office.task(office.start(), "Voorstel")
    sanne, now = office.viewer("sanne"), office.clock.now()
    do(office, lambda s: claims.claim(s, task_id, sanne, now))
    with office.database.reading() as session:
        page = completion.task_page(session, task_id, sanne, now)
    assert [choice.label for choice in page.assignees] == ["Bram"]


def test_who_proposed_is_not_offered_for_the_check(office: Office) -> None:
    number = office.start("bram")
    office.complete(number, "Voorstel", "bram", **PLAN)
    with office.database.reading() as session:
        page = completion.task_page(
            session, office.task(number, "Toets"), office.viewer("mila"), office.clock.now()
        )
    assert [choice.label for choice in page.assignees] == ["Mila"]


def test_a_done_task_cannot_be_claimed(office: Office) -> None:
    number = office.start()
    task_id = office.task(number, "Voorstel")
    office.complete(number, "Voorstel", "sanne", **PLAN)
    bram = office.viewer("bram")
    assert isinstance(
        do(office, lambda s: claims.claim(s, task_id, bram, office.clock.now())), TaskGone
    )


def test_a_colleague_takes_over_from_who_is_away(office: Office) -> None:
    task_id = office.task(office.start(), "Voorstel")
    office.claim(task_id, "sanne")
    bram = office.viewer("bram")
    now = office.clock.now()
    assert do(office, lambda s: claims.assign(s, task_id, bram.person_id, bram, now)) is None
    assert assignee(office, task_id) == "bram"


@pytest.mark.parametrize("how", ["disabled", "role taken"])
def test_tasks_of_who_cannot_do_them_any_more_go_back_to_the_group(
    office: Office, how: str
) -> None:
    task_id = office.task(office.start(), "Voorstel")
    office.claim(task_id, "sanne")
    sanne, admin, now = office.viewer("sanne"), office.viewer("admin"), office.clock.now()
    with office.database.transaction() as session:
        if how == "disabled":
            administration.disable(session, admin, sanne.person_id, now)
        else:
            seat = administration.person(session, admin, sanne.person_id).memberships[0]
            administration.remove_membership(session, admin, seat.id, now)
    assert assignee(office, task_id) is None
    assert names(office, office.viewer("bram"), Queue.GROUPS) == ["Voorstel doen"]


def test_two_people_who_complete_at_once_complete_once(office: Office) -> None:
    number = office.start()
    task_id = office.task(number, "Voorstel")
    viewers = [office.viewer("sanne"), office.viewer("bram")]
    now = office.clock.now()
    together = threading.Barrier(2)

    def work(viewer: Viewer) -> object:
        together.wait()
        return completion.submit(office.database, task_id, sent(PLAN), viewer, now)

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(work, viewers))
    kinds = sorted(type(outcome).__name__ for outcome in outcomes)
    assert kinds == ["Completed", "Refused"]
    with office.database.reading() as session:
        records = session.scalars(select(FormRecord.element_id)).all()
    assert sorted(records) == ["Voorstel", "begin"]


def test_a_double_click_on_save_keeps_one_draft(office: Office) -> None:
    task_id = office.task(office.start(), "Voorstel")
    sanne, now = office.viewer("sanne"), office.clock.now()
    together = threading.Barrier(4)

    def work(text: str) -> object:
        together.wait()
        return completion.submit(
            office.database, task_id, sent({"plan": text}, button="bewaren"), sanne, now
        )

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(work, "abcd"))
    assert {type(outcome).__name__ for outcome in outcomes} == {"Unfinished"}
    with office.database.reading() as session:
        assert len(session.scalars(select(TaskDraft)).all()) == 1


def test_wrong_passwords_at_the_same_moment_are_all_counted(office: Office) -> None:
    together = threading.Barrier(4)

    def work(_: int) -> object:
        together.wait()
        with office.database.transaction() as session:
            return people.sign_in(session, "sanne", "fout", "192.0.2.1", office.clock.now())

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    with office.database.reading() as session:
        assert session.scalars(select(LoginThrottle.failures)).all() == [4, 4]
