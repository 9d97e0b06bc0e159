"""Memory that nobody uses, back to the system, where the C library is glibc.

glibc gives threads heaps ("arenas") of their own, up to eight for each core, and of a heap it
returns only the free end by itself. Pictures of half a megabyte and more are taken and freed in
all of them all the time, and each camera that comes back decodes in a new thread, in whichever
heap: one after another grows to the most that it ever needed, and one small thing that lives on
near its end keeps all of it. What is in use stays the same while the process grows by megabytes
a minute. Few heaps that all threads share do not, and ``malloc_trim`` returns the free pages
inside them (manual pages mallopt(3), malloc_trim(3)).
"""

from __future__ import annotations

import ctypes
import os
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

HEAPS = 2
"""Heaps of a process: what is taken is large and seldom, so that threads hardly wait for one another."""

EVERY_SECONDS = 60.0
"""From one return of memory to the next; it takes some milliseconds, and what is needed again has to be fetched."""

_M_ARENA_MAX = -8


def limit_heaps(environ: Mapping[str, str] = os.environ) -> None:
    """Have all threads of the process share few heaps, unless the environment says how many.

    Called at the very start of a program: heaps that exist already stay.
    """
    mallopt = _glibc("mallopt")
    if (
        mallopt is not None
        and "MALLOC_ARENA_MAX" not in environ
        and "arena_max" not in environ.get("GLIBC_TUNABLES", "")
    ):
        mallopt(_M_ARENA_MAX, HEAPS)


def give_back_memory() -> None:
    """Return the free memory of all heaps to the system."""
    trim = _glibc("malloc_trim")
    if trim is not None:
        trim(ctypes.c_size_t(0))


class MemoryKeeper:
    """Returns free memory to the system from time to time.

    Args:
        give_back: Does it.
        clock: The monotonic clock, in seconds.
    """

    def __init__(
        self, give_back: Callable[[], None] = give_back_memory, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._give_back = give_back
        self._clock = clock
        self._due = clock() + EVERY_SECONDS

    def look(self) -> None:
        """Do it if it is time; called often."""
        now = self._clock()
        if now >= self._due:
            self._due = now + EVERY_SECONDS
            self._give_back()


def _glibc(function: str) -> Any:
    """Return a function of glibc, None where the C library is another."""
    return getattr(ctypes.CDLL(None), function, None) if sys.platform == "linux" else None
