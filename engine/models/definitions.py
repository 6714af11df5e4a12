"""ProcessDefinition: one deployed, immutable version of a route, with the files it was made of."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.models.base import Base, PrimaryKey


class ProcessDefinition(Base):
    """Version ``version`` of route ``key``; ``sha256`` is the hash of all its files."""

    __tablename__ = "process_definitions"
    __table_args__ = (UniqueConstraint("key", "version"), UniqueConstraint("key", "sha256"))

    id: Mapped[PrimaryKey]
    key: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    deployed_at: Mapped[datetime]
    deployed_by: Mapped[str] = mapped_column(String(200))


class RouteFile(Base):
    """One file of a deployed version, byte for byte."""

    __tablename__ = "route_files"

    definition_id: Mapped[int] = mapped_column(
        ForeignKey("process_definitions.id"), primary_key=True
    )
    path: Mapped[str] = mapped_column(String(200), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
