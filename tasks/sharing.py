"""Which completed forms and attachments of a case a viewer may read.

The own organisation's, those of the organisation in whose place it came, and those that the route
shares with the viewer's party; the latter two while the route's condition (consent) is true: it is
worked out at each look, so withdrawn consent withholds at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.context import CaseLook
from engine.errors import NotFound
from engine.expressions import ExpressionFault, evaluate
from engine.models import Attachment, Case, FormRecord
from tasks.access import (
    Standing,
    Viewer,
    is_of_part,
    is_own_record,
    is_shared_with,
    predecessors,
    row_by_id,
    standing,
    visible_case_by_id,
)


class Reader:
    """One look of one viewer at one case: the case's data is read at most once.

    ``seen`` is that one look, for what else the viewer is to be shown of the case.
    """

    def __init__(self, session: Session, case: Case, here: Standing, now: datetime) -> None:
        self.session = session
        self.case = case
        self.here = here
        self.now = now
        self.seen = CaseLook(session, here.route, case, now)

    @cached_property
    def context(self) -> Mapping[str, object]:
        """The case's variables and the platform's names."""
        return self.seen.context()

    def may_read(self, record: FormRecord) -> bool:
        """Whether the viewer may read this completed form now."""
        if self.may_read_as_own(record):
            return True
        if not is_shared_with(record, self.here):
            return False
        return not record.share_condition.strip() or self._holds(record.share_condition)

    def may_read_as_own(self, record: FormRecord) -> bool:
        """Whether it is of the own organisation, or of one in whose place that came."""
        if is_own_record(record, self.here):
            return True
        parties = self._succeeded.get(record.organisation_id or 0)
        return parties is not None and is_of_part(self.session, record, parties)

    @cached_property
    def _succeeded(self) -> Mapping[int, frozenset[str]]:
        """The organisations in whose place the viewer's came, and as which parties it may read
        what they filled in."""
        parties = self.here.route.config.parties
        conditions = {
            party: condition
            for party in self.here.parties
            if party in parties and (condition := parties[party].successor_reads)
        }
        if not conditions:
            return {}
        before = predecessors(self.session, self.case, self.here)
        wanted = {party for parties in before.values() for party in parties} & conditions.keys()
        readable = frozenset(party for party in wanted if self._holds(conditions[party]))
        return {one: parties & readable for one, parties in before.items() if parties & readable}

    def _holds(self, condition: str) -> bool:
        """A condition that cannot be worked out shares nothing."""
        try:
            return evaluate(condition, self.context, self.now) is True
        except ExpressionFault:
            return False

    def records(self) -> tuple[FormRecord, ...]:
        """The completed forms of the case that the viewer may read, newest first."""
        found = self.session.scalars(
            select(FormRecord)
            .where(FormRecord.case_id == self.case.id)
            .order_by(FormRecord.id.desc())
        )
        return tuple(record for record in found if self.may_read(record))

    def attachments(self, records: tuple[FormRecord, ...]) -> tuple[Attachment, ...]:
        """The files of these forms, newest first (without their contents)."""
        found = self.session.scalars(
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
