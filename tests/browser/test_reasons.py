"""Why a date is what it is opens with the keyboard, also where scripts do not run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.clock import TurnedClock
from tests.browser.harness import assert_no_axe_violations, serve
from tests.browser.test_pages import become
from tests.conftest import DatabaseWith
from tests.webui.site import Site, furnish, site_of

STEP = "De termijn begint op maandag 18 mei 2026. Die dag telt niet mee."


@pytest.fixture
def site(sqlite_with: DatabaseWith, clock: TurnedClock, tmp_path: Path) -> Site:
    return site_of(sqlite_with(furnish), clock, tmp_path / "var")


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    with serve(site.app) as url:
        yield url


def _open_with_the_keyboard(page: Page) -> None:
    expect(page.get_by_text(STEP)).to_be_hidden()
    page.locator("summary", has_text="Waarom deze datum?").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(STEP)).to_be_visible()


def test_the_reasons_open_with_the_keyboard(any_page: Page, site: Site, address: str) -> None:
    become(any_page, site, address, "sanne")
    number = site.start_case()
    any_page.goto(f"{address}/taken/{site.task(number, 'Gesprek')}")
    _open_with_the_keyboard(any_page)
    assert_no_axe_violations(any_page)


def test_the_reasons_open_without_scripts(browser: Browser, site: Site, address: str) -> None:
    number = site.start_case()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    become(page, site, address, "sanne")
    page.goto(f"{address}/taken/groepen")
    page.get_by_role("link", name="Waarom deze datum?").click()
    expect(page.get_by_text(STEP)).to_be_visible()
    page.goto(f"{address}/taken/{site.task(number, 'Gesprek')}")
    _open_with_the_keyboard(page)
    context.close()


def test_what_is_late_is_told_in_words_beside_its_colour(
    page: Page, site: Site, address: str
) -> None:
    site.start_case()
    site.clock.turn_by(timedelta(days=10))
    become(page, site, address, "sanne")
    page.goto(f"{address}/taken/te-laat")
    late = page.locator(".utrecht-status-badge--danger")
    expect(late).to_have_text("2 dagen te laat")
    assert_no_axe_violations(page)


def test_the_address_of_the_calendar_is_shown_once_and_accessibly(
    any_page: Page, site: Site, address: str
) -> None:
    become(any_page, site, address, "sanne")
    any_page.goto(f"{address}/account/herinneringen")
    any_page.get_by_role("button", name="Adres maken").click()
    expect(any_page.locator("code")).to_contain_text(".ics")
    assert_no_axe_violations(any_page)
    any_page.goto(f"{address}/account/herinneringen")
    expect(any_page.locator("code")).to_have_count(0)
    any_page.get_by_role("button", name="Adres intrekken").click()
    expect(any_page.get_by_text("Het adres van uw agenda werkt niet meer.")).to_be_visible()
