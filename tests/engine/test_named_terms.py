"""Named terms: counted from facts, paused and extended by people, moved in the same transaction."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from engine.actors import Actor
from engine.context import CaseLook
from engine.definitions import load
from engine.errors import CaseEnded, NotFound
from engine.models import (
    AuditEvent,
    Case,
    OutboxMessage,
    TermChange,
    TermChangeKind,
    Timer,
    TimerStatus,
)
from engine.refusals import ReasonMissing, StepFailed
from engine.steps.termdeeds import (
    CorrectPause,
    EndPause,
    ExtendTerm,
    PauseTerm,
    TermDeed,
    WithdrawChange,
    deed_of,
    values_of,
)
from engine.steps.termrecords import MAX_CHANGES
from engine.terms.changes import PauseGround
from engine.terms.refusals import (
    ChangeGone,
    DateWrong,
    NotChangeable,
    TermOver,
    TermStill,
    TextMissing,
    TooManyChanges,
)
from engine.terms.state import TermState
from engine.timers import fire_due
from engine.triggers import TermTrigger, dump_trigger, load_trigger
from tests.engine import termroute
from tests.engine.world import INTAKE, World

RECEIVED = date(2027, 3, 1)


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@pytest.fixture
def received(world: World) -> tuple[World, Case]:
    """An application that came in on 1 March 2027: the example of the law's own counting."""
    world.now = at(RECEIVED)
    world.deploy(termroute.files())
    case = world.start()
    world.complete(case, "Intake", **{**INTAKE, "sleutelDatum": RECEIVED})
    return world, case


def do(world: World, case: Case, deed: TermDeed, who: str = "fatima") -> None:
    world.run(TermTrigger(case.id, type(deed).__name__, values_of(deed), world.actors[who]))


def pause(
    op: date, tot: date | None, grond: PauseGround = PauseGround.INCOMPLETE, term: str = "beslissen"
) -> PauseTerm:
    return PauseTerm(term, grond, op, tot, "Het uittreksel ontbreekt.")


def changes(world: World) -> list[TermChange]:
    return [row for row in world.all(TermChange) if isinstance(row, TermChange)]


def waiting(world: World, case: Case) -> dict[str, date | None]:
    rows = world.all(Timer, Timer.case_id == case.id, Timer.status == TimerStatus.WAITING)
    return {row.element_id: row.last_day for row in rows if isinstance(row, Timer)}


def state(world: World, case: Case, term: str = "beslissen") -> TermState:
    with world.database.reading() as session:
        known = session.get_one(Case, case.id)
        found = CaseLook(session, load(session, known.definition_id), known, world.now).terms()
    return next(one for one in found if one.term.id == term)


def letters(world: World) -> list[str]:
    return [row.letter_id for row in world.all(OutboxMessage) if isinstance(row, OutboxMessage)]


def test_the_example_of_the_issue_ends_on_10_may_2027(received: tuple[World, Case]) -> None:
    world, case = received
    assert world.task(case, "Daarna").due_day == date(2027, 4, 26)
    world.now = at(date(2027, 3, 10))
    do(world, case, pause(date(2027, 3, 10), date(2027, 3, 31)))
    world.now = at(date(2027, 3, 24))
    do(world, case, EndPause(changes(world)[0].id, date(2027, 3, 24)))
    found = state(world, case)
    assert found.end is not None
    assert found.end.suspended_days == 13
    assert found.end.unextended == date(2027, 5, 9)  # a Sunday
    assert found.end.last_day == date(2027, 5, 10)
    assert found.first_end == date(2027, 4, 26)
    assert world.task(case, "Daarna").due_day == date(2027, 5, 10)
    assert waiting(world, case) == {"Wekker": date(2027, 4, 26), "TeLaat": date(2027, 5, 10)}


def test_a_pause_moves_timers_and_due_dates_at_once_and_sends_its_letter(
    received: tuple[World, Case],
) -> None:
    world, case = received
    assert waiting(world, case) == {"Wekker": date(2027, 4, 12), "TeLaat": date(2027, 4, 26)}
    world.now = at(date(2027, 3, 10))
    do(world, case, pause(date(2027, 3, 10), date(2027, 3, 31)))
    # While nothing came in: through the remedy date, 21 days.
    assert world.task(case, "Daarna").due_day == date(2027, 5, 18)
    assert waiting(world, case) == {"Wekker": date(2027, 5, 4), "TeLaat": date(2027, 5, 18)}
    *_, letter = world.all(OutboxMessage)
    assert isinstance(letter, OutboxMessage)
    assert "Het uittreksel ontbreekt" in letter.body_text
    assert "dinsdag 18 mei 2027" in letter.body_text
    assert "woensdag 31 maart 2027" in letter.body_text
    assert world.kinds(case)[-2:] == ["term_paused", "letter_written"]


