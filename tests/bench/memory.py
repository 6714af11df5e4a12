"""Section 5: memory of the whole installation in one process, and whether steps make it grow."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.clock import SystemClock
from tasks.demo import DEMO_PASSWORD
from tests.bench.board import Figure
from tests.bench.ours import Browser

MOST_MB = 150
VISITS = 50
_STEPS = """
import sys
from tests.bench import routes
from tests.bench.memory import megabytes
from tests.bench.ours import Ours
ours = Ours(sys.argv[1], synced=False)
steps = int(sys.argv[2])
case_id = ours.begin(routes.LOOP)
for number in range(steps + 1):
    if number in (steps // 10, steps):
        print(megabytes())
    ours.step(ours.waiting(case_id))
"""


def megabytes(pid: int | str = "self") -> float:
    """What a process holds in memory now."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1_000
    raise LookupError(pid)


def memory(folder: Path, steps: int) -> list[Figure]:
    """The shipped routes with the people of the demonstration, looked at; then many steps."""
    with _running(folder / "var") as (pid, port):
        started = megabytes(pid)
        browser = Browser(port, "sanne", DEMO_PASSWORD)
        for _ in range(VISITS):
            browser.get("/zaken")
            browser.get("/account")
        used = megabytes(pid)
        browser.close()
    done = subprocess.run(
        [sys.executable, "-c", _STEPS, f"sqlite:///{folder / 'steps.db'}", str(steps)],
        check=True,
        capture_output=True,
        text=True,
    )
    early, late = (float(line) for line in done.stdout.split())
    return [
        Figure("web and scheduler, just started", started, "MB", goal=MOST_MB),
        Figure(f"after {2 * VISITS} pages", used, "MB", goal=MOST_MB),
        Figure(f"the engine alone, after {steps // 10:,} steps", early, "MB"),
        Figure(
            f"the engine alone, after {steps:,} steps",
            late,
            "MB",
            ratio=late / early,
            yardstick="before",
            goal=1.05,
        ),
    ]


@contextmanager
def _running(var: Path) -> Iterator[tuple[int, int]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    environment = {**os.environ, "THUISROUTE_VAR": str(var), "PORT": str(port)}
    environment.pop("DATABASE_URL", None)
    process = subprocess.Popen(
        [Path(sys.executable).parent / "thuisroute", "run"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _until_it_listens(process, port)
        yield process.pid, port
    finally:
        process.terminate()
        process.wait(10)


def _until_it_listens(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = SystemClock().now().timestamp() + 60
    while SystemClock().now().timestamp() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"thuisroute run ended with {process.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("thuisroute run does not listen after a minute")
