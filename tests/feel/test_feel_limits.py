"""What is hostile is stopped by counted steps and bytes, in little memory."""

import subprocess
import sys

import pytest

from engine import feel
from tests.feel.hostile import HARMLESS, STOPPED

# The clock may not be what stops these: it is only the backstop.
COUNTED = feel.Limits(seconds=3600.0)
MORE_MEMORY = 64_000_000


@pytest.mark.parametrize("name", STOPPED)
def test_what_is_hostile_is_stopped_by_counting(name: str) -> None:
    with pytest.raises(feel.FeelLimitExceeded) as caught:
        feel.parse(STOPPED[name]).evaluate({"a": {"a": 1}}, limits=COUNTED)
    assert caught.value.limit in {"steps", "bytes", "depth", "nesting", "length"}


def test_all_of_it_takes_less_than_64_mb_more() -> None:
    # A process of its own: only there is the peak the peak of this, and not of other tests.
    outcome = subprocess.run(
        [sys.executable, "-m", "tests.feel.hostile"], capture_output=True, text=True, check=True
    )
    assert int(outcome.stdout) < MORE_MEMORY


@pytest.mark.parametrize("name", HARMLESS)
def test_what_looks_hostile_but_is_cheap_just_runs(name: str) -> None:
    text, expected = HARMLESS[name]
    assert feel.to_literal(feel.parse(text).evaluate({}, limits=COUNTED).value) == expected


@pytest.mark.parametrize(
    "text",
    [
        "__class__",
        '"a".__class__.__mro__',
        "[].__class__",
        "now.__globals__",
        '__import__("os").system("id")',
        'open("/etc/passwd")',
        'eval("1")',
        "(function(x) x).frame",
        "abs.impl",
        "{a: 1}.keys()",
        '"{0.__class__}".format(1)',
        "run.library",
        "item.__init__",
    ],
)
def test_nothing_of_python_can_be_reached(text: str) -> None:
    outcome = feel.parse(text).evaluate({})
    assert outcome.value in (None, [])


def test_the_limits_can_be_set() -> None:
    expression = feel.parse("count(for i in 1..100 return i)")
    assert expression.evaluate({}).value == 100
    with pytest.raises(feel.FeelLimitExceeded) as caught:
        expression.evaluate({}, limits=feel.Limits(steps=50))
    assert (caught.value.limit, caught.value.allowed) == ("steps", 50)


def test_the_clock_is_a_backstop() -> None:
    expression = feel.parse("count(for i in 1..100000 return i)")
    with pytest.raises(feel.FeelLimitExceeded) as caught:
        expression.evaluate({}, limits=feel.Limits(steps=10**9, bytes=10**9, seconds=0.001))
    assert caught.value.limit == "seconds"


def test_deep_recursion_below_a_deep_stack_is_still_a_limit() -> None:
    expression = feel.parse("(function(f, n) f(f, n))(function(f, n) f(f, n + 1), 0)")

    def below(depth: int) -> object:
        return expression.evaluate({}) if depth == 0 else below(depth - 1)

    with pytest.raises(feel.FeelLimitExceeded):
        below(700)


def test_parsing_below_a_deep_stack_is_still_a_syntax_error() -> None:
    def below(depth: int) -> object:
        return feel.parse("(" * 60 + "1" + ")" * 60) if depth == 0 else below(depth - 1)

    with pytest.raises(feel.FeelSyntaxError):
        below(850)
