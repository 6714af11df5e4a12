"""Which way each `if` of a text went, for whoever watches: the coverage of scenarios.

Nobody watches outside of scenarios; an `if` then costs one look at a context variable more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from . import nodes


class Branch(NamedTuple):
    """One outcome of one `if`: the FEEL text it stands in, its offset there, and the outcome.

    Anything but true counts as false, for then `else` is what is evaluated.
    """

    text: str
    offset: int
    outcome: bool


Watcher = Callable[[Branch], None]

current: ContextVar[Watcher | None] = ContextVar("feel_branches", default=None)


@contextmanager
def watching(watcher: Watcher) -> Iterator[None]:
    """Tell `watcher` every outcome of an `if` that this thread or task evaluates meanwhile."""
    token = current.set(watcher)
    try:
        yield
    finally:
        current.reset(token)


def branches_of(text: str, node: nodes.Node) -> Iterator[Branch]:
    """Both outcomes of every `if` at or below a node of the text."""
    if isinstance(node, nodes.If):
        yield Branch(text, node.pos, True)
        yield Branch(text, node.pos, False)
    for child in nodes.children(node):
        yield from branches_of(text, child)
