"""ProcessDefinitions: putting a route into use as an immutable version, and loading it again."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from weakref import WeakKeyDictionary

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.pool import Pool

from engine.actors import Actor
from engine.checks import checked_route
from engine.errors import NotFound
from engine.models import ProcessDefinition, RouteFile
from engine.routes import Route, reread_route

_KEPT_CONTENTS = 32
_DEPLOYED_HERE = "thuisroute_deployed"


class _Cache:
    """Routes parsed once per process: by database and id, and by contents (bounded)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_pool: WeakKeyDictionary[Pool, dict[int, Route]] = WeakKeyDictionary()
        self._by_sha256: OrderedDict[str, Route] = OrderedDict()

    def get(self, session: Session, definition_id: int) -> Route | None:
        with self._lock:
            return self._by_pool.get(_pool(session), {}).get(definition_id)

    def put(self, session: Session, definition: ProcessDefinition, route: Route) -> None:
        with self._lock:
            self._by_pool.setdefault(_pool(session), {})[definition.id] = route
            self._by_sha256[definition.sha256] = route
            self._by_sha256.move_to_end(definition.sha256)
            if len(self._by_sha256) > _KEPT_CONTENTS:
                self._by_sha256.popitem(last=False)

    def same_contents(self, sha256: str) -> Route | None:
        with self._lock:
            return self._by_sha256.get(sha256)


def _pool(session: Session) -> Pool:
    # The pool is shared by every engine that execution_options derives from one database.
    return session.get_bind().engine.pool


_cache = _Cache()


def contents_hash(files: Mapping[str, bytes]) -> str:
    """SHA-256 over names and contents of all files; the same for the same route, in any order."""
    digest = hashlib.sha256()
    for path, content in sorted(files.items()):
        name = path.encode()
        digest.update(len(name).to_bytes(8, "big") + name)
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.hexdigest()


def deploy(
    session: Session, files: Mapping[str, bytes], now: datetime, actor: Actor
) -> ProcessDefinition:
    """Put a route into use: check it whole, then store it as the next version of its key.

    The same contents as an earlier version change nothing and give that version. Cases that run
    stay on theirs. Raises RouteRefused with everything that is wrong.
    """
    sha256 = contents_hash(files)
    route = checked_route(files)
    existing = _same(session, route.key, sha256)
    if existing is not None:
        return existing
    try:
        with session.begin_nested():
            definition = _add(session, route, sha256, now, actor)
    except IntegrityError:
        # Another server deployed this route at the same moment.
        existing = _same(session, route.key, sha256)
        if existing is None:
            raise
        return existing
    session.info.setdefault(_DEPLOYED_HERE, set()).add(definition.id)
    return definition


def _same(session: Session, key: str, sha256: str) -> ProcessDefinition | None:
    return session.scalar(
        select(ProcessDefinition).where(
            ProcessDefinition.key == key, ProcessDefinition.sha256 == sha256
        )
    )


def _add(
    session: Session, route: Route, sha256: str, now: datetime, actor: Actor
) -> ProcessDefinition:
    highest = session.scalar(
        select(func.max(ProcessDefinition.version)).where(ProcessDefinition.key == route.key)
    )
    definition = ProcessDefinition(
        key=route.key,
        version=(highest or 0) + 1,
        name=route.config.name,
        sha256=sha256,
        deployed_at=now,
        deployed_by=actor.name,
    )
    session.add(definition)
    session.flush()
    session.add_all(
        RouteFile(definition_id=definition.id, path=path, content=content)
        for path, content in sorted(route.files.items())
    )
    session.flush()
    return definition


def latest(session: Session, key: str) -> ProcessDefinition:
    """The version of a route that new cases get. Raises NotFound."""
    found = session.scalar(
        select(ProcessDefinition)
        .where(ProcessDefinition.key == key)
        .order_by(ProcessDefinition.version.desc())
        .limit(1)
    )
    if found is None:
        raise NotFound
    return found


def latest_all(session: Session) -> list[ProcessDefinition]:
    """Of every route the version that new cases get, by name."""
    newest = (
        select(ProcessDefinition.key, func.max(ProcessDefinition.version).label("version"))
        .group_by(ProcessDefinition.key)
        .subquery()
    )
    return list(
        session.scalars(
            select(ProcessDefinition)
            .join(
                newest,
                (newest.c.key == ProcessDefinition.key)
                & (newest.c.version == ProcessDefinition.version),
            )
            .order_by(ProcessDefinition.name, ProcessDefinition.key)
        )
    )


def all_versions(session: Session) -> list[ProcessDefinition]:
    """Every deployed version, by route and then newest first."""
    return list(
        session.scalars(
            select(ProcessDefinition).order_by(
                ProcessDefinition.key, ProcessDefinition.version.desc()
            )
        )
    )


def load(session: Session, definition_id: int) -> Route:
    """The route of one deployed version, parsed once per process. Raises NotFound."""
    route = _cache.get(session, definition_id)
    if route is not None:
        return route
    definition = session.get(ProcessDefinition, definition_id)
    if definition is None:
        raise NotFound
    # Contents were checked when they were deployed; a stricter gate must not stop running cases.
    route = _cache.same_contents(definition.sha256) or reread_route(_files(session, definition_id))
    route = replace(route, definition_id=definition.id, version=definition.version)
    # What this very transaction deployed may still be rolled back, and its id be given out again.
    if definition_id not in session.info.get(_DEPLOYED_HERE, ()):
        _cache.put(session, definition, route)
    return route


def _files(session: Session, definition_id: int) -> dict[str, bytes]:
    rows = session.execute(
        select(RouteFile.path, RouteFile.content).where(RouteFile.definition_id == definition_id)
    )
    return {row.path: row.content for row in rows}
