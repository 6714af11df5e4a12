"""``python -m tests.bench [--json FILE] [--only NAME] [--quick]``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.bench.board import Board, Figure
from tests.bench.completing import completing
from tests.bench.languages import languages
from tests.bench.looping import looping
from tests.bench.memory import memory
from tests.bench.timers import timers
from tests.bench.worklist import worklists

ROOT = Path(__file__).resolve().parents[2]
# Each gives its title and takes a folder of its own and whether to be quick.
SECTIONS: Mapping[str, tuple[str, Callable[[Path, bool], list[Figure]]]] = {
    "completing": (
        "Completing one user task",
        lambda folder, quick: completing(folder, 12 if quick else 30),
    ),
    "languages": ("FEEL, decision tables and terms", lambda _folder, _quick: languages()),
    "looping": (
        "A case that looped, beside a fresh one",
        lambda folder, quick: looping(folder, 200 if quick else 2_000, 20 if quick else 60),
    ),
    "worklist": (
        "The worklist of one person, in tables that grow",
        lambda folder, quick: worklists(
            folder, (1_000, 30_000) if quick else (1_000, 100_000, 1_000_000)
        ),
    ),
    "timers": (
        "Timers that are due at once",
        lambda folder, quick: timers(folder, 1_000 if quick else 10_000),
    ),
    "memory": (
        "Memory of web and scheduler in one process",
        lambda folder, quick: memory(folder, 1_000 if quick else 4_000),
    ),
}


def main(arguments: list[str]) -> int:
    """Measure and print; 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--json", type=Path, help="write all figures to this file too")
    parser.add_argument("--only", choices=SECTIONS, action="append", help="this section only")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, smaller sizes")
    asked = parser.parse_args(arguments)
    board = Board()
    # In the project's own folder: the system's temporary one may be memory, which syncs for free.
    (ROOT / "var").mkdir(exist_ok=True)
    for name, (title, measure) in SECTIONS.items():
        if asked.only and name not in asked.only:
            continue
        with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "var") as folder:
            board.show(title, measure(Path(folder), asked.quick))
    if asked.json:
        board.write(asked.json)
    if board.missed:
        print(f"\n{len(board.missed)} figures miss their goal.")
    return 1 if board.missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
