"""Making an installation ready to start: tables, routes, and the first people.

Everything here may be done again at every start and then changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.config import Settings
from engine.db import Database
from engine.definitions import deploy, latest_all, load
from engine.findings import RouteRefused
from engine.migrate import migrate
from engine.routes import read_folder
from engine.services import Demonstration, one_time_link, setup

# Beside the packages, in the source as well as in an installed wheel.
SHIPPED_ROUTES = Path(__file__).resolve().parent.parent / "processes"
_ROUTE_FILE = "route.toml"
T = TypeVar("T")


@dataclass(frozen=True)
class RefusedRoute:
    """A folder that could not be put into use; ``findings`` is how much is wrong with it."""

    folder: Path
    findings: int


@dataclass(frozen=True)
class Prepared:
    """What there is to tell who starts the installation."""

    refused: tuple[RefusedRoute, ...]
    demonstration: Demonstration | None
    administrator_link: str | None


def prepare(
    database: Database,
    settings: Settings,
    now: datetime,
    *,
    routes: Path = SHIPPED_ROUTES,
    with_demonstration: bool,
) -> Prepared:
    """Migrate, deploy what is new under ``routes``, and see to it that somebody can sign in."""
    migrate(database)
    refused = tuple(deploy_new(database, routes, now))
    demonstration = _demonstration(database, now) if with_demonstration else None
    # Routes without [demo] have no people: then somebody must still be able to begin.
    secret = None
    if demonstration is None:
        secret = _once(database, lambda session: setup("administrator")(session, now))
    link = one_time_link(settings, secret) if secret else None
    return Prepared(refused, demonstration, link)


def deploy_new(database: Database, routes: Path, now: datetime) -> Iterator[RefusedRoute]:
    """Put each route folder into use whose contents are new; yields the ones that are refused.

    A refused folder stops nothing: the version before it stays in use.
    """
    for folder in sorted(path.parent for path in routes.glob(f"*/{_ROUTE_FILE}")):
        try:
            files = read_folder(folder)
            _once(database, partial(deploy, files=files, now=now, actor=Actor.system()))
        except RouteRefused as refusal:
            yield RefusedRoute(folder, len(refusal.findings))


def _demonstration(database: Database, now: datetime) -> Demonstration | None:
    """The people of every route's [demo]; None when no route has any."""

    def make(session: Session) -> object:
        configs = [load(session, found.id).config for found in latest_all(session)]
        return setup("demonstration")(session, now, configs)

    found = _once(database, make)
    assert isinstance(found, Demonstration)  # noqa: S101 - a seam by name has no types
    return found if found.accounts else None


def _once(database: Database, work: Callable[[Session], T]) -> T:
    """Do ``work`` in one transaction; when another server did the same just before, look again.

    Unique keys let one of them win, and the work finds what is there already.
    """
    try:
        with database.transaction() as session:
            return work(session)
    except IntegrityError:
        with database.transaction() as session:
            return work(session)
