"""Service tasks that pause, resume and extend a term make the same records as people do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest

from engine.checks import check
from engine.errors import Refusal
from engine.models import Case, TermChange
from engine.refusals import StepFailed
from engine.steps.termdeeds import PauseTerm
from engine.terms.changes import PauseGround
from engine.terms.refusals import DateWrong
from tests.engine import sample, termroute
from tests.engine.test_faults import route
from tests.engine.test_named_terms import do, state
from tests.engine.world import INTAKE, World
from tests.spiff.drawing import end, flows, perform, user

RECEIVED = date(2027, 3, 1)
FACTS = {"gevraagdOp": date(2027, 3, 10), "aanvullenTot": date(2027, 3, 31)}


def drawn(
    pause: Mapping[str, str] | None = None, extend: Mapping[str, str] | None = None
) -> dict[str, bytes]:
    """Ask for what is missing, then pause; it comes in, then resume; then extend."""
    asked = {
        "termijn": "beslissen",
        "verzoekOp": "=gevraagdOp",
        "uiterlijk": "=aanvullenTot",
        "tekst": "=ontbreekt",
        **(pause or {}),
    }
    found = dict(termroute.files())
    lanes = sample.lanes(LaneZorg="Zorg: begin Intake", LaneGemeente="Gemeente: Daarna Vragen Komt")
    main = route(
        user("Vragen", extra=sample.form_of("vragen"), name="Vragen"),
        perform("Stil", "thuisroute:opschorten", sample.headers(**asked), tag="serviceTask"),
        user("Komt", extra=sample.form_of("komt"), name="Komt"),
        perform(
            "Weer",
            "thuisroute:hervatten",
            sample.headers(termijn="beslissen", op="=aangevuldOp"),
            tag="serviceTask",
        ),
        perform(
            "Langer",
            "thuisroute:verlengen",
            sample.headers(termijn="beslissen", tot="=verlengdTot", **(extend or {})),
            tag="serviceTask",
        ),
        user("Daarna", extra=sample.form_of("oordeel"), name="Beslissen"),
        end("einde"),
        flows("begin Intake Vragen Stil Komt Weer Langer Daarna einde"),
    )["hoofd.bpmn"]
    old = sample.lanes(LaneZorg="Zorg: begin Intake", LaneGemeente="Gemeente: Daarna Straks")
    assert old.encode() in main
    found["hoofd.bpmn"] = main.replace(old.encode(), lanes.encode())
    days = [sample.day(name) for name in FACTS]
    found["vragen.form"] = sample.form("vragen", *days, sample.text("ontbreekt"))
    found["komt.form"] = sample.form("komt", sample.day("aangevuldOp"), sample.day("verlengdTot"))
    return found


@pytest.fixture
def asking(world: World) -> tuple[World, Case]:
    world.now = datetime(2027, 3, 10, 9, tzinfo=UTC)
    assert check(drawn()) == ()
    world.deploy(drawn())
    case = world.start()
    world.complete(case, "Intake", **{**INTAKE, "sleutelDatum": RECEIVED})
    return world, case


def test_a_drawn_pause_resumption_and_extension_are_records(asking: tuple[World, Case]) -> None:
    world, case = asking
    world.complete(case, "Vragen", "fatima", ontbreekt="Een stuk", **FACTS)
    found = state(world, case)
    assert found.end is not None
    assert found.end.last_day == date(2027, 5, 18)
    row = world.all(TermChange)[0]
    assert isinstance(row, TermChange)
    assert (row.ground, row.text, row.ended_on) == ("aanvullen", "Een stuk", None)
    world.now = datetime(2027, 3, 24, 9, tzinfo=UTC)
    done = {"aangevuldOp": date(2027, 3, 24), "verlengdTot": date(2027, 6, 1)}
    world.complete(case, "Komt", "fatima", **done)
    found = state(world, case)
    assert found.end is not None
    assert found.end.suspended_days == 13
    assert found.extended_to == date(2027, 6, 1)
    assert [kind for kind in world.kinds(case) if kind.startswith("term_")] == [
        "term_paused",
        "term_resumed",
        "term_extended",
    ]


def test_a_drawn_pause_and_one_by_hand_add_up(asking: tuple[World, Case]) -> None:
    world, case = asking
    world.complete(case, "Vragen", "fatima", **FACTS, ontbreekt="x")
    days = (date(2027, 3, 10), date(2027, 4, 2))
    do(world, case, PauseTerm("beslissen", PauseGround.ATTRIBUTABLE, *days, "Op reis."))
    found = state(world, case)
    assert found.end is not None
    # The drawn one is 11-31 March, the other 10 March to 2 April: 24 days in all.
    assert found.end.suspended_days == 24


def test_a_wrong_date_of_a_person_is_refused_and_is_no_incident(
    asking: tuple[World, Case],
) -> None:
    world, case = asking
    with pytest.raises(DateWrong) as refused:
        world.complete(case, "Vragen", "fatima", **{**FACTS, "aanvullenTot": date(2027, 3, 10)})
    assert isinstance(refused.value, Refusal)
    assert "moet na de dag van het verzoek" in refused.value.text
    assert world.all(TermChange) == []
    assert "Vragen" in world.tasks(case)


def test_a_date_that_nobody_gave_is_a_fault_of_the_route(asking: tuple[World, Case]) -> None:
    world, case = asking
    with pytest.raises(StepFailed) as failed:
        world.complete(case, "Vragen", "fatima", gevraagdOp=FACTS["gevraagdOp"])
    assert failed.value.element_id == "Stil"
    assert "'uiterlijk' geeft geen datum" in failed.value.message


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"termijn": "niets"}, "staat niet onder [termijnen]"),
        ({"termijn": "later"}, "niet opschortbaar"),
        ({"grond": "zomaar"}, "'grond' is een van aanvullen"),
        ({"uiterlijk": "morgen"}, "schrijf een expressie"),
        ({"uiterlijk": ""}, "Hier ontbreekt 'uiterlijk'"),
    ],
)
def test_the_gate_names_a_wrong_header(headers: Mapping[str, str], words: str) -> None:
    found = check(drawn(pause=headers))
    assert [one.element_id for one in found] == ["Stil"]
    assert words in found[0].message


def test_words_that_were_left_open_stop_nothing(asking: tuple[World, Case]) -> None:
    world, case = asking
    world.complete(case, "Vragen", "fatima", **FACTS)
    row = world.all(TermChange)[0]
    assert isinstance(row, TermChange)
    assert row.text == ""
