"""How dear a term is beside adding a plain timedelta. Run: python tests/calendar/bench_calendar.py

Prints each ratio; the goal is at most 1,000. Exits with 1 when one is above it.
"""

import datetime as dt
import sys
import timeit
from collections.abc import Callable

from engine.calendar import NamedEnd, Suspension, TermKind, end_of_term

GOAL = 1000
START = dt.date(2026, 10, 30)
PAUSES = [
    Suspension(dt.date(2026, 11, 2), dt.date(2026, 11, 12)),
    Suspension(dt.date(2026, 11, 10), dt.date(2026, 11, 20)),
]
NAMED = [NamedEnd(dt.date(2026, 11, 15), dt.date(2027, 1, 29))]


def seconds_per_call(call: Callable[[], object], number: int) -> float:
    """The best of five, because the machine is noisy."""
    return min(timeit.repeat(call, number=number, repeat=5)) / number


def ratios() -> dict[str, float]:
    """Of each kind of term how many times it costs what adding a timedelta does."""
    delta = dt.timedelta(weeks=8)
    plain = seconds_per_call(lambda: START + delta, 200_000)
    calls: dict[str, Callable[[], object]] = {
        "work arrangement": lambda: end_of_term(START, "P8W", TermKind.WERKAFSPRAAK),
        "statutory over Christmas": lambda: end_of_term(START, "P8W", TermKind.WET),
        "with two pauses": lambda: end_of_term(START, "P8W", TermKind.WET, suspensions=PAUSES),
        "with two pauses, its reasons in words": lambda: (
            end_of_term(START, "P8W", TermKind.WET, suspensions=PAUSES).reasons
        ),
        "with two pauses and a named last day": lambda: end_of_term(
            START, "P8W", TermKind.WET, suspensions=PAUSES, named_ends=NAMED
        ),
    }
    return {name: seconds_per_call(call, 2_000) / plain for name, call in calls.items()}


def main() -> int:
    """Print the ratios and tell whether they meet the goal."""
    found = ratios()
    for name, ratio in found.items():
        print(f"term, {name}: {ratio:.0f} x a timedelta (goal <= {GOAL})")
    return 0 if max(found.values()) <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
