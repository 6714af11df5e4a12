"""Scenarios: files that say what people do on a route, and what must then wait.

A scenario is played on a virtual clock with the same services that the web uses, so a route that
passes its scenarios works in the worklist.

Modules: ``script`` (the file, read and checked), ``stage`` (a database with the
route and its people, and a clock), ``casting`` (who does it), ``filling`` (answers into what a
browser sends), ``player`` (the deeds), ``looking`` and ``checking`` (what is there now, and is it
as expected), ``coverage`` (what was never taken), ``command``.
"""
