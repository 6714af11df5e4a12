"""The commands ``thuisroute people ...``: the first people, and a way in when a link is lost."""

from __future__ import annotations

import click
from sqlalchemy import select

from engine.clock import SystemClock
from engine.config import Settings
from engine.db import Database, open_database
from engine.models import Person
from engine.server.services import one_time_link
from engine.server.starter import settings_of_start
from tasks import people as accounts
from tasks.administration import clean_email, clean_name, clean_username
from tasks.refusals import Invalid


class Refused(click.ClickException):
    """What cannot be done, in one Dutch sentence; exit code 1."""

    def show(self, file: object = None) -> None:
        click.echo(self.message, err=True)


@click.group("people")
def people_command() -> None:
    """Mensen die kunnen inloggen."""


@people_command.command("list")
def list_people() -> None:
    """Toon wie er zijn."""
    _, database = _open()
    with database.reading() as session:
        for person in session.scalars(select(Person).order_by(Person.username)):
            marks = [
                "beheerder" if person.is_administrator else "",
                "uitgezet" if person.disabled_at is not None else "",
                "zonder wachtwoord" if person.password_hash is None else "",
            ]
            words = ", ".join(mark for mark in marks if mark)
            click.echo(f"{person.username}  {person.name}{f'  ({words})' if words else ''}")
    database.close()


@people_command.command("add")
@click.argument("username", metavar="GEBRUIKERSNAAM")
@click.argument("name", metavar="NAAM")
@click.option("--email", default="", help="E-mailadres.")
@click.option("--administrator", is_flag=True, help="Deze persoon beheert mensen en organisaties.")
def add(username: str, name: str, email: str, administrator: bool) -> None:
    """Voeg iemand toe, en toon de link waarmee die een wachtwoord kiest."""
    settings, database = _open()
    now = SystemClock().now()
    try:
        with database.transaction() as session:
            person = accounts.new_person(
                session,
                clean_username(session, username),
                clean_name(name),
                clean_email(email),
                now,
            )
            person.is_administrator = administrator
            secret = accounts.issue_link(session, person.id, now)
    except Invalid as invalid:
        raise Refused(invalid.text) from invalid
    finally:
        database.close()
    _tell(settings, secret)


@people_command.command("link")
@click.argument("username", metavar="GEBRUIKERSNAAM")
def link(username: str) -> None:
    """Maak een nieuwe link waarmee iemand een wachtwoord kiest."""
    settings, database = _open()
    with database.transaction() as session:
        person = accounts.find_person(session, username)
        if person is None or person.disabled_at is not None:
            raise Refused("Deze persoon bestaat niet, of is uitgezet.")
        secret = accounts.issue_link(session, person.id, SystemClock().now())
    database.close()
    _tell(settings, secret)


def _open() -> tuple[Settings, Database]:
    settings = settings_of_start()
    return settings, open_database(settings.database_url, settings.database)


def _tell(settings: Settings, secret: str) -> None:
    click.echo("Kies een wachtwoord op deze pagina. De link werkt één keer, en 24 uur lang.")
    click.echo(one_time_link(settings, secret))
