"""The command `serve`: only the web, without the scheduler."""

from __future__ import annotations

import click

from engine.clock import SystemClock
from engine.server.runtime import begin_process, run_services
from engine.server.starter import opened, settings_of_start
from engine.server.status import with_helpers
from webui.service import web_service


@click.command("serve")
def serve_command() -> None:
    """Start alleen de website. De klok loopt dan niet: start ook de planner."""
    begin_process()
    settings = settings_of_start()
    with opened(settings) as database:
        clock = SystemClock()
        server = web_service(settings, database, clock)
        services = with_helpers([server], settings, database, clock)
        run_services(services, lambda: click.echo(f"Thuisroute staat op {settings.public_url}"))
