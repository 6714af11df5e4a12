"""A small route with scenarios: who borrows books, for three weeks."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.routes import read_folder
from tasks.scenarios.outcome import Failed
from tasks.scenarios.player import Player
from tasks.scenarios.script import read_script
from tasks.scenarios.stage import Scenery

ROUTE = Path(__file__).parent / "route"
BEGIN = 'naam = "Proef"\nbegin = 2026-03-09T10:00:00\n'

Play = Callable[[str], str | None]
"""Plays steps in TOML; gives what was wrong, or None."""


@pytest.fixture(scope="module")
def scenery() -> Iterator[Scenery]:
    with Scenery.build(read_folder(ROUTE)) as built:
        yield built


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The route in a folder of one's own, to write scenarios in."""
    copy = tmp_path / "lenen"
    shutil.copytree(ROUTE, copy)
    return copy


@pytest.fixture
def play(scenery: Scenery, folder: Path) -> Play:
    def played(steps: str) -> str | None:
        path = folder / "scenarios" / "proef.toml"
        path.write_text(BEGIN + steps, encoding="utf-8")
        script = read_script(path)
        with scenery.stage(script.begin) as stage:
            try:
                Player(script, stage).play()
            except Failed as failed:
                return failed.text
        return None

    return played
