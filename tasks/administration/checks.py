"""What the pages of the administration share: who may, and which answers can be stored."""

from __future__ import annotations

import re

from sqlalchemy.orm import Session

from engine.definitions import latest, latest_all, load
from engine.errors import NotAllowed
from engine.routes import RouteConfig
from tasks import people as accounts
from tasks.access import Viewer, storable
from tasks.refusals import Invalid

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,99}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_MAX_NAME = 200
_MAX_EMAIL = 254


def require_administrator(viewer: Viewer) -> None:
    """Raises NotAllowed."""
    if not viewer.is_administrator:
        raise NotAllowed


def configs_of(session: Session) -> dict[str, RouteConfig]:
    """Of every route in use what its newest version says, by key."""
    return {found.key: load(session, found.id).config for found in latest_all(session)}


def config_of(session: Session, route_key: str) -> RouteConfig:
    """What the newest version of a route says. Raises NotFound."""
    return load(session, latest(session, storable(route_key)).id).config


def clean_username(session: Session, username: str) -> str:
    """The user name as it is stored. Raises Invalid when it cannot be, or is taken."""
    username = accounts.normal_username(username)
    if not _USERNAME.fullmatch(username):
        raise Invalid(
            "username",
            "Kies een gebruikersnaam van 2 tot 100 tekens: kleine letters, cijfers en . _ - @ +",
        )
    if accounts.find_person(session, username) is not None:
        raise Invalid("username", "Deze gebruikersnaam bestaat al. Kies een andere.")
    return username


def clean_name(name: str) -> str:
    """The name as it is stored. Raises Invalid."""
    name = " ".join(name.split())
    if not name or len(name) > _MAX_NAME or not name.isprintable():
        raise Invalid("name", f"Vul een naam in van hoogstens {_MAX_NAME} tekens.")
    return name


def clean_email(email: str) -> str:
    """The address as it is stored; may be empty. Raises Invalid."""
    email = email.strip()
    if email and (len(email) > _MAX_EMAIL or not _EMAIL.fullmatch(email)):
        raise Invalid("email", "Vul een e-mailadres in, bijvoorbeeld naam@voorbeeld.nl.")
    return email
