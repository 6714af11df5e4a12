"""Texts as PostgreSQL takes them: without U+0000, the one character that it cannot hold.

No person types it, but an expression can make it ("\\u0000"), and then no step may break on it.
"""

from __future__ import annotations

from typing import Any

from psycopg import Connection
from psycopg.abc import Buffer
from psycopg.types.string import StrDumperUnknown

_NUL, _INSTEAD = "\x00", "\ufffd"


class WithoutNul(StrDumperUnknown):
    """Sends a text with U+FFFD (what stands for no character) in place of U+0000."""

    def dump(self, obj: str) -> Buffer | None:
        return super().dump(obj.replace(_NUL, _INSTEAD) if _NUL in obj else obj)


def without_nul(connection: Connection[Any], _record: object) -> None:
    """Let this connection send every text so."""
    connection.adapters.register_dumper(str, WithoutNul)
