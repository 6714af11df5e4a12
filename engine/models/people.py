"""People, organisations, and the roles that people have in an organisation on a route."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.models.base import Base, PrimaryKey


class Organisation(Base):
    """A care provider, municipality, corporation, ...; ``slug`` is its stable id in settings."""

    __tablename__ = "organisations"

    id: Mapped[PrimaryKey]
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254), default="")


class RouteOrganisation(Base):
    """On route ``route_key`` this organisation can be ``party`` (as route.toml names it)."""

    __tablename__ = "route_organisations"
    __table_args__ = (UniqueConstraint("route_key", "party", "organisation_id"),)

    id: Mapped[PrimaryKey]
    route_key: Mapped[str] = mapped_column(String(64))
    party: Mapped[str] = mapped_column(String(64))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)


FIRST_DIGEST_HOUR = 8
_ENABLED = text("disabled_at IS NULL")


class Person(Base):
    """Someone who can sign in. ``session_epoch`` grows to end every session that is open.

    A digest of reminders comes once a working day at ``digest_hour`` (Amsterdam), next at
    ``digest_at`` (null: not planned yet). It holds what became due after ``digested_at``.
    """

    __tablename__ = "people"
    __table_args__ = (
        Index(
            "ix_people_digest",
            *("digest_at", "id"),
            sqlite_where=_ENABLED,
            postgresql_where=_ENABLED,
        ),
    )

    id: Mapped[PrimaryKey]
    username: Mapped[str] = mapped_column(String(100), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254), default="")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    is_administrator: Mapped[bool] = mapped_column(default=False)
    disabled_at: Mapped[datetime | None]
    session_epoch: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    digest_hour: Mapped[int] = mapped_column(default=FIRST_DIGEST_HOUR)
    digest_at: Mapped[datetime | None]
    digested_at: Mapped[datetime | None]


class CalendarFeed(Base):
    """The private calendar of a person; only the hash of the secret in its address is kept."""

    __tablename__ = "calendar_feeds"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    secret_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]


class Membership(Base):
    """This person has ``role`` on ``route_key`` in this organisation."""

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("person_id", "organisation_id", "route_key", "role"),
        Index(None, "organisation_id", "route_key", "role"),
    )

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    route_key: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(64))


class OneTimeLink(Base):
    """A link that works once; only the hash of its secret is kept."""

    __tablename__ = "one_time_links"

    secret_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class LoginThrottle(Base):
    """Failed sign-ins of one key (hash of user name, or of address) since ``since``."""

    __tablename__ = "login_throttles"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    since: Mapped[datetime]
    blocked_until: Mapped[datetime | None]
