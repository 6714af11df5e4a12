"""Words for templates: dates, deadlines and sizes as people say them."""

from __future__ import annotations

import re
from datetime import date, datetime

from flask import Flask

from engine.calendar import (
    format_date,
    format_instant,
    local_date,
)
from tasks.due import Due
from tasks.posted import MAILED
from webui.assets import asset
from webui.web import now, viewer_or_none, web

_SOON = ("vandaag", "morgen")
_HEADING = re.compile(r"(</?h)([1-6])(?=>)")


def install(app: Flask) -> None:
    """Give the templates their filters and globals."""
    app.jinja_env.filters.update(
        day=day_text,
        instant=format_instant,
        iso=lambda moment: moment.isoformat(),
        urgency=urgency,
        size=size_text,
        problem=lambda error: (error.target, error.text),
        named=lambda row: (row.id, row.name),
        choice=lambda choice: (choice.value, choice.label),
        kind=lambda item: type(item).__name__,
        truly=letter_state,
    )
    app.jinja_env.globals.update(asset=asset, now=now, viewer=viewer_or_none)


def day_text(moment: date) -> str:
    """The day of a date or an instant: `maandag 18 mei 2026`."""
    return format_date(local_date(moment) if isinstance(moment, datetime) else moment)


def urgency(due: Due) -> str:
    """Which colour a deadline has: `danger` (late), `warning` (today, tomorrow) or `neutral`."""
    if due.late:
        return "danger"
    return "warning" if due.relative.startswith(_SOON) else "neutral"


def letter_state(text: str) -> str:
    """Whether a letter has left: without a mail server it only says so in a file of ours."""
    if text == MAILED and web().settings.smtp is None:
        return "Niet gemaild: er is geen mailserver ingesteld"
    return text


def size_text(size: int) -> str:
    """The size of a file: `340 kB`, `1,2 MB`."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} kB"
    return f"{size / 1_000_000:.1f} MB".replace(".", ",")


def under_title(html: str) -> str:
    """Headings of a letter, on a page that has its own title: from the second level, none skipped.

    `html` is that of the letter, made safe when it was written.
    """
    levels = sorted({level for _, level in _HEADING.findall(html)})
    ranks = {level: rank for rank, level in enumerate(levels)}
    return _HEADING.sub(lambda found: f"{found[1]}{min(ranks[found[2]] + 2, 6)}", html)
