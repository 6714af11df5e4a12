"""The web as a service that can run beside the scheduler in one process."""

from __future__ import annotations

from engine.clock import Clock
from engine.config import Settings
from engine.db import Database
from engine.server.runtime import address_refused
from webui.addresses import one_time_link
from webui.app import create_app
from webui.server import WebServer, make_server

__all__ = ["one_time_link", "web_service"]


def web_service(settings: Settings, database: Database, clock: Clock) -> WebServer:
    """The web server, listening but not yet answering: call `start`, and `stop` at the end.

    Raises ServiceRefused when it cannot listen there.
    """
    app = create_app(settings, database, clock)
    try:
        return make_server(app, settings.host, settings.port, trusted_proxy=settings.trusted_proxy)
    except OSError as error:
        raise address_refused(error, settings.host, settings.port) from error
