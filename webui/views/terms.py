"""Pausing and extending a term from the case page, and putting right what was recorded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for

from engine.db import Database
from engine.errors import StaleCase
from engine.terms.refusals import TermRefusal
from tasks import termdeeds, terms
from tasks.access import Viewer
from tasks.refusals import Invalid
from tasks.termdeeds import Typed
from webui.answers import Problem, View, wrong
from webui.web import now, reading, viewer, web

blueprint = Blueprint("terms", __name__, url_prefix="/zaken/<number>")

_FIELDS = ("grond", "op", "tot", "einde", "tekst", "reden")
_Key = TypeVar("_Key", str, int)
"""What a page is about: the id of a term, or of a pause or extension."""


@blueprint.get("/termijnen/<term_id>/stilzetten")
def pause(number: str, term_id: str) -> View:
    """Why and until when does the term stand still?"""
    return _pause_page(number, term_id)


@blueprint.post("/termijnen/<term_id>/stilzetten")
def pause_post(number: str, term_id: str) -> View:
    """Pause it: the letter goes out, timers and due dates move."""
    return _done(number, term_id, termdeeds.pause, _pause_page, "De termijn staat stil.")


@blueprint.get("/termijnen/<term_id>/verlengen")
def extend(number: str, term_id: str) -> View:
    """Why is the term extended, and until when?"""
    return _extend_page(number, term_id)


@blueprint.post("/termijnen/<term_id>/verlengen")
def extend_post(number: str, term_id: str) -> View:
    """Extend it: the notice goes out, timers and due dates move."""
    return _done(number, term_id, termdeeds.extend, _extend_page, "De termijn is verlengd.")


@blueprint.get("/pauzes/<int:change_id>/einde")
def end(number: str, change_id: int) -> View:
    """From when does the term run again?"""
    return _end_page(number, change_id)


@blueprint.post("/pauzes/<int:change_id>/einde")
def end_post(number: str, change_id: int) -> View:
    """The term runs again."""
    return _done(number, change_id, termdeeds.end_pause, _end_page, "De termijn loopt weer.")


@blueprint.get("/pauzes/<int:change_id>")
def change(number: str, change_id: int) -> View:
    """The dates of a pause to put right, or anything to withdraw."""
    return _change_page(number, change_id)


@blueprint.post("/pauzes/<int:change_id>")
def correct(number: str, change_id: int) -> View:
    """Put the dates right."""
    return _done(number, change_id, termdeeds.correct, _change_page, "De pauze is verbeterd.")


@blueprint.post("/pauzes/<int:change_id>/intrekken")
def withdraw(number: str, change_id: int) -> View:
    """It should never have been recorded."""
    return _done(number, change_id, termdeeds.withdraw, _change_page, "Dit telt niet meer mee.")


def _done(
    number: str,
    key: _Key,
    deed: Callable[[Database, str, _Key, Typed, Viewer, datetime], None],
    page: Callable[[str, _Key, list[Problem]], str],
    said: str,
) -> View:
    """Do it, or show the page again with what was typed and what is wrong with it."""
    try:
        deed(web().database, number, key, _typed(), viewer(), now())
    except StaleCase as refusal:
        return wrong(page(number, key, [("", refusal.text)]))
    except (Invalid, TermRefusal) as refusal:
        return wrong(page(number, key, [(refusal.field, refusal.text)]))
    flash(f"{said} De laatste dag is aangepast.", "ok")
    return redirect(url_for("cases.show", number=number, _anchor="termijnen"))


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in _FIELDS}


def _of_term(
    template: str, number: str, term_id: str, problems: list[Problem] | None = None
) -> str:
    with reading() as database:
        page = terms.term_page(database, number, term_id, viewer(), now())
    typed = _typed() if problems else {"op": page.today.isoformat()}
    return render_template(template, page=page, typed=typed, problems=problems or [])


def _of_change(
    template: str, number: str, change_id: int, problems: list[Problem] | None = None
) -> str:
    with reading() as database:
        page = terms.change_page(database, number, change_id, viewer(), now())
    typed = _typed() if problems else {}
    return render_template(template, page=page, typed=typed, problems=problems or [])


_pause_page = partial(_of_term, "terms/pause.html")
_extend_page = partial(_of_term, "terms/extend.html")
_end_page = partial(_of_change, "terms/end.html")
_change_page = partial(_of_change, "terms/change.html")
