"""The files that stand in the handbook as code blocks: their name follows the language."""

from __future__ import annotations

import re
from pathlib import Path

_BLOCK = re.compile(r"^```\w+ (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def files_in(page: Path) -> dict[str, str]:
    """The named code blocks of a page, by the path that each names."""
    found = _BLOCK.findall(page.read_text(encoding="utf-8"))
    files = dict(found)
    if len(files) != len(found):
        raise ValueError(f"{page.name} holds the same file twice")
    return files


def extract(page: Path, folder: Path) -> None:
    """Write every file of the page into ``folder``, as a reader would copy them."""
    for name, text in files_in(page).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
