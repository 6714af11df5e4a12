"""What a page answers when a form outside user tasks was sent: one way for all such forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from flask import render_template, request

from engine.errors import Refusal
from tasks.asking import Again, Kept, Refused
from tasks.forms import FieldError, FormView
from webui import errors
from webui.answers import View, wrong


class FormPage(Protocol):
    """A page around a form; without a form there is only a button."""

    @property
    def form(self) -> FormView | None: ...


Page = TypeVar("Page", bound=FormPage)
Draw = Callable[[Page, str], str]
"""Draws the page, with the sentence of a refusal above it (or an empty text)."""


def problems_of(page: FormPage) -> tuple[FieldError, ...]:
    """What is wrong in the form of the page."""
    return page.form.errors if page.form is not None else ()


def shown_again(outcome: Again[Page] | Refused[Page], draw: Draw[Page]) -> View:
    """The page again with what was typed, when nothing was done."""
    if isinstance(outcome, Again):
        page = draw(outcome.page, "")
        return wrong(page) if problems_of(outcome.page) else page
    refusal = outcome.refusal
    if outcome.kept is not None:
        return _kept(outcome.kept, refusal), refusal.status
    if outcome.page is None:
        return errors.refused(refusal)
    return draw(outcome.page, refusal.text), refusal.status


def _kept(kept: Kept, refusal: Refusal) -> str:
    address = request.path.removesuffix("/vragen")
    return render_template("kept.html", kept=kept, refusal=refusal.text, address=address)
