"""Cases: the list, the page of a case, and what a person may do there besides tasks."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from engine.errors import Refusal
from tasks import buttons, casepage, cases, ending, incidents, notes, starting
from tasks.asking import Again, Refused
from tasks.buttons import ButtonPage
from tasks.forms import Button
from tasks.refusals import Invalid
from tasks.submission import Submission
from tasks.timeline import timeline_page
from webui.answers import Problem, View, pressed, submission, wrong
from webui.asking import problems_of, shown_again
from webui.web import changing, now, reading, viewer, web

blueprint = Blueprint("cases", __name__, url_prefix="/zaken")

_KEPT = "case-search"
_LONGEST_SEARCH = 100
STATES = (("open", "Lopend"), ("afgerond", "Afgerond"), ("alle", "Alle"))


@blueprint.get("")
def index() -> View:
    """The cases in which an organisation of mine takes part."""
    kept = session.get(_KEPT, {})
    state = kept.get("stand", "open")
    with reading() as database:
        return render_template(
            "cases/list.html",
            page=cases.case_list(
                database, viewer(), state, kept.get("zoek", ""), request.args.get("na"), now()
            ),
            may_start=bool(starting.startable(database, viewer())),
            states=STATES,
            state=state,
            kept=kept,
        )


@blueprint.post("/zoeken")
def search() -> View:
    """Keep what is searched for (a name: never in an address) and show the list again."""
    state = request.form.get("stand", "")
    session[_KEPT] = {
        "zoek": request.form.get("zoek", "").strip()[:_LONGEST_SEARCH],
        "stand": state if state in dict(STATES) else "open",
    }
    if "wis" in request.form:
        del session[_KEPT]
    return redirect(url_for("cases.index"))


@blueprint.get("/<number>")
def show(number: str) -> View:
    """All there is to know about a case, for who takes part in it."""
    return _case_page(number)


@blueprint.get("/<number>/verloop")
def timeline(number: str) -> View:
    """All that happened in a case, page by page."""
    with reading() as database:
        page = timeline_page(database, number, request.args.get("na"), viewer(), now())
    return render_template("cases/timeline.html", page=page)


@blueprint.post("/<number>/notities")
def add_note(number: str) -> View:
    """Write a note that only my own organisation reads."""
    text = request.form.get("notitie", "")
    try:
        with changing() as database:
            notes.add_note(database, number, text, viewer(), now())
    except Invalid as invalid:
        return wrong(_case_page(number, [("notitie", invalid.text)], typed=text))
    flash("Uw notitie is bewaard.", "ok")
    return _to_case(number, "notities")


@blueprint.get("/<number>/knoppen/<token>")
def button(number: str, token: str) -> View:
    """The questions that belong to a button of the case page."""
    return _button_page(buttons.look(web().database, number, token, viewer(), now()))


@blueprint.post("/<number>/knoppen/<token>")
def press(number: str, token: str) -> View:
    """Press the button: something happened that the route was waiting for."""
    return _press(number, token, submission())


@blueprint.post("/<number>/knoppen/<token>/vragen")
def update_button(number: str, token: str) -> View:
    """The questions as they are with what has been answered so far."""
    return _press(number, token, pressed(Button.UPDATE))


@blueprint.get("/<number>/beeindigen")
def end(number: str) -> View:
    """Why does the case end? With a warning of what stops."""
    return _end_page(number, [])


@blueprint.post("/<number>/beeindigen")
def end_post(number: str) -> View:
    """End the case: tasks, terms and letters stop."""
    reason, text = request.form.get("reden", ""), request.form.get("toelichting", "")
    try:
        ending.end(web().database, number, reason, text, viewer(), now())
    except Invalid as invalid:
        return wrong(_end_page(number, [(invalid.field, invalid.text)], reason, text))
    flash(f"Zaak {number} is beëindigd.", "ok")
    return _to_case(number)


@blueprint.post("/<number>/storingen/<int:incident_id>/opnieuw")
def retry(number: str, incident_id: int) -> View:
    """Try again what failed."""
    try:
        incidents.retry(web().database, incident_id, viewer(), now())
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        flash(refusal.text, "error")
    else:
        flash("Het is nu gelukt. De zaak gaat verder.", "ok")
    return _to_case(number)


def _case_page(number: str, problems: list[Problem] | None = None, typed: str = "") -> str:
    with reading() as database:
        page = casepage.case_page(database, number, viewer(), now())
    chosen = request.args.get("diagram")
    shown = [place for place in page.position if place.process_id == chosen] or page.position
    return render_template(
        "cases/show.html",
        page=page,
        place=shown[0] if shown else None,
        problems=problems or [],
        typed=typed,
    )


def _press(number: str, token: str, sent: Submission) -> View:
    outcome = buttons.press(web().database, number, token, sent, viewer(), now())
    if isinstance(outcome, Again | Refused):
        return shown_again(outcome, _button_page)
    flash(f"“{outcome.label}” is verwerkt.", "ok")
    return _to_case(number)


def _button_page(page: ButtonPage, refusal: str = "") -> str:
    problems = problems_of(page)
    return render_template("cases/button.html", page=page, problems=problems, refusal=refusal)


def _end_page(number: str, problems: list[Problem], reason: str = "", text: str = "") -> str:
    with reading() as database:
        page = ending.end_page(database, number, viewer(), now())
    return render_template("cases/end.html", page=page, problems=problems, reason=reason, text=text)


def _to_case(number: str, part: str | None = None) -> Response:
    return redirect(url_for("cases.show", number=number, _anchor=part))
