"""The node tools of the front end, and the files that are shipped."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FRONTEND = ROOT / "webui" / "frontend"
PROCESSES = ROOT / "processes"
SAMPLE = ROOT / "tests" / "browser" / "sample.bpmn"


def node(script: str, *arguments: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["node", FRONTEND / script, *arguments], capture_output=True, text=True, check=False
    )


def lint(folder: Path) -> str:
    result = node("lint-diagrams.mjs", folder)
    assert result.stderr == ""
    assert result.returncode == (1 if result.stdout else 0)
    return result.stdout


def shipped(*endings: str) -> list[Path]:
    """The shipped files with one of ``endings``; never none, or the tests would test nothing."""
    found = sorted(path for path in PROCESSES.rglob("*") if path.suffix in endings)
    assert found != [], f"no {endings} in {PROCESSES}"
    return found
