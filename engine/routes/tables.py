"""Reading TOML tables without guessing: every wrong key or type becomes a Dutch finding."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime

from engine.findings import Finding

ROUTE_FILE = "route.toml"
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}\Z")
MAX_TEXT = 2000


class Table:
    """One table of route.toml at ``path``. What is asked for is ticked off; the rest is unknown.

    Every reading method answers with a usable (perhaps empty) value, and adds to ``findings``
    what is wrong, so that one reading names all mistakes.
    """

    def __init__(self, content: Mapping[str, object], path: str, findings: list[Finding]) -> None:
        self._content = content
        self._findings = findings
        self._asked: set[str] = set()
        self.path = path

    def wrong(self, key: str, message: str, code: str = "route-toml") -> None:
        place = f"{self.path}.{key}" if self.path and key else self.path or key
        self._findings.append(Finding(ROUTE_FILE, place, code, message))

    def has(self, key: str) -> bool:
        return key in self._content

    def peek(self, key: str) -> object:
        """What stands there, or None; the key still has to be asked for."""
        return self._content.get(key)

    def value(self, key: str) -> object:
        """Anything at all; None and a finding when it is missing."""
        self._asked.add(key)
        if key not in self._content:
            self.wrong(key, f"Hier ontbreekt '{key}'.")
        return self._content.get(key)

    def text(self, key: str) -> str:
        """A text that is not empty."""
        value = self.value(key)
        if value is None:
            return ""
        if not isinstance(value, str) or not value.strip() or len(value) > MAX_TEXT:
            self.wrong(key, f"'{key}' moet een tekst zijn van 1 tot {MAX_TEXT} tekens.")
            return ""
        return value.strip()

    def optional_text(self, key: str) -> str | None:
        self._asked.add(key)
        return self.text(key) or None if key in self._content else None

    def identifier(self, key: str) -> str:
        """The name of something in a diagram: letters, digits, underscore."""
        text = self.text(key)
        if text and not IDENTIFIER.match(text):
            self.wrong(
                key, f"'{text}' mag alleen letters, cijfers en _ hebben, en begint met een letter."
            )
        return text

    def optional_identifier(self, key: str) -> str | None:
        self._asked.add(key)
        return self.identifier(key) or None if key in self._content else None

    def slug(self, key: str) -> str:
        """An id in small letters, digits, ``-`` and ``_``; at most 64."""
        text = self.text(key)
        if text and not SLUG.match(text):
            self.wrong(key, f"'{text}' mag alleen kleine letters, cijfers, - en _ hebben.")
        return text

    def flag(self, key: str) -> bool:
        """A boolean; False when it is not there."""
        self._asked.add(key)
        value = self._content.get(key, False)
        if not isinstance(value, bool):
            self.wrong(key, f"'{key}' moet true of false zijn.")
            return False
        return value

    def day(self, key: str) -> date:
        """A local date."""
        value = self.value(key)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if value is not None:
            self.wrong(key, f"'{key}' moet een datum zijn, zoals 2026-01-31.")
        return date.min

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty when it is not there."""
        self._asked.add(key)
        value = self._content.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.wrong(key, f"'{key}' moet een lijst met teksten zijn.")
            return ()
        return tuple(value)

    def table(self, key: str) -> Table:
        """A table within this one; an empty one when it is not there."""
        self._asked.add(key)
        value = self._content.get(key, {})
        path = f"{self.path}.{key}" if self.path else key
        if not isinstance(value, dict):
            self.wrong(key, f"'{key}' moet een tabel zijn.")
            value = {}
        return Table(value, path, self._findings)

    def tables(self, key: str) -> Iterator[Table]:
        """Every table in a list of them."""
        self._asked.add(key)
        value = self._content.get(key, [])
        path = f"{self.path}.{key}" if self.path else key
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.wrong(key, f"'{key}' moet een lijst met tabellen zijn.")
            return
        for index, item in enumerate(value, start=1):
            yield Table(item, f"{path}[{index}]", self._findings)

    def names(self) -> tuple[str, ...]:
        """Every key of this table."""
        return tuple(self._content)

    def entries(self) -> Iterator[tuple[str, Table]]:
        """Every key of this table with the table it holds."""
        for key in self._content:
            yield key, self.table(key)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Every key of this table with the text it holds."""
        for key in self._content:
            yield key, self.text(key)

    def close(self) -> None:
        """Nothing more will be asked: every key that nobody asked for is a mistake."""
        for key in self._content:
            if key not in self._asked:
                self.wrong(key, f"'{key}' is hier onbekend. Staat er een tikfout in?")
