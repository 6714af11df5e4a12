"""The starter: lazy commands by entry point, Dutch help, a light import."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint

import click
import pytest
from click.testing import CliRunner

from engine import cli


@click.group("proef")
def sample() -> None:
    """Een proefcommando."""


@sample.command("groet")
@click.option("--naam", default="u", help="Wie.")
def greet(naam: str) -> None:
    """Groet iemand."""
    click.echo(f"Dag {naam}.")


NOT_A_COMMAND = "just text"


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> None:
    points = {
        "proef": EntryPoint("proef", f"{__name__}:sample", cli.GROUP),
        "stuk": EntryPoint("stuk", "no_such_module_anywhere:command", cli.GROUP),
        "tekst": EntryPoint("tekst", f"{__name__}:NOT_A_COMMAND", cli.GROUP),
    }
    monkeypatch.setattr(cli, "_entry_points", lambda: points)


def run(*arguments: str) -> str:
    result = CliRunner().invoke(cli.main, list(arguments))
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.usefixtures("commands")
def test_a_command_is_found_by_its_entry_point_and_the_others_stay_unloaded() -> None:
    assert run("proef", "groet", "--naam", "Ria") == "Dag Ria.\n"


@pytest.mark.usefixtures("commands")
def test_help_is_in_dutch_down_to_the_subcommand() -> None:
    output = run("proef", "groet", "--help")
    assert output.startswith("Gebruik:")
    assert "Opties:" in output
    assert cli.HELP_TEXT in output
    assert "Show this message" not in output
    assert "Opdrachten:" in run("proef", "--help")


@pytest.mark.usefixtures("commands")
def test_an_entry_point_that_is_no_command_is_named() -> None:
    result = CliRunner().invoke(cli.main, ["tekst"])
    assert isinstance(result.exception, TypeError)
    assert "tekst" in str(result.exception)


def test_an_unknown_command_is_refused() -> None:
    assert CliRunner().invoke(cli.main, ["bestaatniet"]).exit_code == 2


def test_every_registered_command_loads() -> None:
    for name, entry_point in cli._entry_points().items():
        assert isinstance(entry_point.load(), click.Command), name


def _all_commands() -> Iterator[list[str]]:
    for name, entry_point in cli._entry_points().items():
        yield [name]
        command = entry_point.load()
        if isinstance(command, click.Group):
            yield from ([name, child] for child in command.commands)


def test_the_help_of_every_command_is_dutch() -> None:
    """Nothing that click says by itself is left."""
    english = re.compile(
        r"Usage|Options|OPTIONS|COMMAND\b|ARGS|TEXT|INTEGER|FILE\b|PATH\b|required|default\b|show"
    )
    for words in ([], *_all_commands()):
        found = english.search(run(*words, "--help"))
        assert found is None, (words, found)


def test_what_a_value_should_be_is_said_by_its_own_kind() -> None:
    result = CliRunner().invoke(cli.main, ["terms", "explain", "--start", "morgen"])
    assert result.exit_code == 2
    assert "--start: 'morgen' is geen datum. Schrijf bijvoorbeeld 2027-03-03." in result.output


def test_the_version_is_printed() -> None:
    assert run("--version").startswith("thuisroute 0.")


def test_importing_the_starter_is_light() -> None:
    heavy = "{'sqlalchemy', 'flask', 'SpiffWorkflow', 'engine.feel', 'importlib.metadata'}"
    found = subprocess.run(
        [sys.executable, "-c", f"import sys, engine.cli; print({heavy} & set(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == "set()"
