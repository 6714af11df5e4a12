"""The pages, one module a subject. A view parses, calls `tasks`, and answers."""

from __future__ import annotations

from webui.views import (
    admin,
    cases,
    documents,
    facts,
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
