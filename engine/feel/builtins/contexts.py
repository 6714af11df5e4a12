"""Context functions (DMN 1.5, 10.3.4.9, table 75)."""

from __future__ import annotations

from ..library import Function
from ..run import Run
from .common import as_list, function, wrong


def get_value(run: Run, context: object, key: object) -> object:
    if not isinstance(context, dict) or not isinstance(key, str):
        return wrong(run, "a context and a key", context, key)
    return context.get(key)


def get_entries(run: Run, context: object) -> object:
    if not isinstance(context, dict):
        return wrong(run, "a context", context)
    run.meter.step(len(context))
    run.meter.take(400 * len(context))
    return [{"key": key, "value": value} for key, value in context.items()]


def context(run: Run, entries: object) -> object:
    """A context from entries with `key` and `value`; null when a key is missing or repeated."""
    entries = as_list(entries)
    if entries is None:
        return wrong(run, "a list of entries", entries)
    run.meter.step(len(entries))
    run.meter.take(100 * len(entries))
    made: dict[str, object] = {}
    for entry in entries:
        if not isinstance(entry, dict) or "value" not in entry:
            return wrong(run, "entries with key and value", entry)
        key = entry.get("key")
        if not isinstance(key, str) or key in made:
            return wrong(run, "every key once, as a string", key)
        made[key] = entry["value"]
    return made


def context_put(run: Run, context: object, key: object, value: object) -> object:
    """The context with one entry more; `key` may be a list of keys, a path into it."""
    if not isinstance(context, dict):
        return wrong(run, "a context", context)
    if isinstance(key, list):
        return _put_deep(run, context, key, value)
    if not isinstance(key, str):
        return wrong(run, "a key", key)
    run.meter.step(len(context))
    run.meter.take(64 + 100 * (len(context) + 1))
    return {**context, key: value}


def _put_deep(run: Run, context: dict[str, object], keys: list[object], value: object) -> object:
    if not keys:
        return wrong(run, "at least one key", keys)
    first, rest = keys[0], keys[1:]
    if not isinstance(first, str):
        return wrong(run, "keys that are strings", first)
    if rest:
        inner = context.get(first)
        if not isinstance(inner, dict):
            return wrong(run, "a context below every key but the last", inner)
        run.meter.enter()
        value = _put_deep(run, inner, rest, value)
        run.meter.leave()
        if value is None:
            return None
    run.meter.step(len(context))
    run.meter.take(64 + 100 * (len(context) + 1))
    return {**context, first: value}


def context_merge(run: Run, contexts: object) -> object:
    contexts = as_list(contexts)
    if contexts is None:
        return wrong(run, "a list of contexts", contexts)
    made: dict[str, object] = {}
    for part in contexts:
        if not isinstance(part, dict):
            return wrong(run, "only contexts", part)
        run.meter.step(len(part) + 1)
        run.meter.take(100 * len(part))
        made.update(part)
    return made


class _ContextPut(Function):
    """By name the parameter is `key` for one key and `keys` for a list of them."""

    __slots__ = ()

    def call_named(self, names: list[str], args: list[object], run: Run) -> object:
        for name, value in zip(names, args, strict=True):
            if name == "key" and isinstance(value, list):
                return wrong(run, "one key; for a list the parameter is called keys", value)
        return super().call_named(names, args, run)


FUNCTIONS = {
    "get value": function("m, key", get_value, signatures=["context, key"]),
    "get entries": function("m", get_entries, signatures=["context"]),
    "context": function("entries", context),
    "context put": _ContextPut(
        ["context", "key", "value"],
        context_put,
        signatures=[["context", "keys", "value"]],
        wants_run=True,
    ),
    "context merge": function("contexts", context_merge),
}
