"""Reminders of deadlines, on both databases: to whom, when, and once."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from threading import Event

import pytest
from psycopg.errors import QueryCanceled
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from engine.calendar import AMSTERDAM
from engine.clock import TurnedClock
from engine.db import Database
from engine.models import (
    Case,
    DecreeDay,
    Membership,
    Organisation,
    OutboxMessage,
    OutboxStatus,
    Person,
)
from scheduler.loop import Loop
from scheduler.reminders import ReminderRound
from scheduler.transports import FolderTransport
from tasks import claims, reminders
from tasks.access import Viewer, load_viewer
from tasks.administration import disable
from tasks.reminders import change_hour, wording
from tasks.reminders.digests import SETTLED
from tasks.reminders.posting import LETTER
from tests.engine import sample
from tests.engine.conftest import NOW, furnished
from tests.engine.test_checks import with_property
from tests.engine.world import World
from tests.waiting import until

SITE = "https://thuis.example.org"
# The deadline of "Beoordelen" is Monday 30 March 2026, the day after summer time began.
FACT = date(2026, 3, 9)
THREE_BEFORE = date(2026, 3, 27)
DUE = date(2026, 3, 30)
LEADS = """
[rollen.hoofd]
naam = "Hoofd"
partij = "gemeente"
[herinneringen.teamleiders]
gemeente = ["hoofd"]
"""


@dataclass
class Desk:
    """A world with a scheduler whose clock is turned by hand."""

    world: World
    clock: TurnedClock
    round: ReminderRound

    def at(self, day: date, hour: int = 8, minute: int = 0) -> list[tuple[str, str]]:
        """Turn the clock and let the scheduler look; gives the new mail as (to, subject)."""
        self.world.now = datetime.combine(day, time(hour, minute), AMSTERDAM)
        self.clock.turn_to(self.world.now)
        return self.look()

    def look(self) -> list[tuple[str, str]]:
        before = len(self.mail())
        self.round.run()
        return [(mail.recipients, mail.subject) for mail in self.mail()[before:]]

    def mail(self) -> list[OutboxMessage]:
        with self.world.looking() as session:
            query = select(OutboxMessage).where(OutboxMessage.letter_id == LETTER)
            return list(session.scalars(query.order_by(OutboxMessage.id)))

    def add_person(self, name: str, organisation: str, role: str, email: str | None = None) -> None:
        with self.world.database.transaction() as session:
            place = session.scalars(
                select(Organisation).where(Organisation.slug == organisation)
            ).one()
            person = Person(
                username=name,
                name=name.title(),
                email=f"{name}@example.org" if email is None else email,
                created_at=NOW,
                digest_at=self.clock.now() + timedelta(days=1),
            )
            session.add(person)
            session.flush()
            session.add(
                Membership(
                    person_id=person.id,
                    organisation_id=place.id,
                    route_key=sample.KEY,
                    role=role,
                )
            )
        self.replan()

    def replan(self) -> None:
        """Everybody's digest is planned anew, as for new people."""
        with self.world.database.transaction() as session:
            session.execute(update(Person).values(digest_at=None, digested_at=None))
        self.round.run()

    def viewer(self, name: str) -> Viewer:
        with self.world.database.reading() as session:
            person = session.scalars(select(Person).where(Person.username == name)).one()
            found = load_viewer(session, person.id, person.session_epoch)
        assert found is not None
        return found

    def claim(self, task_id: int, name: str) -> None:
        with self.world.database.transaction() as session:
            claims.claim(session, task_id, self.viewer(name), self.clock.now())


def a_desk(database: Database, files: Mapping[str, bytes] | None = None) -> Desk:
    world = furnished(database)
    world.deploy(files or with_leads(sample.files()))
    clock = TurnedClock(NOW)
    desk = Desk(world, clock, ReminderRound(database, SITE, clock, Event()))
    desk.look()  # plans the first digest of everybody
    return desk


