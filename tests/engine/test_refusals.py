"""Every kind of refusal says in plain Dutch what its facts are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime

import pytest

import tasks.refusals  # noqa: F401 - makes its kinds known
from engine.errors import NotFound, Refusal
from engine.terms.refusals import DateWrong, NotChangeable, TermRefusal

FACTS: dict[str, object] = {
    "str": "iets",
    "int": 7,
    "int | None": None,
    "bool": True,
    "date": date(2026, 5, 18),
    "datetime": datetime(2026, 5, 18, 6, 30, tzinfo=UTC),
    "tuple[str, ...]": ("een", "twee"),
}


def kinds(of: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for kind in of.__subclasses__():
        yield kind
        yield from kinds(kind)


# TermRefusal is what its kinds have in common; nobody raises it.
OURS = [
    kind
    for kind in kinds()
    if kind.__module__.endswith(("refusals", "errors")) and kind is not TermRefusal
]


@pytest.mark.parametrize("kind", OURS, ids=lambda kind: kind.__name__)
def test_a_refusal_says_it_in_whole_sentences(kind: type[Refusal]) -> None:
    if kind is DateWrong:
        refusal: Refusal = DateWrong("op", "Deze dag bestaat niet.")
    elif is_dataclass(kind):
        refusal = kind(*(FACTS[str(one.type)] for one in fields(kind)))
    else:
        refusal = kind()
    assert 400 <= refusal.status < 500
    assert refusal.text
    assert "{" not in refusal.text


def test_a_fact_is_never_read_as_a_template() -> None:
    refusal = DateWrong("op", "Wat is {sentence}?")
    assert refusal.text == "Wat is {sentence}?"


def test_two_refusals_of_one_kind_are_two() -> None:
    assert NotFound() != NotFound()
    assert len({NotChangeable("a") for _ in range(2)}) == 2
