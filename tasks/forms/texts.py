"""Texts of a form on the page: placeholders filled in, Markdown made into safe HTML."""

from __future__ import annotations

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
_TAGS = {
    "a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_SPECIAL = frozenset("\\`*_{}[]()#+-.!|<>&~")


def escape_markdown(text: str) -> str:
    """``text`` as Markdown shows it unchanged: an answer cannot make a heading or a link."""
    return "".join("\\" + char if char in _SPECIAL else char for char in text)


@lru_cache(maxsize=2_000)
def markdown_to_html(text: str) -> str:
    """Safe HTML. Headings begin at the second level, for the page has the only first one, and
    none is skipped: a screen reader's list of headings stays whole, whatever was written."""
    tokens = _MARKDOWN.parse(text)
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    levels = sorted({token.tag for token in headings})
    for token in headings:
        token.tag = f"h{min(levels.index(token.tag) + 2, 6)}"
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"https", "mailto", "tel"},
        link_rel="noopener noreferrer",
    )
