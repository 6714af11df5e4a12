"""Who starts the demonstration sees on which route each of its people works."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.routes import read_folder, read_route
from engine.server.preparing import SHIPPED_ROUTES
from engine.server.starter import prepare_command
from tests.together.conftest import FIRST, SECOND


def test_people_are_told_by_route(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("THUISROUTE_VAR", str(tmp_path / "var"))

    done = CliRunner().invoke(prepare_command, ["--demo"])

    assert done.exit_code == 0, done.output
    told = [line.strip() for line in done.output.splitlines()]
    for key in (FIRST, SECOND):
        config = read_route(read_folder(SHIPPED_ROUTES / key)).config
        below = told[told.index(f"{config.name}:") + 1 :]
        users = {one.user for one in config.demo.people}
        assert {line.split()[0] for line in below[: len(users)]} == users
    assert told[-3].startswith("beheer ")