def test_an_unused_remedy_date_counts_through_that_date(received: tuple[World, Case]) -> None:
    world, case = received
    world.now = at(date(2027, 3, 10))
    do(world, case, pause(date(2027, 3, 10), date(2027, 3, 31)))
    world.now = at(date(2027, 4, 9))
    do(world, case, EndPause(changes(world)[0].id, date(2027, 4, 8)))
    assert state(world, case).end is not None
    assert world.task(case, "Daarna").due_day == date(2027, 5, 18)


def test_overlapping_pauses_count_each_day_once(received: tuple[World, Case]) -> None:
    world, case = received
    world.now = at(date(2027, 3, 20))
    do(world, case, pause(date(2027, 3, 10), date(2027, 3, 17)))  # 11-17: 7 days
    do(
        world,
        case,
        pause(date(2027, 3, 15), date(2027, 3, 19), PauseGround.ATTRIBUTABLE),  # 15-19
    )
    do(world, case, pause(date(2027, 3, 12), date(2027, 3, 14), PauseGround.FORCE_MAJEURE))
    found = state(world, case)
    assert found.end is not None
    assert found.end.suspended_days == 9
    assert found.end.unextended == date(2027, 5, 5)
    assert found.end.last_day == date(2027, 5, 10)  # 5 and 6 May are free, the 7th by decree


def test_a_pause_again_and_again_adds_up(received: tuple[World, Case]) -> None:
    world, case = received
    for day, done in ((10, 12), (20, 25)):
        world.now = at(date(2027, 3, day))
        do(world, case, pause(date(2027, 3, day), date(2027, 4, 10)))
        world.now = at(date(2027, 3, done))
        do(world, case, EndPause(changes(world)[-1].id, date(2027, 3, done)))
    found = state(world, case)
    assert found.end is not None
    assert found.end.suspended_days == 1 + 4
    assert letters(world).count("pauze") == letters(world).count("weer") == 2


def test_an_incomplete_application_needs_a_remedy_date(received: tuple[World, Case]) -> None:
    world, case = received
    with pytest.raises(DateWrong) as refused:
        do(world, case, pause(RECEIVED, None))
    assert refused.value.field == "tot"
    assert "Zonder die datum staat de termijn niet stil" in refused.value.text
    assert changes(world) == []


@pytest.mark.parametrize(
    ("op", "tot", "field"),
    [
        (date(2027, 3, 10), date(2027, 3, 10), "tot"),  # not after the request
        (date(2027, 3, 11), date(2027, 3, 20), "op"),  # the request is still to come
        (date(2027, 2, 28), date(2027, 3, 20), "op"),  # before the application
        (date(2027, 3, 10), date(2072, 3, 20), "tot"),
    ],
)
def test_dates_that_cannot_be_are_refused_at_their_field(
    op: date, tot: date, field: str, received: tuple[World, Case]
) -> None:
    world, case = received
    world.now = at(date(2027, 3, 10))
    with pytest.raises(DateWrong) as refused:
        do(world, case, pause(op, tot))
    assert refused.value.field == field
    assert changes(world) == []


def test_a_term_that_is_over_is_not_paused_or_extended(received: tuple[World, Case]) -> None:
    world, case = received
    world.now = at(date(2027, 5, 20))
    with pytest.raises(TermOver):
        do(world, case, pause(date(2027, 5, 19), date(2027, 6, 20)))
    with pytest.raises(TermOver):
        do(world, case, ExtendTerm("beslissen", date(2027, 5, 19), date(2027, 6, 20), "Druk."))


def test_a_term_that_is_done_or_has_not_begun_is_not_paused(received: tuple[World, Case]) -> None:
    world, case = received
    with pytest.raises(NotChangeable):
        do(world, case, pause(RECEIVED, date(2027, 3, 20), term="later"))
    with pytest.raises(NotFound):
        do(world, case, pause(RECEIVED, date(2027, 3, 20), term="niets"))
    other = world.start()
    with pytest.raises(TermStill):
        do(world, other, pause(RECEIVED, date(2027, 3, 20)))


