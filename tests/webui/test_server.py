"""The web server starts, answers and ends cleanly; the same port is free again afterwards."""

from __future__ import annotations

import socket
import urllib.request
from http.client import HTTPConnection

import pytest
from flask import request

from tests.waiting import ends_soon
from tests.webui.site import Site
from webui.server import make_server


def test_the_server_answers_and_stops_soon(sqlite_site: Site) -> None:
    server = make_server(sqlite_site.app, "127.0.0.1", 0)
    server.start()
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/inloggen") as answer:
        assert answer.status == 200
        assert answer.headers["Server"] is None
    with ends_soon():
        server.stop()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", server.port))


def test_a_taken_port_is_known_at_once(sqlite_site: Site) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        with pytest.raises(OSError, match="in use"):
            make_server(sqlite_site.app, "127.0.0.1", taken.getsockname()[1])


@pytest.mark.parametrize(
    ("proxy", "address"),
    [("127.0.0.1", "192.0.2.7"), (None, "127.0.0.1"), ("192.0.2.1", "127.0.0.1")],
)
def test_who_asks_is_believed_from_the_own_proxy_only(
    sqlite_site: Site, proxy: str | None, address: str
) -> None:
    """Else one attacker behind the proxy locks everybody out, or picks a new address each time."""
    asked: list[str | None] = []

    @sqlite_site.app.before_request
    def _note() -> None:
        asked.append(request.remote_addr)

    server = make_server(sqlite_site.app, "127.0.0.1", 0, trusted_proxy=proxy)
    server.start()
    try:
        connection = HTTPConnection("127.0.0.1", server.port)
        connection.request(
            "GET", "/inloggen", headers={"X-Forwarded-For": "198.51.100.9, 192.0.2.7"}
        )
        assert connection.getresponse().status == 200
        connection.close()
    finally:
        server.stop()
    assert asked == [address]
