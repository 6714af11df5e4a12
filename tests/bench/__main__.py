"""``python -m tests.bench [--json FILE] [--only NAME] [--quick | --full]``."""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
from collections.abc import Callable, Mapping
from enum import IntEnum
from pathlib import Path

from engine.server.logging import configure_logging
from tests.bench.board import Board, Figure
from tests.bench.completing import completing
from tests.bench.languages import languages
from tests.bench.looping import looping
from tests.bench.memory import memory
from tests.bench.sharing import sharing
from tests.bench.storage import storage
from tests.bench.timers import timers
from tests.bench.worklist import worklists

ROOT = Path(__file__).resolve().parents[2]


class Size(IntEnum):
    """QUICK takes a minute or two, USUAL a quarter of an hour, FULL some minutes more."""

    QUICK = 0
    USUAL = 1
    FULL = 2


CROWDS = ((1_000, 30_000), (1_000, 100_000, 1_000_000), (1_000, 100_000, 1_000_000))
STEPS = (1_000, 20_000, 100_000)
# Each gives its title and takes a folder of its own and how large it must be.
SECTIONS: Mapping[str, tuple[str, Callable[[Path, Size], list[Figure]]]] = {
    "completing": (
        "Completing one user task",
        lambda folder, size: completing(folder, (12, 30, 30)[size]),
    ),
    "languages": ("FEEL, decision tables and terms", lambda _folder, _size: languages()),
    "looping": (
        "A case that looped, beside a fresh one",
        lambda folder, size: looping(folder, (200, 2_000, 2_000)[size], (20, 60, 60)[size]),
    ),
    "worklist": (
        "The worklist of one person, in tables that grow",
        lambda folder, size: worklists(folder, CROWDS[size]),
    ),
    "timers": (
        "Timers that are due at once, and many that are not",
        lambda folder, size: timers(
            folder, (1_000, 10_000, 10_000)[size], (20_000, 1_000_000, 1_000_000)[size]
        ),
    ),
    "storage": (
        "What a finished case leaves behind",
        lambda folder, size: storage(folder, (60, 200, 500)[size]),
    ),
    "sharing": (
        "Two processes on one PostgreSQL",
        lambda folder, size: sharing(folder, (4, 10, 20)[size]),
    ),
    "memory": (
        "Memory of web and scheduler in one process",
        lambda folder, size: memory(folder, STEPS[size]),
    ),
}


def main(arguments: list[str]) -> int:
    """Measure and print; 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--json", type=Path, help="write all figures to this file too")
    parser.add_argument("--only", choices=SECTIONS, action="append", help="this section only")
    sizes = parser.add_mutually_exclusive_group()
    sizes.add_argument("--quick", action="store_true", help="fewer rounds, smaller sizes")
    sizes.add_argument("--full", action="store_true", help="a hundred thousand steps for memory")
    asked = parser.parse_args(arguments)
    size = Size.QUICK if asked.quick else Size.FULL if asked.full else Size.USUAL
    configure_logging()
    logging.getLogger().setLevel(logging.ERROR)
    board = Board()
    # In the project's own folder: the system's temporary one may be memory, which syncs for free.
    (ROOT / "var").mkdir(exist_ok=True)
    for name, (title, measure) in SECTIONS.items():
        if asked.only and name not in asked.only:
            continue
        with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "var") as folder:
            board.show(title, measure(Path(folder), size))
    if asked.json:
        board.write(asked.json)
    if board.missed:
        print(f"\n{len(board.missed)} figures miss their goal.")
    return 1 if board.missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
