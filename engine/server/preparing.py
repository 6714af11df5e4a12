"""Making an installation ready to start: tables, routes, and the first people.

Everything here may be done again at every start and then changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.config import Settings
from engine.db import Database
from engine.definitions import contents_hash, deploy, latest_all, load
from engine.findings import RouteRefused
from engine.migrate import migrate
from engine.models import ProcessDefinition
from engine.routes import read_folder, read_route
from engine.server.services import Demonstration, one_time_link, setup

# Beside the packages, in the source as well as in an installed wheel.
SHIPPED_ROUTES = Path(__file__).resolve().parents[2] / "processes"
_ROUTE_FILE = "route.toml"
# Says in a version's row that a start deployed it, and not a process owner.
STARTER = Actor(None, None, "Thuisroute, bij het starten")
T = TypeVar("T")


@dataclass(frozen=True)
class RefusedRoute:
    """A folder that could not be put into use; ``findings`` is how much is wrong with it."""

    folder: Path
    findings: int


@dataclass(frozen=True)
class Prepared:
    """What there is to tell who starts the installation.

    ``kept`` are shipped folders that differ from what a process owner deployed: that stays.
    """

    refused: tuple[RefusedRoute, ...]
    kept: tuple[Path, ...]
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
    refused, kept = deploy_new(database, routes, now)
    demonstration = _demonstration(database, now) if with_demonstration else None
    # Routes without [demo] have no people: then somebody must still be able to begin.
    secret = None
    if demonstration is None:
        secret = _once(database, lambda session: setup("administrator")(session, now))
    link = one_time_link(settings, secret) if secret else None
    return Prepared(refused, kept, demonstration, link)


def deploy_new(
    database: Database, routes: Path, now: datetime
) -> tuple[tuple[RefusedRoute, ...], tuple[Path, ...]]:
    """Put each route folder into use whose contents are new.

    Gives the ones that are refused (the version before stays in use) and those that are left alone
    because a process owner deployed a version of his own: an update of the program never
    replaces that.
    """
    refused: list[RefusedRoute] = []
    kept: list[Path] = []
    for folder in sorted(path.parent for path in routes.glob(f"*/{_ROUTE_FILE}")):
        try:
            files = read_folder(folder)
            if not _once(database, partial(_deploy_shipped, files=files, now=now)):
                kept.append(folder)
        except RouteRefused as refusal:
            refused.append(RefusedRoute(folder, len(refusal.findings)))
    return tuple(refused), tuple(kept)


def _deploy_shipped(session: Session, files: Mapping[str, bytes], now: datetime) -> bool:
    """Deploy what came with the program; False when a process owner's own version stays."""
    sha256 = contents_hash(files)
    known = select(ProcessDefinition.id).where(ProcessDefinition.sha256 == sha256)
    if session.scalar(known) is not None:
        return True
    newest = session.scalar(
        select(ProcessDefinition)
        .where(ProcessDefinition.key == read_route(files).key)
        .order_by(ProcessDefinition.version.desc())
        .limit(1)
    )
    if newest is not None and newest.deployed_by != STARTER.name:
        return False
    deploy(session, files, now, STARTER)
    return True


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
