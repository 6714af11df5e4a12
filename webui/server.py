"""The web server: waitress, started beside other services in one process, and ended cleanly."""

from __future__ import annotations

import threading
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

THREADS = 8
_LONGEST_JOIN_SECONDS = 2.0


class WebServer:
    """Listens from the moment it is made (so a port that is taken is known at once)."""

    def __init__(self, app: Flask, host: str, port: int, trusted_proxy: str | None) -> None:
        self._server: Any = create_server(
            app,
            host=host,
            port=port,
            threads=THREADS,
            # No `Server` header: nobody needs to know what answers.
            ident="",
            clear_untrusted_proxy_headers=True,
            # Only the address of who asks is taken from a proxy; our own address is a setting.
            trusted_proxy=trusted_proxy,
            trusted_proxy_headers={"x-forwarded-for"} if trusted_proxy else set(),
            # Flask refuses what is too large with a page of its own; this is the hard stop.
            max_request_body_size=2 * app.config["MAX_CONTENT_LENGTH"],
        )
        self._thread = threading.Thread(target=self._server.run, name="web", daemon=True)

    @property
    def port(self) -> int:
        """The port it listens on; asked for 0 it is a free one."""
        return int(self._server.effective_port)

    def start(self) -> None:
        """Answer requests, in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening, finish what runs, and end the thread, within some seconds."""
        # Closing from outside would leave the loop waiting: the loop closes its own sockets.
        self._server.trigger.pull_trigger(
            lambda: wasyncore.close_all(self._server._map, ignore_all=True)
        )
        if self._thread.is_alive():
            self._thread.join(_LONGEST_JOIN_SECONDS)
        self._server.task_dispatcher.shutdown()


def make_server(app: Flask, host: str, port: int, *, trusted_proxy: str | None = None) -> WebServer:
    """A server for `app` that listens on `host` and `port`. Raises OSError when it cannot.

    What `trusted_proxy` (an address) says about who asks is believed; what others say is not.
    """
    return WebServer(app, host, port, trusted_proxy)
