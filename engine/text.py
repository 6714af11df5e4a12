"""Text for finding: without capitals and accents, so that "Zoe" finds "Zoë"."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """The text in lower case, without accents, with single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(bare.split())
