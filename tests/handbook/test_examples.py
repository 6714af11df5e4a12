"""The examples of the handbook are one route that is in order, and that does what is told of it."""

from __future__ import annotations

from click.testing import CliRunner

from engine.checks import check
from engine.routes import read_folder
from engine.server.preparing import SHIPPED_ROUTES
from tasks.scenarios.command import scenarios_command
from tests.handbook.pictures import EXAMPLES


def test_nothing_is_wrong_with_the_examples() -> None:
    assert check(read_folder(EXAMPLES)) == ()


def test_the_scenarios_of_the_examples_play_and_take_everything() -> None:
    done = CliRunner().invoke(scenarios_command, ["run", str(EXAMPLES), "--require-all"])
    assert done.exit_code == 0, done.output


def test_the_examples_are_not_shipped_as_a_route() -> None:
    shipped = {path.parent for path in SHIPPED_ROUTES.glob("*/route.toml")}
    assert shipped != set()
    assert EXAMPLES not in shipped
