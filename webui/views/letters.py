"""Letters: as they were written, and whether they have left."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for

from tasks import documents
from webui.answers import View
from webui.web import changing, now, reading, viewer

blueprint = Blueprint("letters", __name__, url_prefix="/brieven")


@blueprint.get("/<int:letter_id>")
def show(letter_id: int) -> View:
    """One letter, to read or to print."""
    with reading() as database:
        page = documents.letter(database, letter_id, viewer(), now())
    return render_template("letters/show.html", page=page, letter_id=letter_id)


@blueprint.post("/<int:letter_id>/verstuurd")
def mark_printed(letter_id: int) -> View:
    """The letter was printed and put in the post."""
    with changing() as database:
        documents.mark_printed(database, letter_id, viewer(), now())
    flash("Deze brief staat nu als verstuurd in de zaak.", "ok")
    return redirect(url_for("letters.show", letter_id=letter_id))
