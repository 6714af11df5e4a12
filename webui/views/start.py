"""Starting a case: choose a route, fill in its start form."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for

from engine.refusals import StepFailed
from tasks import starting
from tasks.asking import Again, Refused
from tasks.forms import Button
from tasks.starting import StartPage
from tasks.submission import Submission
from webui.answers import View, pressed, submission
from webui.asking import problems_of, shown_again
from webui.web import now, reading, viewer, web

blueprint = Blueprint("start", __name__, url_prefix="/zaken/nieuw")


@blueprint.get("")
def choose() -> View:
    """The routes that I may start; with only one, its form at once."""
    with reading() as database:
        routes = starting.startable(database, viewer())
    if len(routes) == 1:
        return redirect(url_for("start.show", route_key=routes[0].key))
    return render_template("start/choose.html", routes=routes)


@blueprint.get("/<route_key>")
def show(route_key: str) -> View:
    """The start form of a route."""
    return _page(starting.look(web().database, route_key, viewer(), now()))


@blueprint.post("/<route_key>")
def submit(route_key: str) -> View:
    """Start the case, or show what is wrong with the answers."""
    return _submit(route_key, submission())


@blueprint.post("/<route_key>/vragen")
def update(route_key: str) -> View:
    """The questions as they are with what has been answered so far."""
    return _submit(route_key, pressed(Button.UPDATE))


def _submit(route_key: str, sent: Submission) -> View:
    organisation_id = request.form.get("organisatie", type=int)
    outcome = starting.start(web().database, route_key, organisation_id, sent, viewer(), now())
    if isinstance(outcome, Refused):
        failed = outcome.refusal
        if isinstance(failed, StepFailed) and failed.case_number:
            # The case stands open: filling the form in again would make a second one.
            flash(failed.text, "error")
            return redirect(url_for("cases.show", number=failed.case_number))
    if isinstance(outcome, Again | Refused):
        return shown_again(outcome, _page)
    if outcome.before:
        flash(f"Uw formulier was al binnen. Er is één zaak gestart: {outcome.case_number}.", "ok")
    else:
        flash(f"Zaak {outcome.case_number} is gestart.", "ok")
    return redirect(url_for("cases.show", number=outcome.case_number))


def _page(page: StartPage, refusal: str = "") -> str:
    problems = problems_of(page)
    return render_template("start/form.html", page=page, problems=problems, refusal=refusal)
