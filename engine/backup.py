"""A copy of an SQLite database while people work, and putting one back.

PostgreSQL has tools of its own for this (``pg_dump``, ``pg_restore``): see ``docker/README.md``.
Attachments and letters live in the database, so a copy of it is a copy of all cases.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from engine.clock import AMSTERDAM
from engine.db import Database
from engine.migrate import Standing, standing_of


class BackupRefused(Exception):
    """A copy cannot be made or put back; ``text`` says why and what to do, in Dutch."""

    def __init__(self, text: str, *facts: object) -> None:
        super().__init__(*facts)
        self.text = text


def back_up(database: Database, target: Path) -> None:
    """Write the database as it is at this moment to ``target``: whole, compact, checked.

    A snapshot: work goes on meanwhile, and a step that commits later is not in it. ``target``
    is there when everything is safely on the disk, and not before. Raises BackupRefused.
    """
    source = database_file(database)
    if target.exists():
        raise BackupRefused(f"{target} bestaat al. Kies een andere naam.", target)
    if not source.exists():
        raise BackupRefused(f"Er is nog geen database: {source} bestaat niet.", source)
    partial = target.with_name(f".{target.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(source)) as connection:
            connection.execute("VACUUM INTO ?", (str(partial),))
        _demand_sound(partial)
        _settle(partial, target)
    except (OSError, sqlite3.Error) as error:
        raise BackupRefused(
            f"De kopie kan niet worden gemaakt in {target.parent}. Is er genoeg ruimte?", target
        ) from error
    finally:
        partial.unlink(missing_ok=True)


def restore(database: Database, backup: Path, now: datetime) -> Path | None:
    """Put ``backup`` in the place of the database; gives where the one before is kept, if any.

    Everything that uses the database must have been stopped. Raises BackupRefused, and has then
    changed nothing.
    """
    target = database_file(database)
    _demand_backup(backup)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    try:
        shutil.copyfile(backup, partial)
        kept = _put_aside(target, now)
        try:
            _settle(partial, target)
        except OSError:
            if kept is not None:
                kept.rename(target)
            raise
    except OSError as error:
        raise BackupRefused(
            f"De kopie kan niet worden teruggezet in {target.parent}. Is er genoeg ruimte?", target
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return kept


def database_file(database: Database) -> Path:
    """The file of an SQLite database; raises BackupRefused for any other."""
    if not database.is_sqlite:
        raise BackupRefused(
            "Dit is een PostgreSQL-database. Gebruik pg_dump en pg_restore: "
            "zie docker/README.md, onder Reservekopie."
        )
    name = database.engine.url.database
    if not name or name == ":memory:":
        raise BackupRefused("Deze database staat niet in een bestand.")
    return Path(name)


def _put_aside(target: Path, now: datetime) -> Path | None:
    """Give the present database another name, when nobody uses it any more."""
    if not target.exists():
        return None
    with _alone(target):
        stamp = now.astimezone(AMSTERDAM).strftime("%Y%m%d-%H%M%S")
        kept = target.with_name(f"{target.name}.{stamp}")
        target.rename(kept)
        # Of a damaged database a log may be left; beside another database it would do harm.
        for ending in ("-wal", "-shm", "-journal"):
            beside = Path(f"{target}{ending}")
            if beside.exists():
                beside.rename(f"{kept}{ending}")
    return kept


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Raises BackupRefused when any other connection is open.

    Leaving WAL asks for exactly that, and puts the log into the file, so that the file is all.
    """
    with closing(sqlite3.connect(target, timeout=0.5)) as connection:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode=DELETE").fetchone()
        except sqlite3.OperationalError as error:
            raise BackupRefused(
                f"{target} is nog in gebruik. Stop eerst Thuisroute (website en planner).", target
            ) from error
        except sqlite3.DatabaseError:
            # Damaged: that may well be why a copy is put back. It is kept as it is.
            mode = "delete"
        assert mode == "delete"  # noqa: S101 - SQLite says so or raises
        yield


def _demand_backup(backup: Path) -> None:
    if not backup.is_file():
        raise BackupRefused(f"{backup} bestaat niet.", backup)
    try:
        _demand_sound(backup)
        found = _standing(backup)
    except (sqlite3.Error, OSError) as error:
        raise BackupRefused(f"{backup} is geen goede kopie van een database.", backup) from error
    if found is None:
        raise BackupRefused(f"{backup} is geen kopie van Thuisroute.", backup)
    if found is Standing.NEW:
        raise BackupRefused(
            f"{backup} is gemaakt met een nieuwere versie van Thuisroute. "
            "Installeer eerst die versie.",
            backup,
        )


def _standing(backup: Path) -> Standing | None:
    """How the tables of a copy stand to this program; None when they are not Thuisroute's.

    Looked at read-only: the copy may lie on a disk that cannot be written.
    """
    with closing(_read_only(backup)) as connection:
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema")}
        if not {"alembic_version", "cases"} <= names:
            return None
        rows = connection.execute("SELECT version_num FROM alembic_version")
        return standing_of({row[0] for row in rows})


def _read_only(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)


def _demand_sound(file: Path) -> None:
    """Raises sqlite3.DatabaseError when the file is damaged or no database."""
    with closing(_read_only(file)) as connection:
        (told,) = connection.execute("PRAGMA integrity_check").fetchone()
    if told != "ok":
        raise sqlite3.DatabaseError(told)


def _settle(partial: Path, target: Path) -> None:
    """Let ``partial`` be ``target`` once it is on the disk, whole or not at all."""
    with partial.open("rb+") as file:
        os.fsync(file.fileno())
    partial.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
