"""The command ``health``: how is the process beside me? For a container platform without curl."""

from __future__ import annotations

import os
from http.client import HTTPConnection

import click

from engine.config import DEFAULT_PORT
from engine.usage import Refused

TIMEOUT_SECONDS = 4.5


@click.command("health")
def health_command() -> None:
    """Vraag of het programma hier klaar is voor werk (STATUS_PORT, anders PORT).

    Zo ja, dan eindigt dit goed (0). Zo nee, dan eindigt het met 1 en staat erbij waarom.
    """
    port = int(os.environ.get("STATUS_PORT") or os.environ.get("PORT") or DEFAULT_PORT)
    connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        told = answer.read().decode(errors="replace").strip()
    except OSError as error:
        raise Refused(f"Op poort {port} antwoordt niemand.") from error
    finally:
        connection.close()
    if answer.status != 200:
        raise Refused(f"Niet klaar voor werk: {told}")
    click.echo("Klaar voor werk.")
