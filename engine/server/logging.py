"""The log: one line an event to standard error, facts as keywords, no personal data.

The message of an exception may hold what a person typed (a database error quotes the row), so an
exception is logged as its type and the places it went through, never as its message.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any, TextIO, cast

import structlog
from structlog.typing import Processor

MOST_PLACES = 14
# APScheduler warns at every tick that a job still runs: no news (see scheduler.loop).
_QUIET = {
    "alembic": logging.WARNING,
    "apscheduler": logging.ERROR,
    "waitress.queue": logging.ERROR,
}

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def configure_logging(stream: TextIO | None = None) -> None:
    """Send all logging to ``stream`` (standard error): readable on a terminal, else JSON lines."""
    out = stream if stream is not None else sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        exception_facts,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(out),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for name, level in _QUIET.items():
        logging.getLogger(name).setLevel(level)


def _renderer(out: TextIO) -> Processor:
    if out.isatty():
        return structlog.dev.ConsoleRenderer(colors=False)
    return structlog.processors.JSONRenderer(ensure_ascii=False)


def exception_facts(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """structlog processor: replace ``exc_info`` by ``error`` (types) and ``places`` (frames)."""
    info = event.pop("exc_info", None)
    found = _exc_info(info)
    if found is not None:
        kind, error, trace = found
        event["error"] = error_type(error) if error is not None else kind.__name__
        event["places"] = [
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(trace)[-MOST_PLACES:]
        ]
    return event


def error_type(error: BaseException) -> str:
    """The type of ``error`` and of what caused it: "OperationalError from ConnectionTimeout"."""
    cause = error.__cause__
    name = type(error).__name__
    return name if cause is None else f"{name} from {type(cause).__name__}"


def _exc_info(info: object) -> _ExcInfo | None:
    if isinstance(info, BaseException):
        return type(info), info, info.__traceback__
    if isinstance(info, tuple) and len(info) == 3 and info[0] is not None:
        return cast(_ExcInfo, info)
    if info:
        current = sys.exc_info()
        return None if current[0] is None else cast(_ExcInfo, current)
    return None
