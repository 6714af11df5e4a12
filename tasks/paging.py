"""Where the next page of a list begins: the id of the last row, as a word for in an address."""

from __future__ import annotations

import base64
import binascii

from tasks.access import LARGEST_ID


def cursor_of(row_id: int) -> str:
    """The cursor of the page that begins behind this row."""
    return base64.urlsafe_b64encode(str(row_id).encode()).decode()


def row_of_cursor(cursor: str | None) -> int | None:
    """The id in a cursor; None without one, or when it is not ours: then from the beginning."""
    if not cursor or len(cursor) > 50:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor.encode()).decode()
    except (ValueError, binascii.Error):
        return None
    number = int(text) if text.isascii() and text.isdigit() else -1
    return number if 0 <= number <= LARGEST_ID else None
