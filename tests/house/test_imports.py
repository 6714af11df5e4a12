"""Any room can be entered first: no module needs another one to have been imported before it."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "module",
    ["engine.checks", "engine.context", "engine.definitions", "engine.edge", "engine.steps.facts"],
)
def test_a_room_can_be_imported_first(module: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"import {module}"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
