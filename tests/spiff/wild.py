"""Random diagrams without any structure."""

from __future__ import annotations

import random

from engine.spiff import Diagrams, read_diagrams
from tests.spiff import drawing as d


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
            if chance.random() < 0.25:
                xml += _wild_edge(chance, task, [each for each, _ in gateways])
    xml += [
        d.user("laatst"),
        d.flow(gateways[-1][0], "laatst", last, "uit"),
        d.flow("laatst", "end"),
    ]
    return read_diagrams({"p.bpmn": d.process("p", *xml, rest=d.message("M", "bericht"))}), chance


def _wild_edge(chance: random.Random, task: str, gateways: list[str]) -> list[str]:
    """An event on the edge of a task whose path comes out anywhere."""
    definition = chance.choice([d.timer("timeDuration", "P1D"), d.on_message("M")])
    edge, after = f"r_{task}", f"n_{task}"
    return [
        d.boundary(edge, task, definition, interrupting=chance.random() < 0.5), d.user(after),
        d.flows(f"{edge} {after} {chance.choice([*gateways, 'end'])}"),
    ]  # fmt: skip
