"""Section 2: FEEL and decision tables beside Python's eval, terms beside a timedelta."""

from __future__ import annotations

from tests.bench.board import Figure
from tests.calendar import bench_calendar
from tests.feel import bench_feel


class _Collector(bench_feel.Board):
    """Takes the figures of the bench of FEEL instead of printing them."""

    def __init__(self) -> None:
        super().__init__()
        self.figures: list[Figure] = []

    def show(self, what: str, measured: float, unit: str, goal: float | None) -> None:
        self.figures.append(Figure(f"FEEL, {what}", measured, unit, goal=goal))


def languages() -> list[Figure]:
    """The ratios that ``tests/feel`` and ``tests/calendar`` measure, with their goals."""
    collector = _Collector()
    bench_feel.speed(collector)
    bench_feel.cold(collector)
    bench_feel.hostile(collector)
    terms = [
        Figure(f"term, {name}", ratio, "x a timedelta", goal=bench_calendar.GOAL)
        for name, ratio in bench_calendar.ratios().items()
    ]
    return collector.figures + terms
