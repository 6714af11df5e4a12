"""The daily work by keyboard alone: no pointer, every step reachable with Tab and Enter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from engine.clock import TurnedClock
from engine.db import Database
from engine.models import Person
from tasks.passwords import hash_password
from tests.browser.harness import assert_no_axe_violations, serve
from tests.webui.site import Site, make_site

PASSWORD = "drie blauwe fietsen"
LONGEST_WALK = 60


@pytest.fixture
def address(sqlite: Database, clock: TurnedClock, tmp_path: Path) -> Iterator[str]:
    site: Site = make_site(sqlite, clock, tmp_path / "var")
    with sqlite.transaction() as session:
        person = session.scalars(select(Person).where(Person.username == "sanne")).one()
        person.password_hash = hash_password(PASSWORD, "sanne")
    with serve(site.app) as url:
        yield url


def _walk_to(page: Page, name: str) -> None:
    """Press Tab until the control, link or button with this name or label has the focus."""
    for _ in range(LONGEST_WALK):
        page.keyboard.press("Tab")
        here = page.evaluate(
            """() => {
                const here = document.activeElement;
                const label = here.labels?.[0]?.innerText ?? "";
                const ring = getComputedStyle(here);
                return [label || here.innerText || "", ring.outlineStyle];
            }"""
        )
        if here[0].strip().startswith(name):
            assert here[1] != "none", f"the focus on {name!r} cannot be seen"
            return
    pytest.fail(f"{name!r} cannot be reached with Tab on {page.url}")


def _fill(page: Page, label: str, text: str) -> None:
    _walk_to(page, label)
    page.keyboard.type(text)


def _press(page: Page, name: str) -> None:
    _walk_to(page, name)
    page.keyboard.press("Enter")


def test_a_case_is_started_and_its_first_task_done_by_keyboard(page: Page, address: str) -> None:
    page.goto(address)
    _fill(page, "Gebruikersnaam", "sanne")
    _fill(page, "Wachtwoord", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/taken/mijn")

    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Naar de inhoud")
    assert_no_axe_violations(page)  # it is only to be seen while it has the focus
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()

    page.reload()
    _press(page, "Zaken")
    page.wait_for_url("**/zaken")
    _press(page, "Zaak starten")
    page.wait_for_url("**/zaken/nieuw/proefroute")
    _fill(page, "Naam van de cliënt", "Jan de Boer")
    _walk_to(page, "Gemeente")
    page.keyboard.type("Gemeente W")
    _press(page, "Zaak starten")
    page.wait_for_url(re.compile("/zaken/PR-"))

    _press(page, "Gesprek over wonen vastleggen")
    page.wait_for_url("**/taken/*")
    _press(page, "Taak oppakken")
    page.get_by_text("U heeft deze taak opgepakt").wait_for()
    _fill(page, "Verslag", "Goed gesprek.")
    _press(page, "Taak afronden")
    page.wait_for_selector(".tr-error-summary")
    expect(page.locator(".tr-error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(":focus")).to_have_attribute("type", "date")

    page.keyboard.type("15052026")
    _fill(page, "Waar wil de cliënt wonen?", "Waterdorp")
    _walk_to(page, "Ja")
    page.keyboard.press("Space")
    expect(page.get_by_label("Verslag")).to_have_value("Goed gesprek.")
    _press(page, "Taak afronden")
    page.wait_for_url(re.compile("/zaken/PR-"))
    page.get_by_text("is afgerond").wait_for()
    page.wait_for_selector(".tr-diagram[data-state=shown]")
    _walk_to(page, "+")
    _press(page, "Uitloggen")
    page.wait_for_url("**/inloggen")
