"""Slowing down who guesses passwords: per user name and per address, in the database.

After ``FREE_ATTEMPTS`` failures within ``WINDOW`` each further one doubles the wait. Keys are
hashes, so the table holds no names or addresses.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Network, ip_address

from sqlalchemy import delete
from sqlalchemy.orm import Session

from engine.models import LoginThrottle
from engine.upsert import make_if_absent

FREE_ATTEMPTS = 5
FREE_ATTEMPTS_PER_ADDRESS = 30
"""More: a whole organisation can have one address."""
WINDOW = timedelta(minutes=15)
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)


def keys_of(username: str, address: str) -> tuple[tuple[str, int], ...]:
    """The keys of one attempt, each with the failures that are free.

    ``username`` as it is looked up.
    """
    return (
        (_key("name", username), FREE_ATTEMPTS),
        (_key("address", _network(address)), FREE_ATTEMPTS_PER_ADDRESS),
    )


def _network(address: str) -> str:
    """The address; of IPv6 its network, as one subscriber has 2^64 addresses (RFC 6177)."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(IPv6Network((int(found) >> 64 << 64, 64)))


def _key(kind: str, text: str) -> str:
    return hashlib.sha256(f"{kind}:{text}".encode()).hexdigest()


def blocked_until(session: Session, username: str, address: str, now: datetime) -> datetime | None:
    """Until when no attempt is taken, or None."""
    found = [session.get(LoginThrottle, key) for key, _ in keys_of(username, address)]
    moments = [row.blocked_until for row in found if row is not None and row.blocked_until]
    return max((moment for moment in moments if moment > now), default=None)


def failed(session: Session, username: str, address: str, now: datetime) -> None:
    """One attempt more failed."""
    for key, free in keys_of(username, address):
        make_if_absent(session, LoginThrottle, key=key, failures=0, since=now)
        row = session.get_one(LoginThrottle, key, with_for_update=True, populate_existing=True)
        if max(row.since, row.blocked_until or row.since) + WINDOW < now:
            row.failures, row.since, row.blocked_until = 0, now, None
        row.failures += 1
        excess = row.failures - free
        if excess >= 0:
            wait = min(FIRST_WAIT * 2 ** min(excess, 10), LONGEST_WAIT)
            row.blocked_until = now + wait


def succeeded(session: Session, username: str, address: str) -> None:
    """The user name starts afresh; the address does not (others may guess from it)."""
    (name_key, _), _address = keys_of(username, address)
    session.execute(delete(LoginThrottle).where(LoginThrottle.key == name_key))
