"""Bringing a database to the present schema (safe at every start), and seeing how it stands."""

from __future__ import annotations

from collections.abc import Set
from enum import Enum
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select, text

from engine.db import Database, transaction_limit

_MIGRATIONS = Path(__file__).parent / "migrations"
# Any number that no other program on this database uses: two servers may start at once.
_ADVISORY_LOCK = 7_402_026


def migrate(database: Database) -> None:
    """Apply every revision that the database does not have yet, in one transaction."""
    settings = config()
    with database.transaction() as session:
        connection = session.connection()
        if not database.is_sqlite:
            # An index of a large table takes its time, and so does waiting for another server.
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(select(transaction_limit(0, local=True)))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")


class Standing(Enum):
    """How the tables of a database stand to this program."""

    OLD = "old"
    PRESENT = "present"
    NEW = "new"
    READ_ONLY = "read-only"


def standing(database: Database) -> Standing:
    """Whether the tables are those of this program. OLD also when there are none yet.

    NEW: a newer program has been here; this one does not know what its tables mean. READ_ONLY:
    PostgreSQL takes no changes, because it follows another server or was told to. Raises what
    SQLAlchemy raises when the database cannot be reached.
    """
    with database.reading() as session:
        if not database.is_sqlite and session.scalar(text("SHOW transaction_read_only")) == "on":
            return Standing.READ_ONLY
        if not inspect(session.connection()).has_table("alembic_version"):
            return Standing.OLD
        found = set(session.execute(text("SELECT version_num FROM alembic_version")).scalars())
    return standing_of(found)


def standing_of(found: Set[str]) -> Standing:
    """How tables with these revisions stand to this program."""
    head, known = _revisions()
    if found == {head}:
        return Standing.PRESENT
    return Standing.OLD if found <= known else Standing.NEW


@cache
def _revisions() -> tuple[str | None, frozenset[str]]:
    """The newest revision of this program, and all of them."""
    scripts = ScriptDirectory.from_config(config())
    known = frozenset(one.revision for one in scripts.walk_revisions())
    return scripts.get_current_head(), known


def config() -> Config:
    """What Alembic has to know to find the migrations."""
    found = Config()
    found.set_main_option("script_location", str(_MIGRATIONS))
    return found
