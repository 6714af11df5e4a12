"""The one place where a refusal or a failure becomes a status and a plain Dutch page.

Nothing of a failure is shown, and no message of an exception is logged: it can hold what
somebody typed (a database driver quotes the values of a statement).
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from flask import Flask, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, TimeoutError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError

from engine.errors import Refusal, RouteFault, StaleCase
from engine.lost import is_lost_database
from engine.server.logging import exception_facts
from webui.web import viewer_or_none

log = structlog.get_logger(__name__)

Answer = tuple[str, int]
_UNKNOWN_HOST = "Deze site kent dit adres niet."


@dataclass(frozen=True)
class Words:
    """What a page about a failure says."""

    title: str
    text: str


_WORDS = {
    400: Words(
        "Dit verzoek klopt niet",
        "Uw browser stuurde iets wat wij niet begrijpen. Ga terug en probeer het opnieuw.",
    ),
    403: Words("U mag dit niet doen", "U heeft geen rol waarmee u dit mag doen."),
    404: Words(
        "Deze pagina is er niet",
        "De pagina bestaat niet, of u mag haar niet zien. Controleer het adres.",
    ),
    405: Words(
        "Dit kan hier niet",
        "Open de pagina opnieuw en gebruik de knoppen op de pagina.",
    ),
    409: Words("Dit kan nu niet", "Iemand anders heeft dit net gewijzigd."),
    410: Words("Dit is er niet meer", "Dit is al gedaan, of niet meer geldig."),
    413: Words(
        "Dit is te groot",
        "Wat u verstuurde is te groot. Kies kleinere bestanden, of verstuur ze in delen.",
    ),
    500: Words(
        "Er ging bij ons iets mis",
        "Wat u deed is niet opgeslagen. Probeer het opnieuw. Blijft het misgaan? "
        "Neem dan contact op met uw beheerder.",
    ),
    503: Words(
        "Thuisroute is even niet bereikbaar",
        # A commit that was not answered may have come through, or not: nobody can know.
        "Wij kunnen nu niet bij de gegevens. Verstuurde u iets? Dan is niet zeker of het is "
        "opgeslagen. Wacht een paar minuten en kijk of het er staat. Staat het er niet? "
        "Ga dan terug en verstuur het opnieuw.",
    ),
}
_ROUTE_FAULT = Words(
    "Er zit een fout in deze route",
    "Deze pagina kan daardoor niet worden getoond. Er is niets verloren. "
    "Geef dit door aan uw beheerder.",
)
_EXPIRED = Words(
    "Deze pagina stond te lang open",
    "Wij konden niet zien of het verzoek van u kwam. Er is niets opgeslagen. "
    "Ga terug, laad de pagina opnieuw en probeer het nog eens.",
)


def install(app: Flask) -> None:
    """Answer every refusal and failure with a page."""
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(RouteFault, _route_fault)
    app.register_error_handler(StaleDataError, lambda _error: refused(StaleCase()))
    app.register_error_handler(CSRFError, lambda _error: page(400, _EXPIRED))
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DBAPIError, _database_error)
    app.register_error_handler(TimeoutError, _lost_database)
    app.register_error_handler(Exception, _failure)


def refused(refusal: Refusal) -> Answer:
    """The page for a refusal: its own sentence, its own status."""
    words = _WORDS.get(refusal.status, _WORDS[409])
    return page(refusal.status, Words(words.title, refusal.text))


def page(status: int, words: Words) -> Answer:
    """A page that says what is wrong and where to go on."""
    return render_template("error.html", words=words, status=status, onward=_onward(status)), status


def _onward(status: int) -> list[tuple[str, str]]:
    """Links to go on with: back to the case or the task that the address is about."""
    arguments = request.view_args or {}
    if viewer_or_none() is None:
        return [(url_for("session.sign_in"), "Naar de inlogpagina")]
    links = []
    if status == 404:
        arguments = {}
    if "number" in arguments:
        links.append((url_for("cases.show", number=arguments["number"]), "Naar de zaak"))
    if "task_id" in arguments and request.method == "POST":
        links.append((url_for("task.show", task_id=arguments["task_id"]), "Naar de taak"))
    return [*links, (url_for("worklist.mine"), "Naar mijn taken")]


def _http_error(error: HTTPException) -> Answer | HTTPException:
    if isinstance(error, SecurityError):
        # An unknown host: a page of ours would hold links to that host.
        return _UNKNOWN_HOST, 400
    status = error.code or 500
    if status < 400:
        return error
    return page(status, _WORDS.get(status, _WORDS[500 if status >= 500 else 400]))


def _route_fault(fault: RouteFault) -> Answer:
    log.error("route_fault_on_page", element=fault.element_id, place=fault.place)
    return page(500, _ROUTE_FAULT)


def _database_error(error: DBAPIError) -> Answer:
    return _lost_database(error) if is_lost_database(error) else _failure(error)


def _lost_database(error: Exception) -> Answer:
    _log("database_lost", error)
    return page(503, _WORDS[503])


def _failure(error: Exception) -> Answer:
    _log("request_failed", error)
    return page(500, _WORDS[500])


def _log(event: str, error: Exception) -> None:
    # Facts made here, so that no setting of the log can bring the message or variables back in.
    log.error(event, endpoint=request.endpoint, **exception_facts(None, "", {"exc_info": error}))
