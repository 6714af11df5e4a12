"""A shipped route in a running site: a case that its longest scenario brought as far as it waits,
and every form of the route on a page of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from flask import Flask, render_template
from sqlalchemy import select

from engine.clock import AMSTERDAM
from engine.context import case_context
from engine.expressions import evaluate
from engine.feel import from_python
from engine.forms import Component, Field, Form, Group, Repeat
from engine.models import Case, CaseParty, CaseStatus
from engine.routes import Route, read_folder
from tasks.access import Viewer
from tasks.forms import FieldError, Setting, StoredFile, fill, show
from tasks.forms.answers import target
from tasks.forms.cells import walk_cells
from tasks.scenarios.player import Player
from tasks.scenarios.script import Deed, Script, read_script, scripts_of
from tasks.scenarios.stage import Scenery, Stage
from tasks.taskpage import CaseHead, TaskPage
from tests.webui.site import Site, settings
from webui.app import create_app

PROCESSES = Path(__file__).parents[2] / "processes"
ROUTES = sorted(path.parent for path in PROCESSES.glob("*/route.toml"))
FORM_PAGE = "/proef/formulier/"


class Enough(Exception):
    """The case is as far as it has to come."""


@dataclass(frozen=True)
class Shipped:
    """``number`` is a case in which much has happened and something waits."""

    route: Route
    stage: Stage
    site: Site
    number: str

    def people(self) -> Iterator[tuple[str, Viewer]]:
        """For every role of the route whose party takes part in the case: who has it there."""
        with self.stage.database.reading() as session:
            parties = dict(
                session.execute(
                    select(CaseParty.party, CaseParty.organisation_id)
                    .join(Case, Case.id == CaseParty.case_id)
                    .where(Case.number == self.number, CaseParty.since.is_not(None))
                    .order_by(CaseParty.id)
                ).all()
            )
        for role in self.route.config.roles.values():
            if role.party in parties:
                yield role.id, self.stage.candidates(role.id, parties[role.party])[0]


@contextmanager
def shipped(folder: Path, var: Path) -> Iterator[Shipped]:
    """The route with its demonstration, and its longest scenario played to its last wait."""
    script = max(map(read_script, scripts_of(folder)), key=lambda one: len(one.deeds))
    with Scenery.build(read_folder(folder)) as scenery:
        last = _last_wait(scenery, script)
        with scenery.stage(script.begin) as stage:
            player = _play(stage, script, lambda deed: deed is last)
            app = create_app(settings(var), stage.database, stage.clock)
            _show_forms(app, stage, player.main_number, script)
            site = Site(app, stage.database, stage.clock)
            yield Shipped(scenery.route, stage, site, player.main_number)


def _last_wait(scenery: Scenery, script: Script) -> Deed:
    """The last deed after which the main case is open and has a user task to do."""
    found: list[Deed] = []
    with scenery.stage(script.begin) as stage:

        def note(deed: Deed) -> bool:
            if stage.case().status is CaseStatus.OPEN and stage.waiting_tasks():
                found.append(deed)
            return False

        _play(stage, script, note)
    return found[-1]


def _play(stage: Stage, script: Script, enough: Callable[[Deed], bool]) -> Player:
    player = Player(script, stage)

    def after(deed: Deed) -> None:
        if enough(deed):
            raise Enough

    player.after = after
    with suppress(Enough):
        player.play()
    return player


# -- every form on a page --------------------------------------------------------------------------


def _show_forms(app: Flask, stage: Stage, number: str, script: Script) -> None:
    """Give every form of the route a page: all its questions, filled in, each with an error."""
    route = stage.route

    def page(form_id: str) -> str:
        with stage.database.reading() as session:
            case = session.scalars(select(Case).where(Case.number == number)).one()
            variables = {
                **case_context(session, route, case, stage.now),
                **_answers(script, stage, form_id),
            }
            setting = Setting(variables, stage.now, files={1: StoredFile(1, "plan.pdf", 10)})
            sheet = fill(_everything(route.forms[form_id]), None, setting)
            errors = tuple(
                FieldError(target(cell, cell.component), cell.label, "Dit klopt nog niet.")
                for cell in walk_cells(sheet.cells)
                if isinstance(cell.component, Field) and cell.visible and not cell.readonly
            )
            view = show(sheet, errors)
        head = CaseHead(number, route.config.name, case.client_name, case.status, "Loopt")
        shown = TaskPage(
            task_id=1, name=f"Formulier {form_id}", description="", case=head, due=None,
            due_reasons=(), role="", organisation="", is_open=True, assignee=None, is_mine=True,
            may_claim=False, may_release=True, may_complete=True, obstacle=None, assignees=(),
            form=view, draft_saved_at=None, ended_text=None,
        )  # fmt: skip
        return render_template("task/show.html", page=shown, problems=view.errors, refusal="")

    app.add_url_rule(f"{FORM_PAGE}<form_id>", "test_form", page)


def _answers(script: Script, stage: Stage, form_id: str) -> Mapping[str, object]:
    """The usual answers to this form, as the scenarios give them."""
    return {name: _value(answer, stage) for name, answer in script.usual.get(form_id, {}).items()}


def _value(answer: object, stage: Stage) -> object:
    match answer:
        case str() if answer.startswith("="):
            return evaluate(answer, {}, stage.now)
        case {"bestand": name}:
            return from_python([{"naam": name, "id": 1}])
        case list():
            return [_value(one, stage) for one in answer]
        case dict():
            return {name: _value(one, stage) for name, one in answer.items()}
        case datetime():
            return from_python(answer.replace(tzinfo=AMSTERDAM))
        case _:
            return from_python(answer)


def _everything(form: Form) -> Form:
    """The form with every question to be seen, also those that answers bring up."""
    return Form(form.id, tuple(_shown(item) for item in form.components))


def _shown(item: Component) -> Component:
    if isinstance(item, Group | Repeat):
        parts = tuple(_shown(part) for part in item.components)
        return replace(item, components=parts, hide=None)
    return replace(item, hide=None)
