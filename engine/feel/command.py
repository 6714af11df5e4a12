"""`thuisroute feel`: one expression from the command line."""

from __future__ import annotations

import datetime

import click

from . import FeelError, diagnostic_in_dutch, error_in_dutch, parse, to_literal


# An expression may begin with a minus sign.
@click.command(name="feel", context_settings={"ignore_unknown_options": True})
@click.argument("expression", metavar="EXPRESSIE")
@click.option("--context", default="{}", help="De variabelen, als FEEL-context: {a: 1}.")
def feel_command(expression: str, context: str) -> None:
    """Reken een FEEL-expressie uit."""
    now = datetime.datetime.now(datetime.UTC).astimezone()
    try:
        variables = parse(context).evaluate({}, now=now).value
        if not isinstance(variables, dict):
            raise click.UsageError("De context is geen FEEL-context, zoals {a: 1}.")
        result = parse(expression, variables).evaluate(variables, now=now)
    except FeelError as error:
        raise click.ClickException(error_in_dutch(error)) from None
    click.echo(to_literal(result.value))
    for diagnostic in result.diagnostics:
        click.echo(f"  {diagnostic_in_dutch(diagnostic)}", err=True)
