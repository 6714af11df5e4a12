"""FormRecords: a completed form as it was answered, and which parties may read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy import insert

from engine.dialect import SHARE_CONDITION, SHARED_WITH, parties_in
from engine.models import FormRecord
from engine.prepared import Prepared
from engine.refusals import UnknownAnswers
from engine.routes import Route
from engine.spiff import Element
from engine.values import dump_values, feel_values

if TYPE_CHECKING:
    from engine.steps.step import Step

_TABLE = FormRecord.metadata.tables[FormRecord.__tablename__]
_INSERT = Prepared(insert(_TABLE), key=_TABLE.c.id)


def own_values(
    route: Route, form_id: str | None, values: Mapping[str, object]
) -> dict[str, object]:
    """The answers as FEEL values. Raises UnknownAnswers for what is no field of the form.

    A form writes its own fields and nothing else, whoever sends the answers.
    """
    form = route.forms.get(form_id or "")
    fields = form.fields if form else ()
    unknown = tuple(name for name in values if name not in fields)
    if unknown:
        raise UnknownAnswers(form_id or "", unknown)
    return feel_values(values)


def add_record(
    step: Step,
    element: Element,
    form_id: str,
    title: str,
    values: Mapping[str, object],
    user_task_id: int | None = None,
) -> int:
    """Store a completed form with the sharing that its element says; gives its id."""
    properties = element.properties
    return _INSERT.insert(
        step.ledger.connection,
        {
            "case_id": step.case.id,
            "user_task_id": user_task_id,
            "element_id": element.id,
            "title": title[:300],
            "form_id": form_id,
            "person_id": step.actor.person_id,
            "organisation_id": step.actor.organisation_id,
            "at": step.now,
            "values": dump_values(values),
            "shared_with": ",".join(parties_in(properties.get(SHARED_WITH, ""))),
            "share_condition": properties.get(SHARE_CONDITION, ""),
        },
    )
