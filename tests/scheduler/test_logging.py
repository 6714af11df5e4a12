"""The log tells what happened and where, never to whom."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from engine.db import Database
from engine.server.logging import configure_logging


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = root.handlers, root.level
    stream = io.StringIO()
    configure_logging(stream)
    yield stream
    root.handlers, root.level = before
    structlog.reset_defaults()


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_an_event_is_one_line_of_json(out: io.StringIO) -> None:
    structlog.get_logger("scheduler").info("timers_fired", fired=3)
    (line,) = lines(out)
    assert (line["event"], line["fired"], line["level"]) == ("timers_fired", 3, "info")
    assert line["timestamp"].endswith("Z")


def test_an_exception_is_logged_as_its_type_and_places_without_its_message(
    database: Database, out: io.StringIO
) -> None:
    try:
        with database.reading() as session:
            session.execute(text("SELECT nothing FROM nowhere WHERE name = :n"), {"n": "Jan Smit"})
    except SQLAlchemyError:
        structlog.get_logger("webui").exception("step_failed")
        logging.getLogger("waitress").exception("foreign")
    ours, foreign = lines(out)
    for line in (ours, foreign):
        assert "Error from" in line["error"]
        assert any("test_logging.py" in place for place in line["places"])
    assert "Jan" not in out.getvalue()


def test_apschedulers_warning_at_every_tick_is_no_news(out: io.StringIO) -> None:
    logging.getLogger("apscheduler.scheduler").warning("maximum number of running instances")
    logging.getLogger("apscheduler.scheduler").error("something is really wrong")
    assert [line["event"] for line in lines(out)] == ["something is really wrong"]
