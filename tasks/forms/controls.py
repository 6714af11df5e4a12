"""Names and ids of the HTML controls of a form, and what was typed in them.

The control of the field ``naam`` in the second row of ``bewoners`` is called
``v.bewoners.1.naam``. The prefix keeps variables apart from buttons and tokens.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from tasks.forms.views import ActionName

Place = tuple[str | int, ...]
"""Where an answer stands in the data: names, and row numbers from 0."""

_MAX_NUMBER = 9
VALUE = "v."
COUNT = "n."


def number_in(text: str) -> int | None:
    """The whole number that ``text`` is (up to nine digits), or None: nothing sent in may crash."""
    usable = len(text) <= _MAX_NUMBER and text.isascii() and text.isdigit()
    return int(text) if usable else None


@lru_cache(maxsize=4096)
def control_name(place: Place) -> str:
    return VALUE + _dotted(place)


def count_name(place: Place) -> str:
    """The hidden control that says how many rows a list has."""
    return COUNT + _dotted(place)


def control_id(place: Place) -> str:
    return "v-" + "-".join(str(part) for part in place)


def _dotted(place: Place) -> str:
    return ".".join(str(part) for part in place)


@dataclass(frozen=True)
class Typed:
    """What was typed: texts by control name, and which controls the page showed.

    ``shown`` is None when the page did not tell; then every question counts as shown.
    """

    fields: Mapping[str, tuple[str, ...]]
    shown: frozenset[str] | None = None

    @classmethod
    def of(cls, submitted: Mapping[str, tuple[str, ...]]) -> Typed:
        """Only what belongs to a form is kept of ``submitted``."""
        shown = submitted.get(ActionName.SHOWN)
        return cls(
            {
                name: tuple(values)
                for name, values in submitted.items()
                if name.startswith((VALUE, COUNT))
            },
            None if shown is None else frozenset(" ".join(shown).split()),
        )

    def over(self, earlier: Typed | None) -> Typed:
        """This, with what was typed earlier in questions that this page did not show."""
        if earlier is None or self.shown is None:
            return self
        kept = {
            name: values
            for name, values in earlier.fields.items()
            if _question(name) not in self.shown
        }
        return Typed({**kept, **self.fields}, self.shown)

    def dump(self) -> str:
        """JSON text, for a draft."""
        shown = None if self.shown is None else sorted(self.shown)
        return json.dumps({"fields": self.fields, "shown": shown}, ensure_ascii=False)

    @classmethod
    def load(cls, text: str) -> Typed:
        """What ``dump`` wrote. Raises ValueError for anything else."""
        data = json.loads(text)
        if not isinstance(data, dict) or not isinstance(data.get("fields"), dict):
            raise ValueError("not a draft")
        fields = {str(name): tuple(map(str, texts)) for name, texts in data["fields"].items()}
        shown = data.get("shown")
        return cls(fields, None if shown is None else frozenset(map(str, shown)))


def _question(name: str) -> str:
    """The name of the question that a control belongs to (a moment has two controls)."""
    for ending in (".datum", ".tijd"):
        if name.endswith(ending):
            return name.removesuffix(ending)
    return name
