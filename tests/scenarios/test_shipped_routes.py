"""Every route that is shipped: its scenarios play, take everything, and can end at any wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from engine.routes import read_folder, read_route
from tasks.scenarios.coverage import Coverage, FileCoverage
from tasks.scenarios.outcome import Failed
from tasks.scenarios.player import Player
from tasks.scenarios.script import ScriptRefused, read_script, scripts_of
from tasks.scenarios.stage import Scenery
from tests.scenarios.ending import Endings

PROCESSES = Path(__file__).parents[2] / "processes"
ROUTES = sorted(path.parent for path in PROCESSES.glob("*/route.toml"))
SCRIPTS = [path for folder in ROUTES for path in scripts_of(folder)]
ENDINGS = [
    (folder, reason)
    for folder in ROUTES
    for reason in read_route(read_folder(folder)).config.endings
]


@dataclass
class Show:
    """One route; each scenario is played once, whichever test asks first."""

    scenery: Scenery
    coverage: Coverage
    endings: Endings = field(default_factory=Endings)
    played: dict[Path, str | None] = field(default_factory=dict)

    def play(self, path: Path) -> str | None:
        """What is wrong with this scenario, or None."""
        if path not in self.played:
            self.played[path] = self._play(path)
        return self.played[path]

    def _play(self, path: Path) -> str | None:
        try:
            script = read_script(path)
            with self.scenery.stage(script.begin) as stage:
                player = Player(script, stage)
                player.after = lambda _deed: self.endings.try_here(
                    stage, player.main_number, path.stem
                )
                try:
                    with self.coverage.watch():
                        player.play()
                finally:
                    self.coverage.add(stage.database)
        except (Failed, ScriptRefused) as failed:
            return failed.text
        return None


@dataclass
class Shows:
    """The shows of all routes; each is set up when it is first asked for."""

    stack: ExitStack
    shows: dict[Path, Show] = field(default_factory=dict)

    def of(self, folder: Path) -> Show:
        if folder not in self.shows:
            scenery = self.stack.enter_context(Scenery.build(read_folder(folder)))
            self.shows[folder] = Show(scenery, Coverage.of(scenery.route))
        return self.shows[folder]

    def whole(self, folder: Path) -> Show:
        """The show with every scenario of the route played."""
        show = self.of(folder)
        for path in scripts_of(folder):
            show.play(path)
        return show


@pytest.fixture(scope="module")
def shows() -> Iterator[Shows]:
    with ExitStack() as stack:
        yield Shows(stack)


def _name(value: object) -> str:
    return value.stem if isinstance(value, Path) else str(value)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_the_scenario_plays_as_written(shows: Shows, path: Path) -> None:
    assert shows.of(path.parents[1]).play(path) is None


@pytest.mark.parametrize("folder", ROUTES, ids=_name)
def test_every_flow_rule_and_outcome_of_an_if_is_taken(shows: Shows, folder: Path) -> None:
    files = shows.whole(folder).coverage.files()

    assert [_words(part) for part in files if part.missing] == []
    assert sum(part.total for part in files) > 0


def _words(part: FileCoverage) -> str:
    return f"{part.file} {part.kind}: " + "; ".join(goal.words for goal in part.missing)


@pytest.mark.parametrize(("folder", "reason"), ENDINGS, ids=_name)
def test_a_case_can_end_for_this_reason_at_every_wait(
    shows: Shows, folder: Path, reason: str
) -> None:
    endings = shows.whole(folder).endings

    assert endings.faults[reason] == []
    assert len(endings.waits) > 0
