"""The worklist: my tasks, those of my groups, and what is late; searching and paging."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for

from tasks import worklist
from tasks.worklist import Filter, Queue
from webui.answers import View
from webui.web import now, reading, viewer

blueprint = Blueprint("worklist", __name__)

# What somebody searches for is a name: it stays in the signed cookie, never in an address.
_KEPT = "filters"
_LONGEST_SEARCH = 100


@blueprint.get("/")
def home() -> View:
    """The first page: my tasks, or for an administrator without tasks the administration."""
    if not viewer().seats and viewer().is_administrator:
        return redirect(url_for("admin.people_index"))
    return redirect(url_for("worklist.mine"))


@blueprint.get("/taken/mijn")
def mine() -> View:
    """Tasks that I claimed or that were assigned to me."""
    return _show(Queue.MINE)


@blueprint.get("/taken/groepen")
def groups() -> View:
    """Tasks that nobody of my groups has claimed yet."""
    return _show(Queue.GROUPS)


@blueprint.get("/taken/te-laat")
def overdue() -> View:
    """Tasks of my groups or mine whose term has passed."""
    return _show(Queue.OVERDUE)


@blueprint.post("/taken/<any(mijn, groepen, 'te-laat'):queue>/zoeken")
def search(queue: str) -> View:
    """Keep what is searched for and show the list again."""
    kept = {
        name: request.form.get(name, "").strip()[:_LONGEST_SEARCH]
        for name in ("zoek", "stap", "organisatie")
    }
    if "wis" in request.form:
        kept = {}
    session[_KEPT] = {**session.get(_KEPT, {}), queue: kept}
    return redirect(url_for(_endpoint(Queue(queue))))


def _show(queue: Queue) -> str:
    kept = session.get(_KEPT, {}).get(queue.value, {})
    with reading() as database:
        return render_template(
            "worklist/list.html",
            queue=queue,
            kept=kept,
            searching=any(kept.values()),
            here=_endpoint(queue),
            page=worklist.page(
                database, viewer(), queue, _filter(kept), request.args.get("na"), now()
            ),
            counts=worklist.counts(database, viewer(), now()),
            choices=worklist.choices(database, viewer(), queue, now()),
        )


def _filter(kept: dict[str, str]) -> Filter:
    organisation = kept.get("organisatie", "")
    return Filter(
        step=kept.get("stap", ""),
        organisation_id=int(organisation) if organisation.isdecimal() else None,
        search=kept.get("zoek", ""),
    )


def _endpoint(queue: Queue) -> str:
    names = {Queue.MINE: "mine", Queue.GROUPS: "groups", Queue.OVERDUE: "overdue"}
    return f"worklist.{names[queue]}"
