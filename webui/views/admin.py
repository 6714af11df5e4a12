"""The administration: people, organisations, routes and incidents. Shows nothing of a case."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine.errors import NotAllowed, NotFound, Refusal
from tasks import administration, incidents
from tasks.refusals import Invalid
from webui.addresses import one_time_link
from webui.answers import Problem, View, wrong
from webui.web import changing, now, reading, viewer, web

blueprint = Blueprint("admin", __name__, url_prefix="/beheer")


@blueprint.before_request
def _only_administrators() -> None:
    if not viewer().is_administrator:
        raise NotAllowed


@blueprint.get("/mensen")
def people_index() -> View:
    """Everybody who can sign in."""
    with reading() as database:
        people = administration.people(database, viewer())
    return render_template("admin/people.html", people=people)


@blueprint.get("/mensen/nieuw")
def person_new() -> View:
    """The form for a new person."""
    return render_template("admin/person_new.html", problems=[])


@blueprint.post("/mensen/nieuw")
def person_add() -> View:
    """Add a person, and show the one-time link with which he or she chooses a password."""
    form = request.form
    try:
        with changing() as database:
            added = administration.add_person(
                database, viewer(), form.get("username", ""), form.get("name", ""),
                form.get("email", ""), now(),
            )  # fmt: skip
    except Invalid as invalid:
        return wrong(render_template("admin/person_new.html", problems=[_problem(invalid)]))
    return _person_page(added.person_id, secret=added.secret)


@blueprint.get("/mensen/<int:person_id>")
def person(person_id: int) -> View:
    """One person: data, roles, and what can be done."""
    return _person_page(person_id)


@blueprint.post("/mensen/<int:person_id>")
def person_change(person_id: int) -> View:
    """Change the name and the e-mail address."""
    name, email = request.form.get("name", ""), request.form.get("email", "")
    try:
        with changing() as database:
            administration.change_person(database, viewer(), person_id, name, email, now())
    except Invalid as invalid:
        return wrong(_person_page(person_id, [_problem(invalid)]))
    flash("De gegevens zijn bewaard.", "ok")
    return _to_person(person_id)


@blueprint.post("/mensen/<int:person_id>/link")
def person_reset(person_id: int) -> View:
    """A new one-time link. The old password stops working."""
    with changing() as database:
        secret = administration.reset(database, viewer(), person_id, now())
    return _person_page(person_id, secret=secret)


_VERBS: dict[str, tuple[Callable[..., object], str]] = {
    "uitzetten": (administration.disable, "Dit account staat nu uit."),
    "aanzetten": (administration.enable, "Dit account staat weer aan."),
    "beheerder": (administration.make_administrator, "Deze persoon is nu beheerder."),
    "geen-beheerder": (
        administration.remove_administrator,
        "Deze persoon is geen beheerder meer.",
    ),
}


@blueprint.post(
    "/mensen/<int:person_id>/<any(uitzetten, aanzetten, beheerder, 'geen-beheerder'):verb>"
)
def person_verb(person_id: int, verb: str) -> View:
    """Switch an account on or off, or give or take the administration."""
    change, said = _VERBS[verb]
    return _do(
        lambda database: change(database, viewer(), person_id, now()), said, _to_person(person_id)
    )


@blueprint.post("/mensen/<int:person_id>/rollen")
def role_add(person_id: int) -> View:
    """Give a role on a route in an organisation."""
    organisation_id = request.form.get("organisation", type=int)
    route_key, _, role = request.form.get("role", "").partition("/")
    if organisation_id is None or not role:
        missing = ("role", "Kies een rol.")
        if organisation_id is None:
            missing = ("organisation", "Kies een organisatie.")
        return wrong(_person_page(person_id, [missing]))
    try:
        with changing() as database:
            administration.add_membership(
                database, viewer(), person_id, organisation_id, route_key, role, now()
            )
    except Invalid as invalid:
        return wrong(_person_page(person_id, [_problem(invalid)]))
    flash("De rol is toegevoegd.", "ok")
    return _to_person(person_id)


@blueprint.post("/mensen/<int:person_id>/rollen/<int:membership_id>/weg")
def role_remove(person_id: int, membership_id: int) -> View:
    """Take a role away."""
    return _do(
        lambda database: administration.remove_membership(database, viewer(), membership_id, now()),
        "De rol is weggehaald.",
        _to_person(person_id),
    )


@blueprint.get("/organisaties")
def organisations() -> View:
    """Every organisation, with what it can be on which route."""
    return _organisations_page([])


@blueprint.post("/organisaties")
def organisation_add() -> View:
    """Add an organisation."""
    form = request.form
    try:
        with changing() as database:
            administration.add_organisation(
                database, viewer(), form.get("slug", ""), form.get("name", ""),
                form.get("email", ""),
            )  # fmt: skip
    except Invalid as invalid:
        return wrong(_organisations_page([_problem(invalid)]))
    flash("De organisatie is toegevoegd.", "ok")
    return redirect(url_for("admin.organisations"))


@blueprint.get("/organisaties/<int:organisation_id>")
def organisation(organisation_id: int) -> View:
    """One organisation: data, and what it can be on which route."""
    return _organisation_page(organisation_id, [])


@blueprint.post("/organisaties/<int:organisation_id>")
def organisation_change(organisation_id: int) -> View:
    """Change the name and the e-mail address."""
    name, email = request.form.get("name", ""), request.form.get("email", "")
    try:
        with changing() as database:
            administration.change_organisation(database, viewer(), organisation_id, name, email)
    except Invalid as invalid:
        return wrong(_organisation_page(organisation_id, [_problem(invalid)]))
    flash("De gegevens zijn bewaard.", "ok")
    return _to_organisation(organisation_id)


@blueprint.post("/organisaties/<int:organisation_id>/partijen")
def party_add(organisation_id: int) -> View:
    """Let the organisation be a party on a route."""
    route_key, _, party = request.form.get("party", "").partition("/")
    if not party:
        return wrong(_organisation_page(organisation_id, [("party", "Kies een soort partij.")]))
    return _do(
        lambda database: administration.add_party(
            database, viewer(), organisation_id, route_key, party
        ),
        "De organisatie kan nu meedoen op deze route.",
        _to_organisation(organisation_id),
    )


@blueprint.post("/organisaties/<int:organisation_id>/partijen/<int:party_id>/weg")
def party_remove(organisation_id: int, party_id: int) -> View:
    """The organisation can no longer be chosen as this party. Cases that run keep it."""
    return _do(
        lambda database: administration.remove_party(database, viewer(), party_id),
        "De organisatie kan niet meer gekozen worden op deze route.",
        _to_organisation(organisation_id),
    )


@blueprint.get("/routes")
def routes() -> View:
    """The routes in use: version, since when, how many cases run."""
    with reading() as database:
        found = administration.routes(database, viewer())
    return render_template("admin/routes.html", routes=found)


@blueprint.get("/storingen")
def incident_list() -> View:
    """What stopped: case number, element and what went wrong; nothing of the case itself."""
    with reading() as database:
        found = administration.incidents(database, viewer())
    return render_template("admin/incidents.html", incidents=found)


@blueprint.post("/storingen/<int:incident_id>/opnieuw")
def incident_retry(incident_id: int) -> View:
    """Try again what failed."""
    try:
        incidents.retry(web().database, incident_id, viewer(), now())
    except Refusal as refusal:
        flash(refusal.text, "error")
    else:
        flash("Het is nu gelukt. De storing is opgelost.", "ok")
    return redirect(url_for("admin.incident_list"))


def _do(change: Callable[[Session], object], said: str, onward: Response) -> Response:
    """Do one change of the administration; say that it was done, or why not."""
    try:
        with changing() as database:
            change(database)
    except Invalid as invalid:
        flash(invalid.text, "error")
    else:
        flash(said, "ok")
    return onward


def _problem(invalid: Invalid) -> Problem:
    return invalid.field, invalid.text


def _person_page(
    person_id: int, problems: list[Problem] | None = None, secret: str | None = None
) -> str:
    with reading() as database:
        return render_template(
            "admin/person.html",
            person=administration.person(database, viewer(), person_id),
            organisations=administration.organisations(database, viewer()),
            routes=administration.routes(database, viewer()),
            problems=problems or [],
            link=one_time_link(web().settings, secret) if secret else None,
        )


def _organisations_page(problems: list[Problem]) -> str:
    with reading() as database:
        found = administration.organisations(database, viewer())
    return render_template("admin/organisations.html", organisations=found, problems=problems)


def _organisation_page(organisation_id: int, problems: list[Problem]) -> str:
    with reading() as database:
        everyone = administration.organisations(database, viewer())
        routes = administration.routes(database, viewer())
    found = [row for row in everyone if row.id == organisation_id]
    if not found:
        raise NotFound
    return render_template(
        "admin/organisation.html", organisation=found[0], routes=routes, problems=problems
    )


def _to_person(person_id: int) -> Response:
    return redirect(url_for("admin.person", person_id=person_id))


def _to_organisation(organisation_id: int) -> Response:
    return redirect(url_for("admin.organisation", organisation_id=organisation_id))
