"""Real processes of the program: started, killed without warning, stopped for a while."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

COMMAND = Path(sys.executable).with_name("thuisroute")
START_SECONDS = 180
END_SECONDS = 60
"""Three on a machine that has nothing else to do."""
READY = {"serve": "Thuisroute staat op", "scheduler": "De planner draait"}
_SETTINGS = ("DATABASE_URL", "PUBLIC_URL", "THUISROUTE_VAR", "HOST", "PORT")


class Worker:
    """One ``thuisroute serve`` or ``thuisroute scheduler``; what it prints goes into a file.

    ``command`` is what stands before the kind.
    """

    def __init__(
        self,
        kind: str,
        name: str,
        folder: Path,
        environment: Mapping[str, str],
        command: Sequence[str | Path] = (COMMAND,),
    ) -> None:
        self.kind = kind
        self.name = name
        self._command = [*command, kind]
        self._folder = folder
        inherited = {key: value for key, value in os.environ.items() if key not in _SETTINGS}
        self._environment = {**inherited, **environment}
        self._process: subprocess.Popen[bytes] | None = None
        self.starts = 0
        self.did_not_listen = False

    @property
    def log(self) -> Path:
        return self._folder / f"{self.name}-{self.starts}.log"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Begin; it is ready some time later."""
        self.starts += 1
        with self.log.open("wb") as out:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                env=self._environment,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def wait_until_ready(self) -> None:
        end = time.monotonic() + START_SECONDS
        while READY[self.kind] not in self.log.read_text():
            assert self.is_running, self.log.read_text()
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(0.05)

    def freeze(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """SIGKILL: no handler runs, nothing is written, sockets close."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def end(self) -> None:
        """As a stop by hand; one that does not listen is killed, and ``did_not_listen``."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGCONT)
        self._process.terminate()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.did_not_listen = True
        finally:
            self.kill()


@contextmanager
def at_work(workers: Sequence[Worker]) -> Iterator[None]:
    """Start them, wait until all are ready, and end every one of them."""
    with ExitStack() as stack:
        for worker in workers:
            stack.callback(worker.end)
            worker.start()
        for worker in workers:
            worker.wait_until_ready()
        yield
