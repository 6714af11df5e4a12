"""The first people of an installation; the starter finds these by name (``thuisroute.setup``)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from engine.routes import RouteConfig
from engine.server.services import Account, Demonstration
from tasks.demo import DEMO_PASSWORD, create_demo
from tasks.people import first_administrator

__all__ = ["demonstration", "first_administrator"]


def demonstration(session: Session, now: datetime, configs: Sequence[RouteConfig]) -> Demonstration:
    """Make the organisations and people of every route's [demo]; again changes nothing."""
    accounts: dict[str, Account] = {}
    for config in configs:
        for made in create_demo(session, config, now):
            before = accounts.get(made.username)
            roles = (*before.roles, *made.roles) if before else tuple(made.roles)
            # Who is in no organisation works on no route: the administrator.
            routes = (config.name,) if made.organisation else ()
            accounts[made.username] = Account(
                name=made.name,
                username=made.username,
                organisation=made.organisation,
                roles=tuple(dict.fromkeys(roles)),
                routes=(*before.routes, *routes) if before else routes,
            )
    return Demonstration(DEMO_PASSWORD, tuple(accounts.values()))
