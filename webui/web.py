"""What every view needs: the database, the clock, and who is asking. One place for each.

A view that only looks uses `reading()`; one that changes something uses `changing()`, which
commits when the view's block ends well. Steps of a case go through `tasks`, inside `changing()`.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

from flask import current_app, g
from sqlalchemy.orm import Session

from engine.clock import Clock
from engine.config import Settings
from engine.db import Database
from engine.errors import NotAllowed

if TYPE_CHECKING:
    from tasks.access import Viewer

_KEY = "thuisroute"


@dataclass(frozen=True)
class Web:
    """The parts that the application was made of."""

    settings: Settings
    database: Database
    clock: Clock


def install(app: object, web: Web) -> None:
    """Hang the parts on the application."""
    app.extensions[_KEY] = web  # type: ignore[attr-defined]


def web() -> Web:
    """The parts of the application that answers this request."""
    return cast(Web, current_app.extensions[_KEY])


def now() -> datetime:
    """The instant of this request: one instant, however long the request takes."""
    found = g.get("now")
    if found is None:
        found = g.now = web().clock.now()
    return cast(datetime, found)


def reading() -> AbstractContextManager[Session]:
    """A look at the database; changes nothing."""
    return web().database.reading()


def changing() -> AbstractContextManager[Session]:
    """One transaction: the block is done wholly, or (any exception) not at all."""
    return web().database.transaction()


def viewer() -> Viewer:
    """Who is asking. Only for views behind the sign-in page."""
    found = viewer_or_none()
    if found is None:  # The gate in `webui.gate` makes this impossible; better safe than open.
        raise NotAllowed
    return found


def viewer_or_none() -> Viewer | None:
    """Who is asking, or None for somebody who has not signed in."""
    return cast("Viewer | None", g.get("viewer"))
