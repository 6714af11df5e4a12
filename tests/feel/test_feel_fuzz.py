"""Texts at random: FEEL answers with a value or a FEEL error, whatever it gets."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import feel
from tests.feel import strategies as made

WORDS = [
    "if",
    "then",
    "else",
    "for",
    "in",
    "return",
    "some",
    "every",
    "satisfies",
    "and",
    "or",
    "not",
    "between",
    "instance",
    "of",
    "function",
    "true",
    "false",
    "null",
    "item",
    "partial",
    "?",
    "a",
    "b",
    "x",
    "list",
    "date",
    "time",
    "number",
    "string",
    "context",
    "range",
    "Any",
]
SIGNS = [*list("+-*/()[]{}<>=.,:@'\"`"), "**", "..", "<=", ">=", "!=", "->", "//", "/*", "*/"]
SCRAPS = [
    "1",
    "2.5",
    "1e5",
    '"a"',
    '"\\',
    '@"2026-05-18"',
    '@"P1D"',
    "date(",
    "matches(",
    "sort(",
    "date and time(",
    "[1, 2, 3]",
    "{a: 1}",
    "x.a",
    "list<number>",
    "\u20ac",
    "\ufeff",
    "\U0001f600",
    "\ud800",
]
LIMITS = feel.Limits(steps=5_000, bytes=2_000_000, seconds=5.0)
CONTEXT = {"a": 1, "b": [1, {"a": "x"}, None], "x": {"a": "y", "een twee": True}}
SOUP = st.lists(st.sampled_from([*WORDS, *SIGNS, *SCRAPS]), max_size=25)


def survives(text: str) -> None:
    for parse in (feel.parse, feel.parse_unary_tests):
        try:
            expression = parse(text, CONTEXT)
            outcome = expression.evaluate(CONTEXT, input=1, limits=LIMITS)
            feel.check(expression, CONTEXT)
            feel.parse(feel.to_literal(outcome.value))
        except feel.FeelError:
            continue


@settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))
@given(SOUP, st.sampled_from(["", " "]))
def test_a_soup_of_feel_words_gives_values_or_feel_errors(words: list[str], glue: str) -> None:
    survives(glue.join(words))


@settings(max_examples=250, deadline=None)
@given(st.text(max_size=60))
def test_any_text_gives_a_value_or_a_feel_error(text: str) -> None:
    survives(text)


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(sorted(feel.STANDARD.functions)), st.lists(made.values, max_size=4))
def test_every_function_takes_every_value(name: str, args: list[object]) -> None:
    context = {f"arg{place}": value for place, value in enumerate(args)}
    text = f"{name}({', '.join(context)})"
    try:
        outcome = feel.parse(text).evaluate(context, limits=LIMITS)
    except feel.FeelLimitExceeded:
        return
    feel.parse(feel.to_literal(outcome.value))


@settings(max_examples=250, deadline=None)
@given(
    st.sampled_from(["+", "-", "*", "/", "**", "<", "<=", "=", "!=", "in", "and", "or"]),
    made.values,
    made.values,
)
def test_every_operator_takes_every_value(operator: str, left: object, right: object) -> None:
    names = {"left": left, "right": right}
    outcome = feel.parse(f"left {operator} right").evaluate(names, limits=LIMITS)
    feel.parse(feel.to_literal(outcome.value))
