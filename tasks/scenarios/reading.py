"""What a person reads on a form's page: one line of text, without the mark-up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

from tasks.forms.views import FieldView, FormView, GroupView, ItemView, ListView, TextView


def text_of(page: FormView) -> str:
    """Everything that can be read on the page, with single spaces."""
    return " ".join(" ".join(_texts(page.items)).split())


def _texts(items: Iterable[ItemView]) -> Iterator[str]:
    for item in items:
        match item:
            case TextView():
                yield _without_tags(item.html)
            case FieldView():
                yield item.label
                yield from (option.label for option in item.options)
                yield item.readable or item.value
            case GroupView():
                yield item.label
                yield from _texts(item.items)
            case ListView():
                yield item.label
                for row in item.rows:
                    yield from _texts(row.items)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []

    def handle_data(self, data: str) -> None:
        self.read.append(data)


def _without_tags(html: str) -> str:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "".join(reader.read)
