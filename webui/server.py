"""The web server: waitress, started beside other services in one process, and ended cleanly."""

from __future__ import annotations

import threading

from flask import Flask
from waitress.server import create_server

from webui.security import MAX_FORM_BYTES

THREADS = 8
SERVER_NAME = ""
"""Sent as no `Server` header: nobody needs to know what answers."""
_LONGEST_JOIN_SECONDS = 3.0


class WebServer:
    """Listens from the moment it is made (so a port that is taken is known at once)."""

    def __init__(self, app: Flask, host: str, port: int) -> None:
        self._server = create_server(
            app,
            host=host,
            port=port,
            threads=THREADS,
            ident=SERVER_NAME,
            clear_untrusted_proxy_headers=True,
            max_request_body_size=app.config["MAX_CONTENT_LENGTH"] + MAX_FORM_BYTES,
        )
        self._thread = threading.Thread(target=self._serve, name="web", daemon=True)

    @property
    def port(self) -> int:
        """The port it listens on; asked for 0 it is a free one."""
        return int(self._server.effective_port)

    def start(self) -> None:
        """Answer requests, in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what runs, and stop listening. May be called more than once."""
        self._server.close()
        self._server.task_dispatcher.shutdown(cancel_pending=True)
        if self._thread.is_alive():
            self._thread.join(_LONGEST_JOIN_SECONDS)

    def wait(self) -> None:
        """Block until the server ends."""
        self._thread.join()

    def _serve(self) -> None:
        try:
            self._server.run()
        except OSError:
            # waitress polls a socket that `stop` has closed: that is how it ends.
            return


def make_server(app: Flask, host: str, port: int) -> WebServer:
    """A server for `app` that listens on `host` and `port`. Raises OSError when it cannot."""
    return WebServer(app, host, port)
