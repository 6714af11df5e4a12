"""The web server starts, answers and ends cleanly; the same port is free again afterwards."""

from __future__ import annotations

import socket
import time
import urllib.request

import pytest

from tests.webui.site import Site
from webui.server import make_server


def test_the_server_answers_and_stops_within_seconds(sqlite_site: Site) -> None:
    server = make_server(sqlite_site.app, "127.0.0.1", 0)
    server.start()
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/inloggen") as answer:
        assert answer.status == 200
        assert answer.headers["Server"] is None
    before = time.monotonic()
    server.stop()
    assert time.monotonic() - before < 3
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", server.port))


def test_a_taken_port_is_known_at_once(sqlite_site: Site) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        with pytest.raises(OSError, match="in use"):
            make_server(sqlite_site.app, "127.0.0.1", taken.getsockname()[1])
