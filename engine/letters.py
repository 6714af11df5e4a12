"""Letters: Markdown with FEEL placeholders, read once, rendered to plain text and safe HTML.

A letter is a file ``letters/<id>.md``: TOML between two lines ``+++`` (``onderwerp`` and
``titel``), then Markdown. ``{{ FEEL }}`` puts in a value. A value is data, never mark-up: whatever
a person typed is escaped, so it cannot become a heading, a link or HTML.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from engine.calendar import format_date, format_instant
from engine.clock import AMSTERDAM
from engine.errors import RouteFault
from engine.expressions import ExpressionFault, evaluate
from engine.feel import Date, DateTime, to_instant, to_python_date
from engine.findings import Finding, fault_line

MAX_LETTER_BYTES = 200_000
MAX_SUBJECT = 300
_FENCE = "+++"
_PLACEHOLDER = re.compile(r"\{\{((?:(?!\}\}).)*)\}\}", re.DOTALL)
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "h1", "h2", "h3", "a", "hr", "blockquote"}

Evaluate = Callable[[str], object]


class LetterRefused(Exception):
    """The file cannot be used as a letter."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("; ".join(map(str, findings)))
        self.findings = findings


@dataclass(frozen=True)
class Letter:
    """A letter of one deployed version; all three texts may hold placeholders."""

    id: str
    title: str
    subject: str
    body: str

    def expressions(self) -> Iterator[tuple[str, str]]:
        """Every FEEL text in it, with its place: titel, onderwerp or tekst."""
        for place, text in (
            ("titel", self.title),
            ("onderwerp", self.subject),
            ("tekst", self.body),
        ):
            for found in _PLACEHOLDER.finditer(text):
                yield place, found[1].strip()


@dataclass(frozen=True)
class Rendered:
    """A letter as it leaves. ``subject`` is one line; ``html`` holds no scripts, styles, images."""

    title: str
    subject: str
    text: str
    html: str


def file_of(letter_id: str) -> str:
    """The path of a letter within its route."""
    return f"letters/{letter_id}.md"


def read_letter(letter_id: str, raw: bytes) -> Letter:
    """Read one letter file. Raises LetterRefused with all findings."""
    file = file_of(letter_id)

    def refuse(*messages: str) -> LetterRefused:
        return LetterRefused(tuple(Finding(file, "", "brief", message) for message in messages))

    if len(raw) > MAX_LETTER_BYTES:
        raise refuse("De brief is te groot.")
    try:
        lines = raw.decode("utf-8").replace("\r\n", "\n").split("\n")
    except UnicodeDecodeError:
        raise refuse("De brief is geen UTF-8-tekst.") from None
    if lines[0].strip() != _FENCE or _FENCE not in (line.strip() for line in lines[1:]):
        raise refuse("De brief begint niet met een kop tussen twee regels '+++'.")
    end = next(i for i, line in enumerate(lines) if i and line.strip() == _FENCE)
    try:
        head = tomllib.loads("\n".join(lines[1:end]))
    except (ValueError, RecursionError) as error:
        where = fault_line(error, above=1)
        raise refuse(f"De kop van de brief is geen geldige TOML.{where}") from None
    body = "\n".join(lines[end + 1 :]).strip()
    messages = [
        f"In de kop van de brief ontbreekt '{key}' (een tekst)."
        for key in ("onderwerp", "titel")
        if not isinstance(head.get(key), str) or not head[key].strip()
    ]
    messages += [
        f"'{key}' is onbekend in de kop van een brief."
        for key in head
        if key not in ("onderwerp", "titel")
    ]
    if not body:
        messages.append("De brief heeft geen tekst.")
    if body.count("{{") != len(_PLACEHOLDER.findall(body)):
        messages.append("In de brief staat '{{' zonder '}}'.")
    if messages:
        raise refuse(*messages)
    return Letter(letter_id, head["titel"].strip(), head["onderwerp"].strip(), body)


def render(letter: Letter, context: Mapping[str, object], now: datetime) -> Rendered:
    """The letter with the values of ``context``. Raises RouteFault naming the letter."""

    def with_context(text: str) -> object:
        try:
            return evaluate(text, context, now)
        except ExpressionFault as fault:
            raise RouteFault(letter.id, "letter", str(fault)) from fault

    return render_with(letter, with_context)


