"""The gate knows of what kind a value must be: of a setting, a due date, a timer."""

from __future__ import annotations

import pytest

from engine.checks import check
from tests.engine import sample
from tests.engine.test_checks import changed, codes
from tests.spiff.drawing import timer

DUE = sample.schedule(dueDate=sample.DUE)


def with_due(text: str) -> bytes:
    main = sample.main_process()
    assert DUE in main
    return sample.bpmn(main.replace(DUE, sample.schedule(dueDate=text)))


def with_setting(value: str, reads: str) -> dict[str, bytes]:
    """The sample with one more setting, and a due date that reads it."""
    files = sample.files()
    files["route.toml"] += (
        f'[[instellingen]]\nnaam = "x"\nuitleg = "Een proef"\nwaarden = [ {{ vanaf = 2020-01-01, '
        f"waarde = {value} }} ]\n"
    ).encode()
    files["hoofd.bpmn"] = with_due(reads)
    return files


LENGTH = '=eindeTermijn(sleutelDatum, instellingen.x, "wet")'


@pytest.mark.parametrize(
    ("value", "reads"),
    [
        ('"2 weken"', LENGTH),
        ("14", LENGTH),
        ('"P2W"', '=eindeTermijn(sleutelDatum, "P8W", instellingen.x)'),
        ('"twee"', "=plusWerkdagen(sleutelDatum, instellingen.x)"),
        ("1.5", "=plusWerkdagen(sleutelDatum, instellingen.x)"),
        ('"soms"', "=plusDagen(sleutelDatum, 2, instellingen.x)"),
        ('"2 weken"', "=terugTellen(datum: sleutelDatum, duur: instellingen.x)"),
        ('"2 weken"', "=sleutelDatum + duration(instellingen.x)"),
    ],
)
def test_a_setting_that_does_not_fit_where_it_is_read_is_refused(value: str, reads: str) -> None:
    (finding,) = check(with_setting(value, reads))
    assert (finding.file, finding.element_id, finding.code) == (
        "route.toml",
        "instellingen.x",
        "soort",
    )
    assert value.strip('"') in finding.message
    assert "Beoordelen" in finding.message


@pytest.mark.parametrize(
    ("value", "reads"),
    [
        ('"P2W"', LENGTH),
        ("2", "=plusWerkdagen(sleutelDatum, instellingen.x)"),
        ('"werkdagen"', "=plusDagen(sleutelDatum, 2, instellingen.x)"),
        ('"PT36H"', "=sleutelDatum + duration(instellingen.x)"),
        ('"werkafspraak"', '=eindeTermijn(sleutelDatum, "P8W", instellingen.x)'),
    ],
)
def test_a_setting_that_fits_is_let_through(value: str, reads: str) -> None:
    assert check(with_setting(value, reads)) == ()


def test_every_value_of_the_setting_counts_also_a_later_one() -> None:
    route = changed(route_toml=('waarde = "P2W"', 'waarde = "twee weken"'))
    found = [one for one in check(route) if one.code == "soort"]
    assert "twee weken" in found[0].message
    assert "2027-01-01" in found[0].message


def test_a_length_that_is_written_wrong_in_the_diagram_is_refused_there() -> None:
    route = sample.files()
    route["hoofd.bpmn"] = with_due('=eindeTermijn(sleutelDatum, "8 weken", "wet")')
    assert codes(route) == {("hoofd.bpmn", "Beoordelen", "soort")}


@pytest.mark.parametrize(
    "due",
    ["=1 + 1", "=true", "=[1]", "=if toestemming then [1] else 3", '=count(["a"])'],
)
def test_a_due_date_that_can_never_be_a_date_is_refused(due: str) -> None:
    route = sample.files()
    route["hoofd.bpmn"] = with_due(due)
    (finding,) = check(route)
    assert (finding.element_id, finding.code) == ("Beoordelen", "soort")
    assert "datum" in finding.message


@pytest.mark.parametrize(
    "due",
    [
        "=today()",
        "=sleutelDatum",
        "=if toestemming then sleutelDatum else now()",
        '=if toestemming then "2026-05-01" else today()',
        '=date("2026-05-01") + duration("P1D")',
        "=null",
    ],
)
def test_what_can_be_a_date_is_let_through(due: str) -> None:
    route = sample.files()
    route["hoofd.bpmn"] = with_due(due)
    assert check(route) == ()


@pytest.mark.parametrize(
    ("kind", "text", "right"),
    [
        ("timeDate", "=5", False),
        ("timeDuration", "=today()", False),
        ("timeDuration", "=5", False),
        ("timeDuration", '="P1D"', True),
        ("timeDuration", "=instellingen.herinnering", True),
        ("timeCycle", "=5", False),
    ],
)
def test_a_timer_gets_what_it_can_use(kind: str, text: str, right: bool) -> None:
    main = sample.main_process()
    drawn = timer("timeDate", sample.REMIND)
    assert drawn in main
    route = sample.files()
    route["hoofd.bpmn"] = sample.bpmn(main.replace(drawn, timer(kind, text)))
    found = {(one.element_id, one.code) for one in check(route)}
    assert found == (set() if right else {("Herinnering", "soort")})


def test_a_condition_that_is_no_truth_is_refused() -> None:
    route = changed(hoofd_bpmn=(">=akkoord<", ">=1 + 1<"))
    assert {one.code for one in check(route)} == {"soort"}
