"""Random walks through random routes, in the engine and in the token game.

By hand: `python -m tests.spiff.random_routes 0 20000`.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta

from engine import feel
from engine.clock import AMSTERDAM
from engine.errors import RouteFault
from engine.spiff import Diagrams, Element, ElementKind, EventKind, NotDue
from tests.spiff.generator import SHARED, Generator
from tests.spiff.tokengame import Activity, Game
from tests.spiff.wild import wild
from tests.spiff.world import NOW, Case, World, python

__all__ = ["Disagreement", "Generator", "decides", "walk", "walk_through", "walk_wild", "wild"]


class Disagreement(AssertionError):
    """The engine and the token game see different things."""


def walk(seed: int, steps: int = 25) -> int:
    """Draw one route and walk through it; gives the number of steps. Raises `Disagreement`."""
    generator = Generator(seed)
    return walk_through(seed, generator.route(), generator.random, steps)


def walk_wild(seed: int, steps: int = 25) -> int:
    """The same through a route without any structure."""
    return walk_through(seed, *wild(seed), steps)


def walk_through(seed: int, diagrams: Diagrams, chance: random.Random, steps: int = 25) -> int:
    """Walk at random through a route, in the engine and in the game."""
    items, day = list(range(chance.randint(0, 3))), chance.randint(0, 5)
    case = Case(diagrams, {"lijst": items, "datum": _date(day)}, setup=decides)
    game = Game(diagrams, "p", {"lijst": items, "datum": day})
    compare(seed, 0, case, game)
    for step in range(1, steps + 1):
        if game.ended:
            return step
        # Of a timer that repeats every day, moments pass unseen now and then.
        days = chance.randint(0, 3)
        case.turn(days=days)
        game.day += days
        ours, truth = one_step(chance, case, game)
        truth()
        try:
            ours()
        except RouteFault as fault:
            # Two tokens through one join can leave one behind: then the truth stands still too.
            if fault.place != "join" or waits(game):
                raise Disagreement(f"seed {seed}, step {step}: {fault}") from fault
            return step
        if not waits(game) and not game.ended:
            raise Disagreement(f"seed {seed}, step {step}: the engine did not see a standstill")
        compare(seed, step, case, game)
    return steps


def decides(world: World) -> None:
    """The one decision of the random routes."""
    world.decisions["besluit"] = "=7"


def _date(day: int) -> date:
    return NOW.astimezone(AMSTERDAM).date() + timedelta(days=day)


def waits(game: Game) -> bool:
    """Whether anything can be done in the game."""
    return bool(game.tasks() or game.events(EventKind.TIMER) or game.events(EventKind.MESSAGE))


Verb = Callable[[], object]


def one_step(chance: random.Random, case: Case, game: Game) -> tuple[Verb, Verb]:
    """One of the things that can be done now: in the engine, and in the game."""
    if chance.random() < 0.05:
        day = game.day + chance.randint(-2, 4)
        return lambda: case.correct(datum=_date(day)), lambda: game.correct("datum", day)
    timers = game.events(EventKind.TIMER)
    early = [each for each in timers if game.moment(*each) > game.day]
    if early:
        token = _token(case, timers, chance.choice(early))
        _refused(case, token)
    ways: list[Callable[[], tuple[Verb, Verb]]] = [
        *(lambda n=n: _complete(chance, case, game, n) for n in range(len(game.tasks()))),
        *(lambda each=each: _fire(case, game, timers, each) for each in timers
          if each not in early),
        *(lambda n=n: _deliver(chance, case, game, n)
          for n in range(len(game.events(EventKind.MESSAGE)))),
    ]  # fmt: skip
    if not ways:
        later = min(game.moment(*each) for each in timers) - game.day
        case.turn(days=later)
        game.day += later
        return one_step(chance, case, game)
    return chance.choice(ways)()


def _refused(case: Case, token: str) -> None:
    try:
        case.run.fire(token)
    except NotDue:
        return
    raise AssertionError("a timer fired before its time")


def _token(
    case: Case, waiting: list[tuple[Activity, Element]], wanted: tuple[Activity, Element]
) -> str:
    """The token in the engine of what waits for a timer or message in the game."""
    event = wanted[1]
    same = [each for each in waiting if each[1] is event]
    seen = case.run.timers if event.event is EventKind.TIMER else case.run.messages
    return [each.token for each in seen if each.element_id == event.id][same.index(wanted)]


def _complete(chance: random.Random, case: Case, game: Game, number: int) -> tuple[Verb, Verb]:
    tasks = game.tasks()
    activity = tasks[number]
    nth = sum(a.element is activity.element for a in tasks[:number])
    choice = answer(chance, game, activity.element)
    token = [t for t in case.run.user_tasks if t.element_id == activity.element.id][nth].token
    values = {name: feel.from_python(value) for name, value in choice.items()}
    return (
        lambda: case.do(lambda run: run.complete(token, values)),
        lambda: game.complete(activity, choice),
    )


def _fire(
    case: Case, game: Game, timers: list[tuple[Activity, Element]], each: tuple[Activity, Element]
) -> tuple[Verb, Verb]:
    token = _token(case, timers, each)
    return lambda: case.do(lambda run: run.fire(token)), lambda: game.fire(*each)


def _deliver(chance: random.Random, case: Case, game: Game, number: int) -> tuple[Verb, Verb]:
    waiting = game.events(EventKind.MESSAGE)
    token: str | None = _token(case, waiting, waiting[number])
    activity, event = waiting[number]
    if token == case.run.messages[0].token:
        token = None  # a message for nobody in particular goes to the first
    values = {f"w_{event.id}": chance.randint(0, 9), SHARED: chance.randint(0, 9)}
    given = {name: feel.from_python(value) for name, value in values.items()}
    return (
        lambda: case.do(lambda run: run.deliver("bericht", given, token)),
        lambda: game.fire(activity, event, values),
    )


def answer(chance: random.Random, game: Game, element: Element) -> dict[str, object]:
    """What is filled in at a task: numbers, whether a loop goes on, and of a task in front of a
    gateway the flows to take."""
    found: dict[str, object] = {f"a_{element.id}": chance.choice(["ja", "nee"])}
    if chance.random() < 0.7:
        found[f"w_{element.id}"] = chance.randint(0, 9)
    if chance.random() < 0.3:
        found[SHARED] = chance.randint(0, 9)
    target = game.diagrams.elements[game.diagrams.flows[element.outgoing[0]].target]
    conditional = {ElementKind.EXCLUSIVE_GATEWAY, ElementKind.INCLUSIVE_GATEWAY}
    if target.kind in conditional and len(target.outgoing) > 1:
        found[f"k_{target.id}"] = [f for f in target.outgoing if chance.random() < 0.5]
    return found


def _day(at: datetime) -> int:
    """The local day on which something happens, counted from the begin of the walk."""
    return (at.astimezone(AMSTERDAM).date() - NOW.astimezone(AMSTERDAM).date()).days


def _shown(values: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if name != "datum"}


def compare(seed: int, step: int, case: Case, game: Game) -> None:
    """Waits, what each task sees, data, end, and how much is kept must be the same."""
    ours = {
        "tasks": sorted(t.element_id for t in case.run.user_tasks),
        "seen": [
            (t.element_id, _shown({k: python(v) for k, v in case.run.variables(t.token).items()}))
            for t in sorted(case.run.user_tasks, key=lambda t: t.element_id)
        ],
        "timers": sorted((t.element_id, _day(t.fires.at)) for t in case.run.timers),
        "messages": sorted(m.element_id for m in case.run.messages),
        "data": _shown(case.data),
        "tokens": len(json.loads(case.saved.state).get("t", ())),
        "places": len(json.loads(case.saved.variables)),
        "ended": case.run.ended,
        "end": case.end,
    }
    truth = {
        "tasks": sorted(a.element.id for a in game.tasks()),
        "seen": [
            (a.element.id, _shown(a.names.seen()))
            for a in sorted(game.tasks(), key=lambda a: a.element.id)
        ],
        "timers": game.moments(),
        "messages": sorted(e.id for _, e in game.events(EventKind.MESSAGE)),
        "data": _shown(game.root.names.values),
        "tokens": game.tokens(),
        "places": game.places(),
        "ended": game.ended,
        "end": game.end if game.ended else None,
    }
    for key, mine in ours.items():
        if mine != truth[key]:
            told = f"{_without(mine, truth[key])} != {_without(truth[key], mine)}"
            raise Disagreement(f"seed {seed}, step {step}: engine and truth differ: {key}: {told}")


def _without(these: object, those: object) -> object:
    """What is in these and not in those, of lists and dictionaries."""
    if isinstance(these, list) and isinstance(those, list):
        return [each for each in these if these.count(each) > those.count(each)]
    if isinstance(these, dict) and isinstance(those, dict):
        return {name: v for name, v in these.items() if name not in those or those[name] != v}
    return these


def main() -> None:
    """Walk through the routes of a range of seeds, nested and wild, and tell of those that go
    wrong."""
    first, last = int(sys.argv[1]), int(sys.argv[2])
    steps, wrong = 0, 0
    for seed in range(first, last):
        for go in (walk, walk_wild):
            try:
                steps += go(seed)
            except Disagreement as problem:
                wrong += 1
                sys.stdout.write(f"{problem}\n")
    sys.stdout.write(f"{2 * (last - first)} routes, {steps} steps: {wrong or 'none'} wrong\n")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
