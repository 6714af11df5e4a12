"""Who does something to a case: a person in an organisation, or the clock."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """A person acting for an organisation; both ids are None for the system itself."""

    person_id: int | None
    organisation_id: int | None
    name: str

    @classmethod
    def system(cls) -> Actor:
        """The clock and the command line: nobody in particular."""
        return cls(None, None, "Thuisroute")
