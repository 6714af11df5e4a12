"""The command ``thuisroute scheduler``: only the loop, without a website."""

from __future__ import annotations

import click

from engine.clock import SystemClock
from engine.server.runtime import begin_process, run_services
from engine.server.starter import opened, settings_of_start
from engine.server.status import with_helpers
from scheduler.service import scheduler_service


@click.command("scheduler")
def scheduler_command() -> None:
    """Start alleen de planner: die bewaakt de termijnen en verstuurt de post."""
    begin_process()
    settings = settings_of_start()
    with opened(settings) as database:
        clock = SystemClock()
        service = scheduler_service(settings, database, clock)
        services = with_helpers([service], settings, database, clock)
        run_services(services, lambda: click.echo("De planner draait. Stoppen: Ctrl-C."))
    click.echo("De planner is gestopt.")