def test_an_ended_case_refuses(received: tuple[World, Case]) -> None:
    world, case = received
    world.end(case, "intrekking")
    with pytest.raises(CaseEnded):
        do(world, case, pause(RECEIVED, date(2027, 3, 20)))


def test_words_and_a_reason_are_asked(received: tuple[World, Case]) -> None:
    world, case = received
    with pytest.raises(TextMissing):
        do(
            world,
            case,
            PauseTerm("beslissen", PauseGround.INCOMPLETE, RECEIVED, date(2027, 3, 20), " "),
        )
    do(world, case, pause(RECEIVED, date(2027, 3, 20)))
    with pytest.raises(ReasonMissing):
        do(world, case, WithdrawChange(changes(world)[0].id, " "))


def test_an_extension_names_a_new_last_day_with_its_notice(received: tuple[World, Case]) -> None:
    world, case = received
    world.now = at(date(2027, 4, 20))
    do(world, case, ExtendTerm("beslissen", date(2027, 4, 20), date(2027, 6, 6), "Advies is laat."))
    assert world.task(case, "Daarna").due_day == date(2027, 6, 6)  # named, so a Sunday stands
    assert waiting(world, case)["TeLaat"] == date(2027, 6, 6)
    assert state(world, case).extended_to == date(2027, 6, 6)
    assert letters(world)[-1] == "langer"
    # A pause after the notice moves the named day.
    do(world, case, pause(date(2027, 4, 20), date(2027, 4, 23)))
    assert world.task(case, "Daarna").due_day == date(2027, 6, 9)
    with pytest.raises(DateWrong):
        do(world, case, ExtendTerm("beslissen", date(2027, 4, 20), date(2027, 6, 9), "Nog eens."))


def test_an_extension_of_a_fixed_length_asks_no_date(received: tuple[World, Case]) -> None:
    world, case = received
    do(world, case, ExtendTerm("betalen", RECEIVED, None, "Op verzoek."), who="sanne")
    found = state(world, case, "betalen")
    assert found.end is not None
    assert found.end.last_day == date(2027, 3, 22)
    assert found.first_end == date(2027, 3, 15)


def test_a_pause_is_corrected_with_a_reason_and_the_old_dates_stay_in_the_trail(
    received: tuple[World, Case],
) -> None:
    world, case = received
    world.now = at(date(2027, 3, 30))
    do(world, case, pause(date(2027, 3, 10), date(2027, 3, 31)))
    row = changes(world)[0]
    do(
        world,
        case,
        CorrectPause(
            row.id, date(2027, 3, 9), date(2027, 3, 31), date(2027, 3, 24), "Brief ging eerder."
        ),
    )
    found = state(world, case)
    assert found.end is not None
    assert found.end.suspended_days == 14
    *_, event = world.all(AuditEvent, AuditEvent.kind == "term_corrected")
    assert isinstance(event, AuditEvent)
    assert "woensdag 10 maart 2027 tot en met woensdag 31 maart 2027" in event.data
    assert "Brief ging eerder." in event.data
    with pytest.raises(DateWrong) as refused:
        do(
            world,
            case,
            CorrectPause(row.id, date(2027, 3, 9), date(2027, 3, 31), date(2027, 4, 1), "x"),
        )
    assert refused.value.field == "einde"


def test_a_withdrawn_pause_counts_for_nothing(received: tuple[World, Case]) -> None:
    world, case = received
    do(world, case, pause(RECEIVED, date(2027, 3, 20)))
    do(world, case, WithdrawChange(changes(world)[0].id, "Verkeerde zaak."))
    assert world.task(case, "Daarna").due_day == date(2027, 4, 26)
    assert state(world, case).extended_to is None
    with pytest.raises(ChangeGone):
        do(world, case, EndPause(changes(world)[0].id, RECEIVED))


def test_a_corrected_fact_takes_the_pauses_along(received: tuple[World, Case]) -> None:
    world, case = received
    world.now = at(date(2027, 3, 10))
    do(world, case, pause(date(2027, 3, 10), date(2027, 3, 31)))
    world.correct(case, sleutelDatum=date(2027, 3, 3))
    assert world.task(case, "Daarna").due_day == date(2027, 5, 19)
    # Begun anew after the pause: it begins clean.
    world.now = at(date(2027, 4, 10))
    world.correct(case, sleutelDatum=date(2027, 4, 5))
    assert world.task(case, "Daarna").due_day == date(2027, 5, 31)


