"""Things that stand between a program and PostgreSQL: a wire to cut, and a pooler.

Both are real parts as far as the program can see: what goes over them is PostgreSQL's own protocol,
spoken by a real server. PostgreSQL listens on a socket in a folder, and so do these.
"""

from __future__ import annotations

import queue
import socket
import struct
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy.engine import make_url

_NAME = ".s.PGSQL.5432"
_SSL, _GSS = 80877103, 80877104
_VERSION = 196608


def _server_socket(url: str) -> str:
    host = make_url(url).query["host"]
    assert isinstance(host, str)
    return str(Path(host) / _NAME)


def _through(url: str, folder: str) -> str:
    changed = make_url(url).update_query_dict({"host": folder})
    return changed.render_as_string(hide_password=False)


def _connected(path: str) -> socket.socket:
    made = socket.socket(socket.AF_UNIX)
    made.connect(path)
    return made


class Wire:
    """Passes everything on, until it is told to hold it back or is cut through."""

    def __init__(self, target: str, folder: str) -> None:
        self._target = target
        self._path = Path(folder) / _NAME
        self._open: list[socket.socket] = []
        self._flows = threading.Event()
        self._flows.set()
        self._last: bytes | None = None
        self._unheard = False
        self._listener: socket.socket | None = None
        self.mend()

    def mend(self) -> None:
        """Be there (again); what was held back goes on."""
        self._flows.set()
        if self._listener is not None:
            return
        self._path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self._path))
        self._listener.listen(50)
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def hold(self) -> None:
        """Everything stays connected, and nothing comes through."""
        self._flows.clear()

    def cut_after(self, words: bytes) -> None:
        """Cut through when these words have been said and the server has answered, unheard."""
        self._last = words

    def cut(self) -> None:
        """All connections break, and no new one is possible."""
        if self._listener is not None:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
            self._path.unlink()
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._open.clear()
        # Only now: what was held back must not slip through to the other side after all.
        self._flows.set()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = _connected(self._target)
                self._open += [client, server]
                for source, sink in ((client, server), (server, client)):
                    threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if self._unheard:
                    self._unheard = False
                    self.cut()
                    break
                self._flows.wait()
                if self._last is not None and self._last in data:
                    self._last, self._unheard = None, True
                sink.sendall(data)
        for one in (source, sink):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


@contextmanager
def wire_to(url: str) -> Iterator[tuple[str, Wire]]:
    """An address that leads to the database at ``url`` over a wire, and the wire."""
    with tempfile.TemporaryDirectory(prefix="wire-") as folder:
        wire = Wire(_server_socket(url), folder)
        try:
            yield _through(url, folder), wire
        finally:
            wire.cut()


class Pooler:
    """A pooler in transaction mode, as PgBouncer is one: a server session for one transaction.

    ``sessions`` server sessions go round among all clients, so that the next transaction of a
    client nearly always comes to another one. Refuses ``options`` at the start of a connection,
    as PgBouncer does.
    """

    def __init__(self, url: str, folder: str, sessions: int) -> None:
        self._target = _server_socket(url)
        address = make_url(url)
        self._who = {"user": address.username or "postgres", "database": address.database or ""}
        self._greeting = b""
        self._free: queue.Queue[socket.socket] = queue.Queue()
        self.transactions = 0
        self.refused = 0
        for _ in range(sessions):
            self._free.put(self._session())
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(Path(folder) / _NAME))
        self._listener.listen(50)
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        while not self._free.empty():
            self._free.get().close()

    def _session(self) -> socket.socket:
        """A server session that has been started; keeps what the server said at the start."""
        made = _connected(self._target)
        words = b"".join(f"{name}\0{value}\0".encode() for name, value in self._who.items())
        made.sendall(struct.pack("!ii", len(words) + 9, _VERSION) + words + b"\0")
        said = b""
        while True:
            kind, message = _message(made)
            said += message
            if kind == b"Z":
                self._greeting = said
                return made

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=_quietly(self._serve), args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        while True:
            length, code = struct.unpack("!ii", _exactly(client, 8))
            rest = _exactly(client, length - 8)
            if code not in (_SSL, _GSS):
                break
            client.sendall(b"N")
        if b"options\0" in rest:
            self.refused += 1
            text = b"SFATAL\0C08P01\0Munsupported startup parameter: options\0\0"
            client.sendall(b"E" + struct.pack("!i", len(text) + 4) + text)
            client.close()
            return
        client.sendall(self._greeting)
        held: socket.socket | None = None
        try:
            while True:
                kind, message = _message(client)
                if kind == b"X":
                    return
                held = held or self._free.get()
                held.sendall(message)
                if kind in (b"Q", b"S") and self._answered(held, client) == b"I":
                    self._free.put(held)
                    held = None
                    self.transactions += 1
        finally:
            client.close()
            if held is not None:
                # The client went away in the middle of a transaction: so does the session.
                held.close()
                self._free.put(self._session())

    def _answered(self, server: socket.socket, client: socket.socket) -> bytes:
        """Pass on the answer; gives the state of the transaction after it."""
        while True:
            kind, message = _message(server)
            client.sendall(message)
            if kind == b"Z":
                return message[-1:]


@contextmanager
def pooler_to(url: str, sessions: int = 3) -> Iterator[tuple[str, Pooler]]:
    """An address that leads to the database at ``url`` through a pooler, and the pooler."""
    with tempfile.TemporaryDirectory(prefix="pooler-") as folder:
        pooler = Pooler(url, folder, sessions)
        try:
            yield _through(url, folder), pooler
        finally:
            pooler.close()


def _message(source: socket.socket) -> tuple[bytes, bytes]:
    head = _exactly(source, 5)
    (length,) = struct.unpack("!i", head[1:])
    return head[:1], head + _exactly(source, length - 4)


def _exactly(source: socket.socket, number: int) -> bytes:
    found = b""
    while len(found) < number:
        data = source.recv(number - len(found))
        if not data:
            raise ConnectionError
        found += data
    return found


def _quietly(work: Callable[[socket.socket], None]) -> Callable[[socket.socket], None]:
    def serve(client: socket.socket) -> None:
        with suppress(OSError):
            work(client)

    return serve
