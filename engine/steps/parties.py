"""Which organisation is which party of a case, and from when till when it takes part.

An organisation that is known but does not take part yet sees nothing of the case: it starts to
take part when the first user task or button for one of its roles appears, or when the diagram
says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.models import Organisation, RouteOrganisation
from engine.prepared import Prepared
from engine.steps.rows import NEW, PARTIES, Ledger, PartyRow


@dataclass(frozen=True)
class PartyOrganisation:
    """An organisation as a case knows it."""

    id: int
    slug: str
    name: str
    email: str


_ORGANISATION = (Organisation.id, Organisation.slug, Organisation.name, Organisation.email)
_OF_CASE = Prepared(
    select(*PARTIES.columns, *_ORGANISATION)
    .join(Organisation, Organisation.id == PARTIES.table.c.organisation_id)
    .where(PARTIES.table.c.case_id == bindparam("case"))
    .order_by(PARTIES.table.c.id)
)


class OrganisationUnknown(Exception):
    """No organisation with this id can be this party on this route."""

    def __init__(self, party: str, slug: str) -> None:
        super().__init__(party, slug)
        self.party = party
        self.slug = slug


@dataclass(frozen=True)
class PartyChange:
    """``organisation`` became ``party`` in the place of ``former`` (None when there was none)."""

    party: str
    organisation: PartyOrganisation
    former: PartyOrganisation | None


class Participation:
    """The parties of one case within one step. Changes its rows; the step writes them."""

    def __init__(self, ledger: Ledger, route_key: str, case_id: int) -> None:
        self._ledger = ledger
        self._route_key = route_key
        self._case_id = case_id
        self._rows: dict[tuple[str, int], PartyRow] = {}
        self._organisations: dict[int, PartyOrganisation] = {}
        self._current: dict[str, PartyRow] = {}

    @classmethod
    def load(cls, ledger: Ledger, route_key: str, case_id: int) -> Participation:
        """One statement: the rows of the case with their organisations."""
        loaded = cls(ledger, route_key, case_id)
        cut = len(PARTIES.columns)
        for found in _OF_CASE.rows(ledger.connection, {"case": case_id}):
            row = ledger.parties.take(found[:cut])
            loaded._rows[row.party, row.organisation_id] = row
            loaded._organisations[row.organisation_id] = PartyOrganisation(*found[cut:])
            if row.until is None:
                loaded._current[row.party] = row
        return loaded

    def present(self, now: datetime) -> Iterator[tuple[str, int]]:
        """Each party with the organisation that takes part as it at ``now``."""
        for row in self._rows.values():
            if row.since is not None and row.since <= now and (not row.until or row.until > now):
                yield row.party, row.organisation_id

    def organisation(self, party: str) -> PartyOrganisation | None:
        """Who is ``party`` now, taking part or only known."""
        row = self._current.get(party)
        return None if row is None else self._organisations[row.organisation_id]

    def takes_part(self, party: str) -> bool:
        """Whether an organisation is ``party`` and takes part by now; to be known is not enough."""
        row = self._current.get(party)
        return row is not None and row.since is not None

    def current(self) -> Mapping[str, PartyOrganisation]:
        """Every party of which the organisation is known."""
        return {
            party: self._organisations[row.organisation_id] for party, row in self._current.items()
        }

    def party_of(self, organisation_id: int | None) -> str | None:
        """Which party this organisation is now; None when it is none."""
        for party, row in self._current.items():
            if row.organisation_id == organisation_id:
                return party
        return None

    def appoint(self, party: str, slug: str, now: datetime) -> PartyChange | None:
        """Make organisation ``slug`` the ``party``. None when it is already.

        The former one's access ends at ``now``; the new one takes part at once if the former did.
        Raises OrganisationUnknown.
        """
        former = self.organisation(party)
        if former is not None and former.slug == slug:
            return None
        organisation = self._find(party, slug)
        return self.appoint_organisation(party, organisation, now)

    def appoint_organisation(
        self, party: str, organisation: PartyOrganisation, now: datetime
    ) -> PartyChange | None:
        """As ``appoint``, for an organisation that is at hand."""
        former_row = self._current.get(party)
        former = self.organisation(party)
        if former is not None and former.id == organisation.id:
            return None
        since = None
        if former_row is not None:
            former_row.until = now
            since = now if former_row.since is not None else None
        row = self._rows.get((party, organisation.id))
        if row is None:
            row = PartyRow(NEW, self._case_id, party, organisation.id, None, None)
            self._ledger.parties.add(row)
            self._rows[party, organisation.id] = row
        row.since, row.until = since, None
        self._organisations[organisation.id] = organisation
        self._current[party] = row
        return PartyChange(party, organisation, former)

    def leave(self, party: str, now: datetime) -> PartyOrganisation | None:
        """The part of ``party`` ends at ``now``, and nobody follows. None when nobody was it."""
        former = self.organisation(party)
        if former is not None:
            self._current.pop(party).until = now
        return former

    def join(self, party: str, now: datetime) -> bool:
        """The organisation that is ``party`` takes part from now. False when it did already."""
        row = self._current[party]
        if row.since is not None:
            return False
        row.since = now
        return True

    def known(self, organisation_id: int) -> PartyOrganisation | None:
        """The organisation with this id, of this case or not; None when there is none."""
        row = self._ledger.connection.execute(
            select(*_ORGANISATION).where(Organisation.id == organisation_id)
        ).first()
        return None if row is None else PartyOrganisation(*row)

    def _find(self, party: str, slug: str) -> PartyOrganisation:
        row = self._ledger.connection.execute(
            select(*_ORGANISATION)
            .join(RouteOrganisation, RouteOrganisation.organisation_id == Organisation.id)
            .where(
                RouteOrganisation.route_key == self._route_key,
                RouteOrganisation.party == party,
                Organisation.slug == slug,
            )
        ).first()
        if row is None:
            raise OrganisationUnknown(party, slug)
        return PartyOrganisation(*row)


def organisations_by_party(session: Session, route_key: str) -> dict[str, list[tuple[str, str]]]:
    """For each party of a route the organisations that can be it: (name, slug), by name."""
    found: dict[str, list[tuple[str, str]]] = {}
    for party, name, slug in session.execute(
        select(RouteOrganisation.party, Organisation.name, Organisation.slug)
        .join(Organisation, Organisation.id == RouteOrganisation.organisation_id)
        .where(RouteOrganisation.route_key == route_key)
        .order_by(RouteOrganisation.party, Organisation.name, Organisation.id)
    ):
        found.setdefault(party, []).append((name, slug))
    return found
