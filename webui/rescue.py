"""A form that is sent after the session has ended: what was typed goes through the sign-in page.

The sign-in page carries it in hidden fields, and after signing in it becomes a draft. Only a form
that this browser really got from us is carried (its CSRF token says so): nobody else can plant a
draft. Files cannot be carried; without a valid token nothing is.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from flask import current_app, request, session
from flask_wtf.csrf import validate_csrf
from werkzeug.exceptions import HTTPException
from wtforms.validators import ValidationError

from engine.db import Database
from engine.errors import Refusal
from tasks import completion
from tasks.access import load_viewer
from tasks.completion import Unfinished
from tasks.forms import Button
from tasks.people import SignedIn
from tasks.submission import Submission
from webui.web import now

PREFIX = "bewaard."
_OWNER = f"{PREFIX}_van"
_CARRIED_FROM = "task.submit"

Fields = list[tuple[str, str]]


def typed_in_ended_session() -> Fields:
    """The fields of the form that was just sent, as hidden fields for the sign-in page.

    To be called while the ended session's data are still there.
    """
    if request.method != "POST" or request.endpoint != _CARRIED_FROM:
        return []
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return []
    typed = [
        (PREFIX + name, value)
        for name, values in request.form.lists()
        for value in values
        if name not in ("csrf_token", "_knop")
    ]
    return [(_OWNER, str(session.get("person"))), *typed]


def carried(form: Iterable[tuple[str, list[str]]]) -> Fields:
    """The hidden fields again, when signing in failed the first time."""
    return [(name, value) for name, values in form if name.startswith(PREFIX) for value in values]


def keep_as_draft(database: Database, person: SignedIn, onward: str | None, fields: Fields) -> bool:
    """Keep what was carried as a draft of the task at address `onward`; whether that was done.

    Not when a colleague signs in at the same browser: it would take the place of his own draft.
    """
    task_id = _task_at(onward)
    if task_id is None or (_OWNER, str(person.person_id)) not in fields:
        return False
    with database.reading() as look:
        viewer = load_viewer(look, person.person_id, person.session_epoch)
    if viewer is None:
        return False
    lists: dict[str, list[str]] = {"_knop": [Button.SAVE]}
    for name, value in fields:
        if name == _OWNER:
            continue
        lists.setdefault(name.removeprefix(PREFIX), []).append(value)
    try:
        done = completion.submit(database, task_id, Submission.of(lists.items()), viewer, now())
    except Refusal:
        return False
    return isinstance(done, Unfinished)


def _task_at(address: str | None) -> int | None:
    adapter = current_app.create_url_adapter(request)
    if not address or adapter is None:
        return None
    try:
        endpoint, arguments = adapter.match(urlsplit(address).path, method="POST")
    except HTTPException:
        return None
    return int(arguments["task_id"]) if endpoint == _CARRIED_FROM else None
