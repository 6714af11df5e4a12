"""One user task: look, claim, release, assign, fill in, save, complete."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tasks import claims, completion, taskpage
from tasks.completion import Completed, Refused, TaskPage, Why
from tasks.forms import Button
from webui import errors
from webui.answers import View, pressed, submission, wrong
from webui.web import changing, now, reading, viewer, web

blueprint = Blueprint("task", __name__, url_prefix="/taken/<int:task_id>")


@blueprint.get("")
def show(task_id: int) -> View:
    """The task with its form, when the viewer may see it."""
    return _page(completion.look(web().database, task_id, viewer(), now()))


@blueprint.get("/termijn")
def why(task_id: int) -> View:
    """Why the task is due when it is, step by step."""
    with reading() as database:
        page = taskpage.due_page(database, task_id, viewer(), now())
    return render_template("task/why.html", page=page)


@blueprint.post("")
def submit(task_id: int) -> View:
    """Whatever button was pressed: complete, save, add a row, update the questions."""
    outcome = completion.submit(web().database, task_id, submission(), viewer(), now())
    if isinstance(outcome, Completed):
        flash(f"De taak “{outcome.task_name}” is afgerond.", "ok")
        return redirect(url_for("cases.show", number=outcome.case_number))
    if isinstance(outcome, Refused):
        if outcome.page is None:
            return errors.refused(outcome.refusal)
        return _page(outcome.page, refusal=outcome.refusal.text), outcome.refusal.status
    if outcome.kind is Why.SAVED:
        flash("Uw concept is bewaard. U kunt later verdergaan.", "ok")
        return _to_task(task_id)
    return wrong(_page(outcome.page)) if outcome.kind is Why.ERRORS else _page(outcome.page)


@blueprint.post("/concept")
def save_draft(task_id: int) -> View:
    """Keep what is being typed, in the background."""
    outcome = completion.submit(web().database, task_id, pressed(Button.SAVE), viewer(), now())
    if isinstance(outcome, Refused):
        return errors.refused(outcome.refusal)
    return Response(status=204)


@blueprint.post("/vragen")
def update(task_id: int) -> View:
    """The questions as they are with what has been answered so far."""
    outcome = completion.submit(web().database, task_id, pressed(Button.UPDATE), viewer(), now())
    if isinstance(outcome, Refused):
        return errors.refused(outcome.refusal)
    return "" if isinstance(outcome, Completed) else _page(outcome.page)


@blueprint.post("/oppakken")
def claim(task_id: int) -> View:
    """The task becomes mine."""
    with changing() as database:
        claims.claim(database, task_id, viewer(), now())
    flash("U heeft deze taak opgepakt.", "ok")
    return _to_task(task_id)


@blueprint.post("/teruggeven")
def release(task_id: int) -> View:
    """The task goes back to the group. What I typed stays mine."""
    with changing() as database:
        claims.release(database, task_id, viewer(), now())
    flash("U heeft de taak teruggegeven aan de groep.", "ok")
    return redirect(url_for("worklist.groups"))


@blueprint.post("/toewijzen")
def assign(task_id: int) -> View:
    """The task becomes somebody else's."""
    person_id = request.form.get("persoon", type=int)
    if person_id is None:
        flash("Kies eerst aan wie u de taak wilt geven.", "error")
        return _to_task(task_id)
    with changing() as database:
        claims.assign(database, task_id, person_id, viewer(), now())
    flash("De taak is toegewezen.", "ok")
    return _to_task(task_id)


def _page(page: TaskPage, refusal: str = "") -> str:
    problems = page.form.errors if page.form else ()
    return render_template("task/show.html", page=page, problems=problems, refusal=refusal)


def _to_task(task_id: int) -> Response:
    return redirect(url_for("task.show", task_id=task_id))
