"""`thuisroute terms`: ask the calendar from the command line, for one term or a whole route."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from engine.calendar import (
    AMSTERDAM,
    DECREE_DAYS,
    CalendarDuration,
    CalendarError,
    Counting,
    Suspension,
    TermEnd,
    TermKind,
    end_of_term,
    format_date,
    format_instant,
    local_date,
    parse_duration,
)


class _Date(click.ParamType[dt.date]):
    """A date, or a date and local time: 2027-03-03 or 2027-03-03T09:00."""

    name = "datum"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.date:
        if isinstance(value, dt.date):
            return value
        text = str(value)
        try:
            if len(text) <= len("2027-03-03"):
                return dt.date.fromisoformat(text)
            moment = dt.datetime.fromisoformat(text)
        except ValueError:
            self.fail(f"'{text}' is geen datum. Schrijf bijvoorbeeld 2027-03-03.", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=AMSTERDAM)


class _Duration(click.ParamType[CalendarDuration]):
    """An ISO 8601 duration."""

    name = "duur"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> CalendarDuration:
        if isinstance(value, CalendarDuration):
            return value
        try:
            return parse_duration(str(value))
        except CalendarError as error:
            self.fail(str(error), param, ctx)


@click.group("terms", help="Reken termijnen uit en leg ze uit.")
def terms_command() -> None:
    """Group the commands about terms."""


@terms_command.command("explain", help="Toon de laatste dag van een termijn, en waarom.")
@click.option("--start", type=_Date(), required=True, help="Dag waarop de termijn begint.")
@click.option("--duration", type=_Duration(), help="Duur, zoals P8W of P3D.")
@click.option(
    "--all",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="MAP",
    help="In plaats van een termijn: alle termijnen van de route in deze map.",
)
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in TermKind]),
    help="Soort termijn.",
)
@click.option(
    "--count",
    "counting",
    type=click.Choice([counting.value for counting in Counting]),
    default=Counting.CALENDAR.value,
    show_default=True,
    help="Welke dagen tellen.",
)
@click.option(
    "--suspended",
    type=(_Date(), _Date()),
    multiple=True,
    metavar="EERSTE_DAG DAG_ERNA",
    help="Pauze: de eerste dag, en de dag waarop de termijn weer loopt. Mag vaker.",
)
@click.option(
    "--prolong", type=_Duration(), multiple=True, help="Verlenging van de termijn. Mag vaker."
)
@click.option(
    "--free-day",
    type=_Date(),
    multiple=True,
    help="Extra dag die bij besluit is gelijkgesteld met een feestdag. Mag vaker.",
)
def explain(
    start: dt.date,
    duration: CalendarDuration | None,
    folder: Path | None,
    kind: str | None,
    counting: str,
    suspended: tuple[tuple[dt.date, dt.date], ...],
    prolong: tuple[CalendarDuration, ...],
    free_day: tuple[dt.date, ...],
) -> None:
    """Print the end of one term with its reasons, or of every term of a route."""
    decree_days = DECREE_DAYS | frozenset(free_day)
    if folder is not None:
        if duration is not None or kind is not None:
            raise click.UsageError("Geef bij --all geen --duration en geen --kind.")
        _explain_all(folder, start, decree_days)
        return
    if duration is None or kind is None:
        raise click.UsageError("Geef --duration en --kind, of --all met de map van een route.")
    try:
        end = end_of_term(
            start,
            duration,
            TermKind(kind),
            counting=Counting(counting),
            decree_days=decree_days,
            suspensions=[Suspension(first, after) for first, after in suspended],
            prolongations=prolong,
        )
    except CalendarError as error:
        raise click.ClickException(str(error)) from error
    click.echo("\n".join(explanation(end)))


def _explain_all(folder: Path, start: dt.date, decree_days: frozenset[dt.date]) -> None:
    from engine.checks import checked_route
    from engine.findings import RouteRefused
    from engine.routes import read_folder
    from engine.terms.explaining import explain_route

    day = local_date(start) if isinstance(start, dt.datetime) else start
    try:
        route = checked_route(read_folder(folder))
    except RouteRefused as refused:
        raise click.ClickException("\n".join(map(str, refused.findings))) from refused
    click.echo(f"{route.config.name}: alle termijnen vanaf {format_date(day)}")
    for found in explain_route(route, day, decree_days):
        click.echo(f"\n{found.title}  [{found.place}]")
        for line in found.lines:
            click.echo(f"  {line}")


def explanation(end: TermEnd) -> list[str]:
    """The lines that tell the end of a term: the last day, when it is over, and each step."""
    return [
        f"Laatste dag: {format_date(end.last_day)} ({end.last_day.isoformat()})",
        f"Voorbij op:  {format_instant(end.fires_at)}",
        "Waarom:",
        *(f"{number}. {step}" for number, step in enumerate(end.reasons, start=1)),
    ]
