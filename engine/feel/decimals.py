"""FEEL numbers: IEEE 754-2008 decimal128, 34 digits, half-even (DMN 1.5, 10.3.2.3.1).

There is no infinity and no not-a-number: what has no number for an answer is null.
"""

from __future__ import annotations

from decimal import (
    ROUND_HALF_EVEN,
    Clamped,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)

PRECISION = 34
CONTEXT = Context(
    prec=PRECISION,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    capitals=1,
    clamp=0,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
NumberError = DecimalException
ZERO = Decimal(0)
ONE = Decimal(1)
DEAR = 8
"""Steps for a power, logarithm or exponential: they cost many times a sum."""

_SMALL = tuple(Decimal(number) for number in range(-1, 1024))

__all__ = ["CONTEXT", "ONE", "ZERO", "Clamped", "NumberError", "from_int", "from_text", "text"]


def from_int(number: int) -> Decimal | None:
    """A whole number as a FEEL number; null when it does not fit decimal128."""
    if -1 <= number < 1023:
        return _SMALL[number + 1]
    # Python guards int-to-str against huge numbers, decimal does not: refuse by bit length.
    if number.bit_length() > 21_000:
        return None
    try:
        return CONTEXT.create_decimal(number)
    except NumberError:
        return None


def from_text(text: str) -> Decimal | None:
    """The number that a literal text stands for, rounded to 34 digits; null when too large."""
    try:
        number = CONTEXT.create_decimal(text)
    except NumberError:
        return None
    return number if number.is_finite() else None


def from_decimal(number: Decimal) -> Decimal | None:
    """A Python decimal brought within decimal128; null for infinity, NaN and overflow."""
    if not number.is_finite():
        return None
    try:
        return CONTEXT.plus(number)
    except NumberError:
        return None


def as_int(number: object) -> int | None:
    """A whole number as int, cut off below the point; null when it is no number or is huge."""
    if not isinstance(number, Decimal) or number.adjusted() > 40:
        return None
    return int(number)


def is_whole(number: Decimal) -> bool:
    """Whether the number has nothing behind the point."""
    if number.as_tuple().exponent >= 0:  # type: ignore[operator]
        return True
    return number == number.to_integral_value()


def text(number: Decimal) -> str:
    """The number as string() prints it: plain digits, no exponent, no loose zeros."""
    if not number:
        return "0"
    plain = format(number, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return plain
