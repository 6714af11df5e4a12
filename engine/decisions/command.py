"""`thuisroute decide`: one decision, or many read from standard input as JSON Lines."""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import click

from engine import feel
from engine.feel import FeelError, parse, to_literal

from . import Model, load
from .dutch import diagnostic_in_dutch, error_in_dutch
from .errors import DecisionError
from .trace import DecisionResult
from .xml import MAX_BYTES, read

MAX_LINE = 4_000_000


class BadRequest(DecisionError):
    """A line or context that asks nothing that can be decided."""


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


def _context(text: str, now: datetime.datetime) -> dict[str, object]:
    value = parse(text).evaluate({}, now=now).value if text.strip() else {}
    if not isinstance(value, dict):
        raise BadRequest("the context is no FEEL context, such as {name: 1}")
    return value


def _decide(model: Model, request: object, now: datetime.datetime) -> DecisionResult:
    asked = ("decision", "service", "context")
    if not isinstance(request, dict) or not all(
        isinstance(request.get(key, ""), str) for key in asked
    ):
        raise BadRequest('a request is an object of texts: {"decision": "...", "context": "{}"}')
    context = _context(request.get("context", ""), now)
    if "service" in request:
        return model.evaluate_service(request["service"], context, now=now)
    if "decision" not in request:
        raise BadRequest('the request has no "decision" and no "service"')
    return model.evaluate(request["decision"], context, now=now)


def _lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """The lines that hold something; None for one that is longer than may be kept in memory."""
    while line := stream.readline(MAX_LINE):
        if len(line) == MAX_LINE and not line.endswith(b"\n"):
            while (rest := stream.readline(MAX_LINE)) and not rest.endswith(b"\n"):
                pass
            yield None
        elif line.strip():
            yield line


def _answer(model: Model, line: bytes | None, now: datetime.datetime) -> dict[str, str]:
    """The answer to one line. Whatever the line holds, it does not stop the next."""
    try:
        if line is None:
            raise BadRequest(f"the line is longer than {MAX_LINE} bytes")
        outcome = _decide(model, json.loads(line.decode("utf-8-sig")), now)
        return {"result": to_literal(outcome.value)}
    except (FeelError, DecisionError) as error:
        return {"error": f"{type(error).__name__}: {error}"}
    except (ValueError, RecursionError) as error:  # no UTF-8, no JSON, JSON without end of depth
        return {"error": f"BadRequest: the line is no JSON ({type(error).__name__})"}


@click.command(name="decide")
@click.argument(
    "file", metavar="BESTAND", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.argument("decision", metavar="[BESLISSING]", required=False)
@click.option("--context", default="{}", help="De invoer, als FEEL-context: {leeftijd: 24}.")
@click.option("--batch", is_flag=True, help="Lees opdrachten als JSON Lines en antwoord per regel.")
def decide_command(file: Path, decision: str | None, context: str, batch: bool) -> None:
    """Neem een beslissing uit een DMN-bestand en laat zien waarom."""
    now = datetime.datetime.now(datetime.UTC).astimezone()
    try:
        model = _model(file)
        if batch:
            for line in _lines(sys.stdin.buffer):
                # Escaped where a text holds half a character, which UTF-8 cannot say.
                answer = json.dumps(_answer(model, line, now), ensure_ascii=False)
                click.echo(answer.encode("utf-8", "backslashreplace"))
            return
        wanted = decision or (model.decisions[0].id if len(model.decisions) == 1 else "")
        if not wanted:
            names = ", ".join(found.id for found in model.decisions)
            raise click.UsageError(f"Zeg welke beslissing: {names}.")
        _show(model.evaluate(wanted, _context(context, now), now=now))
    except BadRequest:
        raise click.UsageError("De context is geen FEEL-context, zoals {naam: 1}.") from None
    except FeelError as error:
        raise click.ClickException(feel.error_in_dutch(error)) from None
    except DecisionError as error:
        raise click.ClickException(error_in_dutch(error)) from None


def _show(outcome: DecisionResult) -> None:
    click.echo(to_literal(outcome.value))
    for step in outcome.trace:
        for rule in step.rules:
            note = rule.description or "; ".join(rule.annotations.values())
            used = "" if rule.used else " (niet gebruikt)"
            click.echo(f"  {step.name}: regel {rule.index}{used} {note}".rstrip(), err=True)
    for diagnostic in outcome.diagnostics:
        click.echo(f"  {diagnostic_in_dutch(diagnostic)}", err=True)
