"""Three-valued `and` and `or` (DMN 1.5, 10.3.2.10, table 50)."""

from __future__ import annotations

from .run import Frame, shown
from .scope import Code


def compile_logic(decisive: bool, operands: list[Code], where: tuple[int, int]) -> Code:
    """`or` when decisive is true, `and` when it is false.

    The decisive value settles the outcome at once; what is neither true nor false counts as null.
    """
    if len(operands) == 2:
        return _pair(decisive, operands[0], operands[1], where)

    def logic(frame: Frame) -> object:
        unknown = False
        for operand in operands:
            value = operand(frame)
            if value is decisive:
                return decisive
            if not isinstance(value, bool):
                unknown = True
                if value is not None:
                    _complain(frame, value, where)
        return None if unknown else not decisive

    return logic


def _pair(decisive: bool, left: Code, right: Code, where: tuple[int, int]) -> Code:
    neutral = not decisive

    def pair(frame: Frame) -> object:
        one = left(frame)
        if one is decisive:
            return decisive
        other = right(frame)
        if other is decisive:
            return decisive
        if one is neutral and other is neutral:
            return neutral
        for value in (one, other):
            if value is not None and not isinstance(value, bool):
                _complain(frame, value, where)
        return None

    return pair


def _complain(frame: Frame, value: object, where: tuple[int, int]) -> None:
    frame.run.null("types", f"{shown(value)} is neither true nor false", where)
