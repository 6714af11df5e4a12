"""The command `serve`: only the web, without the scheduler."""

from __future__ import annotations

import signal
import threading

import click

from engine.clock import SystemClock
from engine.config import Settings
from engine.db import open_database
from webui.service import web_service


@click.command("serve")
def serve_command() -> None:
    """Start alleen de webpagina's. De klok loopt dan niet: start ook `scheduler`."""
    settings = Settings.from_environment()
    database = open_database(settings.database_url)
    try:
        server = web_service(settings, database, SystemClock())
    except OSError as error:
        raise click.ClickException(
            f"Poort {settings.port} is niet vrij. Kies een andere met PORT=..."
        ) from error
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    server.start()
    click.echo(f"Thuisroute staat klaar op {settings.public_url}")
    ended.wait()
    server.stop()
    database.close()
