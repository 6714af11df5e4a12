"""The clock room of the administration: what the clock will do, did, and could not do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time

from flask import flash, redirect, render_template, request, url_for

from engine.calendar import AMSTERDAM
from engine.errors import Refusal
from tasks.administration import clockhands, clockroom
from tasks.administration.clockroom import Shelf
from tasks.refusals import Invalid
from webui.answers import Problem, View, wrong
from webui.views.admin import blueprint
from webui.web import now, reading, viewer, web


@blueprint.get("/klok")
def clock() -> View:
    """What is due and has not fired."""
    return _shelf(Shelf.LATE)


@blueprint.get("/klok/<any(straks, mislukt, stil, geweest):shelf>")
def clock_shelf(shelf: str) -> View:
    """What will fire, failed, stands still, or has fired."""
    return _shelf(Shelf(shelf))


@blueprint.get("/klok/timer/<int:timer_id>")
def clock_timer(timer_id: int) -> View:
    """One timer, and what can be done with it."""
    return _timer_page(timer_id, [])


@blueprint.post("/klok/timer/<int:timer_id>/verzetten")
def clock_move(timer_id: int) -> View:
    """Let it fire at another moment."""
    form = request.form
    return _do(
        timer_id,
        lambda: clockhands.move(
            web().database,
            viewer(),
            timer_id,
            _moment(form.get("datum", ""), form.get("tijd", "")),
            form.get("reden", ""),
            now(),
        ),
        "De termijn is verzet.",
    )


@blueprint.post("/klok/timer/<int:timer_id>/opnieuw")
def clock_retry(timer_id: int) -> View:
    """Try a failed one again."""
    reason = request.form.get("waarom", "")
    return _do(
        timer_id,
        lambda: clockhands.try_again(web().database, viewer(), timer_id, reason, now()),
        "Het is nu gelukt. De zaak gaat verder.",
    )


def _do(timer_id: int, change: Callable[[], None], said: str) -> View:
    try:
        change()
    except Invalid as invalid:
        return wrong(_timer_page(timer_id, [(invalid.field, invalid.text)]))
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        flash(refusal.text, "error")
    else:
        flash(said, "ok")
    return redirect(url_for("admin.clock_timer", timer_id=timer_id))


def _moment(day: str, at: str) -> datetime | None:
    """That time on that day in Amsterdam; None when it is none."""
    try:
        return datetime.combine(date.fromisoformat(day), time.fromisoformat(at), AMSTERDAM)
    except ValueError:
        return None


def _shelf(shelf: Shelf) -> str:
    with reading() as database:
        return render_template(
            "admin/clock.html",
            shelf=shelf,
            page=clockroom.page(database, viewer(), shelf, request.args.get("na"), now()),
            counts={
                one.value: count
                for one, count in clockroom.counts(database, viewer(), now()).items()
            },
            most=clockroom.MOST_COUNTED,
        )


def _timer_page(timer_id: int, problems: list[Problem]) -> str:
    with reading() as database:
        found = clockroom.timer(database, viewer(), timer_id, now())
    return render_template("admin/timer.html", timer=found, problems=problems)
