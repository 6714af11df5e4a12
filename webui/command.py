"""The command `serve`: only the web, without the scheduler."""

from __future__ import annotations

import click

from engine.clock import SystemClock
from engine.config import SettingInvalid, Settings
from engine.db import open_database
from engine.runtime import begin_process, run_services
from engine.services import ServiceRefused
from webui.service import web_service


@click.command("serve")
def serve_command() -> None:
    """Start alleen de website. De klok loopt dan niet: start ook de planner."""
    begin_process()
    try:
        settings = Settings.from_environment()
        database = open_database(settings.database_url)
        server = web_service(settings, database, SystemClock())
        run_services([server], lambda: click.echo(f"Thuisroute staat op {settings.public_url}"))
    except (ServiceRefused, SettingInvalid) as refused:
        raise click.ClickException(refused.text) from refused
    database.close()
