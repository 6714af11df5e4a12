"""Expressions that want too much. `STOPPED` have to be stopped, `HARMLESS` only look bad.

Also timed by bench_feel.py.
"""

from __future__ import annotations


def _doubled(times: int, last: str) -> str:
    """A context whose last entry shares the one before it twice, and so on."""
    entries = [f"a{i}: [a{i - 1}, a{i - 1}]" for i in range(1, times)]
    return last.replace("X", "{a0: [1, 2, 3], " + ", ".join(entries) + "}" + f".a{times - 1}")


def _recursive(body: str, start: str, times: int) -> str:
    """A function of (f, s, n) that calls itself `times` times."""
    step = f"function(f, s, n) if n = 0 then s else f(f, {body}, n - 1)"
    return f"(function(g) g(g, {start}, {times}))({step})"


STOPPED = {
    "an endless range": "count(for i in 1..1000000000000 return i)",
    "an endless search": "some i in 1..10**30 satisfies i < 0",
    "an endless range of dates": 'count(for d in @"0001-01-01"..@"999999999-12-31" return d)',
    "loops in loops": "for a in 1..1000, b in 1..1000, c in 1..1000 return a * b * c",
    "list doubling": "for i in 1..100 return concatenate(partial, partial)",
    "list doubling by recursion": _recursive("concatenate(s, s)", "[1]", 60),
    "string doubling": _recursive("s + s", '"x"', 60),
    "string doubling by replace": _recursive('replace(s, "x", "xxxxxxxxxxxxxxxx")', '"x"', 40),
    "string doubling by case": _recursive("upper case(s) + lower case(s)", '"x"', 60),
    "string join": 'string join(for i in 1..100000 return "' + "x" * 200 + '", ",")',
    "long numbers as text": 'string join(for i in 1..5000 return string(10**-6000), "")',
    "a shared list printed": _doubled(40, "string(X)"),
    "a shared list compared": _doubled(40, "X") + " = " + _doubled(40, "X"),
    "a shared list flattened": _doubled(40, "count(flatten(X))"),
    "a shared list searched": _doubled(40, "list contains([X], X)"),
    "a shared list as outcome": _doubled(60, "X"),
    "context doubling": _recursive("context put(s, string(n), s)", "{}", 60),
    "all that was made so far": "for i in 1..5000 return partial",
    "insert": "for i in 1..30 return insert before(partial, 1, partial)",
    "union": "for i in 1..40 return union(partial, [partial])",
    "distinct lists": "count(distinct values(for i in 1..3000 return [i]))",
    "sorting": "sort(for i in 1..100000 return -i, function(a, b) a < b)",
    "filters": "(for i in 1..100000 return i)[item > 0][item > 0][item > 0]",
    "the ends of a long string": 'for i in 1..100000 return substring("' + "x" * 5000 + '", 2)',
    "the parts of a long list": (
        "{l: for i in 1..5000 return i, r: for i in l return sublist(l, 2)}.r"
    ),
    "functions that keep their scope": "for i in 1..150000 return function() i",
    "moments": 'for i in 1..150000 return @"2026-01-01T00:00:00Z" + i * @"PT1S"',
    "texts of numbers": "for i in 1..150000 return string(i)",
    "exponentials": "count(for i in 1..100000 return exp(1.23456789))",
    "logarithms": "count(for i in 1..100000 return log(1.23456789))",
    "powers of fractions": "count(for i in 1..100000 return 1.000001 ** 123456.789)",
    "rounding at length": "for i in 1..100000 return round up(1/3, 6000) > 0",
    "numbers of long texts": 'for i in 1..100000 return number("' + "9" * 5000 + '") > 0',
    "endless recursion": "(function(f) f(f))(function(f) f(f))",
    "two that call each other": "{f: function(g, n) g(f, n), r: f(f, 1)}.r",
    "factorial": "{f: function(n) if n = 0 then 1 else n * f(n - 1), r: f(100000)}.r",
    "a catastrophic pattern": 'matches("' + "a" * 50 + 'b", "^(a+)+(a+)*\\1$")',
    "deep parentheses": "(" * 5000 + "1" + ")" * 5000,
    "deep lists": "[" * 5000 + "]" * 5000,
    "deep minus signs": "-" * 5000 + "1",
    "deep conditions": "if true then 1 else " * 1400 + "1",
    "deep contexts": "{a: " * 3000 + "1" + "}" * 3000,
    "deep types": "1 instance of " + "list<" * 2500 + "number" + ">" * 2500,
    "a deep path": "a" + ".a" * 5000,
    "deep filters": "a" + "[1]" * 5000,
    "deep comparisons": "1" + "=1" * 5000,
    "deep calls": "f(" * 3000 + ")" * 3000,
    "deep functions": "function() " * 2500 + "1",
    "many loops in one": "for " + ", ".join(["a in [1]"] * 2000) + " return a",
    "a long text": "1 + " * 200_000 + "1",
    "an unclosed long text": "[" * 200_000,
}

HARMLESS = {
    "a pattern that is catastrophic elsewhere": (
        'matches("' + "a" * 60 + 'b", "^(a+)+$")',
        "false",
    ),
    "a choice that is catastrophic elsewhere": (
        'matches("' + "a" * 60 + 'b", "^(a|a|aa)+$")',
        "false",
    ),
    "counts in counts": ('matches("a", "((a{0,100}){0,100}){0,100}b")', "null"),
    "a tower of powers": ("9 ** 9 ** 9 ** 9 > 0", "true"),
    "a huge power": ("1.0000001 ** 10**30 > 1", "true"),
    "a huge exponential": ("exp(10**300)", "null"),
    "a date beyond all dates": ('@"2026-01-01" + duration("P99999999999999999999D")', "null"),
    "months beyond all dates": ('@"2026-01-01" + duration("P99999999999999999999Y")', "null"),
    "a duration beyond all durations": ('duration("P1D") * 10**300', "null"),
    "a number with a huge exponent": ('number("1e999999999")', "null"),
    "a long number": ('number("' + "9" * 20_000 + '")', "null"),
    "a long sum": ("1" + "+1" * 10_000, "10001"),
    "many remarks that end": ("/* */" * 5_000 + "1", "1"),
    "many open intervals": (" and ".join(["1 in (0..2]"] * 1_700), "true"),
    "half a character": ('"\\ud800" = "\\ufffd"', "true"),
    "rounding to thousands of places": ("round up(1/3, 6176) < 1", "true"),
    "the remainder of a huge number": ("modulo(10**6000, 7)", "1"),
}


def more_memory() -> int:
    """The bytes by which the peak of this process grows when all of STOPPED is evaluated."""
    import resource

    from engine import feel

    feel.parse("1 + 1").evaluate({})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for text in STOPPED.values():
        try:
            feel.parse(text).evaluate({"a": {"a": 1}})
        except feel.FeelLimitExceeded:
            continue
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024


if __name__ == "__main__":
    print(more_memory())
