"""Scenarios: files that say what people do on a route, and what must then wait.

A scenario is played on a virtual clock with the same services that the web uses, so a route that
passes its scenarios works in the worklist. Modules: ``script`` (the file, read and checked),
``stage`` (a database in memory with the route and its people), ``filling`` (answers into what a
browser sends), ``player`` (the steps and what is expected of them), ``coverage`` (which flows,
rules and outcomes of an ``if`` were never taken), ``command``.
"""
