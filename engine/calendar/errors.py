"""Refusals of the calendar. Each carries the facts it is about and reads as plain Dutch.

They are `ValueError`s, so that this package needs nothing else of the project.
"""

from __future__ import annotations

import datetime as dt


class CalendarError(ValueError):
    """Base of every refusal of this package."""


class InvalidDuration(CalendarError):
    """The text is not an ISO 8601 duration that this package reads."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(
            f"'{text[:40]}' is geen goede duur. Schrijf bijvoorbeeld P3D (3 dagen), "
            "P8W (8 weken), P1M (1 maand) of PT2H (2 uur)."
        )


class NegativeTerm(CalendarError):
    """A term runs forward; use `count_back` for a term counted back from a moment."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(f"Een termijn kan niet negatief zijn: {text}.")


class UnitNotUsable(CalendarError):
    """A unit that has no meaning here: hours on a date, weeks of working days."""

    def __init__(self, text: str, expected: str) -> None:
        self.text = text
        self.expected = expected
        super().__init__(f"De duur {text} past hier niet. Gebruik alleen {expected}.")


class TimeOfDayMissing(CalendarError):
    """A term in hours starts at a moment, but only a date was given."""

    def __init__(self, start: dt.date, text: str) -> None:
        self.start = start
        self.text = text
        super().__init__(
            f"De termijn {text} is in uren. Geef daarom ook het tijdstip waarop de termijn begint."
        )


class NaiveMoment(CalendarError):
    """A moment without a time zone says nothing about when it is."""

    def __init__(self, moment: dt.datetime) -> None:
        self.moment = moment
        super().__init__(f"Het tijdstip {moment.isoformat()} heeft geen tijdzone.")


class DateOutOfRange(CalendarError):
    """The calculation leaves the years 1 to 9999."""

    def __init__(self, start: dt.date, text: str) -> None:
        self.start = start
        self.text = text
        super().__init__(f"De duur {text} vanaf {start.isoformat()} valt buiten de kalender.")


class RemedyDateMissing(CalendarError):
    """An invitation to complete that names no date does not suspend (ECLI:NL:RVS:2016:2527)."""

    def __init__(self, requested_on: dt.date) -> None:
        self.requested_on = requested_on
        super().__init__(
            "Noem de datum waarop de aanvrager de aanvraag uiterlijk moet aanvullen. "
            "Zonder die datum stopt de termijn niet."
        )


class RemedyDateTooEarly(CalendarError):
    """The date to complete by must lie after the day of the invitation."""

    def __init__(self, requested_on: dt.date, remedy_on: dt.date) -> None:
        self.requested_on = requested_on
        self.remedy_on = remedy_on
        super().__init__(
            f"De datum om aan te vullen ({remedy_on.isoformat()}) moet na de dag van het verzoek "
            f"liggen ({requested_on.isoformat()})."
        )


class SuspensionReversed(CalendarError):
    """A suspension ends before it begins."""

    def __init__(self, first_day: dt.date, day_after_last: dt.date) -> None:
        self.first_day = first_day
        self.day_after_last = day_after_last
        super().__init__(
            f"De pauze eindigt ({day_after_last.isoformat()}) voor zij begint "
            f"({first_day.isoformat()})."
        )
