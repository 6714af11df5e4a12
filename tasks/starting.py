"""Starting a case with the start form of a route."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from secrets import token_urlsafe

from sqlalchemy.orm import Session

from engine import sendings
from engine.actors import Actor
from engine.context import start_context
from engine.db import Database
from engine.definitions import latest, latest_all, load
from engine.errors import NotAllowed
from engine.models import ProcessDefinition
from engine.routes import Route
from engine.steps import start_case
from engine.triggers import SheetTrigger, StartTrigger, Trigger
from tasks import asking
from tasks.access import Viewer, storable
from tasks.asking import Again, Asking, Refused
from tasks.choices import Choice
from tasks.forms import ActionName, Answers, FieldError, FormView, Setting
from tasks.submission import Fields, Submission

START_SHEET = "start:"
"""How the place of a start form begins; after it comes the key of the route."""
_SENDING = re.compile(r"[\w-]{1,64}", re.ASCII)


@dataclass(frozen=True)
class StartableRoute:
    """A route that the viewer may start, in one of these organisations."""

    key: str
    name: str
    organisations: tuple[Choice, ...]


@dataclass(frozen=True)
class StartPage:
    """The start form. ``organisation_id`` is chosen when there is only one.

    ``sending`` goes in the control ``ActionName.SENDING``: sent twice, the page starts one case.
    """

    route_key: str
    route: str
    organisations: tuple[Choice, ...]
    organisation_id: int | None
    form: FormView
    sending: str


@dataclass(frozen=True)
class Started:
    """``before``: this very page had started the case already."""

    case_number: str
    before: bool = False


@dataclass(frozen=True)
class _Starting(Asking[StartPage, Started]):
    """A route about to be started by this viewer for one organisation."""

    definition_id: int
    route: Route
    organisations: tuple[Choice, ...]
    organisation_id: int | None
    actor: Actor

    def page(self, form: FormView | None, fields: Fields) -> StartPage:
        if form is None:
            raise TypeError("a route always has a start form")
        return StartPage(
            self.route.key,
            self.route.config.name,
            self.organisations,
            self.organisation_id,
            form,
            # Drawn again it is still the same page: it may have started a case meanwhile.
            _sending_of(fields) or token_urlsafe(16),
        )

    def errors(self, answers: Answers, fields: Fields) -> tuple[FieldError, ...]:
        if self.organisation_id is not None:
            return answers.errors
        text = "Kies namens welke organisatie u de zaak start."
        return (FieldError("organisatie", "Organisatie", text), *answers.errors)

    def trigger(self, answers: Answers, fields: Fields) -> Trigger:
        return StartTrigger(
            self.definition_id, answers.values, self.actor, sending=_sending_of(fields)
        )

    def work(self, session: Session, trigger: Trigger, now: datetime) -> Started:
        if not isinstance(trigger, StartTrigger):
            raise TypeError(trigger)
        before = sendings.started_before(session, trigger)
        if before is not None:
            return Started(before.number, before=True)
        definition = session.get_one(ProcessDefinition, self.definition_id)
        done = start_case(session, definition, trigger.values, self.actor, now)
        sendings.started(session, trigger, done.case.id)
        return Started(done.case.number)

    def unchanged(self) -> Started:
        raise TypeError("a start is never without effect")


def _sending_of(fields: Fields) -> str | None:
    sent = _SENDING.fullmatch(next(iter(fields.get(ActionName.SENDING, ())), ""))
    return sent.group() if sent else None


def startable(session: Session, viewer: Viewer) -> tuple[StartableRoute, ...]:
    """Routes of which the viewer has the start role, by name."""
    found = []
    for definition in latest_all(session):
        route = load(session, definition.id)
        organisations = _organisations(route, viewer)
        if organisations:
            found.append(StartableRoute(route.key, route.config.name, organisations))
    return tuple(found)


def _organisations(route: Route, viewer: Viewer) -> tuple[Choice, ...]:
    ids = viewer.organisations_with(route.key, route.config.start_role)
    names = sorted((viewer.organisations[one], one) for one in ids)
    return tuple(Choice(str(one), name) for name, one in names)


def start_page(
    session: Session,
    route_key: str,
    viewer: Viewer,
    now: datetime,
    organisation_id: int | None = None,
) -> StartPage:
    """The start form, as it opens. Raises NotFound, NotAllowed."""
    starting = _starting(session, route_key, organisation_id, viewer, now)
    return asking.page_of(session, starting, viewer)


def look(database: Database, route_key: str, viewer: Viewer, now: datetime) -> StartPage:
    """``start_page`` in its own transaction; StepFailed when the form has a fault."""
    return asking.look(
        database, lambda session: _starting(session, route_key, None, viewer, now), viewer, now
    )


def start(
    database: Database,
    route_key: str,
    organisation_id: int | None,
    submission: Submission,
    viewer: Viewer,
    now: datetime,
) -> Started | Again[StartPage] | Refused[StartPage]:
    """Start a case, in its own transactions. Raises NotFound, NotAllowed.

    After a fault of the route the case stands open with its Incident: the StepFailed says which.
    """
    return asking.answer(
        database,
        lambda session: _starting(session, route_key, organisation_id, viewer, now),
        submission,
        viewer,
        now,
    )


def work_out(session: Session, trigger: SheetTrigger, now: datetime) -> None:
    """The start form in use now once more, after a fault; RouteFault when it still has one."""
    definition = latest(session, trigger.place.removeprefix(START_SHEET))
    route = load(session, definition.id)
    setting = _setting(session, route, trigger.actor, now)
    asking.work_out(session, route.forms[route.config.start_form], setting, trigger)


def _starting(
    session: Session, route_key: str, organisation_id: int | None, viewer: Viewer, now: datetime
) -> _Starting:
    definition = latest(session, storable(route_key))
    route = load(session, definition.id)
    organisations = _organisations(route, viewer)
    if not organisations:
        raise NotAllowed
    allowed = [int(choice.value) for choice in organisations]
    if organisation_id not in allowed:
        organisation_id = allowed[0] if len(allowed) == 1 else None
    actor = viewer.actor(organisation_id)
    return _Starting(
        title=f"Zaak starten: {route.config.name}",
        form=route.forms[route.config.start_form],
        setting=_setting(session, route, actor, now),
        place=SheetTrigger(f"{START_SHEET}{route.key}", definition.id, actor),
        definition_id=definition.id,
        route=route,
        organisations=organisations,
        organisation_id=organisation_id,
        actor=actor,
    )


def _setting(session: Session, route: Route, actor: Actor, now: datetime) -> Setting:
    return Setting(start_context(session, route, actor, now), now, route.config.process)
