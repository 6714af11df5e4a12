"""`thuisroute decide`: one decision, or many read from standard input as JSON Lines."""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from engine.feel import FeelError, parse, to_literal

from . import Model, load
from .errors import DecisionError
from .trace import DecisionResult
from .xml import MAX_BYTES, read


def _model(path: Path) -> Model:
    """The model in a file; what it imports is looked for in the same folder, by namespace."""

    def resolve(namespace: str, location: str) -> bytes | None:
        for other in sorted(path.parent.glob("*.dmn")):
            if other.stat().st_size > MAX_BYTES:
                continue
            xml = other.read_bytes()
            try:
                if read(xml).get("namespace") == namespace:
                    return xml
            except DecisionError:
                continue
        return None

    return load(path.read_bytes(), resolve)


def _context(text: str) -> dict[str, object]:
    value = parse(text).evaluate({}).value if text.strip() else {}
    if not isinstance(value, dict):
        raise click.UsageError("De context is geen FEEL-context, zoals {naam: 1}.")
    return value


def _decide(model: Model, request: dict[str, str], now: datetime.datetime) -> DecisionResult:
    context = _context(request.get("context", ""))
    if "service" in request:
        return model.evaluate_service(request["service"], context, now=now)
    return model.evaluate(request["decision"], context, now=now)


def _answers(
    model: Model, lines: Iterator[str], now: datetime.datetime
) -> Iterator[dict[str, str]]:
    """One answer a line; a line that cannot be answered does not stop the next."""
    for line in lines:
        if not line.strip():
            continue
        try:
            outcome = _decide(model, json.loads(line), now)
            yield {"result": to_literal(outcome.value)}
        except (FeelError, DecisionError, click.UsageError, KeyError, ValueError) as error:
            yield {"error": f"{type(error).__name__}: {error}"}


@click.command(name="decide")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("decision", required=False)
@click.option("--context", default="{}", help="De invoer, als FEEL-context: {leeftijd: 24}.")
@click.option("--batch", is_flag=True, help="Lees opdrachten als JSON Lines en antwoord per regel.")
def decide_command(file: Path, decision: str | None, context: str, batch: bool) -> None:
    """Neem een beslissing uit een DMN-bestand en laat zien waarom."""
    now = datetime.datetime.now(datetime.UTC).astimezone()
    try:
        model = _model(file)
        if batch:
            for answer in _answers(model, sys.stdin, now):
                click.echo(json.dumps(answer, ensure_ascii=False))
            return
        wanted = decision or (model.decisions[0].id if len(model.decisions) == 1 else "")
        if not wanted:
            names = ", ".join(found.id for found in model.decisions)
            raise click.UsageError(f"Zeg welke beslissing: {names}.")
        _show(model.evaluate(wanted, _context(context), now=now))
    except (FeelError, DecisionError) as error:
        raise click.ClickException(str(error)) from None


def _show(outcome: DecisionResult) -> None:
    click.echo(to_literal(outcome.value))
    for step in outcome.trace:
        for rule in step.rules:
            note = rule.description or "; ".join(rule.annotations.values())
            used = "" if rule.used else " (niet gebruikt)"
            click.echo(f"  {step.name}: regel {rule.index}{used} {note}".rstrip(), err=True)
    for diagnostic in outcome.diagnostics:
        click.echo(f"  {diagnostic}", err=True)
