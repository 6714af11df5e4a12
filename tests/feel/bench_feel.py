"""How fast FEEL is beside Python's own eval, and how hostile texts are stopped.

Run: python tests/feel/bench_feel.py. Prints every ratio with its goal; exits with 1 on a miss.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import timeit
from collections.abc import Callable
from pathlib import Path

from engine import decisions, feel

sys.path.insert(0, str(Path(__file__).parents[2]))  # run as a script, this folder is no package
from tests.feel.hostile import STOPPED

TEXT = 'a > 3 and b in ["x","y"]'
DATES = 'd + duration("P10D") > date("2026-01-01")'
# Not ru_maxrss: that would count what the process that started it had at the fork.
PEAK = "print(*[line.split()[1] for line in open('/proc/self/status') if 'VmHWM' in line])"
ROUNDS, TIMES = 40, 300
NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def seconds_per_call(calls: dict[str, Callable[[], object]]) -> dict[str, float]:
    """The best of many short rounds in which all take turns, because the machine is noisy."""
    best = dict.fromkeys(calls, float("inf"))
    for _ in range(ROUNDS):
        for name, call in calls.items():
            best[name] = min(best[name], timeit.timeit(call, number=TIMES) / TIMES)
    return best


def table(rules: int) -> decisions.Model:
    """A table of that many rules over a number and a text."""
    rows = "".join(
        f"<rule><inputEntry><text>[{row * 10}..{row * 10 + 10})</text></inputEntry>"
        f"<inputEntry><text>&quot;k{row % 7}&quot;, &quot;z&quot;</text></inputEntry>"
        f'<outputEntry><text>"out{row}"</text></outputEntry></rule>'
        for row in range(rules)
    )
    columns = "".join(
        f'<input><inputExpression typeRef="{kind}"><text>{name}</text></inputExpression></input>'
        for name, kind in (("a", "number"), ("b", "string"))
    )
    text = (
        f'<definitions xmlns="{NAMESPACE}" id="d" name="d" namespace="d"><decision id="t" name="t">'
        f'<decisionTable id="dt">{columns}<output name="o" typeRef="string"/>{rows}'
        "</decisionTable></decision></definitions>"
    )
    return decisions.load(text.encode())


class Board:
    """Prints what was measured and remembers whether a goal was missed."""

    def __init__(self) -> None:
        self.missed = False

    def show(self, what: str, measured: float, unit: str, goal: float | None) -> None:
        wanted = "" if goal is None else f" (goal <= {goal:g})"
        miss = goal is not None and measured > goal
        self.missed = self.missed or miss
        print(f"FEEL, {what}: {measured:.2f} {unit}{wanted}{'  MISSED' if miss else ''}")


def speed(board: Board) -> None:
    """Expressions and tables beside eval of the same expression, compiled."""
    context = {"a": 5, "b": "x"}
    code = compile(TEXT, "bench", "eval")
    expression, dates = feel.parse(TEXT), feel.parse(DATES)
    dated = {"d": feel.Date(2026, 1, 1)}
    small, large = table(10), table(1_000)
    inside, far = {"a": 55, "b": "k5"}, {"a": 9955, "b": "z"}
    took = seconds_per_call(
        {
            "eval": lambda: eval(code, {}, context),  # noqa: S307
            TEXT: lambda: expression.evaluate(context),
            DATES: lambda: dates.evaluate(dated),
            "parsing the first": lambda: feel.parse(TEXT),
            "a table of 10 rules": lambda: small.evaluate("t", inside),
            "1,000": lambda: large.evaluate("t", far),
        }
    )
    goals = {TEXT: 20, "a table of 10 rules": 150}
    plain, thousand = took.pop("eval"), took.pop("1,000")
    for name, seconds in took.items():
        board.show(name, seconds / plain, "x eval", goals.get(name))
    board.show("1,000 rules", thousand / took["a table of 10 rules"], "x the table of 10", 60)


def cold(board: Board) -> None:
    """Importing in a new interpreter, with the byte code at hand as it is once installed."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": folder}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)

        def start(code: str) -> float:
            begin = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True, env=environment)
            return time.perf_counter() - begin

        start("import engine.feel")  # writes the byte code
        rounds = [(start("pass"), start("import engine.feel")) for _ in range(20)]
        measured = subprocess.run(
            [sys.executable, "-c", f"import engine.feel; {PEAK}"],
            check=True,
            env=environment,
            capture_output=True,
            text=True,
        )
    ratio = min(full for _, full in rounds) / min(empty for empty, _ in rounds)
    board.show("cold import", ratio, "x an empty interpreter's start", 2)
    board.show("memory after it", int(measured.stdout) / 1000, "MB", 20)


def hostile(board: Board) -> None:
    """How long the slowest hostile text runs until it is stopped."""
    slowest, worst = "", 0.0
    for name, text in STOPPED.items():
        begin = time.process_time()
        try:
            feel.parse(text).evaluate({"a": {"a": 1}})
        except feel.FeelLimitExceeded:
            took = time.process_time() - begin
            slowest, worst = (name, took) if took > worst else (slowest, worst)
        else:
            print(f"FEEL, hostile: {name} was not stopped  MISSED")
            board.missed = True
    board.show(f"slowest of {len(STOPPED)} hostile texts ({slowest})", worst, "s", 0.75)


def main() -> int:
    """Print all of it and tell whether the goals are met."""
    board = Board()
    speed(board)
    cold(board)
    hostile(board)
    return 1 if board.missed else 0


if __name__ == "__main__":
    sys.exit(main())
