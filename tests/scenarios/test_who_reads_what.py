"""A shipped route played to its end, with every person looking at every page after each deed.

The rule is the same for all: what stands in a completed form that one may not read stands nowhere
else either: not on the page of the case, in the timeline, in one's own forms or in letters.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.models import Case, FormRecord, Person
from engine.routes import read_folder
from tasks import casepage
from tasks.access import Standing, Viewer, cases_visible_to, standing
from tasks.scenarios.player import Player
from tasks.scenarios.script import Deed, read_script
from tasks.scenarios.stage import Scenery, Stage
from tasks.sharing import Reader
from tasks.taskpage import task_page
from tasks.timeline import timeline_page
from tests.house.sources import ROOT

PROCESSES = ROOT / "processes"
# What the parties talk about with each other: who it is, which home, and what was decided.
COMMON = {
    "clientNaam",
    "begeleiderNaam",
    "begeleiderTelefoon",
    "begeleiderEmail",
    "woningAdres",
    "woningSoort",
}
SHORTEST = 20
"""Shorter texts are mostly choices ("toegekend"): many forms hold the same."""


@pytest.fixture(scope="module")
def sceneries() -> Iterator[Callable[[str], Scenery]]:
    with ExitStack() as stack:

        @cache
        def of(route: str) -> Scenery:
            return stack.enter_context(Scenery.build(read_folder(PROCESSES / route)))

        yield of


def texts(value: object) -> Iterator[str]:
    """Everything somebody wrote, however deep in an answer."""
    if isinstance(value, str) and len(value.strip()) >= SHORTEST:
        yield value.strip()
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


class Eyes:
    """Everybody's eyes; collects what was seen that must not be."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.wrong: set[tuple[str, str, str]] = set()
        self.joined: dict[str, str] = {}
        self.hidden = 0
        with stage.database.reading() as session:
            names = session.scalars(select(Person.username)).all()
        self.viewers = [stage.viewer(name) for name in names]

    def look(self, deed: Deed) -> None:
        for viewer in self.viewers:
            with self.stage.database.reading() as session:
                for case in session.scalars(cases_visible_to(viewer, self.stage.now)):
                    here = standing(session, case, viewer, self.stage.now)
                    for party in here.parties:
                        self.joined.setdefault(party, str(deed.what))
                    self._compare(session, case, here, viewer)

    def _compare(self, session: Session, case: Case, here: Standing, viewer: Viewer) -> None:
        look = Reader(session, case, here, self.stage.now)
        readable: set[str] = set()
        hidden: dict[str, str] = {}
        for record in session.scalars(select(FormRecord).where(FormRecord.case_id == case.id)):
            for name, value in json.loads(record.values).items():
                if look.may_read(record):
                    readable.update(texts(value))
                elif name not in COMMON:
                    hidden.update(dict.fromkeys(texts(value), f"{record.element_id}.{name}"))
        self.hidden += len(hidden)
        secret = {text: where for text, where in hidden.items() if text not in readable}
        if not secret:
            return  # then no page can show what it must not
        seen = "\n".join(self._pages(session, case, viewer))
        for text, where in secret.items():
            if text in seen:
                self.wrong.add((viewer.username, where, text))

    def _pages(self, session: Session, case: Case, viewer: Viewer) -> Iterator[str]:
        now = self.stage.now
        page = casepage.case_page(session, case.number, viewer, now)
        yield repr(page)
        happened = timeline_page(session, case.number, None, viewer, now)
        yield repr(happened)
        while happened.timeline.next:
            happened = timeline_page(session, case.number, happened.timeline.next, viewer, now)
            yield repr(happened)
        for row in page.records:
            yield repr(casepage.record(session, row.id, viewer, now))
        for letter in page.letters:
            yield repr(casepage.letter(session, letter.id, viewer, now))
        for waiting in page.now_waiting:
            if waiting.task_id is not None:
                yield repr(task_page(session, waiting.task_id, viewer, now))


@pytest.fixture(scope="module")
def watched(sceneries: Callable[[str], Scenery]) -> Callable[[str, str], Eyes]:
    @cache
    def play(route: str, name: str) -> Eyes:
        script = read_script(PROCESSES / route / "scenarios" / f"{name}.toml")
        with sceneries(route).stage(script.begin) as stage:
            eyes = Eyes(stage)
            Player(script, stage, eyes.look).play()
            return eyes

    return play


@pytest.mark.parametrize(
    ("route", "name"),
    [
        ("drechtsteden", "regulier-tot-het-einde"),
        ("drechtsteden", "keuze-anders-zonder-toestemming"),
        ("drechtsteden", "voorrang-corporatie-zoekt"),
        ("amsterdam", "eigen-woning-tot-het-einde"),
        ("amsterdam", "wisseling-van-zorgaanbieder"),
    ],
)
def test_what_may_not_be_read_stands_nowhere(
    watched: Callable[[str, str], Eyes], route: str, name: str
) -> None:
    eyes = watched(route, name)
    assert eyes.wrong == set()
    assert eyes.hidden > 100  # there was something to hide


def test_on_the_regular_route_a_corporation_sees_nothing_before_the_lease_talks(
    watched: Callable[[str, str], Eyes],
) -> None:
    joined = watched("drechtsteden", "regulier-tot-het-einde").joined
    # The first deed after the home was accepted: from then on the corporation is a partner.
    assert joined["corporatie"] == "Taak_IndicatieVooraf"
    assert "puv" not in joined


def test_each_body_joins_when_its_own_work_begins(watched: Callable[[str, str], Eyes]) -> None:
    joined = watched("amsterdam", "eigen-woning-tot-het-einde").joined
    assert joined["veldtafel"] == "Taak_Trajectwijziging"
    assert joined["directiewonen"] == "Taak_UrgentieVersturen"
