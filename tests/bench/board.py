"""The table of figures: on screen, and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One measured value. ``ratio`` is to ``yardstick``, a figure of the same run.

    ``goal`` is the most (or with ``at_least`` the least) that ``judged`` may be: the ratio when
    there is one, else the value.
    """

    name: str
    value: float
    unit: str
    ratio: float | None = None
    yardstick: str = ""
    goal: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def judged(self) -> float:
        return self.value if self.ratio is None else self.ratio

    @property
    def is_met(self) -> bool | None:
        """Whether the goal is met; None without a goal."""
        if self.goal is None:
            return None
        return self.judged >= self.goal if self.at_least else self.judged <= self.goal


HEAD = ("", "value", "", "ratio", "of", "goal", "", "")


class Board:
    """Prints each section as soon as it is measured, and remembers all of it."""

    def __init__(self) -> None:
        self._sections: dict[str, list[Figure]] = {}

    @property
    def missed(self) -> list[Figure]:
        """The figures that are over (or under) their goal."""
        return [one for some in self._sections.values() for one in some if one.is_met is False]

    def show(self, section: str, figures: list[Figure]) -> None:
        self._sections.setdefault(section, []).extend(figures)
        rows = [HEAD, *(_row(figure) for figure in figures)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
        print(f"\n{section}")
        for row in rows:
            cells = (
                # Numbers to the right, words to the left.
                cell.rjust(width) if column in (1, 3) else cell.ljust(width)
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            print("  " + "  ".join(cells).rstrip(), flush=True)

    def write(self, path: Path) -> None:
        """All figures as JSON, by section."""
        found = {
            section: [{**asdict(figure), "is_met": figure.is_met} for figure in figures]
            for section, figures in self._sections.items()
        }
        path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")


def _row(figure: Figure) -> tuple[str, ...]:
    goal = "" if figure.goal is None else f"{'>=' if figure.at_least else '<='} {figure.goal:g}"
    verdict = {None: "", True: "ok", False: "under" if figure.at_least else "over"}[figure.is_met]
    return (
        figure.name,
        _number(figure.value),
        figure.unit,
        "" if figure.ratio is None else f"{figure.ratio:.2f}",
        figure.yardstick,
        goal,
        verdict,
        figure.note,
    )


def _number(value: float) -> str:
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.0f}" if value >= 1_000 else f"{value:.3g}" if value < 1 else f"{value:.2f}"
