"""Letters: as they were written, and whether they have left."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for

from tasks import documents
from tasks.mailbox import Box, mail_page
from webui.answers import View
from webui.web import changing, now, reading, viewer, web
from webui.words import under_title

blueprint = Blueprint("letters", __name__, url_prefix="/brieven")


@blueprint.get("")
def index() -> View:
    """The letters of all my cases, newest first."""
    return _list(Box.ALL)


@blueprint.get("/te-posten")
def to_post() -> View:
    """The letters on paper that somebody still has to print and post."""
    return _list(Box.TO_POST)


@blueprint.get("/<int:letter_id>")
def show(letter_id: int) -> View:
    """One letter, to read or to print."""
    with reading() as database:
        page = documents.letter(database, letter_id, viewer(), now())
    page = replace(page, html=under_title(page.html))
    return render_template("letters/show.html", page=page, letter_id=letter_id)


@blueprint.post("/<int:letter_id>/verstuurd")
def mark_printed(letter_id: int) -> View:
    """The letter was printed and put in the post."""
    with changing() as database:
        documents.mark_printed(database, letter_id, viewer(), now())
    flash("Deze brief staat nu als verstuurd in de zaak.", "ok")
    return redirect(url_for("letters.show", letter_id=letter_id))


def _list(box: Box) -> str:
    after = request.args.get("na", type=int)
    with reading() as database:
        page = mail_page(database, viewer(), box, after, now())
    return render_template("letters/list.html", page=page, box=box, nothing_sent=_nothing_sent())


def _nothing_sent() -> bool:
    return web().settings.smtp is None
