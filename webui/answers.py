"""Small words that views share: what a view gives back, and what was sent in."""

from __future__ import annotations

from flask import Response as FlaskResponse
from flask import request
from werkzeug.wrappers import Response

from tasks.submission import Submission, Upload

Problem = tuple[str, str]
"""The id of a control, and one Dutch sentence about it."""

View = str | Response | FlaskResponse | tuple[str, int]

UNPROCESSABLE = 422


def wrong(page: str) -> tuple[str, int]:
    """The page again, because something that was filled in is wrong."""
    return page, UNPROCESSABLE


def submission() -> Submission:
    """What was sent in with this request, files included."""
    uploads = {
        name: tuple(
            Upload(file.filename, file.read())
            for file in request.files.getlist(name)
            if file.filename
        )
        for name in request.files
    }
    return Submission.of(request.form.lists(), uploads=uploads)


def pressed(button: str) -> Submission:
    """What was sent in, as if `button` had been pressed; files are left out."""
    fields = [(name, values) for name, values in request.form.lists() if name != "_knop"]
    return Submission.of([*fields, ("_knop", [button])])
