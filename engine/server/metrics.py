"""Figures of this process and of the database, in the text format of Prometheus.

Counters are of this process and of what it committed: Prometheus asks each process by itself and
adds them up, also after a restart. Gauges are read from the database and are the same wherever
they are asked. No figure has a label with personal data, a case or an address: labels are names of
the program's own (an endpoint, a kind of event), so there is a bounded number of them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from importlib.metadata import version
from threading import Lock

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from engine import audit
from engine.audit import AuditKind
from engine.clock import Clock
from engine.db import Database, after_commit
from engine.figures import Figures, figures
from engine.server.health import Health, Verdict
from engine.server.vitals import PROCESS

CONTENT_TYPE = CONTENT_TYPE_LATEST
GAUGES_KEPT_SECONDS = 5.0
_DELAYS = (0.5, 1, 2, 5, 15, 60, 300, 1800, 3600, 86_400)
_TIMES = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)

# The moment at which each counter began is a series too, of no use here.
disable_created_metrics()  # type: ignore[no-untyped-call]
_REGISTRY = CollectorRegistry(auto_describe=True)
_HAPPENED = Counter(
    "thuisroute_events",
    "What this process did and committed, by kind of audit event (task_completed, timer_fired...).",
    ["kind"],
    registry=_REGISTRY,
)
_DELAY = Histogram(
    "thuisroute_timer_delay_seconds",
    "How long after its time a timer was fired by this process.",
    buckets=_DELAYS,
    registry=_REGISTRY,
)
_LETTERS = Counter(
    "thuisroute_letters",
    "Attempts of this process to send a letter.",
    ["result"],
    registry=_REGISTRY,
)
_REQUESTS = Counter(
    "thuisroute_http_requests",
    "Requests answered by this process.",
    ["endpoint", "method", "status"],
    registry=_REGISTRY,
)
_REQUEST_TIME = Histogram(
    "thuisroute_http_request_seconds",
    "Time from the request to the answer.",
    ["endpoint"],
    buckets=_TIMES,
    registry=_REGISTRY,
)
# There from the start: what never happened reads 0, and is not absent.
for _kind in AuditKind:
    _HAPPENED.labels(_kind.value)
for _result in ("sent", "failed", "refused"):
    _LETTERS.labels(_result)
ProcessCollector(registry=_REGISTRY)
PlatformCollector(registry=_REGISTRY)
GCCollector(registry=_REGISTRY)


def timer_fired(delay: timedelta) -> None:
    """A timer was fired and committed, ``delay`` after its time."""
    _DELAY.observe(max(0.0, delay.total_seconds()))


def letter_sent() -> None:
    _LETTERS.labels("sent").inc()


def letter_failed() -> None:
    """It will be tried again."""
    _LETTERS.labels("failed").inc()


def letter_refused() -> None:
    """It will not be tried again."""
    _LETTERS.labels("refused").inc()


def request_answered(endpoint: str, method: str, status: int, seconds: float) -> None:
    """``endpoint`` and ``method`` are names of the program's own, never what somebody sent."""
    _requests(endpoint, method, status).inc()
    _request_time(endpoint).observe(seconds)


# A look at the labels of a figure costs as much as counting: each is looked up once.
@cache
def _requests(endpoint: str, method: str, status: int) -> Counter:
    return _REQUESTS.labels(endpoint, method, str(status))


@cache
def _request_time(endpoint: str) -> Histogram:
    return _REQUEST_TIME.labels(endpoint)


@after_commit
def _committed(session: Session) -> None:
    happened = audit.tally(session)
    for kind, number in happened.items():
        _happened(kind).inc(number)
    happened.clear()


@cache
def _happened(kind: str) -> Counter:
    """The counter of one kind of event: few, all of the program's own."""
    return _HAPPENED.labels(kind)


class Metrics:
    """What ``/metrics`` answers in a process that works on ``database``."""

    def __init__(self, database: Database, clock: Clock, health: Health) -> None:
        self._gauges = CollectorRegistry()
        self._gauges.register(_Gauges(database, clock, health))

    def text(self) -> bytes:
        """All figures, as text. A database that is away leaves its own figures out."""
        return generate_latest(_REGISTRY) + generate_latest(self._gauges)


class _Gauges(Collector):
    def __init__(self, database: Database, clock: Clock, health: Health) -> None:
        self._database = database
        self._clock = clock
        self._health = health
        self._lock = Lock()
        self._read: Figures | None = None
        self._read_at: datetime | None = None
        self._old_from = 0.0

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily(
            "thuisroute_build", "The program.", value={"version": version("thuisroute")}
        )
        found = self._health.ready()
        yield _gauge(
            "ready", "Whether work may be sent to this process (as /readyz).", int(found.is_good)
        )
        age = GaugeMetricFamily(
            "thuisroute_scheduler_pulse_age_seconds",
            "Since a round of this job of the scheduler went well.",
            labels=["job"],
        )
        for pulse in PROCESS.pulses:
            age.add_metric([pulse.job], pulse.since_beat().total_seconds())
        yield age
        if found.parts["database"] is Verdict.OK:
            yield from self._of_database()

    def _of_database(self) -> Iterator[Metric]:
        with self._lock:
            if time.monotonic() >= self._old_from:
                self._look()
            read, at = self._read, self._read_at
        if read is None or at is None:
            return
        for name, text, value in (
            ("timers_due", "Timers that should have fired.", read.timers_due),
            (
                "timers_oldest_due_seconds",
                "How late the latest of them is.",
                _age(at, read.oldest_timer_due_at),
            ),
            ("letters_waiting", "Letters for the mail that have not left.", read.letters_waiting),
            (
                "letters_oldest_seconds",
                "How long ago the oldest of them was written.",
                _age(at, read.oldest_letter_written_at),
            ),
            ("letters_given_up", "Letters that will not be tried again.", read.letters_failed),
            ("incidents_open", "Faults of routes that wait for somebody.", read.incidents_open),
        ):
            yield _gauge(name, text, value)

    def _look(self) -> None:
        now = self._clock.now()
        try:
            with self._database.reading() as session:
                self._read, self._read_at = figures(session, now), now
        except SQLAlchemyError:
            # Old figures would look like good news.
            self._read = None
        self._old_from = time.monotonic() + GAUGES_KEPT_SECONDS


def _age(now: datetime, since: datetime | None) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"thuisroute_{name}", text, value=value)
