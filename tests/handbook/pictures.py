"""The pictures of the handbook, drawn by bpmn-js from the example diagrams: ``make pictures``.

Each picture holds the hash of the diagram that it was drawn from, so that a test knows without a
browser whether picture and example agree. What only an editor needs is taken out, to keep the
files small; the mark of bpmn.io is put into each picture, as its viewer shows it.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from lxml import etree
from playwright.sync_api import Page, sync_playwright

from tests.diagrams.tools import PROCESSES, node
from tests.handbook.blocks import files_in

HANDBOOK = PROCESSES / "handboek"
EXAMPLES = HANDBOOK / "voorbeelden"
PICTURES = HANDBOOK / "plaatjes"
FIRST_ROUTE = HANDBOOK / "eerste-route.md"
CONTENTS = EXAMPLES / "palet.bpmn"
"""The diagram in which a case chooses its example: not an example itself, so without a picture."""

_SVG = "{http://www.w3.org/2000/svg}"
_SOURCE = re.compile(r"<!-- (\S+) sha256:([0-9a-f]{64}) -->")
_NUMBER = re.compile(r"-?\d+\.\d{2,}")
_MARK_HEIGHT = 20


@dataclass(frozen=True)
class Example:
    """A diagram that has a picture: a file, or a code block of the page about a first route."""

    name: str
    xml: str

    @property
    def picture(self) -> Path:
        return PICTURES / f"{Path(self.name).stem}.svg"

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.xml.encode()).hexdigest()

    @property
    def is_drawn(self) -> bool:
        """Whether the stored picture was drawn from this very diagram."""
        if not self.picture.exists():
            return False
        return drawn_from(self.picture.read_text()) == (self.name, self.digest)


def examples() -> list[Example]:
    """Every diagram that has a picture."""
    files = {path.name: path.read_text() for path in EXAMPLES.glob("*.bpmn") if path != CONTENTS}
    blocks = {name: text for name, text in files_in(FIRST_ROUTE).items() if name.endswith(".bpmn")}
    return [Example(name, xml) for name, xml in sorted({**files, **blocks}.items())]


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


def draw(page: Page, example: Example) -> str:
    """The picture of one diagram."""
    answer = page.evaluate("(xml) => drawn(xml)", example.xml)
    if answer["warnings"]:
        raise RuntimeError(f"{example.name}: {answer['warnings']}")
    root = etree.fromstring(answer["svg"].encode(), etree.XMLParser(load_dtd=False))
    _simplify(root)
    _add_mark(root)
    etree.cleanup_namespaces(root)
    body = etree.tostring(root, encoding="unicode")
    head = f"<!-- {example.name} sha256:{example.digest} -->\n<!-- made with bpmn.io -->\n"
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
    """Draw every picture again whose example has changed; take away what has no example."""
    PICTURES.mkdir(exist_ok=True)
    for old in set(PICTURES.glob("*.svg")) - {one.picture for one in examples()}:
        old.unlink()
    stale = [one for one in examples() if not one.is_drawn]
    if not stale:
        return
    with sync_playwright() as playwright:
        executable = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        page = browser.new_page()
        prepare(page)
        for one in stale:
            one.picture.write_text(draw(page, one))
            print(one.picture.relative_to(PROCESSES))
        browser.close()


if __name__ == "__main__":
    main()
