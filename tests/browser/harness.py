"""What browser tests share: serving an application, and looking at a page as axe and CSP do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import ConsoleMessage, Page, Response
from waitress import wasyncore
from waitress.server import create_server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

ROOT = Path(__file__).resolve().parents[2]
FRONTEND = ROOT / "webui" / "frontend"
DIST = ROOT / "webui" / "static" / "dist"

# WCAG 2.2 AA and everything before it, plus axe's own good practice.
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 320, "height": 720}  # WCAG 1.4.10: 320 CSS pixels without sideways scrolling


@contextmanager
def serve(app: WSGIApplication) -> Iterator[str]:
    """Serve ``app`` by waitress on a free port of the loopback; gives its address."""
    server: Any = create_server(app, host="127.0.0.1", port=0, threads=4)
    port: int = server.effective_port
    thread = threading.Thread(target=server.run, name="waitress", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        # Closing from outside would leave the loop waiting: the loop closes its own sockets.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map, ignore_all=True))
        thread.join(timeout=5)
        server.task_dispatcher.shutdown()


@dataclass
class Watch:
    """Collects what a page complains about: script errors, CSP violations, failed requests."""

    complaints: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # A failed request is told by its response, with more facts.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(f"console: {message.text}")

    def _response(self, response: Response) -> None:
        # 4xx pages are answers that tests ask for on purpose; their assets are not.
        is_page = response.request.is_navigation_request()
        if response.status >= 500 or (response.status >= 400 and not is_page):
            self.complaints.append(f"{response.status}: {response.url}")


@cache
def _axe_source() -> str:
    return (FRONTEND / "node_modules" / "axe-core" / "axe.min.js").read_text()


# What can differ with the width when the elements of the page are the same.
RULES_OF_LAYOUT = ["color-contrast", "target-size", "scrollable-region-focusable"]


def axe_violations(page: Page, rules: list[str] | None = None, within: str = "html") -> list[str]:
    """What axe-core finds ``within`` the page, one line a violation with the elements.

    ``rules`` None: all of WCAG 2.2 AA. The script is evaluated, not added as a tag: the page's
    policy for scripts stays in force.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe_source())  # half a megabyte: once for each page that is opened
    found = page.evaluate(
        """async ([only, within]) => {
            const result = await axe.run(within === "html" ? document : within, {
                runOnly: only, resultTypes: ["violations"]
            });
            return result.violations.map((violation) =>
                `${violation.id}: ${violation.help} @ `
                + violation.nodes.map((node) => node.target.join(" ")).join(" | "));
        }""",
        [
            {"type": "rule", "values": rules} if rules else {"type": "tag", "values": AXE_TAGS},
            within,
        ],
    )
    return [str(line) for line in found]


def assert_no_axe_violations(
    page: Page, rules: list[str] | None = None, within: str = "html"
) -> None:
    """No violation of WCAG 2.2 AA that axe can see, and no sideways scrolling."""
    violations = axe_violations(page, rules, within)
    assert violations == [], f"{page.url}\n" + "\n".join(violations)
    overflow = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert overflow <= 0, f"{page.url} scrolls sideways by {overflow} px at {page.viewport_size}"