def with_leads(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {**files, "route.toml": (sample.TOML + LEADS).encode()}


def reminding(text: str) -> dict[str, bytes]:
    return with_leads(with_property("Beoordelen", f'name="herinneren" value="{text}"'))


URGENT = with_leads(with_property("Beoordelen", 'name="dringend" value="ja"'))


@pytest.fixture
def desk(database: Database) -> Desk:
    return a_desk(database)


def waiting(desk: Desk, **intake: object) -> Case:
    """A case that waits for the municipality, and has a deadline."""
    return desk.world.assessed(**{"sleutelDatum": FACT, **intake})


FATIMA = "fatima@example.org"
ONE = (FATIMA, "Thuisroute: 1 taak met een termijn")


# --- when -----------------------------------------------------------------------------------------


def test_a_digest_comes_three_days_before_on_the_day_and_each_working_day_after(desk: Desk) -> None:
    waiting(desk)
    days = [THREE_BEFORE - timedelta(days=7) + timedelta(days=n) for n in range(21)]
    told = [day for day in days if desk.at(day) == [ONE]]
    assert told == [
        THREE_BEFORE,
        DUE,
        date(2026, 3, 31),
        date(2026, 4, 1),
        date(2026, 4, 2),
        date(2026, 4, 7),  # Good Friday, the weekend and Easter Monday are passed over
        date(2026, 4, 8),
        date(2026, 4, 9),
    ]


def test_the_digest_comes_at_eight_on_the_clock_of_amsterdam_also_after_the_clock_changed(
    desk: Desk,
) -> None:
    waiting(desk)
    desk.at(date(2026, 3, 26))
    assert desk.at(THREE_BEFORE, 7, 59) == []
    assert desk.at(THREE_BEFORE, 8) == [ONE]
    assert desk.at(DUE, 7, 59) == []
    assert desk.at(DUE, 8) == [ONE]
    assert desk.mail()[-1].created_at - desk.mail()[-2].created_at == timedelta(days=3, hours=-1)


def test_looking_again_on_the_same_day_sends_nothing_more(desk: Desk) -> None:
    waiting(desk)
    assert desk.at(DUE, 8) == [ONE]
    assert [desk.at(DUE, hour) for hour in range(8, 24)] == [[]] * 16


def test_several_tasks_come_in_one_digest(desk: Desk) -> None:
    for _ in range(3):
        waiting(desk)
    assert desk.at(DUE) == [(FATIMA, "Thuisroute: 3 taken met een termijn")]
    assert desk.mail()[0].body_text.count("Aanvraag beoordelen") == 3


def test_a_schedule_in_the_diagram_is_followed(database: Database) -> None:
    desk = a_desk(database, reminding("P1W voor"))
    waiting(desk)
    days = [DUE - timedelta(days=14) + timedelta(days=n) for n in range(28)]
    assert [day for day in days if desk.at(day)] == [DUE - timedelta(days=7)]


def test_a_task_that_says_never_is_not_told_of(database: Database) -> None:
    desk = a_desk(database, reminding("geen"))
    waiting(desk)
    assert [desk.at(DUE + timedelta(days=n)) for n in range(4)] == [[], [], [], []]


def test_what_should_have_been_told_before_the_task_began_is_told_once_in_the_next_digest(
    desk: Desk,
) -> None:
    desk.at(DUE, 8)
    desk.at(DUE, 10)
    waiting(desk)  # its deadline is today: of that, the digest of today could not know
    assert desk.look() == []
    assert desk.at(date(2026, 3, 31)) == [ONE]
    assert "1 dag te laat" in desk.mail()[0].body_text


@pytest.mark.parametrize("before", [timedelta(0), timedelta(seconds=1), SETTLED])
def test_a_deadline_set_by_a_step_that_commits_while_the_digest_is_written_is_told_of(
    database: Database, before: timedelta
) -> None:
    desk = a_desk(database, reminding("P3D voor"))
    assert desk.at(THREE_BEFORE) == []
    # It began before the digest, which could not see it, and took this long.
    desk.world.now = desk.clock.now() - before + timedelta(microseconds=1)
    waiting(desk)
    assert [desk.at(DUE), desk.at(DUE + timedelta(days=1))] == [[ONE], []]


@pytest.mark.parametrize("seconds", [1, 299, 301])
def test_a_deadline_that_was_set_just_before_the_digest_is_told_of_once(
    database: Database, seconds: int
) -> None:
    desk = a_desk(database, reminding("P3D voor"))
    eight = datetime.combine(THREE_BEFORE, time(8), AMSTERDAM)
    desk.world.now = eight - timedelta(seconds=seconds)
    waiting(desk)
    assert [*desk.at(THREE_BEFORE), *desk.at(DUE)] == [ONE]


def test_a_day_that_a_decree_made_free_is_passed_over(desk: Desk) -> None:
    with desk.world.database.transaction() as session:
        session.add(DecreeDay(day=date(2026, 3, 31), source="Besluit", added_at=NOW))
    waiting(desk)
    days = [DUE + timedelta(days=n) for n in range(4)]
    assert [day for day in days if desk.at(day)] == [DUE, date(2026, 4, 1), date(2026, 4, 2)]


# --- once per deadline ----------------------------------------------------------------------------


def test_when_the_deadline_moves_people_are_reminded_of_the_new_one(desk: Desk) -> None:
    case = waiting(desk)
    assert desk.at(THREE_BEFORE) == [ONE]
    desk.world.correct(case, sleutelDatum=date(2026, 3, 16))  # a week later
    moved = DUE + timedelta(days=7)  # 6 April, Easter Monday
    days = [THREE_BEFORE + timedelta(days=n) for n in range(1, 13)]
    told = [day for day in days if desk.at(day) == [ONE]]
    assert told == [date(2026, 4, 2), date(2026, 4, 7), date(2026, 4, 8)]
    assert moved == date(2026, 4, 6)


def test_a_deadline_that_moves_to_the_past_is_told_of_in_the_next_digest(desk: Desk) -> None:
    case = waiting(desk)
    desk.at(date(2026, 3, 16))
    desk.world.now = desk.clock.now()
    desk.world.correct(case, sleutelDatum=date(2026, 2, 20))
    assert desk.at(date(2026, 3, 17)) == [ONE]


def test_a_correction_that_moves_nothing_reminds_of_nothing_again(database: Database) -> None:
    desk = a_desk(database, reminding("P3D voor"))
    case = waiting(desk)
    assert desk.at(THREE_BEFORE) == [ONE]
    desk.world.correct(case, sleutelDatum=FACT)
    assert desk.at(DUE) == []


# --- what happened meanwhile ----------------------------------------------------------------------


def test_a_task_that_was_done_before_the_digest_is_not_told_of(desk: Desk) -> None:
    case = waiting(desk)
    desk.at(THREE_BEFORE, 7)
    desk.world.complete(case, "Beoordelen", "fatima", akkoord=True)
    assert desk.at(THREE_BEFORE, 8) == []


def test_a_case_that_was_ended_before_the_digest_is_not_told_of(desk: Desk) -> None:
    case = waiting(desk)
    desk.world.end(case, "intrekking")
    assert desk.at(DUE, 8) == []


def test_the_digest_goes_to_who_has_the_task_and_not_to_the_rest_of_the_group(desk: Desk) -> None:
    desk.add_person("gijs", "dorp", "beoordelaar")
    case = waiting(desk)
    assert {to for to, _ in desk.at(THREE_BEFORE)} == {FATIMA, "gijs@example.org"}
    desk.claim(desk.world.task(case, "Beoordelen").id, "gijs")
    assert [to for to, _ in desk.at(DUE)] == ["gijs@example.org"]


def test_a_task_that_changes_hands_is_told_to_its_new_owner(desk: Desk) -> None:
    desk.add_person("gijs", "dorp", "beoordelaar")
    case = waiting(desk)
    task_id = desk.world.task(case, "Beoordelen").id
    desk.claim(task_id, "fatima")
    with desk.world.database.transaction() as session:
        gijs = desk.viewer("gijs")
        claims.assign(session, task_id, gijs.person_id, desk.viewer("fatima"), desk.clock.now())
    assert [to for to, _ in desk.at(DUE)] == ["gijs@example.org"]


def test_who_is_disabled_gets_nothing_and_the_group_does(desk: Desk) -> None:
    desk.add_person("gijs", "dorp", "beoordelaar")
    desk.add_person("bo", "dorp", "beoordelaar", email="")
    with desk.world.database.transaction() as session:
        session.execute(update(Person).where(Person.username == "bo").values(is_administrator=True))
    case = waiting(desk)
    desk.claim(desk.world.task(case, "Beoordelen").id, "fatima")
    with desk.world.database.transaction() as session:
        person = desk.viewer("fatima").person_id
        disable(session, desk.viewer("bo"), person, desk.clock.now())
    assert [to for to, _ in desk.at(DUE)] == ["gijs@example.org"]


def test_who_has_no_address_holds_up_nobody(desk: Desk) -> None:
    desk.add_person("anna", "dorp", "beoordelaar", email="")
    desk.add_person("kees", "dorp", "beoordelaar", email="geen adres")
    waiting(desk)
    assert desk.at(DUE) == [ONE]
    assert desk.look() == []


MAILBOX = ("post@dorp.example.org", "Thuisroute: 1 taak met een termijn")


def without_addresses(desk: Desk, *names: str) -> None:
    with desk.world.database.transaction() as session:
        session.execute(update(Person).where(Person.username.in_(names)).values(email=""))


def test_when_nobody_of_a_group_has_an_address_the_mailbox_of_the_organisation_hears_once(
    desk: Desk,
) -> None:
    desk.add_person("anna", "dorp", "beoordelaar", email="geen adres")
    without_addresses(desk, "fatima")
    waiting(desk)
    assert desk.at(THREE_BEFORE) == [MAILBOX]
    assert desk.look() == []
    [mail] = desk.mail()
    assert "heeft geen e-mailadres in Thuisroute" in mail.body_text
    assert "(over 3 dagen)" in mail.body_text
    assert "Mijn herinneringen" not in mail.body_text
    desk.add_person("gijs", "dorp", "beoordelaar")
    assert [to for to, _ in desk.at(DUE)] == ["gijs@example.org"]


def test_a_task_of_somebody_without_address_is_told_to_the_mailbox(desk: Desk) -> None:
    desk.add_person("anna", "dorp", "beoordelaar", email="")
    case = waiting(desk)
    desk.claim(desk.world.task(case, "Beoordelen").id, "anna")
    assert desk.at(DUE) == [MAILBOX]


def test_an_urgent_task_that_nobody_with_an_address_can_do_is_mailed_to_the_organisation(
    database: Database,
) -> None:
    desk = a_desk(database, URGENT)
    without_addresses(desk, "fatima")
    case = waiting(desk)
    mail = (MAILBOX[0], f"Dringend: zaak {case.number}, Aanvraag beoordelen")
    assert desk.at(THREE_BEFORE) == [mail]
    assert desk.look() == []
    with desk.world.database.transaction() as session:
        for row in session.scalars(select(Membership)):
            session.delete(row)
    assert desk.at(DUE) == [mail], "an empty group has no address either"


def test_an_organisation_without_mailbox_holds_up_nobody(desk: Desk) -> None:
    with desk.world.database.transaction() as session:
        session.execute(update(Organisation).values(email=""))
    without_addresses(desk, "fatima")
    waiting(desk)
    assert desk.at(DUE) == []


def test_who_lost_the_role_hears_nothing_any_more(desk: Desk) -> None:
    waiting(desk)
    with desk.world.database.transaction() as session:
        for row in session.scalars(select(Membership)):
            session.delete(row)
    assert desk.at(DUE) == []


def test_people_of_another_organisation_hear_nothing(desk: Desk) -> None:
    waiting(desk)  # joost has the same role in another municipality
    assert [to for to, _ in desk.at(DUE)] == [FATIMA]


# --- the team lead --------------------------------------------------------------------------------


def test_the_team_lead_hears_of_it_five_days_after_the_deadline_once(desk: Desk) -> None:
    desk.add_person("hugo", "dorp", "hoofd")
    desk.add_person("ilse", "stad", "hoofd")
    waiting(desk)
    days = [DUE + timedelta(days=n) for n in range(15)]
    told = {day: [to for to, _ in desk.at(day)] for day in days}
    # 30 March and five days is Saturday 4 April; the first working day after it is 7 April.
    assert [day for day in days if "hugo@example.org" in told[day]] == [date(2026, 4, 7)]
    assert all("ilse@example.org" not in those for those in told.values())
    [mail] = [one for one in desk.mail() if one.recipients == "hugo@example.org"]
    assert "Te laat bij uw team" in mail.body_text


def test_the_diagram_says_when_the_team_lead_hears_of_it(database: Database) -> None:
    files = with_leads(with_property("Beoordelen", 'name="teamleider" value="P1D"'))
    desk = a_desk(database, files)
    desk.add_person("hugo", "dorp", "hoofd")
    waiting(desk)
    days = [DUE + timedelta(days=n) for n in range(4)]
    told = [day for day in days if "hugo@example.org" in [to for to, _ in desk.at(day)]]
    assert told == [date(2026, 3, 31)]


# --- urgent ---------------------------------------------------------------------------------------


def test_an_urgent_task_is_mailed_at_once_and_not_again_in_the_digest(database: Database) -> None:
    desk = a_desk(database, URGENT)
    desk.at(date(2026, 3, 28), 14)  # a Saturday, two days before the deadline
    case = waiting(desk)
    assert desk.look() == [(FATIMA, f"Dringend: zaak {case.number}, Aanvraag beoordelen")]
    assert desk.look() == []
    assert desk.at(DUE, 7, 59) == []
    assert [subject[:9] for _, subject in desk.at(DUE, 8)] == ["Dringend:"]
    assert desk.at(DUE, 12) == []
    assert [subject[:9] for _, subject in desk.at(date(2026, 3, 31), 8)] == ["Dringend:"]


def test_an_urgent_task_far_from_its_deadline_waits_for_its_day(database: Database) -> None:
    desk = a_desk(database, URGENT)
    waiting(desk)
    assert desk.look() == []
    assert desk.at(THREE_BEFORE, 7) == []
    assert len(desk.at(THREE_BEFORE, 8)) == 1


def test_an_urgent_task_that_gets_another_deadline_is_mailed_anew(database: Database) -> None:
    desk = a_desk(database, URGENT)
    case = waiting(desk)
    assert len(desk.at(THREE_BEFORE, 8)) == 1
    desk.world.correct(case, sleutelDatum=date(2026, 3, 6))
    assert len(desk.look()) == 1
    assert desk.look() == []


def test_an_urgent_task_that_was_done_is_not_mailed(database: Database) -> None:
    desk = a_desk(database, URGENT)
    case = waiting(desk)
    desk.world.complete(case, "Beoordelen", "fatima", akkoord=True)
    assert desk.at(DUE, 8) == []


def test_an_urgent_task_is_mailed_to_the_team_lead_when_it_stays_late(database: Database) -> None:
    desk = a_desk(database, URGENT)
    desk.add_person("hugo", "dorp", "hoofd")
    waiting(desk)
    days = [DUE + timedelta(days=n) for n in range(12)]
    told = [day for day in days if "hugo@example.org" in [to for to, _ in desk.at(day)]]
    assert told == [date(2026, 4, 7)]


# --- a scheduler that was away, a clock that is wrong ---------------------------------------------


def test_a_scheduler_that_was_down_at_eight_sends_the_digest_when_it_is_back_once(
    desk: Desk,
) -> None:
    waiting(desk)
    assert desk.at(THREE_BEFORE, 15, 30) == [ONE]
    assert desk.at(THREE_BEFORE, 16) == []
    assert desk.at(DUE, 8) == [ONE]


def test_a_scheduler_that_was_down_over_the_weekend_sends_one_digest_of_all_it_missed(
    desk: Desk,
) -> None:
    waiting(desk)
    desk.at(date(2026, 3, 26))
    # Down from Thursday evening until Monday 9.15: three days before, and the day itself.
    assert desk.at(DUE, 9, 15) == [ONE]
    assert desk.look() == []
    assert desk.at(date(2026, 3, 31), 7) == []
    assert desk.at(date(2026, 3, 31), 8) == [ONE]


def test_a_scheduler_that_was_down_for_weeks_sends_one_digest(desk: Desk) -> None:
    waiting(desk)
    assert desk.at(date(2026, 5, 20), 11) == [ONE]
    assert desk.look() == []


def test_a_clock_that_is_set_back_sends_nothing_twice(desk: Desk) -> None:
    waiting(desk)
    assert desk.at(DUE, 8, 30) == [ONE]
    assert desk.at(DUE, 7, 30) == []
    assert desk.at(DUE, 8) == []
    assert desk.at(THREE_BEFORE, 8) == []
    assert desk.at(date(2026, 3, 31), 8) == [ONE]


def test_a_clock_that_was_far_ahead_for_a_while_does_not_silence_anybody(desk: Desk) -> None:
    desk.at(date(2027, 1, 4), 8)
    desk.at(date(2026, 3, 23), 9)
    waiting(desk)
    assert desk.at(THREE_BEFORE) == [ONE]


def test_an_urgent_reminder_is_not_repeated_when_the_clock_is_set_back(database: Database) -> None:
    desk = a_desk(database, URGENT)
    waiting(desk)
    assert len(desk.at(DUE, 8, 30)) == 1
    assert desk.at(DUE, 7, 30) == []
    assert desk.at(DUE, 8) == []


# --- two schedulers, and one that dies ------------------------------------------------------------


@pytest.mark.parametrize("files", [None, URGENT], ids=["digest", "urgent"])
def test_schedulers_that_work_at_the_same_time_send_nothing_twice(
    postgres: Database, files: Mapping[str, bytes] | None
) -> None:
    desk = a_desk(postgres, files)
    for number in range(12):
        desk.add_person(f"collega{number}", "dorp", "beoordelaar")
    waiting(desk)
    desk.clock.turn_to(datetime.combine(DUE, time(8), AMSTERDAM))
    begin = threading.Barrier(4)
    rounds = [ReminderRound(postgres, SITE, desk.clock, Event()) for _ in range(4)]

    def work(one: ReminderRound) -> None:
        begin.wait()
        one.run()

    threads = [threading.Thread(target=work, args=(one,)) for one in rounds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    desk.look()
    people = [mail.recipients for mail in desk.mail()]
    assert len(people) == len(set(people)) == 13


class PowerFailure(BaseException):
    """Nothing of ours catches it."""


def test_a_crash_before_the_commit_loses_nothing_and_repeats_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting(desk)

    def crashing(session: Session, person_id: int, site: str, now: datetime) -> None:
        reminders.digests.send_digest(session, person_id, site, now)
        raise PowerFailure

    monkeypatch.setattr(reminders, "send_digest", crashing)
    with pytest.raises(PowerFailure):
        desk.at(DUE)
    assert desk.mail() == []
    monkeypatch.undo()
    assert desk.look() == [ONE]


@pytest.mark.parametrize(
    "fault",
    [ZeroDivisionError(), OperationalError("SELECT", {}, QueryCanceled("statement timeout"))],
    ids=["defect", "too slow"],
)
def test_a_fault_with_one_person_is_logged_and_holds_up_nobody(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    desk.add_person("gijs", "dorp", "beoordelaar")
    waiting(desk)
    broken = desk.viewer("fatima").person_id

    def failing(session: Session, person_id: int, site: str, now: datetime) -> bool | None:
        if person_id == broken:
            raise fault
        return reminders.digests.send_digest(session, person_id, site, now)

    monkeypatch.setattr(reminders, "send_digest", failing)
    assert [to for to, _ in desk.at(DUE)] == ["gijs@example.org"]
    monkeypatch.undo()
    assert desk.at(DUE, 8, 30) == []  # it rests for an hour
    assert desk.at(DUE, 9, 1) == [ONE]


# --- what the mail says ---------------------------------------------------------------------------


def test_the_mail_holds_case_numbers_and_steps_and_nothing_of_the_client(
    database: Database,
) -> None:
    desk = a_desk(database)
    case = waiting(desk)
    desk.at(DUE)
    [mail] = desk.mail()
    assert mail.case_id is None
    assert f"{case.number}: Aanvraag beoordelen." in mail.body_text
    assert "maandag 30 maart 2026 (vandaag)" in mail.body_text
    assert SITE in mail.body_text
    assert "<h2>Vandaag</h2>" in mail.body_html
    everything = f"{mail.subject} {mail.body_text} {mail.body_html} {mail.message_id}".casefold()
    for word in ("zoë", "bakker", "zoe@", "fatima", "de brug", "dorp"):
        assert word not in everything


def test_the_digest_leaves_by_the_loop_with_a_message_id_of_its_own(
    database: Database, tmp_path: Path
) -> None:
    desk = a_desk(database)
    waiting(desk)
    desk.clock.turn_to(datetime.combine(DUE, time(8), AMSTERDAM))
    folder = tmp_path / "mail"
    loop = Loop(database, FolderTransport(folder), "thuis@example.org", desk.clock, SITE)
    loop.start()
    try:
        until(lambda: bool(desk.mail()) and desk.mail()[0].status is OutboxStatus.SENT)
    finally:
        loop.stop()
    found = [path.read_bytes() for path in folder.iterdir()]
    assert sum(b"Subject: Thuisroute: 1 taak met een termijn" in raw for raw in found) == 1


def test_a_digest_that_is_very_long_names_the_first_and_counts_the_rest(desk: Desk) -> None:
    at = datetime(2026, 3, 30, 22, tzinfo=UTC)
    lines = [wording.Line(f"PR-{n:03}", "Stap *1*", at, DUE) for n in range(120)]
    mail = wording.digest(lines, [], SITE, datetime.combine(DUE, time(8), AMSTERDAM))
    assert mail.text.count("Stap *1*") == wording.LONGEST_LIST
    assert f"En nog {120 - wording.LONGEST_LIST} andere." in mail.text
    assert "Stap *1*" in mail.html


# --- the own hour ---------------------------------------------------------------------------------


def test_each_person_chooses_an_hour(desk: Desk) -> None:
    waiting(desk)
    with desk.world.database.transaction() as session:
        change_hour(session, desk.viewer("fatima"), 16, desk.clock.now())
    assert desk.at(THREE_BEFORE, 16) == [ONE]
    assert desk.at(DUE, 8) == []
    assert desk.at(DUE, 16) == [ONE]
    with desk.world.database.transaction() as session:
        change_hour(session, desk.viewer("fatima"), 17, desk.clock.now())
    assert desk.at(DUE, 17) == []  # one digest a working day
    assert desk.at(date(2026, 3, 31), 17) == [ONE]


def test_the_task_keeps_since_when_it_has_its_deadline(desk: Desk) -> None:
    case = waiting(desk)
    task = desk.world.task(case, "Beoordelen")
    assert task.due_set_at == NOW
    assert task.urgent_at is None
    desk.world.now = NOW + timedelta(hours=1)
    desk.world.correct(case, sleutelDatum=FACT)
    assert desk.world.task(case, "Beoordelen").due_set_at == NOW
    desk.world.correct(case, sleutelDatum=FACT + timedelta(days=1))
    assert desk.world.task(case, "Beoordelen").due_set_at == NOW + timedelta(hours=1)
