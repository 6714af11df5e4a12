"""Text for finding (without capitals and accents, so that "Zoe" finds "Zoë") and for keeping."""

from __future__ import annotations

import json
import unicodedata

to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""A value as the JSON text in which we keep it: short, and as it is read by people."""


def fold(text: str) -> str:
    """The text in lower case, without accents, with single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(bare.split())
