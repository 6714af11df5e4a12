"""Pausing and extending a term from the case page, and putting right what was recorded."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for

from engine.errors import StaleCase
from engine.terms.refusals import TermRefusal
from tasks import terms
from tasks.refusals import Invalid
from webui.answers import Problem, View, wrong
from webui.web import now, reading, viewer, web

blueprint = Blueprint("terms", __name__, url_prefix="/zaken/<number>")

_FIELDS = ("grond", "op", "tot", "einde", "tekst", "reden")


@blueprint.get("/termijnen/<term_id>/stilzetten")
def pause(number: str, term_id: str) -> View:
    """Why and until when does the term stand still?"""
    return _term_page("terms/pause.html", number, term_id)


@blueprint.post("/termijnen/<term_id>/stilzetten")
def pause_post(number: str, term_id: str) -> View:
    """Pause it: the letter goes out, timers and due dates move."""
    return _done(
        number,
        lambda typed: terms.pause(web().database, number, term_id, typed, viewer(), now()),
        lambda problems: _term_page("terms/pause.html", number, term_id, problems),
        "De termijn staat stil. De laatste dag is aangepast.",
    )


@blueprint.get("/termijnen/<term_id>/verlengen")
def extend(number: str, term_id: str) -> View:
    """Why is the term extended, and until when?"""
    return _term_page("terms/extend.html", number, term_id)


@blueprint.post("/termijnen/<term_id>/verlengen")
def extend_post(number: str, term_id: str) -> View:
    """Extend it: the notice goes out, timers and due dates move."""
    return _done(
        number,
        lambda typed: terms.extend(web().database, number, term_id, typed, viewer(), now()),
        lambda problems: _term_page("terms/extend.html", number, term_id, problems),
        "De termijn is verlengd. De laatste dag is aangepast.",
    )


@blueprint.get("/pauzes/<int:change_id>/einde")
def end(number: str, change_id: int) -> View:
    """From when does the term run again?"""
    return _change_page("terms/end.html", number, change_id)


@blueprint.post("/pauzes/<int:change_id>/einde")
def end_post(number: str, change_id: int) -> View:
    """The term runs again."""
    return _done(
        number,
        lambda typed: terms.end_pause(web().database, number, change_id, typed, viewer(), now()),
        lambda problems: _change_page("terms/end.html", number, change_id, problems),
        "De termijn loopt weer. De laatste dag is aangepast.",
    )


@blueprint.get("/pauzes/<int:change_id>")
def change(number: str, change_id: int) -> View:
    """The dates of a pause to put right, or anything to withdraw."""
    return _change_page("terms/change.html", number, change_id)


@blueprint.post("/pauzes/<int:change_id>")
def correct(number: str, change_id: int) -> View:
    """Put the dates right."""
    return _done(
        number,
        lambda typed: terms.correct(web().database, number, change_id, typed, viewer(), now()),
        lambda problems: _change_page("terms/change.html", number, change_id, problems),
        "De pauze is verbeterd. De laatste dag is aangepast.",
    )


@blueprint.post("/pauzes/<int:change_id>/intrekken")
def withdraw(number: str, change_id: int) -> View:
    """It should never have been recorded."""
    return _done(
        number,
        lambda typed: terms.withdraw(web().database, number, change_id, typed, viewer(), now()),
        lambda problems: _change_page("terms/change.html", number, change_id, problems),
        "Dit telt niet meer mee. De laatste dag is aangepast.",
    )


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in _FIELDS}


def _done(
    number: str,
    work: Callable[[dict[str, str]], None],
    again: Callable[[list[Problem]], str],
    said: str,
) -> View:
    """Do it, or show the page again with what was typed and what is wrong with it."""
    try:
        work(_typed())
    except StaleCase as refusal:
        return wrong(again([("", refusal.text)]))
    except (Invalid, TermRefusal) as refusal:
        return wrong(again([(refusal.field, refusal.text)]))
    flash(said, "ok")
    return redirect(url_for("cases.show", number=number, _anchor="termijnen"))


def _term_page(
    template: str, number: str, term_id: str, problems: list[Problem] | None = None
) -> str:
    with reading() as database:
        page = terms.term_page(database, number, term_id, viewer(), now())
    typed = _typed() if problems else {"op": page.today.isoformat()}
    return render_template(template, page=page, typed=typed, problems=problems or [])


def _change_page(
    template: str, number: str, change_id: int, problems: list[Problem] | None = None
) -> str:
    with reading() as database:
        page = terms.change_page(database, number, change_id, viewer(), now())
    typed = _typed() if problems else {}
    return render_template(template, page=page, typed=typed, problems=problems or [])
