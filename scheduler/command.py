"""The command ``thuisroute scheduler``: only the loop, without a website."""

from __future__ import annotations

import click
from sqlalchemy.exc import OperationalError

from engine.clock import SystemClock
from engine.db import open_database
from engine.runtime import begin_process, run_services
from engine.services import ServiceRefused
from engine.starter import StartRefused, database_unavailable, settings_of_start
from scheduler.service import scheduler_service


@click.command("scheduler")
def scheduler_command() -> None:
    """Start alleen de planner: die bewaakt de termijnen en verstuurt de post."""
    begin_process()
    settings = settings_of_start()
    database = open_database(settings.database_url)
    try:
        service = scheduler_service(settings, database, SystemClock())
        run_services([service], lambda: click.echo("De planner draait. Stoppen: Ctrl-C."))
    except ServiceRefused as refusal:
        raise StartRefused(refusal.text) from refusal
    except OperationalError as error:
        raise StartRefused(database_unavailable(settings)) from error
    except KeyboardInterrupt:
        return
    finally:
        database.close()
    click.echo("De planner is gestopt.")
