"""Signing in and out, choosing a first password by a one-time link, changing one's password."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.errors import Refusal
from tasks import people
from webui import gate, rescue
from webui.addresses import WELCOME
from webui.answers import Problem, View, wrong
from webui.web import changing, now, reading, viewer, viewer_or_none, web

blueprint = Blueprint("session", __name__)


@blueprint.get("/inloggen")
@gate.public
def sign_in() -> View:
    """The sign-in page; somebody who is signed in already goes on."""
    if viewer_or_none() is not None:
        return _onward()
    return render_template("session/sign_in.html", onward=request.args.get("verder"), problems=[])


@blueprint.post("/inloggen")
@gate.public
def sign_in_post() -> View:
    """Check the name and password. The same words whether the name or the password is wrong."""
    name, password = request.form.get("gebruiker", ""), request.form.get("wachtwoord", "")
    typed = rescue.carried(request.form.lists())
    with changing() as database:
        # A refusal is returned, not raised: the failed attempt must be counted.
        found = people.sign_in(database, name, password, request.remote_addr or "", now())
    if isinstance(found, Refusal):
        problems = [("gebruiker", found.text)]
        page = render_template(
            "session/sign_in.html",
            onward=request.form.get("verder"),
            problems=problems,
            name=name,
            typed=typed,
        )
        return page, found.status
    gate.remember(found)
    if rescue.keep_as_draft(web().database, found, request.form.get("verder"), typed):
        flash("U was uitgelogd. Wat u typte, is bewaard als concept.", "ok")
    return _onward()


@blueprint.post("/uitloggen")
@gate.public
def sign_out() -> View:
    """End the session, here and on every other device: the cookie itself cannot be taken back."""
    leaving = viewer_or_none()
    gate.forget()
    if leaving is not None:
        with changing() as database:
            people.sign_out(database, leaving.person_id)
    flash("U bent uitgelogd, ook op andere apparaten.", "ok")
    return redirect(url_for("session.sign_in"))


@blueprint.get(WELCOME + "<secret>")
@gate.public
def first_password(secret: str) -> View:
    """The page behind a one-time link: choose a password."""
    with reading() as database:
        person = people.link_person(database, secret, now())
    return _first_password_page(person, [])


@blueprint.post(WELCOME + "<secret>")
@gate.public
def first_password_post(secret: str) -> View:
    """Set the password and sign in; the link works only once."""
    first, second = request.form.get("nieuw", ""), request.form.get("herhaal", "")
    try:
        if first != second:
            raise people.PasswordRefused(_DIFFERENT)
        with changing() as database:
            signed_in = people.use_link(database, secret, first, now())
    except people.PasswordRefused as refusal:
        with reading() as database:
            person = people.link_person(database, secret, now())
        return wrong(_first_password_page(person, [("nieuw", refusal.text)]))
    gate.remember(signed_in)
    flash("Uw wachtwoord is opgeslagen.", "ok")
    return redirect(url_for("worklist.home"))


@blueprint.get("/account")
def account() -> View:
    """My own data, and changing my password."""
    return _account_page([])


@blueprint.post("/account/wachtwoord")
def change_password() -> View:
    """Change my password. My sessions in other browsers end."""
    form = request.form
    try:
        if form.get("nieuw", "") != form.get("herhaal", ""):
            raise people.PasswordRefused(_DIFFERENT)
        with changing() as database:
            # Counted as at the sign-in page: an open session is no place to guess without end.
            tried = people.sign_in(
                database, viewer().username, form.get("oud", ""), request.remote_addr or "", now()
            )
        if isinstance(tried, people.SignInThrottled):
            return _account_page([("oud", tried.text)]), tried.status
        with changing() as database:
            signed_in = people.change_password(
                database, viewer().person_id, form.get("oud", ""), form.get("nieuw", ""), now()
            )
    except people.WrongPassword as refusal:
        return wrong(_account_page([("oud", refusal.text)]))
    except people.PasswordRefused as refusal:
        return wrong(_account_page([("nieuw", refusal.text)]))
    gate.remember(signed_in)
    flash("Uw nieuwe wachtwoord is opgeslagen.", "ok")
    return redirect(url_for("session.account"))


_DIFFERENT = "De twee wachtwoorden zijn niet gelijk. Typ twee keer hetzelfde wachtwoord."


def _onward() -> Response:
    onward = gate.local_path(request.values.get("verder"))
    return redirect(onward or url_for("worklist.home"))


def _first_password_page(person: people.LinkedPerson, problems: list[Problem]) -> str:
    return render_template(
        "session/first_password.html",
        person=person,
        problems=problems,
        shortest=people.MIN_PASSWORD_LENGTH,
    )


def _account_page(problems: list[Problem]) -> str:
    return render_template(
        "session/account.html", problems=problems, shortest=people.MIN_PASSWORD_LENGTH
    )
