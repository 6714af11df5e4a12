"""Which completed forms and attachments of a case a viewer may read.

The own organisation's, and those that the route shares with the viewer's party while the
condition (consent) is true: it is worked out at each look, so withdrawn consent withholds at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.context import case_context
from engine.errors import NotFound
from engine.expressions import ExpressionFault, evaluate
from engine.models import Attachment, Case, FormRecord
from tasks.access import (
    Standing,
    Viewer,
    is_own_record,
    is_shared_with,
    row_by_id,
    standing,
    visible_case_by_id,
)


class Reader:
    """One look of one viewer at one case: the case's data is read at most once."""

    def __init__(self, session: Session, case: Case, here: Standing, now: datetime) -> None:
        self._session = session
        self.case = case
        self.here = here
        self.now = now
        self._context: Mapping[str, object] | None = None

    @property
    def context(self) -> Mapping[str, object]:
        """The case's variables and the platform's names."""
        if self._context is None:
            self._context = case_context(self._session, self.here.route, self.case, self.now)
        return self._context

    def may_read(self, record: FormRecord) -> bool:
        """Whether the viewer may read this completed form now."""
        if is_own_record(record, self.here):
            return True
        return is_shared_with(record, self.here) and self._is_shared_now(record)

    def _is_shared_now(self, record: FormRecord) -> bool:
        """A condition that cannot be worked out shares nothing."""
        if not record.share_condition.strip():
            return True
        try:
            return evaluate(record.share_condition, self.context, self.now) is True
        except ExpressionFault:
            return False

    def records(self) -> tuple[FormRecord, ...]:
        """The completed forms of the case that the viewer may read, newest first."""
        found = self._session.scalars(
            select(FormRecord)
            .where(FormRecord.case_id == self.case.id)
            .order_by(FormRecord.id.desc())
        )
        return tuple(record for record in found if self.may_read(record))

    def attachments(self, records: tuple[FormRecord, ...]) -> tuple[Attachment, ...]:
        """The files of these forms, newest first (without their contents)."""
        found = self._session.scalars(
            select(Attachment)
            .where(
                Attachment.case_id == self.case.id,
                Attachment.form_record_id.in_([record.id for record in records]),
            )
            .order_by(Attachment.id.desc())
        )
        return tuple(found)


def reader(session: Session, case_id: int, viewer: Viewer, now: datetime) -> Reader:
    """Raises NotFound when the viewer may not see the case."""
    case = visible_case_by_id(session, case_id, viewer, now)
    return Reader(session, case, standing(session, case, viewer, now), now)


def readable_record(
    session: Session, record_id: int, viewer: Viewer, now: datetime
) -> tuple[FormRecord, Reader]:
    """A completed form that the viewer may read now. Raises NotFound."""
    record = row_by_id(session, FormRecord, record_id)
    if record is None:
        raise NotFound
    look = reader(session, record.case_id, viewer, now)
    if not look.may_read(record):
        raise NotFound
    return record, look


def readable_attachment(
    session: Session, attachment_id: int, viewer: Viewer, now: datetime
) -> Attachment:
    """A file that the viewer may read now: it follows its form. Raises NotFound.

    A file of a task that is not completed yet is read by the own organisation only.
    """
    attachment = row_by_id(session, Attachment, attachment_id)
    if attachment is None:
        raise NotFound
    if attachment.form_record_id is not None:
        readable_record(session, attachment.form_record_id, viewer, now)
        return attachment
    look = reader(session, attachment.case_id, viewer, now)
    if attachment.organisation_id not in look.here.organisation_ids:
        raise NotFound
    return attachment
