"""Bringing a database to the present schema; safe to call at every start."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from engine.db import Database

_MIGRATIONS = Path(__file__).parent / "migrations"
# Any number that no other program on this database uses: two servers may start at once.
_ADVISORY_LOCK = 7_402_026


def migrate(database: Database) -> None:
    """Apply every revision that the database does not have yet, in one transaction."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    writing = database.engine.execution_options(thuisroute_begin="BEGIN IMMEDIATE")
    with writing.begin() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
