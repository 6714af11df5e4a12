"""The web as a service that can run beside the scheduler in one process."""

from __future__ import annotations

from engine.clock import Clock
from engine.config import Settings
from engine.db import Database
from webui.app import create_app
from webui.server import WebServer, make_server


def web_service(settings: Settings, database: Database, clock: Clock) -> WebServer:
    """The web server, listening but not yet answering: call `start`, and `stop` at the end."""
    return make_server(create_app(settings, database, clock), settings.host, settings.port)
