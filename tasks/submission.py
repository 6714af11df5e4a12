"""What a browser sent in: texts by name and files by name. No web framework here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tasks.forms import ActionName, Button, Typed

Fields = Mapping[str, tuple[str, ...]]
"""Texts by control name, as a browser sends them."""

_NOT_SENT_AGAIN = frozenset({ActionName.BUTTON, "csrf_token"})


@dataclass(frozen=True)
class Upload:
    """One file as it came in; nothing about it is to be trusted."""

    filename: str
    content: bytes


Uploads = Mapping[str, tuple[Upload, ...]]
"""Files by control name."""


@dataclass(frozen=True)
class Submission:
    """``fields`` are texts by control name, ``uploads`` files by control name."""

    fields: Fields
    uploads: Uploads = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        lists: Iterable[tuple[str, list[str]]],
        uploads: Uploads | None = None,
    ) -> Submission:
        """From pairs of a name and all its texts."""
        return cls({name: tuple(values) for name, values in lists}, uploads or {})

    @property
    def button(self) -> str:
        """The button that was pressed, as ``Button`` says; without one: complete."""
        return self._pressed()[0]

    @property
    def button_about(self) -> str:
        """What the button is about: the list, the row or the attachment."""
        return self._pressed()[1]

    @property
    def typed(self) -> Typed:
        """What belongs to the route's form."""
        return Typed.of(self.fields)

    @property
    def to_send_again(self) -> Fields:
        """All texts that a person gave, without the button and the token of the page."""
        return {name: texts for name, texts in self.fields.items() if name not in _NOT_SENT_AGAIN}

    def _pressed(self) -> tuple[str, str]:
        pressed = self.fields.get(ActionName.BUTTON, ())
        name, _, about = (pressed[-1] if pressed else Button.COMPLETE.value).partition(":")
        return name, about
