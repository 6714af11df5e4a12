"""The pictures of the handbook, drawn by bpmn-js from the example diagrams: ``make pictures``.

Each picture holds the hash of the diagram that it was drawn from, so that a test knows without a
browser whether picture and example agree. What only an editor needs is taken out, to keep the
files small; the mark of bpmn.io is put into each picture, as its viewer shows it.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path

from lxml import etree
from playwright.sync_api import Page, sync_playwright

from tests.diagrams.tools import PROCESSES, node

HANDBOOK = PROCESSES / "handboek"
EXAMPLES = HANDBOOK / "voorbeelden"
PICTURES = HANDBOOK / "plaatjes"
CONTENTS = EXAMPLES / "palet.bpmn"
"""The diagram in which a case chooses its example: not an example itself, so without a picture."""

_SVG = "{http://www.w3.org/2000/svg}"
_SOURCE = re.compile(r"<!-- (\S+) sha256:([0-9a-f]{64}) -->")
_NUMBER = re.compile(r"-?\d+\.\d{2,}")
_MARK_HEIGHT = 20


def examples() -> list[Path]:
    """The diagrams that have a picture."""
    return sorted(path for path in EXAMPLES.glob("*.bpmn") if path != CONTENTS)


def picture_of(example: Path) -> Path:
    return PICTURES / f"{example.stem}.svg"


def digest(example: Path) -> str:
    return hashlib.sha256(example.read_bytes()).hexdigest()


def drawn_from(picture: str) -> tuple[str, str]:
    """The name of the diagram that a picture was drawn from, and its hash at that time."""
    found = _SOURCE.search(picture)
    if found is None:
        raise ValueError("the picture does not say what it was drawn from")
    return found[1], found[2]


def words(picture: str) -> list[str]:
    """All that can be read in a picture, in the order of the drawing: no matter which font."""
    root = etree.fromstring(picture.encode())
    return [" ".join("".join(text.itertext()).split()) for text in root.iter(f"{_SVG}text")]


def prepare(page: Page) -> None:
    """Load bpmn-js into an empty page."""
    bundle = node("bundle-modeler.mjs", Path("pictures"))
    if bundle.returncode != 0:
        raise RuntimeError(bundle.stderr)
    page.goto("about:blank")
    page.add_script_tag(content=bundle.stdout)


def draw(page: Page, example: Path) -> str:
    """The picture of one diagram."""
    answer = page.evaluate("(xml) => drawn(xml)", example.read_text())
    if answer["warnings"]:
        raise RuntimeError(f"{example.name}: {answer['warnings']}")
    root = etree.fromstring(answer["svg"].encode(), etree.XMLParser(load_dtd=False))
    _simplify(root)
    _add_mark(root)
    etree.cleanup_namespaces(root)
    body = etree.tostring(root, encoding="unicode")
    head = f"<!-- {example.name} sha256:{digest(example)} -->\n<!-- made with bpmn.io -->\n"
    return head + body + "\n"


def _simplify(root: etree._Element) -> None:
    """Without what only answers a mouse; each style and number once and short."""
    styles: dict[str, str] = {}
    names: dict[str, str] = {}
    for element in list(root.iter(etree.Element)):
        kind = element.get("class", "")
        parent = element.getparent()
        if "djs-hit" in kind and parent is not None:
            parent.remove(element)
            continue
        for name in ("class", "data-element-id", "lineHeight", "version"):
            element.attrib.pop(name, None)
        if marker := element.get("id"):  # random at each drawing
            names[marker] = f"m{len(names) + 1}"
            element.set("id", names[marker])
        style = element.attrib.pop("style", "")
        if style and style != "display: block;":
            element.set("class", styles.setdefault(style, f"s{len(styles) + 1}"))
        for name, value in element.attrib.items():
            if name not in ("id", "class", "href"):
                element.set(name, _NUMBER.sub(lambda one: f"{float(one[0]):.1f}", value))
    rules = "".join(f".{name}{{{style}}}" for style, name in styles.items())
    for old, new in names.items():
        rules = rules.replace(old, new)
    sheet = etree.Element(f"{_SVG}style")
    sheet.text = rules.replace('"', "'").replace("; ", ";")
    root.insert(0, sheet)


def _add_mark(root: etree._Element) -> None:
    """The mark of bpmn.io below the drawing, on white, also where a page is dark."""
    x, y, width, height = (float(part) for part in root.get("viewBox", "").split())
    root.set("viewBox", f"{x:g} {y:g} {width:g} {height + _MARK_HEIGHT:g}")
    root.set("width", f"{width:g}")
    root.set("height", f"{height + _MARK_HEIGHT:g}")
    paper = etree.Element(
        f"{_SVG}rect",
        {"x": f"{x:g}", "y": f"{y:g}", "width": "100%", "height": "100%", "fill": "#fff"},
    )
    root.insert(1, paper)
    link = etree.SubElement(root, f"{_SVG}a", {"href": "https://bpmn.io"})
    etree.SubElement(
        link,
        f"{_SVG}text",
        {
            "x": f"{x + width - 6:g}",
            "y": f"{y + height + 12:g}",
            "text-anchor": "end",
            "font-family": "Arial, sans-serif",
            "font-size": "11",
            "fill": "#404040",
        },
    ).text = "bpmn.io"


def main() -> None:
    """Draw every picture again whose example has changed."""
    PICTURES.mkdir(exist_ok=True)
    stale = [path for path in examples() if not _is_fresh(path)]
    for old in set(PICTURES.glob("*.svg")) - {picture_of(path) for path in examples()}:
        old.unlink()
    if not stale:
        return
    with sync_playwright() as playwright:
        executable = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        page = browser.new_page()
        prepare(page)
        for path in stale:
            picture_of(path).write_text(draw(page, path))
            print(picture_of(path).relative_to(PROCESSES))
        browser.close()


def _is_fresh(example: Path) -> bool:
    picture = picture_of(example)
    return picture.exists() and drawn_from(picture.read_text()) == (example.name, digest(example))


if __name__ == "__main__":
    main()
