"""The pictures of the handbook are what bpmn-js draws of its examples."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.handbook.pictures import draw, examples, prepare, words


def test_drawing_each_example_again_gives_the_same_words(page: Page) -> None:
    prepare(page)
    for example in examples():
        assert words(draw(page, example)) == words(example.picture.read_text()), example.name
