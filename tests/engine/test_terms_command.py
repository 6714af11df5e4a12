"""The command that explains a term."""

import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

from click.testing import CliRunner

from engine.terms.command import terms_command

ROOT = Path(__file__).parents[2]
ROUTE = ROOT / "tests" / "webui" / "route"
PROCESSES = ROOT / "processes"


def explain(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(terms_command, ["explain", *arguments])
    return result.exit_code, result.output


def test_it_prints_the_last_day_and_the_numbered_reasons() -> None:
    code, output = explain("--start", "2027-03-03", "--duration", "P8W", "--kind", "wet")
    lines = output.splitlines()
    assert code == 0
    assert lines[0] == "Laatste dag: woensdag 28 april 2027 (2027-04-28)"
    assert lines[3] == "1. De termijn begint op woensdag 3 maart 2027. Die dag telt niet mee."


def test_it_takes_pauses_prolongations_working_days_and_extra_free_days() -> None:
    base = ("--start", "2027-03-01", "--kind", "wet")
    assert (
        "2027-05-10"
        in explain(*base, "--duration", "P8W", "--suspended", "2027-03-11", "2027-03-24")[1]
    )
    assert "2027-05-10" in explain(*base, "--duration", "P8W", "--prolong", "P2W")[1]
    assert (
        "2027-03-09"
        in explain(*base, "--duration", "P5D", "--count", "werkdagen", "--free-day", "2027-03-05")[
            1
        ]
    )


def test_it_takes_a_local_time_for_a_term_in_hours() -> None:
    code, output = explain("--start", "2027-10-30T10:00", "--duration", "PT24H", "--kind", "wet")
    assert code == 0
    assert "zondag 31 oktober 2027 om 9.00 uur" in output


def test_refusals_are_plain_and_fail() -> None:
    base = ("--start", "2027-03-01", "--kind", "wet")
    for arguments, words in (
        ((*base, "--duration", "8 weken"), "geen goede duur"),
        ((*base, "--duration", "PT2H"), "Geef daarom ook het tijdstip"),
        (("--start", "morgen", "--kind", "wet", "--duration", "P1D"), "is geen datum"),
        (
            (*base, "--duration", "P1D", "--suspended", "2027-03-03", "2027-03-02"),
            "De pauze eindigt",
        ),
    ):
        code, output = explain(*arguments)
        assert code != 0
        assert words in output


def test_the_command_is_registered_for_the_starter() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))
    commands = project["project"]["entry-points"]["thuisroute.commands"]
    entry = EntryPoint("terms", commands["terms"], "thuisroute.commands")
    assert entry.load() is terms_command


def test_all_terms_of_a_route_are_told_from_one_start_date_through_holidays() -> None:
    code, output = explain("--all", str(ROUTE), "--start", "2027-03-01")
    assert code == 0
    assert "Proefroute: alle termijnen vanaf maandag 1 maart 2027" in output
    _, named, talk, due, *_ = output.split("\n\n")
    assert "Laatste dag: maandag 8 maart 2027" in talk  # five working days after the start
    assert "termijnen.beslissen]" in named
    assert "Laatste dag: maandag 26 april 2027 (2027-04-26)" in named
    assert "Bron: Algemene wet bestuursrecht, artikel 4:13" in named
    assert "Zie de termijn 'Beslistermijn'." in due
    assert "proefroute.bpmn, Besluiten]" in due
    later = explain("--all", str(ROUTE), "--start", "2027-03-01", "--free-day", "2027-04-26")[1]
    assert "Maandag 26 april 2027 is bij besluit gelijkgesteld" in later
    assert "Dinsdag 27 april 2027 is een feestdag: Koningsdag." in later
    assert "Laatste dag: woensdag 28 april 2027" in later


def test_every_shipped_route_can_be_explained() -> None:
    for folder in sorted(path.parent for path in PROCESSES.glob("*/route.toml")):
        code, output = explain("--all", str(folder), "--start", "2027-12-24")
        assert code == 0, output
        assert "Laatste dag: " in output


def test_all_goes_without_a_duration_and_one_term_needs_it() -> None:
    base = ("--start", "2027-03-01")
    for arguments, words in (
        ((*base, "--all", str(ROUTE), "--kind", "wet"), "geen --kind"),
        ((*base, "--kind", "wet"), "Geef --duration en --kind"),
        ((*base, "--all", str(ROUTE.parent)), "geen route.toml"),
    ):
        code, output = explain(*arguments)
        assert code != 0
        assert words in output
