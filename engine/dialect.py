"""The words that a route may write and the platform reads: properties, addressees, names.

They stand here once. The gate checks them, the step acts on them, the pages show them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from engine.expressions import RESERVED_NAMES

# --- zeebe:properties ---------------------------------------------------------------------------
FOUR_EYES = "vierOgen"
"""Who did that user task may not do this one."""
SHARED_WITH = "delenMet"
"""The parties that may read the completed form too."""
SHARE_CONDITION = "delenAls"
"""FEEL: only while this holds."""
FACT = "feit"
"""Fields of the form that may be corrected afterwards, with a reason."""
STEP = "stap"
"""The number of the step, for the reader."""
BEGINS_EMPTY = "beginLeeg"
"""A user task in a loop: its questions are not filled in with what is known."""
REMIND = "herinneren"
"""When people hear of the deadline of a user task (``engine.reminders``)."""
REMIND_LEAD = "teamleider"
"""How long after the deadline the team lead hears of it."""
URGENT = "dringend"
"""Reminders of this user task are mailed at once, not in the digest."""
FOLLOWS = "volgt"
"""Header of the task that starts a linked case: the variables there that follow a fact here."""
SUCCESSOR_READS = "opvolger_leest"
"""Of a party in route.toml: FEEL, while it holds a successor reads its predecessor's forms."""
YES_OR_NO = ("ja", "nee")
BUTTON = "knop"
"""A message event: the words on its button on the case page."""
BUTTON_ROLE = "rol"
BUTTON_FORM = "formulier"
PROPERTIES = frozenset(
    {
        FOUR_EYES,
        SHARED_WITH,
        SHARE_CONDITION,
        FACT,
        STEP,
        BEGINS_EMPTY,
        REMIND,
        REMIND_LEAD,
        URGENT,
        BUTTON,
        BUTTON_ROLE,
        BUTTON_FORM,
    }
)

# --- to whom a letter goes ------------------------------------------------------------------------
CLIENT = "client"
TO_PARTY = "partij:"
TO_ROLE = "rol:"
MAX_ADDRESS = 254
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\\x00-\x1f\x7f]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+\Z")

# --- names that the platform provides to expressions ----------------------------------------------
RESERVED = RESERVED_NAMES
CASE_FIELDS: Mapping[str, frozenset[str]] = {
    "nummer": frozenset(),
    "gestart": frozenset(),
    "route": frozenset(),
    "client": frozenset({"naam", "email", "mailToegestaan"}),
}
"""What ``zaak`` holds: name, and the names within it."""
TERM_FIELDS = frozenset(
    {"start", "laatsteDag", "eersteEinde", "opgeschortDagen", "verlengdTot", "staatStil", "klaar"}
)
"""What ``termijnen.<id>`` holds."""
TERM_CHANGE_FIELDS = frozenset({"termijn", "grond", "reden", "vanaf", "tot", "laatsteDag", "tekst"})
"""What ``wijziging`` holds, in the letter about a pause or an extension."""
PARTY_FIELDS = frozenset({"id", "naam", "email"})
TASK_FIELDS = frozenset({"naam", "uiterlijk"})


def is_address(text: str) -> bool:
    """Whether a text can be used as one e-mail address: no lists, names or control characters."""
    return len(text) <= MAX_ADDRESS and _ADDRESS.match(text) is not None


def is_urgent(properties: Mapping[str, str]) -> bool:
    """Whether the user task with these properties is urgent."""
    return properties.get(URGENT) == YES_OR_NO[0]


def parties_in(text: str) -> tuple[str, ...]:
    """The parties of a list such as "gemeente, corporatie"."""
    return tuple(part.strip() for part in text.split(",") if part.strip())
