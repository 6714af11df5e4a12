"""Time zones of FEEL: none, an offset from UTC in seconds, or an IANA name.

Python's zoneinfo only knows the years 1 to 9999. Outside of these the rules of a year within that
falls on the same weekdays are used (the calendar repeats every 400 years).
"""

from __future__ import annotations

TYPE_CHECKING = False

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

Zone = int | str | None

_ZONES: dict[str, ZoneInfo | None] = {}
_MAX_ZONES = 1000


def zone_info(name: str) -> ZoneInfo | None:
    """The rules of an IANA zone; None when there is no such zone."""
    try:
        return _ZONES[name]
    except KeyError:
        pass
    import zoneinfo

    found: ZoneInfo | None
    try:
        found = zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        found = None
    if len(_ZONES) < _MAX_ZONES:
        _ZONES[name] = found
    return found


def _within(year: int) -> int:
    """A year that Python can hold, with the same calendar as `year`."""
    return year if 2 <= year <= 9998 else 2000 + year % 400


def offset_at_wall(name: str, fields: tuple[int, int, int, int, int, int], fold: int = 0) -> int:
    """Seconds east of UTC when the clocks in zone `name` show `fields` (year to second)."""
    info = zone_info(name)
    if info is None:
        return 0
    import datetime

    year, month, day, hour, minute, second = fields
    moment = datetime.datetime(
        _within(year), month, day, hour, minute, second, fold=fold, tzinfo=info
    )
    delta = moment.utcoffset()
    return 0 if delta is None else int(delta.total_seconds())


def offset_at_instant(name: str, fields: tuple[int, int, int, int, int, int]) -> tuple[int, int]:
    """Seconds east of UTC in zone `name` at the UTC moment `fields`, and the fold of the clock."""
    info = zone_info(name)
    if info is None:
        return 0, 0
    import datetime

    year, month, day, hour, minute, second = fields
    moment = datetime.datetime(
        _within(year), month, day, hour, minute, second, tzinfo=datetime.UTC
    ).astimezone(info)
    delta = moment.utcoffset()
    return (0 if delta is None else int(delta.total_seconds())), moment.fold
