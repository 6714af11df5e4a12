"""Starting a case: choose a route, fill in its start form."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for

from engine.refusals import StepFailed
from tasks import cases
from tasks.cases import RefusedStart, Started, StartPage
from tasks.forms import Button
from tasks.submission import Submission
from webui import errors
from webui.answers import View, pressed, submission, wrong
from webui.web import now, reading, viewer, web

blueprint = Blueprint("start", __name__, url_prefix="/zaken/nieuw")


@blueprint.get("")
def choose() -> View:
    """The routes that I may start; with only one, its form at once."""
    with reading() as database:
        routes = cases.startable(database, viewer())
    if len(routes) == 1:
        return redirect(url_for("start.show", route_key=routes[0].key))
    return render_template("start/choose.html", routes=routes)


@blueprint.get("/<route_key>")
def show(route_key: str) -> View:
    """The start form of a route."""
    with reading() as database:
        page = cases.start_page(database, route_key, viewer(), now())
    return _page(page)


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
    outcome = cases.start(web().database, route_key, organisation_id, sent, viewer(), now())
    if isinstance(outcome, Started):
        flash(f"Zaak {outcome.case_number} is gestart.", "ok")
        return redirect(url_for("cases.show", number=outcome.case_number))
    if isinstance(outcome, RefusedStart):
        if isinstance(outcome.refusal, StepFailed):
            # The case stands open: filling the form in again would make a second one.
            flash(outcome.refusal.text, "error")
            return redirect(url_for("cases.show", number=outcome.refusal.case_number))
        if outcome.page is None:
            return errors.refused(outcome.refusal)
        return _page(outcome.page, refusal=outcome.refusal.text), outcome.refusal.status
    return wrong(_page(outcome.page)) if outcome.page.form.errors else _page(outcome.page)


def _page(page: StartPage, refusal: str = "") -> str:
    return render_template("start/form.html", page=page, problems=page.form.errors, refusal=refusal)
