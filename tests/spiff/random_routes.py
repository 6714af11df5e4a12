"""Random diagrams of the accepted subset, and random walks through them.

A route is a nest of blocks. Conditions read a list that the user task in front of the gateway
fills in, scripts count, so that the engine and the token game can be told the same.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from engine import feel
from engine.clock import AMSTERDAM
from engine.errors import RouteFault
from engine.spiff import Diagrams, EventKind, read_diagrams
from tests.spiff import drawing as d
from tests.spiff.tokengame import Game
from tests.spiff.world import NOW, Case

_MESSAGE, _ERROR, _SIGNAL = "M", "E", "S"


@dataclass
class Piece:
    """Drawn elements with one way in and one way out."""

    first: str
    last: str
    xml: list[str] = field(default_factory=list)

    def then(self, other: Piece) -> Piece:
        return Piece(
            self.first, other.last, [*self.xml, *other.xml, d.flow(self.last, other.first)]
        )


class Generator:
    """Draws routes. ``budget`` bounds how many blocks one route holds."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - a test wants it repeatable
        self.budget = self.random.randint(4, 24)
        self.called: list[bytes] = []
        self._number = 0

    def name(self, prefix: str) -> str:
        self._number += 1
        return f"{prefix}{self._number}"

    def route(self) -> Diagrams:
        stopped = self.random.random() < 0.1
        inside = self._two_ends(0, d.TERMINATE) if stopped else self._framed(self.block(0))
        files = {"p.bpmn": self._file("p", inside)}
        files.update({f"q{n}.bpmn": xml for n, xml in enumerate(self.called)})
        return read_diagrams(files)

    def _process(self, name: str, inner: Piece) -> bytes:
        return self._file(name, self._framed(inner))

    def _file(self, name: str, xml: list[str]) -> bytes:
        # Messages and errors are defined in the file that uses them.
        rest = d.message(f"{_MESSAGE}{name}", "bericht") + d.error(f"{_ERROR}{name}", "mis")
        rest += d.signal(f"{_SIGNAL}{name}", f"sein_{name}")
        body = "".join(xml)
        for letter in (_MESSAGE, _ERROR, _SIGNAL):
            body = body.replace(f'"@{letter}"', f'"{letter}{name}"')
        return d.process(name, body, rest=rest)

    def _framed(self, inner: Piece) -> list[str]:
        first, end = self.name("start"), self.name("end")
        return [
            d.start(first),
            *inner.xml,
            d.end(end),
            d.flow(first, inner.first),
            d.flow(inner.last, end),
        ]

    # --- blocks

    def block(self, depth: int) -> Piece:
        self.budget -= 1
        plain: list[Callable[[int], Piece]] = [self.task, self.task, self.script, self.wait]
        nested: list[Callable[[int], Piece]] = [
            self.sequence, self.sequence, self.choice, self.fork, self.fork, self.around,
            self.some, self.event_choice, self.edged, self.edged, self.subprocess, self.call,
            self.repeated, self.failing, self.stopping, self.double, self.shout,
        ]  # fmt: skip
        if depth > 5 or self.budget <= 0:
            return self.random.choice(plain)(depth)
        return self.random.choice(nested * 2 + plain)(depth)

    def task(self, _depth: int) -> Piece:
        name = self.name("taak")
        return Piece(name, name, [d.user(name)])

    def script(self, _depth: int) -> Piece:
        name = self.name("tel")
        count = f"c_{name}"
        return Piece(
            name, name, [d.script(name, count, f"=if {count} = null then 1 else {count} + 1")]
        )

    def wait(self, _depth: int) -> Piece:
        name = self.name("wacht")
        definition = self.random.choice([d.timer("timeDuration", "P1D"), d.on_message("@M")])
        return Piece(name, name, [d.catch(name, definition)])

    def sequence(self, depth: int) -> Piece:
        return self.block(depth + 1).then(self.block(depth + 1))

    def _asked(self, gateway: str) -> Piece:
        """A user task whose answer decides the gateway behind it."""
        task = self.name("vraag")
        return Piece(task, task, [d.user(task)]).then(Piece(gateway, gateway))

    def _branches(self, gateway: str, join: str, depth: int) -> list[str]:
        xml = []
        for number in range(self.random.randint(2, 3)):
            inner = self.block(depth + 1)
            key = f"{gateway}_{number}"
            condition = f'=list contains(k_{gateway}, "{key}")' if number else ""
            xml += [*inner.xml, d.flow(gateway, inner.first, condition, key)]
            xml.append(d.flow(inner.last, join))
        return xml

    def choice(self, depth: int) -> Piece:
        gateway, join = self.name("xor"), self.name("samen")
        piece = self._asked(gateway)
        piece.xml += [d.exclusive(gateway, default=f"{gateway}_0"), d.exclusive(join)]
        piece.xml += self._branches(gateway, join, depth)
        return Piece(piece.first, join, piece.xml)

    def some(self, depth: int) -> Piece:
        gateway, join = self.name("or"), self.name("orsamen")
        piece = self._asked(gateway)
        piece.xml += [d.inclusive(gateway, default=f"{gateway}_0"), d.inclusive(join)]
        piece.xml += self._branches(gateway, join, depth)
        return Piece(piece.first, join, piece.xml)

    def around(self, depth: int) -> Piece:
        """A loop: back when the answer says so."""
        top, gateway, out = self.name("terug"), self.name("xor"), self.name("uit")
        inner = self.block(depth + 1).then(self._asked(gateway))
        return Piece(
            top,
            out,
            [
                d.exclusive(top), *inner.xml, d.exclusive(gateway, default=f"{gateway}_0"),
                d.exclusive(out), d.flow(top, inner.first),
                d.flow(gateway, out, flow_id=f"{gateway}_0"),
                d.flow(gateway, top, f'=list contains(k_{gateway}, "{gateway}_1")', f"{gateway}_1"),
            ],
        )  # fmt: skip

    def fork(self, depth: int) -> Piece:
        split, join = self.name("split"), self.name("join")
        xml = [d.parallel(split), d.parallel(join)]
        for _ in range(self.random.randint(2, 3)):
            inner = self.block(depth + 1)
            xml += [*inner.xml, d.flow(split, inner.first), d.flow(inner.last, join)]
        return Piece(split, join, xml)

    def double(self, depth: int) -> Piece:
        """Two tokens over one path: a fork whose branches merge without a join."""
        split, merge = self.name("split"), self.name("samen")
        one, inner = self.task(depth), self.block(depth + 2)
        return Piece(
            split,
            inner.last,
            [
                d.parallel(split), d.exclusive(merge), *one.xml, *inner.xml,
                d.flow(split, one.first), d.flow(one.last, merge),
                d.flow(split, merge, flow_id=self.name("f")), d.flow(merge, inner.first),
            ],
        )  # fmt: skip

    def shout(self, depth: int) -> Piece:
        """A signal: a subprocess that calls itself off, waits on its edge and in its paths."""
        host, split, call = self.name("sub"), self.name("split"), self.name("sein")
        first, heard, join = self.name("start"), self.name("gehoord"), self.name("join")
        edge, merge, end = self.name("rand"), self.name("samen"), self.name("end")
        before, beside, after = self.task(depth), self.block(depth + 2), self.block(depth + 2)
        interrupting = self.random.random() < 0.5
        inside = [
            d.start(first), d.parallel(split), d.parallel(join), *before.xml, *beside.xml,
            d.throw(call, d.on_signal("@S")), d.catch(heard, d.on_signal("@S")), d.end(end),
            d.flows(f"{first} {split} {before.first}", f"{before.last} {call} {join} {end}",
                    f"{split} {heard} {join}", f"{split} {beside.first}", f"{beside.last} {join}"),
        ]  # fmt: skip
        return Piece(
            host,
            merge,
            [
                d.subprocess(host, *inside), *after.xml, d.exclusive(merge),
                d.boundary(edge, host, d.on_signal("@S"), interrupting=interrupting),
                d.flows(f"{host} {merge}", f"{edge} {after.first}", f"{after.last} {merge}"),
            ],
        )  # fmt: skip

    def event_choice(self, depth: int) -> Piece:
        gateway, join = self.name("eerst"), self.name("samen")
        xml = [d.event_gateway(gateway), d.exclusive(join)]
        for definition in (d.timer("timeDuration", "P1D"), d.on_message("@M")):
            event, inner = self.name("na"), self.block(depth + 1)
            xml += [d.catch(event, definition), *inner.xml]
            xml.append(d.flows(f"{gateway} {event} {inner.first}", f"{inner.last} {join}"))
        return Piece(gateway, join, xml)

    def _edge(self, host: str, depth: int, join: str) -> list[str]:
        edge, inner = self.name("rand"), self.block(depth + 2)
        kind, interrupting = self.random.choice(
            [
                (d.timer("timeDuration", "P1D"), True),
                (d.timer("timeDuration", "P1D"), False),
                (d.timer("timeCycle", "R/P1D"), False),
                (d.timer("timeCycle", f"R{self.random.randint(1, 7)}/P1D"), False),
                (d.on_message("@M"), True),
                (d.on_message("@M"), False),
                # Heard when a `shout` of the same process sounds meanwhile.
                (d.on_signal("@S"), True),
                (d.on_signal("@S"), False),
            ]
        )
        xml = [d.boundary(edge, host, kind, interrupting=interrupting), *inner.xml]
        xml.append(d.flow(edge, inner.first))
        if self.random.random() < 0.5:
            return [*xml, d.flow(inner.last, join)]  # merges back, also when it did not interrupt
        end = self.name("end")
        return [*xml, d.end(end), d.flow(inner.last, end)]

    def _with_edges(self, host: str, xml: list[str], depth: int) -> Piece:
        join = self.name("samen")
        xml = [*xml, d.exclusive(join), d.flow(host, join)]
        for _ in range(self.random.randint(1, 2)):
            xml += self._edge(host, depth, join)
        return Piece(host, join, xml)

    def edged(self, depth: int) -> Piece:
        host = self.name("taak")
        return self._with_edges(host, [d.user(host)], depth)

    def subprocess(self, depth: int) -> Piece:
        host = self.name("sub")
        inside = self._framed(self.block(depth + 1))
        return self._with_edges(host, [d.subprocess(host, *inside)], depth)

    def call(self, depth: int) -> Piece:
        host, process = self.name("roep"), self.name("q")
        self.called.append(self._process(process, self.block(depth + 1)))
        return self._with_edges(host, [d.call(host, process, "true")], depth)

    def repeated(self, depth: int) -> Piece:
        host = self.name("keer")
        multi = self.random.choice(
            [
                d.multi("=lijst", output=f"uit_{host}", each="=loopCounter + 0"),
                d.multi("=lijst", output=f"uit_{host}", each="=loopCounter + 0", sequential=True),
                d.loop(maximum=str(self.random.randint(1, 3))),
            ]
        )
        kind = self.random.randrange(4)
        if kind == 0:
            element = d.user(host, multi)
        elif kind == 1:
            count = f"c_{host}"
            element = d.script(
                host, count, f"=if {count} = null then 1 else {count} + 1", inside=multi
            )
        elif kind == 2:
            process = self.name("q")
            self.called.append(self._process(process, self.block(depth + 2)))
            element = d.call(host, process, "true", inside=multi)
        else:
            inside = self._framed(self.block(depth + 2))
            element = d.subprocess(host, *inside, inside=multi)
        if kind == 1 or self.random.random() < 0.5:
            return Piece(host, host, [element])
        return self._with_edges(host, [element], depth)

    def _inside(self, host: str, inside: list[str]) -> str:
        """A subprocess that holds these elements, or a call of a process that does."""
        if self.random.random() < 0.7:
            return d.subprocess(host, *inside)
        process = self.name("q")
        self.called.append(self._file(process, inside))
        return d.call(host, process, "true")

    def failing(self, depth: int) -> Piece:
        """A subprocess or call in which one branch ends in an error that its edge catches."""
        host, edge, join = self.name("sub"), self.name("rand"), self.name("samen")
        inside = self._two_ends(depth, d.on_error("@E"))
        after = self.block(depth + 2)
        return Piece(
            host,
            join,
            [
                self._inside(host, inside), d.boundary(edge, host, d.on_error("@E")), *after.xml,
                d.exclusive(join),
                d.flows(f"{host} {join}", f"{edge} {after.first}", f"{after.last} {join}"),
            ],
        )  # fmt: skip

    def stopping(self, depth: int) -> Piece:
        """A subprocess or call in which one branch terminates the other."""
        host = self.name("sub")
        return Piece(host, host, [self._inside(host, self._two_ends(depth, d.TERMINATE))])

    def _two_ends(self, depth: int, definition: str) -> list[str]:
        # A user task stands right before the special end, so that it never races another token.
        first, split = self.name("start"), self.name("split")
        one = self.block(depth + 2).then(self.task(depth))
        two, e1, e2 = self.block(depth + 2), self.name("end"), self.name("end")
        return [
            d.start(first), d.parallel(split), *one.xml, *two.xml, d.end(e1, definition), d.end(e2),
            d.flows(f"{first} {split} {one.first}", f"{one.last} {e1}",
                    f"{split} {two.first}", f"{two.last} {e2}"),
        ]  # fmt: skip


