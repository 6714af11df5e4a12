"""The two kinds of duration (DMN 1.5, 10.3.2.3.7 and 10.3.2.3.8)."""

from __future__ import annotations

from .civil import DAY_NANOS, NANOS, Fixed, set_field


class DaysAndTimeDuration(Fixed):
    """A length in nanoseconds: `duration("P1DT2H")`."""

    __slots__ = ("nanos",)
    nanos: int

    def __init__(self, nanos: int) -> None:
        set_field(self, "nanos", nanos)

    def __eq__(self, other: object) -> bool:
        return type(other) is DaysAndTimeDuration and self.nanos == other.nanos

    def __hash__(self) -> int:
        return hash((1, self.nanos))

    def __str__(self) -> str:
        sign, nanos = ("-", -self.nanos) if self.nanos < 0 else ("", self.nanos)
        days, nanos = divmod(nanos, DAY_NANOS)
        seconds, nano = divmod(nanos, NANOS)
        hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
        fraction = f".{nano:09d}".rstrip("0") if nano else ""
        text = f"{sign}P{days}D" if days else f"{sign}P"
        if hours or minutes or seconds or nano:
            text += "T"
            text += f"{hours}H" if hours else ""
            text += f"{minutes}M" if minutes else ""
            text += f"{seconds}{fraction}S" if seconds or nano else ""
        return text if text[-1] != "P" else "PT0S"

    def __repr__(self) -> str:
        return f"DaysAndTimeDuration({self})"


class YearsAndMonthsDuration(Fixed):
    """A length in months: `duration("P1Y2M")`."""

    __slots__ = ("months",)
    months: int

    def __init__(self, months: int) -> None:
        set_field(self, "months", months)

    def __eq__(self, other: object) -> bool:
        return type(other) is YearsAndMonthsDuration and self.months == other.months

    def __hash__(self) -> int:
        return hash((2, self.months))

    def __str__(self) -> str:
        sign, months = ("-", -self.months) if self.months < 0 else ("", self.months)
        years, months = divmod(months, 12)
        text = f"{sign}P"
        text += f"{years}Y" if years else ""
        text += f"{months}M" if months else ""
        return text if text[-1] != "P" else "P0M"

    def __repr__(self) -> str:
        return f"YearsAndMonthsDuration({self})"


Duration = DaysAndTimeDuration | YearsAndMonthsDuration
