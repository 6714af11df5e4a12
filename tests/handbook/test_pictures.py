"""Each building block has an example and a picture, and the two agree."""

from __future__ import annotations

import pytest

from tests.handbook.pictures import HANDBOOK, PICTURES, Example, examples, words

EXAMPLES = examples()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.name)
def test_the_picture_was_drawn_from_the_example_as_it_is_now(example: Example) -> None:
    assert example.is_drawn, "run: make pictures"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.name)
def test_the_picture_bears_the_mark_of_bpmn_io(example: Example) -> None:
    picture = example.picture.read_text()
    assert 'href="https://bpmn.io"' in picture
    assert "bpmn.io" in words(picture)


def test_every_picture_has_an_example_and_is_shown_in_the_handbook() -> None:
    pages = "".join(path.read_text() for path in HANDBOOK.glob("*.md"))
    stored = {path.name for path in PICTURES.iterdir()}
    assert stored == {example.picture.name for example in EXAMPLES}
    assert {name for name in stored if f"](plaatjes/{name})" not in pages} == set()


def test_the_pictures_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in PICTURES.iterdir()}
    assert {name: size for name, size in sizes.items() if size > 15_000} == {}
