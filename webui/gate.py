"""The door: who is signed in, and which views are open to whom.

The rule is "closed unless": a view that does not say `@public` needs a signed-in person, and a
view of the administration needs an administrator. What a person may see of a case is not decided
here but by `tasks.access`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, current_app, g, redirect, render_template, request, session, url_for
from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from tasks.access import Viewer, viewer_on
from tasks.people import SignedIn
from webui import rescue
from webui.web import now, web

LONGEST_SESSION = timedelta(hours=12)
IDLE_SESSION = timedelta(hours=2)
UNAUTHORIZED = 401
# Writing "last seen" at every request would send a cookie with every answer.
_SEEN_STEP = timedelta(minutes=1)

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Mark a view that people may use without signing in."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def install(app: Flask) -> None:
    """Put the door in front of every view."""

    @app.before_request
    def _gate() -> Response | tuple[str, int] | None:
        endpoint = request.endpoint or ""
        found, typed = _recognise(endpoint)
        g.viewer = found
        if found is not None:
            return None
        view = app.view_functions.get(endpoint)
        if view is None or endpoint == "static" or is_public(view):
            return None
        if typed:
            page = render_template(
                "session/sign_in.html", onward=_way_back(), problems=[], typed=typed
            )
            return page, UNAUTHORIZED
        return redirect(url_for("session.sign_in", verder=_way_back()))


def is_public(view: Callable[..., Any]) -> bool:
    """Whether the view is open to people who have not signed in."""
    return bool(getattr(view, "is_public", False))


def remember(person: SignedIn) -> None:
    """Start a session. Nothing of an earlier session (nor its CSRF token) survives."""
    session.clear()
    session.update(
        person=person.person_id,
        epoch=person.session_epoch,
        since=_stamp(now()),
        seen=_stamp(now()),
    )


def forget() -> None:
    """End the session in this browser."""
    session.clear()


def local_path(path: str | None) -> str | None:
    """`path` when it is a page of this application that can be looked at, else None.

    So nobody can be sent to another site by a link to the sign-in page.
    """
    if not path or not path.startswith("/") or path.startswith(("//", "/\\")):
        return None
    parts = urlsplit(path)
    if parts.scheme or parts.netloc:
        return None
    adapter = current_app.create_url_adapter(request)
    try:
        cast(Any, adapter).match(parts.path, method="GET")
    except HTTPException:
        return None
    return path


def _way_back() -> str | None:
    """The page to go on to after signing in (the place of a form is the page it stood on)."""
    return local_path(request.full_path.rstrip("?") if request.method == "GET" else request.path)


def _recognise(endpoint: str) -> tuple[Viewer | None, rescue.Fields]:
    """Who asks; and what was typed, when the session turns out to have ended."""
    if endpoint == "static":
        return None, []
    kept = request_ctx.session
    if "person" not in kept:
        return None, []
    moment = now()
    idle = moment - datetime.fromisoformat(kept["seen"])
    if idle > IDLE_SESSION or moment - datetime.fromisoformat(kept["since"]) > LONGEST_SESSION:
        return None, _end()
    database = web().database
    # A connection: at each request a session of the ORM would cost more than what is asked.
    with database.engine.connect() as connection:
        if not database.is_sqlite:  # there, one statement is a transaction of its own
            connection.begin()
        found = viewer_on(connection, kept["person"], kept["epoch"])
    if found is None:
        return None, _end()
    if idle > _SEEN_STEP:
        kept["seen"] = _stamp(moment)
    return found, []


def _end() -> rescue.Fields:
    typed = rescue.typed_in_ended_session()
    session.clear()
    # The token that was checked belongs to the ended session; the next page needs a new one.
    g.pop("csrf_token", None)
    return typed


def _stamp(moment: datetime) -> str:
    return moment.isoformat()
