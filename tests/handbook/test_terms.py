"""What the handbook says about terms is so: each example is run."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from engine.checks import check
from engine.checks.names import unknown_platform_path
from engine.dialect import TERM_CHANGE_FIELDS, TERM_FIELDS
from engine.expressions import evaluate, parsed
from engine.feel import Date, to_python_date
from engine.routes import TASKS_ON_TERMS, read_config
from engine.terms import PauseGround
from tests.diagrams.tools import PROCESSES
from tests.engine import sample, termroute

PAGE = (PROCESSES / "handboek" / "termijnen.md").read_text("utf-8")
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
COUNTED = re.findall(r"^\| `(=[a-z]\w+\(.*?\))` \| ([^|]+?) \|", PAGE, re.MULTILINE)
READ = re.findall(r"^\| `=(termijnen\.besluit\.\w+)` \|", PAGE, re.MULTILINE)
IN_LETTERS = re.findall(r"^\| `\{\{ (.*?wijziging\..*?) \}\}` \|", PAGE, re.MULTILINE)
(TOML,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(("text", "answer"), COUNTED, ids=[text for text, _ in COUNTED])
def test_a_calculation_gives_what_the_page_says(text: str, answer: str) -> None:
    value = evaluate(text, {}, NOW)
    shown = to_python_date(value) if isinstance(value, Date) else value
    assert str(shown) == answer


def test_every_function_about_dates_has_an_example() -> None:
    shown = " ".join(text for text, _ in COUNTED)
    for name in ("eindeTermijn", "plusWerkdagen", "plusDagen", "terugTellen", "tekstDatum"):
        assert f"{name}(" in shown


def test_the_named_terms_of_the_page_pass_the_gate() -> None:
    settings = sample.TOML.replace(
        'naam = "herinnering"',
        'naam = "beslisTermijn"\nwaarden = [ { vanaf = 2020-01-01, waarde = "P8W" } ]\n'
        '[[instellingen]]\nnaam = "herinnering"',
    )
    files = dict(termroute.files(toml=TOML))
    files["route.toml"] = (settings + TOML).encode()
    files["hoofd.bpmn"] = (
        files["hoofd.bpmn"].replace(b"beslissen", b"besluit").replace(b"herinneren", b"waarschuwen")
    )
    files["data.form"] = sample.form(
        "data", sample.day("aanvraagDatum"), sample.day("besluitDatum")
    )
    for name in ("stil", "loopt", "langer"):
        files[f"letters/termijn-{name}.md"] = termroute.EXTENDED.encode()
    for old in ("pauze", "weer", "langer"):
        del files[f"letters/{old}.md"]
    assert check(files) == ()


def test_all_that_can_be_read_of_a_term_is_on_the_page() -> None:
    config, _ = read_config((sample.TOML + TOML).encode())
    assert config is not None
    for text in READ:
        (path,) = parsed(text).paths
        assert unknown_platform_path(path, config) is None
    assert {text.split(".")[-1] for text in READ} == TERM_FIELDS
    read = {path[1] for text in IN_LETTERS for path in parsed(text).paths if path[0] == "wijziging"}
    assert read == TERM_CHANGE_FIELDS


def test_every_ground_and_every_service_task_is_on_the_page() -> None:
    for ground in PauseGround:
        assert f"`{ground.value}`" in PAGE
    for kind in TASKS_ON_TERMS:
        assert f"| `{kind}` |" in PAGE


def test_the_example_in_words_is_right() -> None:
    from engine.calendar import TermKind, end_of_term, suspension_for_completion

    pause = suspension_for_completion(
        date(2027, 3, 10), date(2027, 3, 31), completed_on=date(2027, 3, 24)
    )
    end = end_of_term(date(2027, 3, 1), "P8W", TermKind.WET, suspensions=[pause])
    assert (end.suspended_days, end.unextended, end.last_day) == (
        13,
        date(2027, 5, 9),
        date(2027, 5, 10),
    )
