"""Every page of the site, with data, for each role, wide and narrow: as axe and the eye see it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from engine.clock import TurnedClock
from engine.models import AuditEvent, FormRecord
from tests.browser.harness import assert_no_axe_violations, serve
from tests.conftest import DatabaseWith
from tests.webui.everything import addresses, case_with_everything
from tests.webui.site import Site, furnish, site_of
from tests.webui.test_broken_forms import break_forms, deploy_breakable

# Downloads and data, not pages; and the one that sends on to another page.
NOT_A_PAGE = {"documents.attachment", "documents.diagram", "worklist.home"}
ROLES = ("sanne", "karim", "beheer")


@pytest.fixture
def site(sqlite_with: DatabaseWith, clock: TurnedClock, tmp_path: Path) -> Site:
    return site_of(sqlite_with(furnish), clock, tmp_path / "var")


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    with serve(site.app) as url:
        yield url


def become(page: Page, site: Site, address: str, username: str) -> None:
    """Let the browser have a session of this person."""
    visitor = site.signed_in(username)
    cookie = visitor.client.get_cookie("thuisroute")
    assert cookie is not None
    page.context.add_cookies([{"name": "thuisroute", "value": cookie.value, "url": address}])


def begins_elsewhere(page: Page) -> list[str]:
    """Headings and narrow parts that do not begin where the menu does, or in a box or column."""
    found: list[str] = page.evaluate(
        """() => {
            const left = (node) => Math.round(node.getBoundingClientRect().left);
            const edge = left(document.querySelector(".tr-brand"));
            return [...document.querySelectorAll("main h1, main .tr-narrow")]
                .filter((node) => left(node) !== edge)
                .map((node) => `${node.className}: ${left(node)}, not ${edge}`);
        }"""
    )
    return found


@pytest.mark.parametrize("username", ROLES)
def test_every_page_is_accessible(any_page: Page, site: Site, address: str, username: str) -> None:
    values = case_with_everything(site)
    become(any_page, site, address, username)
    titles: dict[str, str] = {}
    for endpoint, method, path in addresses(site, values):
        if method != "GET" or endpoint in NOT_A_PAGE:
            continue
        answer = any_page.goto(address + path)
        assert answer is not None
        assert answer.status < 500, path
        assert any_page.locator("h1").count() == 1, path
        assert any_page.locator("main").count() == 1, path
        assert begins_elsewhere(any_page) == [], path
        assert_no_axe_violations(any_page)
        if answer.ok and any_page.url == address + path:
            titles[path] = any_page.title()
    assert len(titles) > 5
    assert len(set(titles.values())) == len(titles), titles


def test_pages_for_everybody_are_accessible(any_page: Page, site: Site, address: str) -> None:
    for path in ("/inloggen", "/welkom/onzin", "/bestaat-niet"):
        any_page.goto(address + path)
        assert_no_axe_violations(any_page)


def test_a_form_with_errors_is_accessible_and_its_summary_has_the_focus(
    any_page: Page, site: Site, address: str
) -> None:
    become(any_page, site, address, "sanne")
    number = site.start_case()
    any_page.goto(f"{address}/taken/{site.task(number, 'Gesprek')}")
    any_page.get_by_role("button", name="Rij toevoegen").click()
    any_page.get_by_role("button", name="Taak afronden").click()
    any_page.wait_for_selector(".tr-error-summary")
    assert any_page.title().startswith("Fout: ")
    assert any_page.evaluate("document.activeElement.className") == "tr-error-summary"
    assert_no_axe_violations(any_page)
    for link in any_page.locator(".tr-error-summary a").all():
        target = (link.get_attribute("href") or "").removeprefix("#")
        assert any_page.locator(f"[id='{target}']").count() == 1, target


def test_the_diagram_is_drawn_with_the_place_of_the_case_marked(
    any_page: Page, site: Site, address: str
) -> None:
    become(any_page, site, address, "sanne")
    number = site.start_case()
    any_page.goto(f"{address}/zaken/{number}")
    any_page.wait_for_selector(".tr-diagram[data-state=shown]")
    marked = any_page.locator(".tr-mark-active")
    assert marked.get_attribute("data-element-id") == "Gesprek"
    assert_no_axe_violations(any_page)


def test_what_is_long_ago_is_folded_and_opens_with_the_keyboard(
    any_page: Page, site: Site, address: str
) -> None:
    number = site.case_with_the_municipality()
    with site.database.transaction() as session:
        first = session.scalars(select(FormRecord).where(FormRecord.element_id == "Gesprek")).one()
        columns = {column.key for column in FormRecord.__table__.columns} - {"id", "user_task_id"}
        for _ in range(30):
            session.add(FormRecord(**{name: getattr(first, name) for name in columns}))
            session.add(
                AuditEvent(case_id=first.case_id, at=first.at, kind="note_written", data="{}")
            )
    become(any_page, site, address, "sanne")
    any_page.goto(f"{address}/zaken/{number}")
    older = any_page.locator("summary", has_text="Oudere formulieren")
    table = any_page.get_by_role("table", name="Oudere formulieren")
    assert not table.is_visible()
    older.focus()
    any_page.keyboard.press("Enter")
    table.wait_for()
    assert_no_axe_violations(any_page)
    any_page.get_by_role("link", name="Alles wat er is gebeurd").focus()
    any_page.keyboard.press("Enter")
    any_page.wait_for_url("**/verloop")
    assert any_page.get_by_text("De zaak is gestart.").is_visible()


def test_a_question_appears_when_it_is_asked_for_and_typing_goes_on(
    page: Page, site: Site, address: str
) -> None:
    become(page, site, address, "sanne")
    number = site.start_case()
    page.goto(f"{address}/taken/{site.task(number, 'Gesprek')}")
    assert page.get_by_label("Wat is er nog nodig?").count() == 0
    page.get_by_label("Verslag").fill("Goed gesprek.")
    page.get_by_label("Nee").check()
    page.get_by_label("Wat is er nog nodig?").fill("Leren koken")
    assert page.get_by_label("Verslag").input_value() == "Goed gesprek."
    page.get_by_label("Datum van het gesprek").fill("2026-05-15")
    page.get_by_label("Waar wil de cliënt wonen?").fill("Waterdorp")
    page.get_by_role("button", name="Taak afronden").click()
    page.wait_for_url(f"**/zaken/{number}")


def test_what_is_typed_is_kept_as_a_draft_by_itself(page: Page, site: Site, address: str) -> None:
    become(page, site, address, "sanne")
    number = site.start_case()
    path = f"{address}/taken/{site.task(number, 'Gesprek')}"
    page.goto(path)
    page.get_by_label("Verslag").fill("Half af")
    page.get_by_text("Concept bewaard om").wait_for()
    page.goto(path)
    assert page.get_by_label("Verslag").input_value() == "Half af"


def test_the_page_that_keeps_what_was_typed_is_accessible(
    any_page: Page, site: Site, address: str
) -> None:
    deploy_breakable(site)
    become(any_page, site, address, "sanne")
    any_page.goto(f"{address}/zaken/nieuw/proefroute")
    any_page.get_by_label("Naam van de cliënt").fill("Jan de Boer")
    with any_page.expect_response("**/vragen"):
        any_page.keyboard.press("Tab")
    break_forms(site)
    any_page.get_by_role("button", name="Zaak starten").click()
    any_page.get_by_role("heading", name="Wat u typte").wait_for()
    assert_no_axe_violations(any_page)
