"""Days that a decree equated with a holiday: the administrator adds them."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for

from tasks.administration import freedays
from tasks.refusals import Invalid
from webui.answers import Problem, View, wrong
from webui.views.admin import blueprint
from webui.web import changing, now, reading, viewer


@blueprint.get("/vrije-dagen")
def free_days() -> View:
    """Every equated day, and a form to add one."""
    return _page([])


@blueprint.post("/vrije-dagen")
def free_day_add() -> View:
    """Add a day: open terms are counted again."""
    form = request.form
    try:
        with changing() as database:
            freedays.add_free_day(
                database, viewer(), form.get("day", ""), form.get("source", ""), now()
            )
    except Invalid as invalid:
        return wrong(_page([(invalid.field, invalid.text)]))
    flash("De dag is toegevoegd. Alle lopende termijnen worden opnieuw geteld.", "ok")
    return redirect(url_for("admin.free_days"))


@blueprint.post("/vrije-dagen/<day>/weg")
def free_day_withdraw(day: str) -> View:
    """Take back a day that was added by mistake."""
    with changing() as database:
        freedays.withdraw_free_day(database, viewer(), day, now())
    flash("De dag telt niet meer mee. Alle lopende termijnen worden opnieuw geteld.", "ok")
    return redirect(url_for("admin.free_days"))


def _page(problems: list[Problem]) -> str:
    with reading() as database:
        days = freedays.free_days(database, viewer())
    return render_template("admin/freedays.html", days=days, problems=problems)
