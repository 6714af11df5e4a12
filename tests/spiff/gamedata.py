"""The data of the token game: names in plain dictionaries, looked up by walking outwards.

Written from Camunda 8's pages on variables and mappings; shares no code with the engine. It knows
only the few expressions that `tests.spiff.random_routes` writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_SUM = re.compile(r"=(\w+)(?: \+ (\d+))?")
_COUNT = re.compile(r"=if (\w+) = null then 1 else \w+ \+ 1")


@dataclass(eq=False)
class Names:
    """The names of one place. ``sealed``: writes stop here; ``opaque``: reads stop here too."""

    around: Names | None = None
    values: dict[str, object] = field(default_factory=dict)
    sealed: bool = False
    opaque: bool = False

    def chain(self) -> Iterator[Names]:
        """Every place whose names are seen from here, innermost first."""
        here: Names | None = self
        while here is not None:
            yield here
            here = None if here.opaque else here.around

    def seen(self) -> dict[str, object]:
        """All that is seen from here."""
        found: dict[str, object] = {}
        for place in self.chain():
            found = {**place.values, **found}
        return found

    def write(self, name: str, value: object) -> None:
        """Where the name is, else as far out as one may write."""
        here = self
        while name not in here.values and not here.sealed and here.around is not None:
            here = here.around
        here.values[name] = value

    def value(self, text: str, extra: Mapping[str, object] | None = None) -> object:
        """The value of an expression."""
        seen = {**self.seen(), **(extra or {})}
        count = _COUNT.fullmatch(text)
        if count:
            old = seen.get(count[1])
            return 1 if old is None else _plus(old, 1)
        plain = _SUM.fullmatch(text)
        assert plain is not None, text
        if plain[1].isdecimal():
            return int(plain[1])
        value = seen.get(plain[1])
        return _plus(value, int(plain[2])) if plain[2] else value

    def mapped(
        self, lines: Sequence[tuple[str, str]], under: Mapping[str, object]
    ) -> dict[str, object]:
        """What these lines (source, target) make, each seeing those before it. Contexts are merged
        into those of ``under``."""
        found: dict[str, object] = {}
        for source, target in lines:
            value = self.value(source, found)
            name, _, part = target.partition(".")
            if part:
                old = found.get(name, under.get(name))
                value = {**(old if isinstance(old, dict) else {}), part: value}
            found[name] = value
        return found


def _plus(value: object, more: int) -> object:
    return value + more if isinstance(value, int) else None
