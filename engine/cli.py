"""The command ``thuisroute``: finds its subcommands by entry point and loads them only when used.

Rooms register commands in the entry point group ``thuisroute.commands`` (name -> click command), so
nothing here imports a room, and importing this module stays light.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from engine.usage import told_in_dutch

if TYPE_CHECKING:
    from collections.abc import Iterable
    from importlib.metadata import EntryPoint

GROUP = "thuisroute.commands"
HELP_TEXT = "Laat deze uitleg zien."
HEADINGS = {"Options": "Opties", "Commands": "Opdrachten"}
OPTIONS, SUBCOMMAND = "[OPTIES]", "OPDRACHT [...]"
VALUES = {"text": "TEKST", "integer": "GETAL", "integer range": "GETAL"}
"""What click calls the kind of value of an option, and what we call it."""
EXTRAS = {"[required]": "[verplicht]", "[default: ": "[standaard: "}


class DutchFormatter(click.HelpFormatter):
    """Help pages with Dutch headings."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or "Gebruik: ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(HEADINGS.get(heading, heading))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        super().write_dl([(term, _extra(text)) for term, text in rows], col_max, col_spacing)


def _extra(text: str) -> str:
    for english, dutch in EXTRAS.items():
        text = text.replace(english, dutch)
    return text


class DutchContext(click.Context):
    """A context whose help is in Dutch."""

    formatter_class = DutchFormatter


def in_dutch(command: click.Command) -> click.Command:
    """Give ``command``, and what hangs under it, Dutch headings, words and a Dutch help option."""
    command.context_class = DutchContext
    command.options_metavar = OPTIONS
    for param in command.params:
        if isinstance(param, click.Option) and param.metavar is None and not param.is_flag:
            param.metavar = VALUES.get(param.type.name)
    if command.add_help_option:
        click.help_option("--help", help=HELP_TEXT)(command)
        command.add_help_option = False
    if isinstance(command, click.Group):
        command.subcommand_metavar = SUBCOMMAND
        for child in command.commands.values():
            in_dutch(child)
    return command


class EntryPointGroup(click.Group):
    """A group whose commands are entry points: listed by name, loaded when one is asked for."""

    context_class = DutchContext

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        with told_in_dutch():
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        with told_in_dutch():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *_entry_points()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if (known := super().get_command(ctx, cmd_name)) is not None:
            return known
        if (entry_point := _entry_points().get(cmd_name)) is None:
            return None
        command = entry_point.load()
        if not isinstance(command, click.Command):
            raise TypeError(f"entry point {cmd_name} ({entry_point.value}) is not a click command")
        self.add_command(in_dutch(command), cmd_name)
        return command


def _entry_points() -> dict[str, EntryPoint]:
    from importlib.metadata import entry_points

    return {found.name: found for found in entry_points(group=GROUP)}


def _print_version(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    from importlib.metadata import version

    click.echo(f"thuisroute {version('thuisroute')}")
    ctx.exit()


@click.group(
    cls=EntryPointGroup,
    add_help_option=False,
    options_metavar=OPTIONS,
    subcommand_metavar=SUBCOMMAND,
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Laat de versie zien.",
)
@click.help_option("--help", help=HELP_TEXT)
def main() -> None:
    """Thuisroute: routes van een instelling naar een eigen huurwoning."""
