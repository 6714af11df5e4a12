"""Addresses that are made outside a web request too."""

from __future__ import annotations

from engine.config import Settings

WELCOME = "/welkom/"
"""Followed by the secret of a one-time link."""


def one_time_link(settings: Settings, secret: str) -> str:
    """The whole address of the page on which `secret` sets a password."""
    return settings.public_url.rstrip("/") + WELCOME + secret


FEED = "/agenda/"
"""Followed by the secret of a person's calendar and ``.ics``."""


def feed_address(settings: Settings, secret: str) -> str:
    """The whole address of the calendar with this secret."""
    return f"{settings.public_url.rstrip('/')}{FEED}{secret}.ics"
