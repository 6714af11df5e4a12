"""Addresses of the built style sheets and scripts, with a hash so that browsers may keep them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from flask import url_for

DIST = Path(__file__).parent / "static" / "dist"


def asset(name: str) -> str:
    """The address of `name` in the built folder, e.g. `app.css`."""
    version = _manifest().get(name)
    return url_for("static", filename=f"dist/{name}", v=version)


@cache
def _manifest() -> dict[str, str]:
    path = DIST / "manifest.json"
    if not path.exists():
        return {}
    found: dict[str, str] = json.loads(path.read_text())
    return found