def wild(seed: int) -> tuple[Diagrams, random.Random]:
    """A route without any structure: gateways of all kinds, tied by user tasks at random.

    Between two gateways there is always a user task, so no loop is without a wait.
    """
    chance = random.Random(seed)  # noqa: S311 - a test wants it repeatable
    gateways = [
        (f"g{n}", chance.choice(["exclusive", "parallel", "inclusive"]))
        for n in range(chance.randint(3, 7))
    ]
    xml = [d.start(), d.user("eerst"), d.flow("start", "eerst"), d.flow("eerst", "g0"), d.end()]
    loose = [name for name, _ in gateways[1:]]  # not reached yet
    last = "" if gateways[-1][1] == "parallel" else f'=list contains(k_{gateways[-1][0]}, "uit")'
    for number, (name, kind) in enumerate(gateways):
        xml.append(
            d.node(f"{kind}Gateway", name)
            if kind == "parallel"
            else d.node(f"{kind}Gateway", name, default=f"{name}_0")
        )
        for branch in range(chance.choice([1, 2, 2, 3])):
            task, key = f"t{number}_{branch}", f"{name}_{branch}"
            ahead = [each for each, _ in gateways[number + 1 :]]
            target = chance.choice([*ahead, *ahead, *(each for each, _ in gateways), "end"])
            if loose and branch == 0:
                target = loose.pop(0)
            guarded = branch and kind != "parallel"
            condition = f'=list contains(k_{name}, "{key}")' if guarded else ""
            xml += [d.user(task), d.flow(name, task, condition, key), d.flow(task, target)]
    xml += [
        d.user("laatst"),
        d.flow(gateways[-1][0], "laatst", last, "uit"),
        d.flow("laatst", "end"),
    ]
    return read_diagrams({"p.bpmn": d.process("p", *xml)}), chance


