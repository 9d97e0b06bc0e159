"""Memory goes back to the system; each case in a process of its own, as heaps that exist stay."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import textwrap

import pytest

from reid_app.memory import EVERY_SECONDS, HEAPS, MemoryKeeper

needs_glibc = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")

HEAPS_OF_TWENTY_THREADS = """
    import ctypes, tempfile, threading
    from reid_app.memory import limit_heaps

    limit_heaps()
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    all_there = threading.Barrier(20)

    def take():
        all_there.wait()
        libc.malloc(100_000)
        all_there.wait()

    threads = [threading.Thread(target=take) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with tempfile.NamedTemporaryFile() as file:
        libc.fopen.restype = ctypes.c_void_p
        stream = ctypes.c_void_p(libc.fopen(file.name.encode(), b"w"))
        libc.malloc_info(0, stream)
        libc.fclose(stream)
        print(file.read().count(b"<heap nr="))
"""

FREE_BELOW_ONE_THAT_LIVES_ON = """
    from reid_app.memory import give_back_memory

    def resident():
        return int(open("/proc/self/statm").read().split()[1]) * 4096

    blocks = [bytes(20_000) for _ in range(5_000)]
    last = blocks.pop()
    full = resident()
    del blocks
    kept = resident()
    give_back_memory()
    print(full - kept, full - resident())
"""


def output(program: str, **environ: str) -> list[int]:
    """Run ``program`` and return the numbers that it prints."""
    usual = {key: value for key, value in os.environ.items() if key not in ("MALLOC_ARENA_MAX", "GLIBC_TUNABLES")}
    command = [sys.executable, "-c", textwrap.dedent(program)]
    run = subprocess.run(command, env=usual | environ, capture_output=True, text=True, check=True, timeout=60)
    return [int(word) for word in run.stdout.split()]


@needs_glibc
def test_threads_share_few_heaps() -> None:
    assert output(HEAPS_OF_TWENTY_THREADS) == [HEAPS]


@needs_glibc
def test_whoever_starts_the_program_may_choose_the_number_of_heaps() -> None:
    assert output(HEAPS_OF_TWENTY_THREADS, MALLOC_ARENA_MAX="5") == [5]
    assert output(HEAPS_OF_TWENTY_THREADS, GLIBC_TUNABLES="glibc.malloc.arena_max=4") == [4]


@needs_glibc
def test_free_memory_below_something_that_lives_on_is_given_back() -> None:
    by_itself, afterwards = output(FREE_BELOW_ONE_THAT_LIVES_ON)
    assert by_itself < 10e6, "otherwise nothing has to be done"
    assert afterwards > 90e6


def test_it_is_done_from_time_to_time() -> None:
    now, times = 0.0, []
    keeper = MemoryKeeper(lambda: times.append(now), clock=lambda: now)
    for _ in range(int(3.5 * EVERY_SECONDS)):
        now += 1.0
        keeper.look()
    assert times == [EVERY_SECONDS, 2 * EVERY_SECONDS, 3 * EVERY_SECONDS]
