"""The words for a term: what sort it is and which days it counts."""

from __future__ import annotations

from enum import StrEnum


class TermKind(StrEnum):
    """Where a term is set. Only WET falls under the Algemene termijnenwet.

    The act is about terms "set in a law" (article 1(1)); municipal ordinances (unless they say
    so themselves), agreements and working arrangements are outside it.
    """

    WET = "wet"
    VERORDENING = "verordening"
    OVEREENKOMST = "overeenkomst"
    WERKAFSPRAAK = "werkafspraak"


class Counting(StrEnum):
    """Which days a term counts: WORKING only when the term itself says "working days"."""

    CALENDAR = "kalenderdagen"
    WORKING = "werkdagen"
