"""The values of one scope: JSON that is read only when somebody looks.

Most variables of a case are not looked at in most steps. FEEL values never change in place, so the
JSON of a value that was only read is still its JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine import feel


class NotStorable(Exception):
    """A value that cannot be kept: a function of FEEL, or something with one in it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Values(Mapping[str, object]):
    """Names and FEEL values, in the order in which the names were first set."""

    __slots__ = ("_live", "_stored")

    def __init__(self, stored: Mapping[str, object] | None = None) -> None:
        self._stored: dict[str, object] = dict(stored or {})  # as JSON
        self._live: dict[str, object] = {}  # those that were looked at or set

    def __getitem__(self, name: str) -> object:
        if name in self._live:
            return self._live[name]
        value = self._live[name] = feel.load(self._stored[name])
        return value

    def __contains__(self, name: object) -> bool:
        return name in self._stored

    def __iter__(self) -> Iterator[str]:
        return iter(self._stored)

    def __len__(self) -> int:
        return len(self._stored)

    def set(self, name: str, value: object) -> None:
        """Give a name its value. Raises `NotStorable`."""
        try:
            self._stored[name] = feel.dump(value)
        except TypeError:
            raise NotStorable(name) from None
        self._live[name] = value

    def snapshot(self) -> Values:
        """These values as they are now; what is set later in either does not show in the other."""
        copy = Values(self._stored)
        copy._live = dict(self._live)
        return copy

    def dump(self) -> Mapping[str, object]:
        """The JSON of every value, through `feel.dump`."""
        return self._stored
