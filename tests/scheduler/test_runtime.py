"""Services in one process: start in order, end at the signal, in reverse order."""

from __future__ import annotations

import os
import signal
import socket
import threading

import pytest

from engine.server.runtime import demand_free_address, run_services
from engine.server.services import AddressUnknown, PartMissing, PortTaken, ServiceRefused, service


class Recorded:
    """A service that writes down what is asked of it."""

    def __init__(self, name: str, told: list[str], refusal: ServiceRefused | None = None) -> None:
        self.name, self.told, self.refusal = name, told, refusal

    def start(self) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.told.append(f"start {self.name}")

    def stop(self) -> None:
        self.told.append(f"stop {self.name}")


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_services_start_in_order_and_stop_in_reverse_at_the_signal(end: signal.Signals) -> None:
    told: list[str] = []

    def press_twice() -> None:
        os.kill(os.getpid(), end)
        os.kill(os.getpid(), end)

    def announce() -> None:
        told.append("announced")
        # Twice: an impatient Ctrl-C must not interrupt the end of a step.
        threading.Timer(0.05, press_twice).start()

    run_services([Recorded("a", told), Recorded("b", told)], announce)
    assert told == ["start a", "start b", "announced", "stop b", "stop a"]


def test_when_one_service_cannot_start_the_others_are_stopped() -> None:
    told: list[str] = []
    refusal = PortTaken("127.0.0.1", 8000)
    with pytest.raises(PortTaken):
        run_services([Recorded("a", told), Recorded("b", told, refusal)], lambda: None)
    assert told == ["start a", "stop a"]


def test_a_port_that_is_taken_is_said_in_plain_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTaken) as refusal:
            demand_free_address("127.0.0.1", port)
        assert f"Poort {port} op 127.0.0.1 is al in gebruik" in refusal.value.text
    demand_free_address("127.0.0.1", port)


def test_an_address_that_is_not_of_this_machine_is_said_in_plain_words() -> None:
    with pytest.raises(AddressUnknown, match=r"192\.0\.2\.1"):
        demand_free_address("192.0.2.1", 8000)


def test_a_part_that_is_not_installed_is_said_in_plain_words() -> None:
    with pytest.raises(PartMissing) as refusal:
        service("telex")
    assert "'telex'" in refusal.value.text
