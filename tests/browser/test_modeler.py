"""The modeller itself, in a browser: what a process owner opens and saves stays what it was."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.diagrams.canonical import differences, meaning
from tests.diagrams.tools import SAMPLE, node, shipped


def test_the_modeler_saves_each_shipped_diagram_back_unchanged_in_meaning(page: Page) -> None:
    bundle = node("bundle-modeler.mjs")
    assert bundle.returncode == 0, bundle.stderr
    page.goto("about:blank")
    page.add_script_tag(content=bundle.stdout)
    for path in [SAMPLE, *shipped(".bpmn")]:
        saved = page.evaluate("(xml) => openAndSave(xml)", path.read_text())
        assert saved["warnings"] == [], path
        assert differences(meaning(path.read_bytes()), meaning(saved["xml"].encode())) == [], path
