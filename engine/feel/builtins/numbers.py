"""Number functions (DMN 1.5, 10.3.4.5, table 70)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)

from .. import decimals
from ..run import Run
from ..temporal import DaysAndTimeDuration, YearsAndMonthsDuration
from .common import single, wrong

CONTEXT = decimals.CONTEXT
# Rounding a 34-digit number to 6,176 places needs room for the zeros that are then dropped.
_WIDE = Context(prec=13_000, Emin=-13_000, Emax=13_000, traps=[])
_LEAST_SCALE, _MOST_SCALE = -6111, 6176


def _rounded(mode: str) -> Callable[..., object]:
    def rounded(run: Run, number: object, scale: object = decimals.ZERO) -> object:
        places = _places(scale)
        if not isinstance(number, Decimal) or places is None:
            return wrong(run, "a number and a scale from -6111 to 6176", number, scale)
        if places > 0 and -number.as_tuple().exponent <= places:  # type: ignore[operator]
            return number
        run.meter.step(1 + abs(places) // 16)
        found = number.quantize(Decimal(1).scaleb(-places, _WIDE), mode, _WIDE)
        return decimals.from_decimal(found) if found else decimals.ZERO

    return rounded


def _places(scale: object) -> int | None:
    if not isinstance(scale, Decimal) or scale.adjusted() > 6:
        return None
    places = int(scale)
    return places if _LEAST_SCALE <= places <= _MOST_SCALE else None


def absolute(run: Run, number: object) -> object:
    if isinstance(number, Decimal):
        return number.copy_abs()
    if isinstance(number, DaysAndTimeDuration):
        return DaysAndTimeDuration(abs(number.nanos))
    if isinstance(number, YearsAndMonthsDuration):
        return YearsAndMonthsDuration(abs(number.months))
    return wrong(run, "a number or duration", number)


def modulo(run: Run, dividend: object, divisor: object) -> object:
    """The remainder with the sign of the divisor: dividend - divisor * floor(dividend/divisor)."""
    if not isinstance(dividend, Decimal) or not isinstance(divisor, Decimal) or not divisor:
        return wrong(run, "a number and a divisor that is not zero", dividend, divisor)
    if abs(dividend.adjusted() - divisor.adjusted()) > 6000:
        return run.null("number", "the numbers are too far apart")
    rest = _WIDE.remainder(dividend, divisor)
    if rest and (rest < 0) != (divisor < 0):
        rest = _WIDE.add(rest, divisor)
    return decimals.from_decimal(rest)


def square_root(run: Run, number: object) -> object:
    if not isinstance(number, Decimal) or number < 0:
        return wrong(run, "a number that is not negative", number)
    return CONTEXT.sqrt(number)


def logarithm(run: Run, number: object) -> object:
    if not isinstance(number, Decimal) or number <= 0:
        return wrong(run, "a number above zero", number)
    run.meter.step(decimals.DEAR)
    return CONTEXT.ln(number)


def exponential(run: Run, number: object) -> object:
    if not isinstance(number, Decimal):
        return wrong(run, "a number", number)
    run.meter.step(decimals.DEAR)
    return CONTEXT.exp(number)


def odd(run: Run, number: object) -> object:
    rest = _remainder_of_two(number)
    return wrong(run, "a number", number) if rest is None else rest == 1


def even(run: Run, number: object) -> object:
    rest = _remainder_of_two(number)
    return wrong(run, "a number", number) if rest is None else rest == 0


def _remainder_of_two(number: object) -> Decimal | None:
    if not isinstance(number, Decimal):
        return None
    return abs(_WIDE.remainder(number, Decimal(2)))


FUNCTIONS = {
    "decimal": single("n, scale", _rounded(ROUND_HALF_EVEN)),
    "floor": single("n, scale", _rounded(ROUND_FLOOR), optional=1),
    "ceiling": single("n, scale", _rounded(ROUND_CEILING), optional=1),
    "round up": single("n, scale", _rounded(ROUND_UP)),
    "round down": single("n, scale", _rounded(ROUND_DOWN)),
    "round half up": single("n, scale", _rounded(ROUND_HALF_UP)),
    "round half down": single("n, scale", _rounded(ROUND_HALF_DOWN)),
    "abs": single("n", absolute),
    "modulo": single("dividend, divisor", modulo),
    "sqrt": single("number", square_root),
    "log": single("number", logarithm),
    "exp": single("number", exponential),
    "odd": single("number", odd),
    "even": single("number", even),
}