def render_with(letter: Letter, evaluate_text: Evaluate) -> Rendered:
    """The letter with the values that ``evaluate_text`` gives for each placeholder.

    A null is a fault (a letter with a hole in it must not leave), except where it is a paragraph
    of its own: then that paragraph disappears, as it does for an empty text.
    """

    def fill(text: str, write: Callable[[object], str]) -> str:
        return _PLACEHOLDER.sub(lambda found: write(_value(found[1])), text)

    def _value(text: str) -> object:
        value = evaluate_text(text.strip())
        if value is None:
            raise RouteFault(
                letter.id, "letter", f"In brief '{letter.id}' is '{text.strip()}' nog niet bekend."
            )
        return value

    paragraphs = []
    for paragraph in re.split(r"\n[ \t]*\n", letter.body):
        alone = _PLACEHOLDER.fullmatch(paragraph.strip())
        if alone:
            value = evaluate_text(alone[1].strip())
            if value not in (None, ""):
                paragraphs.append(_escaped(value))
        else:
            paragraphs.append(fill(paragraph, _escaped))
    tokens = _markdown().parse("\n\n".join(paragraphs))
    html = _markdown().renderer.render(tokens, _markdown().options, {})
    return Rendered(
        title=one_line(fill(letter.title, as_text)),
        subject=one_line(fill(letter.subject, as_text)),
        text=_plain(tokens),
        html=nh3.clean(html, tags=_TAGS, attributes={"a": {"href"}}, link_rel=None),
    )


def one_line(text: str) -> str:
    """Text for a mail header or a list: no line ends, no control characters, bounded."""
    return _CONTROL.sub(" ", text).strip()[:MAX_SUBJECT]


def as_text(value: object) -> str:
    """A FEEL value as a Dutch reader expects it."""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    if isinstance(value, Date):
        day = to_python_date(value)
        return format_date(day) if day else str(value)
    if isinstance(value, DateTime):
        instant = to_instant(value, AMSTERDAM)
        return format_instant(instant) if instant else str(value)
    if isinstance(value, list):
        return ", ".join(map(as_text, value))
    return "" if value is None else str(value)


def _escaped(value: object) -> str:
    """A value as Markdown that shows exactly that text; its line ends stay line ends."""
    lines = as_text(value).replace("\r\n", "\n").split("\n")
    clean = (_PUNCTUATION.sub(r"\\\1", _CONTROL.sub(" ", line).strip()) for line in lines)
    return "\\\n".join(clean)


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).disable(["image", "code", "fence"])


def _plain(tokens: Iterable[Token]) -> str:
    """The same letter for a reader without HTML."""
    blocks: list[str] = []
    marks: list[str] = []  # the mark of the list item that begins, one for each open item
    counters: list[int | None] = []
    for token in tokens:
        match token.type:
            case "ordered_list_open":
                counters.append(int(token.attrGet("start") or 1))
            case "bullet_list_open":
                counters.append(None)
            case "ordered_list_close" | "bullet_list_close":
                counters.pop()
            case "list_item_open":
                number = counters[-1]
                marks.append("- " if number is None else f"{number}. ")
                if number is not None:
                    counters[-1] = number + 1
            case "list_item_close":
                marks.pop()
            case "hr":
                blocks.append("---")
            case "inline":
                text = _inline(token.children or [])
                if marks:
                    indent = "  " * (len(marks) - 1)
                    blocks.append(indent + marks[-1] + text.replace("\n", "\n" + indent + "  "))
                    marks[-1] = "  "
                else:
                    blocks.append(text)
    return "\n\n".join(blocks) + "\n"


def _inline(tokens: Iterable[Token]) -> str:
    parts: list[str] = []
    targets: list[str] = []
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            parts.append("\n")
        elif token.type == "link_open":
            targets.append(str(token.attrGet("href") or ""))
        elif token.type == "link_close":
            target = targets.pop()
            if target.removeprefix("mailto:") not in parts:
                parts.append(f" ({target})")
        else:
            parts.append(token.content)
    return "".join(parts)
