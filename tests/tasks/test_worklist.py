"""The worklist: queues, order, filters, pages, counts, and what it costs in a large table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, text

from engine.models import Case, CaseParty, CaseStatus, UserTask, UserTaskStatus
from tasks import worklist
from tasks.access import Viewer
from tasks.worklist import Filter, Page, Queue
from tests.tasks.office import KEY, Office

NONE = Filter()
START = datetime(2026, 5, 1, tzinfo=UTC)
GROWING = ("user_tasks", "cases", "case_parties")


def page(
    office: Office, who: str, queue: Queue, choice: Filter = NONE, cursor: str | None = None,
    size: int = 50,
) -> Page:  # fmt: skip
    with office.database.reading() as session:
        return worklist.page(
            session, office.viewer(who), queue, choice, cursor, office.clock.now(), size
        )


def change(office: Office, task_id: int, **values: object) -> None:
    with office.database.transaction() as session:
        task = session.get_one(UserTask, task_id)
        for name, value in values.items():
            setattr(task, name, value)


def names(found: Page) -> list[str]:
    return [row.case_number for row in found.rows]


def test_the_counts_say_what_each_queue_holds(office: Office) -> None:
    one, other = office.start(), office.start()
    office.claim(office.task(one, "Voorstel"), "sanne")
    change(office, office.task(other, "Voorstel"), due_at=office.clock.now() - timedelta(minutes=1))
    with office.database.reading() as session:
        now = office.clock.now()
        assert worklist.counts(session, office.viewer("sanne"), now) == worklist.Counts(1, 1, 1)
        assert worklist.counts(session, office.viewer("bram"), now) == worklist.Counts(0, 1, 1)
        for stranger in ("mila", "piet", "fatima", "admin"):
            found = worklist.counts(session, office.viewer(stranger), now)
            assert found == worklist.Counts(0, 0, 0), stranger


def test_the_most_urgent_comes_first_and_what_has_no_deadline_last(office: Office) -> None:
    without, late, soon = office.start(), office.start(), office.start()
    now = office.clock.now()
    change(office, office.task(late, "Voorstel"), due_at=now + timedelta(days=9))
    change(office, office.task(soon, "Voorstel"), due_at=now + timedelta(days=1))
    assert names(page(office, "sanne", Queue.GROUPS)) == [soon, late, without]


def test_a_task_is_late_from_its_instant_on(office: Office) -> None:
    number = office.start()
    change(office, office.task(number, "Voorstel"), due_at=office.clock.now() + timedelta(hours=1))
    assert names(page(office, "sanne", Queue.OVERDUE)) == []
    office.later(hours=1)
    (row,) = page(office, "sanne", Queue.OVERDUE).rows
    assert row.due is not None
    assert row.due.late


def test_overdue_shows_what_colleagues_have_too(office: Office) -> None:
    number = office.start()
    task_id = office.task(number, "Voorstel")
    office.claim(task_id, "bram")
    change(office, task_id, due_at=office.clock.now())
    (row,) = page(office, "sanne", Queue.OVERDUE).rows
    assert (row.assignee, row.is_mine) == ("Bram", False)


def test_a_task_is_hidden_until_its_follow_up(office: Office) -> None:
    number = office.start()
    change(
        office,
        office.task(number, "Voorstel"),
        follow_up_at=office.clock.now() + timedelta(days=2),
    )
    assert names(page(office, "sanne", Queue.GROUPS)) == []
    office.later(days=2)
    assert names(page(office, "sanne", Queue.GROUPS)) == [number]


def test_filters_narrow_by_step_name_number_and_organisation(office: Office) -> None:
    one = office.start("bram", clientNaam="José Peña")
    two = office.proposed()
    bram = office.viewer("bram")
    found = {
        "step": page(office, "bram", Queue.GROUPS, Filter(step="Voorstel toetsen")),
        "name": page(office, "bram", Queue.GROUPS, Filter(search="jose pen")),
        "number": page(office, "bram", Queue.GROUPS, Filter(search=two)),
        "joker": page(office, "bram", Queue.GROUPS, Filter(search="_")),
        "place": page(
            office, "bram", Queue.GROUPS, Filter(organisation_id=min(bram.organisations))
        ),
        "foreign": page(office, "bram", Queue.GROUPS, Filter(organisation_id=999)),
    }
    assert {kind: names(shown) for kind, shown in found.items()} == {
        "step": [two],
        "name": [one],
        "number": [two],
        "joker": [],
        "place": [one, two],
        "foreign": [],
    }
    with office.database.reading() as session:
        choices = worklist.choices(session, bram, Queue.GROUPS, office.clock.now())
    assert choices.steps == ("Voorstel doen", "Voorstel toetsen")
    assert [place.label for place in choices.organisations] == ["De-Brug"]


def test_a_role_on_another_route_opens_nothing(office: Office) -> None:
    office.start()
    sanne = office.viewer("sanne")
    elsewhere = Viewer(
        sanne.person_id,
        sanne.name,
        sanne.username,
        False,
        frozenset(type(seat)(seat.organisation_id, "elders", seat.role) for seat in sanne.seats),
        sanne.organisations,
    )
    with office.database.reading() as session:
        now = office.clock.now()
        assert worklist.counts(session, elsewhere, now) == worklist.Counts(0, 0, 0)
        assert worklist.page(session, elsewhere, Queue.GROUPS, NONE, None, now).rows == ()


@pytest.mark.parametrize("cursor", ["", "onzin", "W10=", "WyJ4IiwxXQ==", "é", "A" * 300])
def test_a_cursor_that_is_not_ours_starts_at_the_beginning(office: Office, cursor: str) -> None:
    number = office.start()
    assert names(page(office, "sanne", Queue.GROUPS, cursor=cursor)) == [number]


def filled(office: Office, many: int) -> None:
    """``many`` open tasks more: of both providers, with and without deadline, some claimed."""
    number = office.start()
    with office.database.transaction() as session:
        case = session.scalars(select(Case).where(Case.number == number)).one()
        places = {name: next(iter(office.viewer(name).organisations)) for name in ("sanne", "piet")}
        cases = [
            {
                "id": 10_000 + n,
                "number": f"XX-{n}",
                "definition_id": case.definition_id,
                "process_id": case.process_id,
                "status": CaseStatus.OPEN,
                "client_name": f"Naam {n}",
                "client_name_folded": f"naam {n}",
                "client_email": "",
                "client_mail_allowed": False,
                "client_mail_stopped": False,
                "started_at": START,
            }
            for n in range(many)
        ]
        known = {column.key for column in Case.__table__.columns}
        session.execute(
            insert(Case), [{k: v for k, v in row.items() if k in known} for row in cases]
        )
        session.execute(
            insert(UserTask),
            [
                {
                    "case_id": 10_000 + n,
                    "token": "1",
                    "element_id": "Voorstel",
                    "name": "Voorstel doen",
                    "form_id": "voorstel",
                    "route_key": KEY,
                    "role": "begeleider",
                    "party": "zorg",
                    "organisation_id": places["sanne" if n % 4 == 0 else "piet"],
                    "assignee_id": office.viewer("sanne").person_id if n % 20 == 0 else None,
                    "status": UserTaskStatus.OPEN if n % 3 else UserTaskStatus.COMPLETED,
                    "priority": 50,
                    "created_at": START,
                    "due_at": START + timedelta(hours=n // 2) if n % 5 else None,
                }
                for n in range(many)
            ],
        )
        session.execute(
            insert(CaseParty),
            [
                {
                    "case_id": 10_000 + n,
                    "party": "zorg",
                    "organisation_id": places["sanne" if n % 40 == 0 else "piet"],
                    "since": START,
                }
                for n in range(many)
            ],
        )
    with office.database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))


@pytest.mark.parametrize("queue", list(Queue))
def test_the_pages_together_are_the_queue_each_task_once_in_order(
    office: Office, queue: Queue
) -> None:
    filled(office, 300)
    whole = page(office, "sanne", queue, size=1_000)
    turned: list[int] = []
    cursor: str | None = None
    for _ in range(100):
        one = page(office, "sanne", queue, cursor=cursor, size=7)
        turned += [row.id for row in one.rows]
        cursor = one.next
        if cursor is None:
            break
    assert turned == [row.id for row in whole.rows]
    assert len(turned) == len(set(turned)) > 7
    with office.database.reading() as session:
        counts = worklist.counts(session, office.viewer("sanne"), office.clock.now())
    assert len(turned) == dict(zip(Queue, vars(counts).values(), strict=True))[queue]
