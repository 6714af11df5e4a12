"""The named terms of a case: counted from facts, pauses, extensions and the days made free.

Modules: ``changes`` (a pause or an extension, as values), ``state`` (where one term stands),
``book`` (all terms of one case, as expressions see them), ``decrees`` (the days that an
administrator added), ``refusals``.
"""

from engine.terms.book import TermBook
from engine.terms.changes import Change, Extension, Pause, PauseGround, change_of
from engine.terms.decrees import decree_days
from engine.terms.state import TermState, count_term

__all__ = [
    "Change",
    "Extension",
    "Pause",
    "PauseGround",
    "TermBook",
    "TermState",
    "change_of",
    "count_term",
    "decree_days",
]
