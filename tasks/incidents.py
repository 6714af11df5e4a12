"""Trying again what a fault of the route stopped."""

from __future__ import annotations

from datetime import datetime

from engine import edge
from engine.db import Database
from engine.errors import NotFound
from engine.models import Case, Incident
from tasks.access import Viewer, row_by_id, standing, visible_case_by_id


def retry(database: Database, incident_id: int, viewer: Viewer, now: datetime) -> str:
    """Run the failed step again; gives the case's number.

    Open to who takes part in the case, and to administrators, who see no more of it than its
    number. Raises NotFound, StepFailed (it failed again) and the refusals of the step itself.
    """
    with database.reading() as session:
        incident = row_by_id(session, Incident, incident_id)
        if incident is None:
            raise NotFound
        if viewer.is_administrator:
            number = session.get_one(Case, incident.case_id).number
            actor = viewer.actor(None)
        else:
            case = visible_case_by_id(session, incident.case_id, viewer, now)
            number = case.number
            here = standing(session, case, viewer, now)
            actor = viewer.actor(min(here.organisation_ids))
    edge.retry(database, incident_id, actor, now)
    return number
