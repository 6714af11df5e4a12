"""The pages, one module a subject. A view parses, calls `tasks`, and answers."""

from __future__ import annotations

from webui.views import (
    admin,
    cases,
    clockroom,
    documents,
    facts,
    freedays,
    letters,
    reminders,
    session,
    start,
    task,
    terms,
    worklist,
)

BLUEPRINTS = (
    session.blueprint,
    worklist.blueprint,
    task.blueprint,
    start.blueprint,
    cases.blueprint,
    facts.blueprint,
    terms.blueprint,
    documents.blueprint,
    letters.blueprint,
    reminders.blueprint,
    admin.blueprint,
)
# These have no blueprint of their own: they add their pages to that of the administration.
__all__ = ["BLUEPRINTS", "clockroom", "freedays"]
