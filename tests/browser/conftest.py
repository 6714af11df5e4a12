"""A browser for tests: Debian's Chromium, driven by Playwright, wide and narrow."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from engine.clock import TurnedClock
from tests.browser.harness import DIST, NARROW, WIDE, Watch
from tests.browser.live import Installation, installed
from tests.conftest import MONDAY_MORNING

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole session. Fails, never skips, when there is none."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        pytest.fail("Chromium is missing: install the package 'chromium', or run 'make test'.")
    if not (DIST / "manifest.json").exists():
        pytest.fail("The front end is not built: run 'make test', or 'npm run build' there.")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield opened
        opened.close()


def _context(browser: Browser, size: dict[str, int]) -> BrowserContext:
    context = browser.new_context(
        viewport={"width": size["width"], "height": size["height"]},
        locale="nl-NL",
        timezone_id="Europe/Amsterdam",
    )
    context.set_default_timeout(10_000)
    return context


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh wide browser profile: its own cookies. Make more with ``browser.new_context``."""
    opened = _context(browser, WIDE)
    yield opened
    opened.close()


@pytest.fixture
def watch() -> Iterator[Watch]:
    """After the test: no script error, policy violation or failed request on a watched page."""
    watching = Watch()
    yield watching
    assert watching.complaints == []


@pytest.fixture
def page(context: BrowserContext, watch: Watch) -> Page:
    """A wide, watched page."""
    opened = context.new_page()
    watch.over(opened)
    return opened


@pytest.fixture(params=[WIDE, NARROW], ids=["wide", "narrow"])
def any_page(request: pytest.FixtureRequest, browser: Browser, watch: Watch) -> Iterator[Page]:
    """A watched page, once wide and once as narrow as WCAG's reflow asks."""
    opened = _context(browser, request.param)
    fresh = opened.new_page()
    watch.over(fresh)
    yield fresh
    opened.close()


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A running installation for the tests of one module; its clock says Monday morning."""
    clock = TurnedClock(MONDAY_MORNING)
    with installed(tmp_path_factory.mktemp("var"), clock) as running:
        yield running
