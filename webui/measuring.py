"""How long each request took, counted by the name of its view and never by its address."""

from __future__ import annotations

import time

from flask import Flask, Response, g, request

from engine.server import metrics

_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
_NO_VIEW = "none"


def install(app: Flask) -> None:
    """To be installed first: what stands before it is not measured."""

    @app.before_request
    def _begin() -> None:
        g.begun = time.perf_counter()

    @app.after_request
    def _count(response: Response) -> Response:
        # A request that was refused before any view has no beginning.
        ended = time.perf_counter()
        seconds = ended - g.get("begun", ended)
        method = request.method
        metrics.request_answered(
            request.endpoint or _NO_VIEW,
            method if method in _METHODS else "other",
            response.status_code,
            seconds,
        )
        return response
