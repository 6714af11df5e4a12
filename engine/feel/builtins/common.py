"""What the modules of built-in functions share."""

from __future__ import annotations

from collections.abc import Callable as PyCallable
from collections.abc import Sequence
from decimal import Decimal

from ..library import Function
from ..run import Run, shown

Impl = PyCallable[..., object]


def function(
    params: str,
    impl: Impl,
    *,
    optional: int = 0,
    variadic: bool = False,
    signatures: Sequence[str] = (),
) -> Function:
    """A built-in; parameters are written as one text with commas, empty for none."""

    def split(text: str) -> list[str]:
        return [name.strip() for name in text.split(",")] if text else []

    return Function(
        split(params),
        impl,
        optional=optional,
        variadic=variadic,
        signatures=[split(text) for text in signatures],
        wants_run=True,
    )


def wrong(run: Run, expected: str, *values: object) -> None:
    """Null, because the arguments have the wrong types."""
    got = ", ".join(map(shown, values)) or "nothing"
    return run.null("arguments", f"expects {expected}, got {got}")


def as_list(value: object) -> list[object] | None:
    """A list as itself, a single value as a list of one (10.3.2.9.4), null as null."""
    if value is None or isinstance(value, list):
        return value
    return [value]


def whole(value: object) -> int | None:
    """A number as int, cut off below the point; None for anything else and for what is huge."""
    if type(value) is not Decimal or value.adjusted() > 18:
        return None
    return int(value)


def single(
    params: str,
    impl: Impl,
    *,
    optional: int = 0,
    signatures: Sequence[str] = (),
) -> Function:
    """A built-in that takes no lists: a list of one item counts as the item (10.3.2.9.4)."""

    def unwrapped(run: Run, *args: object) -> object:
        return impl(run, *[_item(arg) for arg in args])

    return function(params, unwrapped, optional=optional, signatures=signatures)


def _item(value: object) -> object:
    return value[0] if isinstance(value, list) and len(value) == 1 else value
