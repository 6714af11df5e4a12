"""The building blocks of pages in a real browser, under the real content security policy."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import ROOT, assert_no_axe_violations, axe_violations, serve
from webui.security import CONTENT_SECURITY_POLICY

HERE = Path(__file__).parent
PAGES = {"/": HERE / "patterns.html", "/diagram.bpmn": HERE / "sample.bpmn"}
FOLLOW_UP = """<div id="vervolgvragen" data-refresh-region><div class="utrecht-form-field tr-field">
<label class="utrecht-form-label" for="hoogte">Hoe hoog?</label>
<input id="hoogte" name="hoogte" class="utrecht-textbox utrecht-textbox--html-input"></div></div>"""


class SampleSite:
    """Serves the pattern page and the built files, and remembers what was posted."""

    def __init__(self) -> None:
        self.posted: list[tuple[str, bytes]] = []

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., object]
    ) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        headers = [("Content-Security-Policy", CONTENT_SECURITY_POLICY)]
        if environ["REQUEST_METHOD"] == "POST":
            length = int(environ.get("CONTENT_LENGTH") or 0)
            self.posted.append((path, environ["wsgi.input"].read(length)))
            start_response("200 OK", [*headers, ("Content-Type", "text/html; charset=utf-8")])
            return [FOLLOW_UP.encode()]
        file = PAGES.get(path, ROOT / "webui" / path.lstrip("/"))
        if not file.is_file():
            start_response("404 Not Found", headers)
            return [b""]
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        start_response("200 OK", [*headers, ("Content-Type", kind)])
        return [file.read_bytes()]


@pytest.fixture
def site() -> SampleSite:
    return SampleSite()


@pytest.fixture
def address(site: SampleSite) -> Iterator[str]:
    with serve(site) as url:
        yield url


def test_the_patterns_have_no_axe_violation_and_break_no_policy(
    any_page: Page, address: str
) -> None:
    any_page.goto(address)
    expect(any_page.locator(".tr-diagram")).to_have_attribute("data-state", "shown")
    assert_no_axe_violations(any_page)


def test_axe_does_find_what_is_wrong(page: Page, address: str) -> None:
    page.goto(address)
    page.evaluate("document.querySelector('label[for=naam]').remove()")
    assert any(line.startswith("label:") for line in axe_violations(page))


def test_the_viewer_marks_where_the_case_is_and_keeps_the_mark_of_bpmn_io(
    page: Page, address: str
) -> None:
    page.goto(address)
    expect(page.locator("[data-element-id=Taak_Nu].tr-mark-active")).to_be_visible()
    expect(page.locator("[data-element-id=Taak_Eerst].tr-mark-done")).to_be_visible()
    expect(page.locator("[data-element-id=Taak_Fout].tr-mark-incident")).to_be_visible()
    expect(page.locator(".bjs-powered-by")).to_be_visible()
    width = "document.querySelector('[data-element-id=Taak_Nu]').getBoundingClientRect().width"
    before = page.evaluate(width)
    page.get_by_role("button", name="Inzoomen").click()
    assert page.evaluate(width) > before * 1.1


def test_a_diagram_that_is_not_there_says_so_in_words(page: Page, address: str) -> None:
    page.goto(address)
    page.route("**/diagram.bpmn", lambda route: route.fulfill(status=200, body="geen xml"))
    page.reload()
    expect(page.locator(".tr-diagram")).to_contain_text("kan nu niet worden getoond")


def test_the_error_summary_has_the_focus(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator(".tr-error-summary")).to_be_focused()


def test_what_is_typed_is_kept_as_a_draft_without_files(
    page: Page, address: str, site: SampleSite
) -> None:
    page.goto(address)
    page.locator("#bestand").set_input_files(
        {"name": "brief.txt", "mimeType": "text/plain", "buffer": b"geheim bestand"}
    )
    page.locator("#naam").fill("Getypte naam")
    expect(page.locator("[data-draft-status]")).to_contain_text("Concept bewaard om")
    path, body = site.posted[-1]
    assert path == "/concept"
    assert b"Getypte naam" in body
    assert b"csrf_token" in body
    assert b"geheim bestand" not in body


def test_a_changed_answer_brings_its_questions_and_keeps_the_focus(
    page: Page, address: str
) -> None:
    page.goto(address)
    page.locator("#schuld-ja").check()
    expect(page.locator("#hoogte")).to_be_visible()
    expect(page.locator("#schuld-ja")).to_be_focused()


def test_a_double_click_sends_a_form_once(page: Page, address: str, site: SampleSite) -> None:
    page.goto(address)
    page.evaluate(
        """const form = document.getElementById("voorbeeldformulier");
        form.requestSubmit(); form.requestSubmit();"""
    )
    page.wait_for_url("**/versturen")
    assert [path for path, _body in site.posted if path == "/versturen"] == ["/versturen"]


def test_the_styles_of_the_theme_arrive_with_their_tokens(page: Page, address: str) -> None:
    page.goto(address)
    for name in ("--basis-text-font-family-default", "--utrecht-button-primary-action-color"):
        value = page.evaluate(
            "(name) => getComputedStyle(document.body).getPropertyValue(name)", name
        )
        assert value.strip() != "", name
    # Not wait_for_function: it polls by eval in the page, which the policy rightly forbids.
    page.evaluate("async () => { await document.fonts.ready }")
    assert page.evaluate("document.fonts.check('16px \"Noto Sans\"')")
