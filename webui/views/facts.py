"""Correcting a recorded fact, with a reason: the terms that count from it move along."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for

from tasks import facts
from tasks.asking import Again, Refused
from tasks.facts import FactPage
from tasks.forms import Button
from tasks.submission import Submission
from webui.answers import View, pressed, submission
from webui.asking import problems_of, shown_again
from webui.web import now, viewer, web

blueprint = Blueprint("facts", __name__, url_prefix="/zaken/<number>/gegevens/<int:record_id>")


@blueprint.get("")
def show(number: str, record_id: int) -> View:
    """The facts of one form as they are now, to correct."""
    return _page(facts.look(web().database, number, record_id, viewer(), now()))


@blueprint.post("")
def correct(number: str, record_id: int) -> View:
    """Correct them."""
    return _correct(number, record_id, submission())


@blueprint.post("/vragen")
def update(number: str, record_id: int) -> View:
    """The questions as they are with what has been answered so far."""
    return _correct(number, record_id, pressed(Button.UPDATE))


def _correct(number: str, record_id: int, sent: Submission) -> View:
    outcome = facts.correct(web().database, number, record_id, sent, viewer(), now())
    if isinstance(outcome, Again | Refused):
        return shown_again(outcome, _page)
    flash("De gegevens zijn verbeterd. Termijnen die hiervan afhangen, zijn aangepast.", "ok")
    return redirect(url_for("cases.show", number=number))


def _page(page: FactPage, refusal: str = "") -> str:
    problems = problems_of(page)
    return render_template("cases/fact.html", page=page, problems=problems, refusal=refusal)