def test_a_letter_that_fails_rolls_the_pause_back_and_can_be_tried_again(world: World) -> None:
    world.now = at(RECEIVED)
    broken = termroute.PAUSED.replace("{{wijziging.grond}}", "{{opmerking}}")
    world.deploy(termroute.files(pauze=broken))
    case = world.start()
    world.complete(case, "Intake", **{**INTAKE, "sleutelDatum": RECEIVED})
    with pytest.raises(StepFailed):
        do(world, case, pause(RECEIVED, date(2027, 3, 20)))
    assert changes(world) == []
    assert world.task(case, "Daarna").due_day == date(2027, 4, 26)


def test_a_trigger_keeps_a_deed_without_loss() -> None:
    deed = CorrectPause(7, RECEIVED, date(2027, 3, 20), None, "reden")
    trigger = TermTrigger(3, "CorrectPause", values_of(deed), Actor(1, 2, "Fatima"))
    again = load_trigger(dump_trigger(trigger))
    assert isinstance(again, TermTrigger)
    assert deed_of(again.deed, again.values) == deed


def test_no_pause_and_no_timer_are_lost_over_a_weekend_without_the_scheduler(
    received: tuple[World, Case],
) -> None:
    world, case = received
    world.now = at(date(2027, 4, 9))  # Friday
    do(world, case, pause(date(2027, 4, 9), date(2027, 4, 11)))  # 10 and 11 April
    due = waiting(world, case)["TeLaat"]
    assert due == date(2027, 4, 28)
    # Down from Wednesday evening till Monday: what fell due meanwhile fires once, late.
    world.now = at(date(2027, 5, 3))
    assert fire_due(world.database, world.now).fired == 2
    assert fire_due(world.database, world.now).fired == 0
    assert waiting(world, case) == {}


def test_a_clock_that_jumps_back_neither_fires_nor_forgets(received: tuple[World, Case]) -> None:
    world, case = received
    world.now = at(date(2027, 3, 10))
    do(world, case, pause(date(2027, 3, 10), date(2027, 3, 31)))
    world.now = at(date(2027, 3, 8))  # the clock was wrong, and is put back
    assert fire_due(world.database, world.now).fired == 0
    found = state(world, case)
    assert found.end is not None
    assert found.end.last_day == date(2027, 5, 18)
    assert not found.paused


def test_a_term_whose_decision_was_taken_is_done(world: World) -> None:
    world.now = at(RECEIVED)
    world.deploy(termroute.files(termroute.TERMS.replace("akkoord != null", "sleutelDatum")))
    case = world.start()
    world.complete(case, "Intake", **{**INTAKE, "sleutelDatum": RECEIVED})
    assert state(world, case).done
    with pytest.raises(TermStill) as refused:
        do(world, case, pause(RECEIVED, date(2027, 3, 20)))
    assert "is al klaar" in refused.value.text


def test_a_case_holds_no_endless_row_of_pauses(received: tuple[World, Case]) -> None:
    world, case = received
    with world.database.transaction() as session:
        for _ in range(MAX_CHANGES):
            session.add(
                TermChange(
                    case_id=case.id,
                    term="beslissen",
                    kind=TermChangeKind.PAUSE,
                    ground="overmacht",
                    told_on=date(2027, 3, 2),
                    until=date(2027, 3, 2),
                    recorded_at=world.now,
                )
            )
    with pytest.raises(TooManyChanges):
        do(world, case, pause(RECEIVED, date(2027, 3, 20)))
    found = state(world, case)
    assert found.end is not None
    assert found.end.suspended_days == 1


@pytest.mark.parametrize("ground", PauseGround)
def test_each_ground_of_article_4_15_pauses_its_own_days(
    ground: PauseGround, received: tuple[World, Case]
) -> None:
    world, case = received
    world.now = at(date(2027, 3, 20))
    do(world, case, pause(date(2027, 3, 10), date(2027, 3, 14), ground))
    found = state(world, case)
    assert found.end is not None
    # 4:15(1): from the day after it was told; 4:15(2): the days themselves.
    assert found.end.suspended_days == (4 if ground.by_request else 5)
    assert any(ground.in_law.value in reason for reason in found.end.reasons)
    # What came in later than expected counts on, but an unused remedy date is the end.
    do(world, case, EndPause(changes(world)[0].id, date(2027, 3, 18)))
    found = state(world, case)
    assert found.end is not None
    later = {PauseGround.INCOMPLETE: 4, PauseGround.FOREIGN: 7}
    assert found.end.suspended_days == later.get(ground, 8)