class Disagreement(AssertionError):
    """The engine and the token game see different things."""


def walk(seed: int, steps: int = 25) -> int:
    """Draw one route and walk through it; gives the number of steps. Raises `Disagreement`."""
    generator = Generator(seed)
    return walk_through(seed, generator.route(), generator.random, steps)


def walk_through(seed: int, diagrams: Diagrams, chance: random.Random, steps: int = 25) -> int:
    """Walk at random through a route, in the engine and in the game."""
    items = chance.randint(0, 3)
    start = {"lijst": list(range(items))}
    case = Case(diagrams, start)
    game = Game(diagrams, "p", items)
    compare(seed, 0, case, game)
    for step in range(1, steps + 1):
        if game.ended:
            return step
        # Of a timer that repeats every day, moments pass unseen now and then.
        days = chance.randint(1, 3)
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


def waits(game: Game) -> bool:
    """Whether anything can be done in the game."""
    return bool(game.tasks() or game.events(EventKind.TIMER) or game.events(EventKind.MESSAGE))


Verb = Callable[[], object]


def one_step(chance: random.Random, case: Case, game: Game) -> tuple[Verb, Verb]:
    """One of the things that can be done now: in the engine, and in the game."""
    tasks = game.tasks()
    timers, messages = game.events(EventKind.TIMER), game.events(EventKind.MESSAGE)
    number = chance.randrange(len(tasks) + len(timers) + len(messages))
    if number < len(tasks):
        activity = tasks[number]
        nth = sum(a.element is activity.element for a in tasks[:number])
        choice = answer(chance, game, activity.element.outgoing)
        token = [t for t in case.run.user_tasks if t.element_id == activity.element.id][nth].token
        values = {name: feel.from_python(value) for name, value in choice.items()}
        return (
            lambda: case.do(lambda run: run.complete(token, values)),
            lambda: game.complete(activity, choice),
        )
    number -= len(tasks)
    waiting, is_timer = (timers, True) if number < len(timers) else (messages, False)
    number -= 0 if is_timer else len(timers)
    activity, event = waiting[number]
    nth = sum(e is event for _, e in waiting[:number])
    seen = case.run.timers if is_timer else case.run.messages
    token = [each.token for each in seen if each.element_id == event.id][nth]
    if is_timer:
        return lambda: case.do(lambda run: run.fire(token)), lambda: game.fire(activity, event)
    return (
        lambda: case.do(lambda run: run.deliver("bericht", {}, token)),
        lambda: game.fire(activity, event),
    )


