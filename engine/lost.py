"""Whether an error means that the database is not there now, so that asking again may help."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# PostgreSQL, read_only_sql_transaction: the server became the second one of two, or its supplier
# lets nobody write because its disk is nearly full. The driver calls it an internal error.
_READ_ONLY = "25006"
# PostgreSQL, query_canceled: the statement took longer than it may.
_TOO_LONG = "57014"
# PostgreSQL, transaction_timeout: all its statements together did. The server ends the connection.
_TRANSACTION_TOO_LONG = "25P04"


def is_lost_database(error: BaseException) -> bool:
    """Whether the database is away, restarting, full, read-only or too busy to answer."""
    if isinstance(error, DBAPIError):
        if error.connection_invalidated or getattr(error.orig, "sqlstate", None) == _READ_ONLY:
            return True
        return isinstance(error, OperationalError | InterfaceError)
    return isinstance(error, PoolTimeout)


def took_too_long(error: BaseException) -> bool:
    """Whether the server broke off this statement or transaction only, and is well itself."""
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    if state == _TRANSACTION_TOO_LONG:
        return True
    return state == _TOO_LONG and not error.connection_invalidated
