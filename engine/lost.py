"""Whether an error means that the database is not there now, so that asking again may help."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# PostgreSQL, read_only_sql_transaction: the server became the second one of two, or its supplier
# lets nobody write because its disk is nearly full. The driver calls it an internal error.
_READ_ONLY = "25006"
# PostgreSQL, query_canceled: the statement took longer than it may.
_TOO_LONG = "57014"


def is_lost_database(error: BaseException) -> bool:
    """Whether the database is away, restarting, full, read-only or too busy to answer."""
    if isinstance(error, DBAPIError):
        if error.connection_invalidated or getattr(error.orig, "sqlstate", None) == _READ_ONLY:
            return True
        return isinstance(error, OperationalError | InterfaceError)
    return isinstance(error, PoolTimeout)


def took_too_long(error: BaseException) -> bool:
    """Whether it was only this statement that the server broke off: the connection is well."""
    return (
        isinstance(error, DBAPIError)
        and not error.connection_invalidated
        and getattr(error.orig, "sqlstate", None) == _TOO_LONG
    )
