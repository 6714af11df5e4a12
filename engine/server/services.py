"""Services (web, scheduler) and set-up functions, found by name.

``webui`` and ``scheduler`` never import each other, and ``engine`` imports neither. Each registers
what it offers as an entry point, and the starter loads it here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any, Protocol, cast

from engine.clock import Clock
from engine.config import Settings
from engine.db import Database

SERVICES = "thuisroute.services"
SETUP = "thuisroute.setup"


class Service(Protocol):
    """Something that runs in the background of one process until it is stopped."""

    def start(self) -> None:
        """Return once it works; raises ServiceRefused when it cannot."""

    def stop(self) -> None:
        """End within 3 seconds. What is under way is finished or left for the next start."""


ServiceFactory = Callable[[Settings, Database, Clock], Service]


class ServiceRefused(Exception):
    """A service cannot start, or cannot be found; ``text`` says why and what to do, in Dutch."""

    @property
    def text(self) -> str:
        raise NotImplementedError


class PortTaken(ServiceRefused):
    """Another program listens at this address already."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port)
        self.host = host
        self.port = port

    @property
    def text(self) -> str:
        return (
            f"Poort {self.port} op {self.host} is al in gebruik. Draait Thuisroute al? "
            "Stop dan eerst het andere programma, of kies een andere poort. "
            f"Bijvoorbeeld: PORT={self.port + 1 if self.port < 65535 else 8001}."
        )


class AddressUnknown(ServiceRefused):
    """The machine has no such address to listen at."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port)
        self.host = host
        self.port = port

    @property
    def text(self) -> str:
        return (
            f"Thuisroute kan niet luisteren op {self.host}, poort {self.port}. "
            "Controleer HOST en PORT."
        )


class PartMissing(ServiceRefused):
    """No installed package offers this name."""

    def __init__(self, group: str, name: str) -> None:
        super().__init__(group, name)
        self.group = group
        self.name = name

    @property
    def text(self) -> str:
        return (
            f"Het onderdeel '{self.name}' ({self.group}) is niet gevonden. "
            "Installeer Thuisroute opnieuw: pip install -e ."
        )


@dataclass(frozen=True)
class Account:
    """A person of the demonstration, to be shown to who starts it.

    ``routes`` are the names of the routes that the person works on; an administrator has none.
    """

    name: str
    username: str
    organisation: str
    roles: tuple[str, ...]
    routes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Demonstration:
    """The people of the demonstration; they all have the same password."""

    password: str
    accounts: tuple[Account, ...]


def service(name: str) -> ServiceFactory:
    """The factory of the service ``name`` ("web", "scheduler"); raises PartMissing."""
    return cast(ServiceFactory, _load(SERVICES, name))


def setup(name: str) -> Callable[..., Any]:
    """The set-up function ``name``; raises PartMissing."""
    return cast(Callable[..., Any], _load(SETUP, name))


def one_time_link(settings: Settings, secret: str) -> str:
    """The whole address of the page on which ``secret`` sets a password."""
    return cast(str, setup("link")(settings, secret))


def _load(group: str, name: str) -> object:
    for point in entry_points(group=group, name=name):
        return point.load()
    raise PartMissing(group, name)