def answer(chance: random.Random, game: Game, outgoing: tuple[str, ...]) -> dict[str, list[str]]:
    """What is filled in at the task in front of a gateway: the flows to take."""
    target = game.diagrams.elements[game.diagrams.flows[outgoing[0]].target]
    flows = [f for f in target.outgoing if chance.random() < 0.5]
    return {f"k_{target.id}": flows} if len(target.outgoing) > 1 else {}


def _day(at: datetime) -> int:
    """The local day on which something happens, counted from the begin of the walk."""
    return (at.astimezone(AMSTERDAM).date() - NOW.astimezone(AMSTERDAM).date()).days


def compare(seed: int, step: int, case: Case, game: Game) -> None:
    """Waits, data and end must be the same."""
    ours = {
        "tasks": sorted(t.element_id for t in case.run.user_tasks),
        "timers": sorted((t.element_id, _day(t.fires.at)) for t in case.run.timers),
        "messages": sorted(m.element_id for m in case.run.messages),
        "data": {k: v for k, v in case.data.items() if k[0] in "cu"},
        "ended": case.run.ended,
        "end": case.end,
    }
    truth = {
        "tasks": sorted(a.element.id for a in game.tasks()),
        "timers": game.moments(),
        "messages": sorted(e.id for _, e in game.events(EventKind.MESSAGE)),
        "data": {**game.counts, **game.collected},
        "ended": game.ended,
        "end": game.end if game.ended else None,
    }
    if ours != truth:
        wrong = {key: (ours[key], truth[key]) for key in ours if ours[key] != truth[key]}
        raise Disagreement(f"seed {seed}, step {step}: engine and truth differ: {wrong}")


def main() -> None:
    """Walk through the routes of a range of seeds and tell of the first that goes wrong."""
    first, last = int(sys.argv[1]), int(sys.argv[2])
    steps = sum(walk(seed) for seed in range(first, last))
    sys.stdout.write(f"{last - first} routes, {steps} steps: none wrong\n")


if __name__ == "__main__":
    main()
