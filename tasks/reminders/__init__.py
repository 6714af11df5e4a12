"""Reminders of deadlines: one digest a person a working day, and urgent ones at once.

No step writes a reminder. What there is to say is read from the open user tasks when a digest is
due, so a task that was completed, given away or got another deadline meanwhile is never wrongly
told of. Modules: ``plans`` (when a task is told of), ``recipients`` (to whom), ``reading`` (which
tasks), ``digests``, ``urgent``, ``wording`` (the mail), ``posting`` (into the outbox),
``preferences`` (the own hour), ``feeds`` and ``calendarfile`` (the own calendar).

What makes it once: a digest covers what became due *after the one before*, and is written with
the end of its reach in one transaction, behind a lock on the person. Each urgent task carries when
it is to be looked at next, moved on in the transaction that writes its mail. The Message-ID, which
is unique in the outbox, is made of what is told to whom.
"""

from tasks.reminders.digests import due_people, plan_new_people, send_digest, unplanned
from tasks.reminders.preferences import HOURS, Preferences, change_hour, preferences
from tasks.reminders.urgent import due_tasks, send_urgent

__all__ = [
    "HOURS",
    "Preferences",
    "change_hour",
    "due_people",
    "due_tasks",
    "plan_new_people",
    "preferences",
    "send_digest",
    "send_urgent",
    "unplanned",
]
