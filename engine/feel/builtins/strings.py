"""String functions (DMN 1.5, 10.3.4.3, table 68). Positions count characters, from 1."""

from __future__ import annotations

from decimal import Decimal

from ..run import Run
from .common import as_list, function, single, whole, wrong


def substring(run: Run, text: object, start: object, length: object = None) -> object:
    first, count = whole(start), whole(length)
    if not isinstance(text, str) or first is None or (length is not None and count is None):
        return wrong(run, "a string and whole numbers", text, start, length)
    size = len(text)
    if not 1 <= abs(first) <= size or (count is not None and count < 1):
        return run.null("index", "the position or length lies outside the string")
    run.meter.take(4 * size)
    begin = first - 1 if first > 0 else size + first
    return text[begin:] if count is None else text[begin : begin + count]


def string_length(run: Run, text: object) -> object:
    return Decimal(len(text)) if isinstance(text, str) else wrong(run, "a string", text)


def upper_case(run: Run, text: object) -> object:
    if not isinstance(text, str):
        return wrong(run, "a string", text)
    run.meter.take(4 * len(text))
    return text.upper()


def lower_case(run: Run, text: object) -> object:
    if not isinstance(text, str):
        return wrong(run, "a string", text)
    run.meter.take(4 * len(text))
    return text.lower()


def substring_before(run: Run, text: object, match: object) -> object:
    if not isinstance(text, str) or not isinstance(match, str):
        return wrong(run, "two strings", text, match)
    run.meter.take(4 * len(text))
    before, found, _ = text.partition(match) if match else ("", "", "")
    return before if found else ""


def substring_after(run: Run, text: object, match: object) -> object:
    if not isinstance(text, str) or not isinstance(match, str):
        return wrong(run, "two strings", text, match)
    run.meter.take(4 * len(text))
    return text.partition(match)[2] if match else text


def contains(run: Run, text: object, match: object) -> object:
    if not isinstance(text, str) or not isinstance(match, str):
        return wrong(run, "two strings", text, match)
    return match in text


def starts_with(run: Run, text: object, match: object) -> object:
    if not isinstance(text, str) or not isinstance(match, str):
        return wrong(run, "two strings", text, match)
    return text.startswith(match)


def ends_with(run: Run, text: object, match: object) -> object:
    if not isinstance(text, str) or not isinstance(match, str):
        return wrong(run, "two strings", text, match)
    return text.endswith(match)


def matches(run: Run, text: object, pattern: object, flags: object = None) -> object:
    flags = "" if flags is None else flags
    if not (isinstance(text, str) and isinstance(pattern, str) and isinstance(flags, str)):
        return wrong(run, "strings", text, pattern, flags)
    from .. import patterns

    try:
        found = patterns.compiled(pattern, flags).search(text, 0, run.meter)
    except patterns.PatternError as error:
        return run.null("pattern", str(error))
    return found is not None


def replace(
    run: Run, text: object, pattern: object, replacement: object, flags: object = None
) -> object:
    flags = "" if flags is None else flags
    if not (
        isinstance(text, str)
        and isinstance(pattern, str)
        and isinstance(replacement, str)
        and isinstance(flags, str)
    ):
        return wrong(run, "strings", text, pattern, replacement, flags)
    from .. import patterns

    try:
        return patterns.compiled(pattern, flags).replace(text, replacement, run.meter)
    except patterns.PatternError as error:
        return run.null("pattern", str(error))


def split(run: Run, text: object, delimiter: object) -> object:
    if not isinstance(text, str) or not isinstance(delimiter, str):
        return wrong(run, "two strings", text, delimiter)
    from .. import patterns

    try:
        return patterns.compiled(delimiter, "").split(text, run.meter)
    except patterns.PatternError as error:
        return run.null("pattern", str(error))


def string_join(run: Run, items: object, delimiter: object = None) -> object:
    items = as_list(items)
    glue = "" if delimiter is None else delimiter
    if items is None or not isinstance(glue, str):
        return wrong(run, "a list of strings and a delimiter", items, delimiter)
    run.meter.step(len(items))
    texts: list[str] = []
    for item in items:
        if isinstance(item, str):
            texts.append(item)
        elif item is not None:
            return wrong(run, "only strings", item)
    run.meter.take(2 * (sum(map(len, texts)) + len(glue) * len(texts)))
    return glue.join(texts)


FUNCTIONS = {
    "substring": single("string, start position, length", substring, optional=1),
    "string length": single("string", string_length),
    "upper case": single("string", upper_case),
    "lower case": single("string", lower_case),
    "substring before": single("string, match", substring_before),
    "substring after": single("string, match", substring_after),
    "replace": single("input, pattern, replacement, flags", replace, optional=1),
    "contains": single("string, match", contains),
    "starts with": single("string, match", starts_with),
    "ends with": single("string, match", ends_with),
    "matches": single("input, pattern, flags", matches, optional=1),
    "split": single("string, delimiter", split),
    "string join": function("list, delimiter", string_join, optional=1),
}
