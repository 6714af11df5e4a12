"""What belongs to a case and is looked at alone: completed forms, attachments, diagrams."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, render_template, send_file

from tasks import documents
from webui.answers import View
from webui.web import now, reading, viewer

blueprint = Blueprint("documents", __name__)


@blueprint.get("/formulieren/<int:record_id>")
def record(record_id: int) -> View:
    """A completed form, to read or to print."""
    with reading() as database:
        page = documents.record(database, record_id, viewer(), now())
    return render_template("cases/record.html", page=page)


@blueprint.get("/bijlagen/<int:attachment_id>")
def attachment(attachment_id: int) -> View:
    """A file that was handed over: always a download, never shown inside this site."""
    with reading() as database:
        file = documents.attachment(database, attachment_id, viewer(), now())
    return send_file(
        BytesIO(file.content),
        mimetype=file.media_type,
        as_attachment=True,
        download_name=file.name,
    )


@blueprint.get("/zaken/<number>/diagrammen/<path:file>")
def diagram(number: str, file: str) -> View:
    """The diagram as the case's own version has it (for the viewer, and to open in a modeller)."""
    with reading() as database:
        xml = documents.diagram(database, number, file, viewer(), now())
    return Response(xml, mimetype="application/xml")
