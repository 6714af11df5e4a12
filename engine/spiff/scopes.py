"""Case data, in scopes of our own.

SpiffWorkflow copies data down its tree of tasks and merges it again, so a branch that ends late
undoes what another wrote (fault 5). Here a value lives in one place. A write goes to the nearest
scope that has the name, else to the outermost that can be reached (Camunda 8: "variable
propagation").
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.spiff.values import Values
from engine.text import to_json

ROOT = "0"


@dataclass(slots=True)
class Scope:
    """``parent`` is the scope around it. ``sealed``: writes stop here (a called process with data
    of its own). ``opaque``: reads stop here too. ``private`` is the owner's own, seen by nobody."""

    parent: str | None
    sealed: bool = False
    opaque: bool = False
    values: Values = field(default_factory=Values)
    private: Values = field(default_factory=Values)


class View(Mapping[str, object]):
    """Several mappings as one; earlier ones hide later ones. Copies nothing."""

    __slots__ = ("_maps",)

    def __init__(self, *maps: Mapping[str, object]) -> None:
        self._maps = maps

    def __getitem__(self, name: str) -> object:
        for each in self._maps:
            if name in each:
                return each[name]
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for each in self._maps for name in each))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Scopes:
    """The scopes of one case, each named by the token of the task that owns it."""

    def __init__(self) -> None:
        self._scopes: dict[str, Scope] = {ROOT: Scope(None, sealed=True, opaque=True)}

    def __contains__(self, owner: str) -> bool:
        return owner in self._scopes

    def open(self, owner: str, parent: str) -> None:
        """A new, empty scope inside ``parent``."""
        self._scopes[owner] = Scope(parent)

    def close(self, owner: str) -> None:
        """Forget a scope and its values; nothing happens when there is none."""
        self._scopes.pop(owner, None)

    def mark(self, owner: str, *, sealed: bool, opaque: bool) -> None:
        """Mark an open scope."""
        self._scopes[owner].sealed = sealed
        self._scopes[owner].opaque = opaque

    def seen_from(self, owner: str) -> Mapping[str, object]:
        """Everything visible in that scope; inner names hide outer ones. Not a copy."""
        scope = self._scopes[owner]
        if scope.parent is None:
            return scope.values
        maps = [scope.values]
        while not scope.opaque and scope.parent is not None:
            scope = self._scopes[scope.parent]
            maps.append(scope.values)
        return View(*maps)

    def set_local(self, owner: str, name: str, value: object) -> None:
        """Set a name in that very scope."""
        self._scopes[owner].values.set(name, value)

    def local(self, owner: str) -> Values:
        """The names of that very scope."""
        return self._scopes[owner].values

    def private(self, owner: str) -> Values:
        """What the owner of a scope keeps for itself there."""
        return self._scopes[owner].private

    def write(self, owner: str, name: str, value: object) -> None:
        """Set a name where it lives, seen from that scope; a new name lives outermost."""
        scope = self._scopes[owner]
        while name not in scope.values and not scope.sealed and scope.parent is not None:
            scope = self._scopes[scope.parent]
        scope.values.set(name, value)

    def correct(self, name: str, value: object) -> None:
        """Set a fact where the case keeps it: outermost, unless only an inner scope has it.

        Inner scopes in which the same value was mapped in under the same name follow, so that the
        terms of a called process count from the corrected fact too.
        """
        holders = [scope for scope in self._scopes.values() if name in scope.values]
        holders = holders or [self._scopes[ROOT]]
        old = holders[0].values.get(name)
        for scope in holders:
            if scope is holders[0] or scope.values[name] == old:
                scope.values.set(name, value)

    def dump(self) -> str:
        """All scopes as JSON text; every value through `feel.dump`, without loss."""
        stored = []
        for owner, scope in self._scopes.items():
            row = [owner, scope.parent, scope.sealed + 2 * scope.opaque, scope.values.dump()]
            stored.append([*row, scope.private.dump()] if scope.private else row)
        return to_json(stored)

    @classmethod
    def load(cls, text: str) -> Scopes:
        """The scopes that `dump` wrote."""
        scopes = cls()
        rows: list[list[Any]] = json.loads(text)
        scopes._scopes = {
            owner: Scope(
                parent,
                bool(marks & 1),
                bool(marks & 2),
                Values(values),
                Values(*private),
            )
            for owner, parent, marks, values, *private in rows
        }
        return scopes


def put(holder: Mapping[str, object], path: str, value: object) -> tuple[str, object]:
    """The root name of a mapping target such as ``a.b.c``, and its new value.

    Contexts are never changed in place: those on the way are copied. What is no context is
    replaced by one.
    """
    name, *rest = path.split(".")
    if not rest:
        return name, value
    return name, _nested(holder.get(name), rest, value)


def _nested(old: object, path: list[str], value: object) -> dict[str, object]:
    context: dict[str, object] = dict(old) if isinstance(old, Mapping) else {}
    first, *rest = path
    context[first] = _nested(context.get(first), rest, value) if rest else value
    return context
