"""``python -m tests.chaos [--seconds N] [--seed N] [--on sqlite|postgres]``."""

from __future__ import annotations

import argparse
import logging
import secrets
import shutil
import sys
import tempfile
from pathlib import Path

from engine.server.logging import configure_logging
from tests.chaos.places import Sqlite, postgres
from tests.chaos.storm import Report, Storm

DATABASES = ("sqlite", "postgres")


def storm_on(kind: str, folder: Path, seconds: float, seed: int) -> Report:
    """One storm on a database of that kind, with the processes' logs in ``folder``."""
    if kind == "sqlite":
        return Storm(folder, Sqlite(folder / "storm.db"), seed).run(seconds)
    with postgres() as place:
        return Storm(folder, place, seed).run(seconds)


def main(arguments: list[str]) -> int:
    """Half of the time on each database; 1 (and the logs stay) when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seconds", type=float, default=120, help="of breaking, in total")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--on", choices=DATABASES, action="append", help="this database only")
    asked = parser.parse_args(arguments)
    configure_logging()
    logging.getLogger().setLevel(logging.ERROR)
    kinds = asked.on or DATABASES
    broken = False
    for kind in kinds:
        folder = Path(tempfile.mkdtemp(prefix=f"thuisroute-chaos-{kind}-"))
        print(f"{kind}, seed {asked.seed}, logs in {folder}", flush=True)
        report = storm_on(kind, folder, asked.seconds / len(kinds), asked.seed)
        print("\n".join(f"  {line}" for line in report.lines()), flush=True)
        if report.verdict.wrong:
            broken = True
        else:
            shutil.rmtree(folder)
    return int(broken)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
