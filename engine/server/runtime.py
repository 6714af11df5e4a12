"""Running services in one process: start, wait for the signal to end, stop."""

from __future__ import annotations

import errno
import os
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from engine.server import memory
from engine.server.logging import configure_logging
from engine.server.services import AddressUnknown, PortTaken, Service

_OWNER_ONLY = 0o077
_END = (signal.SIGINT, signal.SIGTERM)


def begin_process() -> None:
    """What every process does first: its log, files that only its owner may read, its memory."""
    configure_logging()
    memory.keep_little()
    os.umask(_OWNER_ONLY)


def run_services(services: Sequence[Service], announce: Callable[[], None]) -> None:
    """Start ``services`` in order, announce, and wait for SIGINT (Ctrl-C) or SIGTERM.

    Then stops them in reverse order; an impatient second signal changes nothing. When one cannot
    start, those before it are stopped and its ServiceRefused goes on upward. Main thread only.
    """
    started: list[Service] = []
    with _signals_to_end() as wait:
        try:
            for service in services:
                service.start()
                started.append(service)
            memory.give_back()
            announce()
            wait()
        finally:
            for service in reversed(started):
                service.stop()


@contextmanager
def _signals_to_end() -> Iterator[Callable[[], None]]:
    """Gives a function that waits for a signal to end, from now on.

    The signal arrives as a byte on a socket: whichever thread of the process receives it, the main
    thread wakes, and no handler runs in the middle of somebody's work.
    """
    read, write = socket.socketpair()
    write.setblocking(False)

    def wait() -> None:
        while read.recv(1)[0] not in _END:
            pass

    before = {number: signal.signal(number, lambda *_: None) for number in _END}
    wakeup = signal.set_wakeup_fd(write.fileno(), warn_on_full_buffer=False)
    try:
        yield wait
    finally:
        signal.set_wakeup_fd(wakeup)
        for number, handler in before.items():
            signal.signal(number, handler)
        read.close()
        write.close()


def demand_free_address(host: str, port: int) -> None:
    """Raises PortTaken or AddressUnknown before any work has been done for nothing."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except OSError as error:
        raise address_refused(error, host, port) from error


def address_refused(error: OSError, host: str, port: int) -> PortTaken | AddressUnknown:
    """What ``error`` of binding a socket means for who started us."""
    if isinstance(error, socket.gaierror) or error.errno != errno.EADDRINUSE:
        return AddressUnknown(host, port)
    return PortTaken(host, port)
