"""Random diagrams of the accepted subset: a route is a nest of blocks.

Conditions read a list that the user task in front of the gateway fills in. What a mapping reads is
written by people and messages only, never by what runs by itself at the same time, so that the
order in which two tokens run in one verb cannot show.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from engine.spiff import Diagrams, read_diagrams
from tests.spiff import drawing as d

_MESSAGE, _ERROR, _SIGNAL = "M", "E", "S"
SHARED = "w_samen"
"""A name that many tasks fill in."""


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
        self.local = [""]  # names that an activity around here has for itself
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
        rest += d.signal(f"{_SIGNAL}{name}", f"sein_{name}") + d.error(f"F{name}", "anders")
        body = "".join(xml)
        for letter in (_MESSAGE, _ERROR, _SIGNAL, "F"):
            body = body.replace(f'"@{letter}"', f'"{letter}{name}"')
        return d.process(name, body, rest=rest)

    def _framed(self, inner: Piece) -> list[str]:
        first, end = self.name("start"), self.name("end")
        # A task goes before a signal: one that calls for itself must wait somewhere.
        what = self.random.choice(["", "", d.on_message("@M"), d.on_signal("@S")])
        inner = inner.then(self.task(0)) if "signal" in what else inner
        sends = d.zeebe("taskDefinition", type="thuisroute:brief") if "message" in what else ""
        return [
            d.start(first),
            *inner.xml,
            d.end(end, what, sends),
            d.flow(first, inner.first),
            d.flow(inner.last, end),
        ]

    # --- blocks

    def block(self, depth: int) -> Piece:
        self.budget -= 1
        plain: list[Callable[[int], Piece]] = [
            self.task, self.task, self.mapped_task, self.script, self.wait, self.passed,
            self.called_out,
        ]  # fmt: skip
        nested: list[Callable[[int], Piece]] = [
            self.sequence, self.sequence, self.choice, self.fork, self.fork, self.around,
            self.some, self.event_choice, self.edged, self.edged, self.subprocess, self.call,
            self.repeated, self.repeated, self.repeated,
            self.failing, self.stopping, self.double, self.shout,
            self.mapped, self.called_apart,
        ]  # fmt: skip
        if depth > 5 or self.budget <= 0:
            return self.random.choice(plain)(depth)
        return self.random.choice(nested * 2 + plain)(depth)

    def task(self, _depth: int) -> Piece:
        name = self.name("taak")
        return Piece(name, name, [d.user(name)])

    def mapped_task(self, _depth: int) -> Piece:
        name = self.name("taak")
        return Piece(name, name, [d.user(name, extra=self._mappings(name, f"w_{name}"))])

    def _mappings(self, name: str, given: str, **more: str) -> str:
        """Inputs from what people filled in, and now and then outputs. ``given`` is read there."""
        inputs = {f"l_{name}": f"={SHARED} + 1", f"n_{name}": f"=l_{name} + 10", **more}
        if self.random.random() < 0.3:
            inputs["m.eigen"] = "=4"  # hides what was gathered so far
        outputs = {f"o_{name}": f"={given}", f"p_{name}": f"=o_{name} + 1", f"m.{name}": "=5"}
        return d.io(inputs, outputs if self.random.random() < 0.6 else None)

    def script(self, _depth: int) -> Piece:
        name = self.name("tel")
        count = self.random.choice(self.local) or f"c_{name}"
        return Piece(
            name, name, [d.script(name, count, f"=if {count} = null then 1 else {count} + 1")]
        )

    def passed(self, _depth: int) -> Piece:
        """What a token only passes by."""
        name = self.name("langs")
        return Piece(name, name, [self.random.choice([
            d.perform(name), d.perform(name, tag="serviceTask"), d.node("task", name),
            d.node("manualTask", name), d.throw(name), d.decision(name, "besluit", f"c_{name}"),
            d.throw(name, d.on_message("@M"), d.zeebe("taskDefinition", type="thuisroute:brief")),
        ])])  # fmt: skip

    def called_out(self, depth: int) -> Piece:
        """A signal, behind a task: one that calls for itself must wait somewhere."""
        name = self.name("sein")
        return self.task(depth).then(Piece(name, name, [d.throw(name, d.on_signal("@S"))]))

    def wait(self, _depth: int) -> Piece:
        name = self.name("wacht")
        element = self.random.choice([
            d.catch(name, d.timer("timeDuration", "P1D")), d.catch(name, d.on_message("@M")),
            d.catch(name, d.timer("timeDate", "=datum")), d.receive(name, "@M"),
        ])  # fmt: skip
        return Piece(name, name, [element])

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
        kinds = [
            d.timer("timeDuration", "P1D"), d.on_message("@M"), d.timer("timeDate", "=datum"),
            d.on_signal("@S"), "",
        ]  # fmt: skip
        # A signal alone may never come: then the case would stand still from the start.
        first = self.random.choice(kinds[:3])
        for definition in (first, *self.random.sample(kinds, self.random.randint(1, 3))):
            event, inner = self.name("na"), self.block(depth + 1)
            xml.append(d.catch(event, definition) if definition else d.receive(event, "@M"))
            xml += inner.xml
            xml.append(d.flows(f"{gateway} {event} {inner.first}", f"{inner.last} {join}"))
        return Piece(gateway, join, xml)

    def _edge(self, host: str, depth: int, top: str, join: str) -> list[str]:
        edge, inner = self.name("rand"), self.block(depth + 2)
        begin = f"2026-03-0{self.random.randint(2, 9)}T10:00:00+01:00"
        kind, interrupting = self.random.choice(
            [
                (d.timer("timeDuration", "P1D"), True),
                (d.timer("timeDuration", "P1D"), False),
                (d.timer("timeDate", "=datum"), True),
                (d.timer("timeDate", "=datum"), False),
                (d.timer("timeCycle", "R/P1D"), False),
                (d.timer("timeCycle", f"R{self.random.randint(1, 7)}/P1D"), False),
                (d.timer("timeCycle", f"R{self.random.randint(1, 7)}/{begin}/P1D"), False),
                (d.on_message("@M"), True),
                (d.on_message("@M"), False),
                # Heard when a `shout` of the same process sounds meanwhile.
                (d.on_signal("@S"), True),
                (d.on_signal("@S"), False),
            ]
        )
        xml = [d.boundary(edge, host, kind, interrupting=interrupting), *inner.xml]
        xml.append(d.flow(edge, inner.first))
        way = self.random.random()
        if way < 0.4:
            return [*xml, d.flow(inner.last, join)]  # merges back, also when it did not interrupt
        if way < 0.6:  # begins again; a task between, for a loop must wait somewhere
            again = self.task(depth)
            return [*xml, *again.xml, d.flow(inner.last, again.first), d.flow(again.last, top)]
        end = self.name("end")
        return [*xml, d.end(end), d.flow(inner.last, end)]

    def _with_edges(self, host: str, xml: list[str], depth: int) -> Piece:
        top, join = self.name("terug"), self.name("samen")
        xml = [*xml, d.exclusive(top), d.exclusive(join), d.flows(f"{top} {host} {join}")]
        for _ in range(self.random.randint(1, 3)):
            xml += self._edge(host, depth, top, join)
        return Piece(top, join, xml)

    def edged(self, depth: int) -> Piece:
        host = self.name("taak")
        element = d.user(host) if self.random.random() < 0.8 else d.receive(host, "@M")
        return self._with_edges(host, [element], depth)

    def subprocess(self, depth: int) -> Piece:
        host = self.name("sub")
        inside = self._framed(self.block(depth + 1))
        return self._with_edges(host, [d.subprocess(host, *inside)], depth)

    def call(self, depth: int) -> Piece:
        host, process = self.name("roep"), self.name("q")
        self.called.append(self._process(process, self.block(depth + 1)))
        return self._with_edges(host, [d.call(host, process, "true")], depth)

    def mapped(self, depth: int) -> Piece:
        """A subprocess with names of its own; what is counted in there may be one of them."""
        host = self.name("sub")
        self.local.append(f"l_{host}")
        inside = self._framed(self.script(depth).then(self.block(depth + 1)))
        self.local.pop()
        element = d.subprocess(host, *inside, extra=self._mappings(host, f"l_{host}"))
        return self._with_edges(host, [element], depth)

    def called_apart(self, depth: int) -> Piece:
        """A called process with data of its own, that sees its caller's or not."""
        host, process, chance = self.name("roep"), self.name("q"), self.random.random
        kept, self.local = self.local, ["", f"l_{host}"]
        self.called.append(self._process(process, self.block(depth + 1)))
        self.local = kept
        more = {"lijst": "=lijst", "datum": "=datum", f"k_{host}": "=weg"}
        element = d.call(
            host, process, self.random.choice(["true", "false"]),
            self._mappings(host, f"l_{host}", **more) if chance() < 0.8 else d.io(more),
            propagateAllParentVariables=self.random.choice(["true", "false"]),
        )  # fmt: skip
        return self._with_edges(host, [element], depth)

    def _repetition(self, host: str, kind: int) -> str:
        how = self.random.random()
        if how < 0.3:
            condition = self.random.choice(["", f'=a_{host} = "ja"'])
            maximum = str(self.random.randint(1, 3)) if not condition or how < 0.1 else ""
            return d.loop(condition, maximum, "true" if how < 0.15 else "false")
        each = self.random.choice(
            ["=loopCounter + 0", f"=x_{host} + 10", f"=w_{host}", f"=l_{host}"]
        )
        until = f"=numberOfCompletedInstances >= {self.random.randint(1, 2)}"
        sequential = how < 0.65
        # What runs by itself may or may not have run when enough others are done.
        may_stop = sequential or kind in (0, 2, 4)
        return d.multi(
            "=lijst", sequential=sequential, element=f"x_{host}", output=f"uit_{host}", each=each,
            until=until if may_stop and self.random.random() < 0.3 else "",
        )  # fmt: skip

    def repeated(self, depth: int) -> Piece:
        host, kind = (
            self.name("keer"),
            self.random.choice([0, 0, 1, 2, 2, 3, 4, 4, 4, 4, 5, 5, 6, 6]),
        )
        inside = self._repetition(host, kind)
        more = {"lijst": "=lijst", "datum": "=datum"}
        extra = ""
        if "multi" in inside and self.random.random() < 0.5:
            extra = d.io({f"l_{host}": f"=x_{host} + 1", **more})
            if kind != 6 and self.random.random() < 0.5:  # back into the names of the instance
                extra = d.io({f"l_{host}": f"=x_{host} + 1"}, {f"l_{host}": f"=l_{host} + 1"})
        self.local.append(f"l_{host}" if extra else "")
        if kind == 0:
            element = d.user(host, inside, extra)
        elif kind == 1:
            count = f"c_{host}"
            element = d.script(
                host, count, f"=if {count} = null then 1 else {count} + 1", extra, inside
            )
        elif kind == 2:
            element = d.receive(host, "@M", inside, extra)
        elif kind == 3:
            element = d.perform(host, extra=extra, inside=inside)
        elif kind == 4:
            ends = self._framed(self.block(depth + 2))
            if "completionCondition" in inside:
                ends = self._framed(self.task(depth).then(self.fork(6)))
            elif self.random.random() < 0.3:  # ends all of its own instance, never the others
                ends = self._two_ends(depth, d.TERMINATE)
            element = d.subprocess(host, *ends, inside=inside, extra=extra)
        else:
            process = self.name("q")
            if kind == 6:
                self.local, kept = [""], self.local
            self.called.append(self._process(process, self.block(depth + 2)))
            if kind == 6:
                self.local = kept
                sees = self.random.choice(["true", "false"]) if extra else "true"
                propagate = self.random.choice(["true", "false"])
                element = d.call(
                    host, process, propagate, extra, inside, propagateAllParentVariables=sees
                )
            else:
                element = d.call(host, process, "true", extra, inside)
        self.local.pop()
        if kind in (1, 3) or self.random.random() < 0.3:
            return Piece(host, host, [element])
        return self._with_edges(host, [element], depth)

    def _inside(self, host: str, inside: list[str], repeats: str = "") -> str:
        """A subprocess that holds these elements, or a call of a process that does."""
        if self.random.random() < 0.7:
            return d.subprocess(host, *inside, inside=repeats)
        process = self.name("q")
        self.called.append(self._file(process, inside))
        return d.call(host, process, "true", inside=repeats)

    def failing(self, depth: int) -> Piece:
        """An error that climbs out of subprocesses, calls and repetitions to an edge for it."""
        host, edge, join = self.name("sub"), self.name("rand"), self.name("samen")
        inside = self._two_ends(depth, d.on_error("@E"))
        after, other, decoy = self.block(depth + 2), self.task(depth), self.name("rand")
        repeats = d.multi("=lijst", sequential=self.random.random() < 0.5)
        again = self.random.choice(["", "", repeats, d.loop(maximum="2")])
        if again or self.random.random() < 0.3:
            inner = self.name("sub")
            inside = self._around(self._inside(inner, inside, again), inner)
        # A code goes before an edge that takes all; another code is no match.
        caught, beside = self.random.choice([("@E", "@F"), ("", "@F"), ("@E", ""), ("@E", "@F")])
        return Piece(
            host,
            join,
            [
                self._inside(host, inside), d.boundary(edge, host, d.on_error(caught)), *after.xml,
                d.boundary(decoy, host, d.on_error(beside)), *other.xml, d.exclusive(join),
                d.flows(f"{host} {join}", f"{edge} {after.first}", f"{after.last} {join}",
                        f"{decoy} {other.first}", f"{other.last} {join}"),
            ],
        )  # fmt: skip

    def _around(self, element: str, name: str) -> list[str]:
        return self._framed(Piece(name, name, [element]))

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
