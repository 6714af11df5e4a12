"""How much a form takes: beyond these an answer is refused with the number in the sentence."""

from __future__ import annotations

MAX_TEXT = 500
"""Characters in a one-line answer."""
MAX_LONG_TEXT = 10_000
"""Characters in an answer of several lines."""
MAX_DIGITS = 15
"""Digits before the comma of a number."""
MAX_DECIMALS = 10
MAX_ROWS = 100
"""Rows of one repeated list."""
PATTERN_TIMEOUT = 0.2
"""Seconds that one pattern may take: patterns are written by others."""
MAX_PASSES = 10
"""How often conditions are worked out anew before a form that keeps changing is left as it is."""
