"""Signing in takes much memory for a moment; the process does not keep it."""

from __future__ import annotations

import subprocess
import sys

MOST_KEPT_MB = 10
# What a password costs, in the threads of a web.
_SIGNING_IN = """
from concurrent.futures import ThreadPoolExecutor
from engine.server import memory
from tasks.passwords import hash_as_given
from tests.bench.memory import megabytes
memory.keep_little()
hash_as_given("warm lopen")
before = megabytes()
with ThreadPoolExecutor(8) as pool:
    list(pool.map(hash_as_given, ["een wachtwoord"] * 24))
    memory.give_back()
    print(megabytes() - before)
"""


def test_what_a_password_took_goes_back_to_the_machine() -> None:
    """Left to itself, the C library keeps some 150 MB after this."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _SIGNING_IN],
        check=True,
        capture_output=True,
        text=True,
    )
    assert float(done.stdout) < MOST_KEPT_MB
