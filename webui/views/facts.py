"""Correcting a recorded fact, with a reason: the terms that count from it move along."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for

from tasks import facts
from tasks.facts import Corrected, FactPage, RefusedCorrection
from tasks.forms import Button
from tasks.submission import Submission
from webui import errors
from webui.answers import View, pressed, submission, wrong
from webui.web import now, reading, viewer, web

blueprint = Blueprint("facts", __name__, url_prefix="/zaken/<number>/gegevens/<int:record_id>")


@blueprint.get("")
def show(number: str, record_id: int) -> View:
    """The facts of one form as they are now, to correct."""
    with reading() as database:
        page = facts.fact_page(database, number, record_id, viewer(), now())
    return _page(page)


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
    if isinstance(outcome, Corrected):
        flash("De gegevens zijn verbeterd. Termijnen die hiervan afhangen, zijn aangepast.", "ok")
        return redirect(url_for("cases.show", number=number))
    if isinstance(outcome, RefusedCorrection):
        if outcome.page is None:
            return errors.refused(outcome.refusal)
        return _page(outcome.page, outcome.refusal.text), outcome.refusal.status
    page = _page(outcome.page)
    return wrong(page) if outcome.page.form.errors else page


def _page(page: FactPage, refusal: str = "") -> str:
    return render_template("cases/fact.html", page=page, problems=page.form.errors, refusal=refusal)
