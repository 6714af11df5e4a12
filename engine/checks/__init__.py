"""The deploy gate: everything that is wrong with a route, all at once, said in Dutch.

Each file was read on its own (``engine.routes``, the seam, forms, decisions); here is what they say
about each other. Modules: ``names`` (what a deployment provides to expressions), ``expressions``
(each expression against those), ``elements`` (what diagrams point at), ``settings`` (route.toml),
``terms`` (its named terms), ``lengths`` (what must fit into a column).
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.checks.elements import element_findings
from engine.checks.expressions import expression_findings
from engine.checks.lengths import length_findings
from engine.checks.settings import config_findings
from engine.checks.terms import term_findings
from engine.findings import Finding, RouteRefused
from engine.routes import Route, as_route, read_parts

__all__ = ["check", "checked_route"]


def check(files: Mapping[str, bytes]) -> tuple[Finding, ...]:
    """All findings of a route, by file; none when it can be put into use."""
    return _findings(files)[0]


def checked_route(files: Mapping[str, bytes]) -> Route:
    """The route, when nothing is wrong with it. Raises RouteRefused with all findings."""
    findings, route = _findings(files)
    if route is None:
        raise RouteRefused(findings)
    return route


def _findings(files: Mapping[str, bytes]) -> tuple[tuple[Finding, ...], Route | None]:
    parts = read_parts(files)
    found = list(parts.findings)
    if parts.config is not None:
        found += config_findings(parts, parts.config)
        found += term_findings(parts, parts.config)
    if parts.diagrams is not None and parts.config is not None:
        found += element_findings(parts, parts.config, parts.diagrams)
        found += expression_findings(parts, parts.config, parts.diagrams)
        found += length_findings(parts, parts.config, parts.diagrams, files)
    if found:
        return tuple(dict.fromkeys(sorted(found))), None
    return (), as_route(files, parts)
