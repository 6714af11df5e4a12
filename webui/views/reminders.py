"""My reminders: at which hour they come, and the address of my private calendar."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from tasks import reminders
from tasks.refusals import Invalid
from tasks.reminders import feeds
from tasks.reminders.calendarfile import MEDIA_TYPE
from webui import gate
from webui.addresses import FEED, feed_address
from webui.answers import Problem, View, wrong
from webui.web import changing, now, reading, viewer, web

blueprint = Blueprint("reminders", __name__)


@blueprint.get("/account/herinneringen")
def show() -> View:
    """What I chose."""
    return _page([])


@blueprint.post("/account/herinneringen")
def change() -> View:
    """Another hour for the daily mail."""
    try:
        with changing() as database:
            hour = request.form.get("uur", type=int)
            reminders.change_hour(database, viewer(), hour, now())
    except Invalid as invalid:
        return wrong(_page([(invalid.field, invalid.text)]))
    flash("Uw keuze is bewaard.", "ok")
    return redirect(url_for("reminders.show"))


@blueprint.post("/account/agenda")
def feed_make() -> View:
    """A new address for my calendar, shown once."""
    with changing() as database:
        secret = feeds.make_feed(database, viewer(), now())
    return _page([], secret)


@blueprint.post("/account/agenda/intrekken")
def feed_revoke() -> View:
    """The address of my calendar stops working."""
    with changing() as database:
        feeds.revoke_feed(database, viewer(), now())
    flash("Het adres van uw agenda werkt niet meer.", "ok")
    return redirect(url_for("reminders.show"))


@blueprint.get(FEED + "<secret>.ics")
@gate.public
def feed(secret: str) -> View:
    """A person's calendar, for the program that keeps it: who has the address may read it."""
    with reading() as database:
        content = feeds.feed(database, secret, now())
    return Response(content, content_type=MEDIA_TYPE)


def _page(problems: list[Problem], secret: str | None = None) -> str:
    with reading() as database:
        return render_template(
            "session/reminders.html",
            chosen=reminders.preferences(database, viewer()),
            hours=reminders.HOURS,
            feed_since=feeds.feed_since(database, viewer()),
            address=feed_address(web().settings, secret) if secret else None,
            problems=problems,
        )
