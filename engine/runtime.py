"""Running services in one process: start, wait for the signal to end, stop."""

from __future__ import annotations

import errno
import signal
import socket
from collections.abc import Callable, Sequence

from engine.services import AddressUnknown, PortTaken, Service

_END = frozenset({signal.SIGINT, signal.SIGTERM})


def run_services(services: Sequence[Service], announce: Callable[[], None]) -> None:
    """Start ``services`` in order, announce, and wait for SIGINT (Ctrl-C) or SIGTERM.

    Then stops them in reverse order. When one cannot start, those before it are stopped and its
    ServiceRefused goes on upward. Only for the main thread.
    """
    # Blocked here and so in every thread that starts after this: the signal waits for `sigwait`,
    # and no handler can run in the middle of a step.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _END)
    started: list[Service] = []
    try:
        for service in services:
            service.start()
            started.append(service)
        announce()
        signal.sigwait(_END)
    finally:
        for service in reversed(started):
            service.stop()
        # An impatient second Ctrl-C has been answered as well.
        while signal.sigtimedwait(_END, 0) is not None:
            pass
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


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
