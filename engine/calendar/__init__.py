"""Dutch terms: what the end date is, and why. Pure: no database, no clock, no expressions.

The one question is `end_of_term`; `add_local` is the plain ISO duration of a timer.
"""

from engine.calendar.duration import CalendarDuration, add_to_date, parse_duration
from engine.calendar.errors import (
    CalendarError,
    DateOutOfRange,
    InvalidDuration,
    NaiveMoment,
    NegativeTerm,
    RemedyDateMissing,
    RemedyDateTooEarly,
    SuspensionReversed,
    TimeOfDayMissing,
    UnitNotUsable,
)
from engine.calendar.freedays import (
    DECREE_DAYS,
    DECREES,
    Decree,
    FreeDay,
    FreeDayKind,
    holidays,
    is_free_day,
)
from engine.calendar.instants import (
    AMSTERDAM,
    add_local,
    end_of_day,
    last_day_before,
    local_date,
    start_of_day,
)
from engine.calendar.kinds import Counting, TermKind
from engine.calendar.suspensions import (
    Suspension,
    SuspensionGround,
    suspension_for_completion,
    suspension_for_foreign_information,
    suspension_through,
)
from engine.calendar.terms import NamedEnd, TermEnd, count_back, end_of_term
from engine.calendar.wording import (
    days_left,
    format_date,
    format_duration,
    format_instant,
    format_time,
    is_late,
    relative_deadline,
)
from engine.calendar.workingdays import add_working_days

__all__ = [
    "AMSTERDAM",
    "DECREES",
    "DECREE_DAYS",
    "CalendarDuration",
    "CalendarError",
    "Counting",
    "DateOutOfRange",
    "Decree",
    "FreeDay",
    "FreeDayKind",
    "InvalidDuration",
    "NaiveMoment",
    "NamedEnd",
    "NegativeTerm",
    "RemedyDateMissing",
    "RemedyDateTooEarly",
    "Suspension",
    "SuspensionGround",
    "SuspensionReversed",
    "TermEnd",
    "TermKind",
    "TimeOfDayMissing",
    "UnitNotUsable",
    "add_local",
    "add_to_date",
    "add_working_days",
    "count_back",
    "days_left",
    "end_of_day",
    "end_of_term",
    "format_date",
    "format_duration",
    "format_instant",
    "format_time",
    "holidays",
    "is_free_day",
    "is_late",
    "last_day_before",
    "local_date",
    "parse_duration",
    "relative_deadline",
    "start_of_day",
    "suspension_for_completion",
    "suspension_for_foreign_information",
    "suspension_through",
]
