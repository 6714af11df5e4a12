"""The log of a whole day's work: what happened, and never about whom or what was typed."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest
import structlog

from engine.server.logging import configure_logging
from tests.webui.site import DECISION, TALK, Site


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged, at every level."""
    root = logging.getLogger()
    handlers, level, before = root.handlers[:], root.level, structlog.get_config()
    stream = io.StringIO()
    configure_logging(stream)
    root.setLevel(logging.DEBUG)
    yield stream
    root.handlers, root.level = handlers, level
    structlog.configure(**before)


def test_a_whole_case_leaves_no_name_and_no_typed_word_in_the_log(
    sqlite_site: Site, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = sqlite_site
    logging.getLogger("proef").warning("het log werkt")
    number = site.start_case(**{"v.clientEmail": "jan.de.boer@example.org"})
    sanne, karim = site.signed_in("sanne"), site.signed_in("karim")
    task = f"/taken/{site.task(number, 'Gesprek')}"
    sanne.post(task, {**TALK, "v.verslag": "Geheim verslag"})
    # A fault of the route, a wrong answer, a page that is not there, a wrong password, a search.
    sanne.post(task, {**TALK, "v.plaats": ""})
    sanne.post(task, {**TALK, "v.gesprekDatum": "Geheim verslag"})
    sanne.get("/zaken/Jan%20de%20Boer")
    site.visitor().post("/inloggen", {"gebruiker": "Jan de Boer", "wachtwoord": "Geheim verslag"})
    sanne.post("/zaken/zoeken", {"zoek": "Jan de Boer"})
    sanne.post(f"/zaken/{number}/notities", {"notitie": "Geheim verslag"})
    decision = site.task(number, "Besluiten")
    monkeypatch.setattr("tasks.completion.Completed", _fails)
    karim.post(f"/taken/{decision}", DECISION)
    monkeypatch.undo()
    karim.post(f"/taken/{decision}", DECISION)
    written = log.getvalue()
    assert "het log werkt" in written
    assert "request_failed" in written
    for word in ("Boer", "Geheim", "jan.de", "Goed gesprek"):
        assert word not in written, word


def _fails(*_: object) -> None:
    raise ValueError("Jan de Boer, Geheim verslag")
