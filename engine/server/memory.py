"""Memory that is free goes back to the machine (glibc keeps much of it, unless it is told)."""

from __future__ import annotations

import ctypes

# From <malloc.h>. A large block (a password's hash takes 19 MB) is mapped by itself and given back
# whole; by default glibc learns from the first to keep the next ones for ever.
_M_MMAP_THRESHOLD = -3
_LARGE_BYTES = 256 * 1024
# A pool of free memory for every thread is more than our threads need.
_M_ARENA_MAX = -8
_ARENAS = 2


def keep_little() -> None:
    """Tell the C library, once, at the begin of the process. Does nothing where it is another."""
    libc = _glibc()
    if libc is not None:
        libc.mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
        libc.mallopt(_M_ARENA_MAX, _ARENAS)


def give_back() -> None:
    """Give back what is free now: after the preparation, which used much for a short while."""
    libc = _glibc()
    if libc is not None:
        libc.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    try:
        libc = ctypes.CDLL(None)
    except (OSError, TypeError):
        return None
    return libc if hasattr(libc, "gnu_get_libc_version") else None
