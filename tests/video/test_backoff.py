from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reid_app.video.backoff import Backoff

seconds = st.floats(0.01, 1000)


def test_waits_double_up_to_the_longest() -> None:
    backoff = Backoff(1.0, 30.0, seed="door")
    waits = [backoff.next() for _ in range(12)]
    for failures, wait in enumerate(waits):
        assert min(30.0, 0.75 * 2**failures) <= wait <= min(30.0, 1.25 * 2**failures)
    assert waits[-1] == 30.0


def test_a_working_source_starts_again_from_the_first_wait() -> None:
    backoff = Backoff(1.0, 30.0, seed="door")
    for _ in range(10):
        backoff.next()
    backoff.reset()
    assert backoff.next() <= 1.25


def test_cameras_do_not_come_back_together_and_waits_can_be_told() -> None:
    door, yard, again = (Backoff(1.0, 30.0, seed=name) for name in ("door", "yard", "door"))
    for backoff in (door, yard, again):
        backoff.next()
    second = door.next()
    assert second != yard.next()
    assert second == again.next()


@given(first=seconds, most=seconds, failures=st.integers(0, 80))
def test_waits_stay_within_bounds(first: float, most: float, failures: int) -> None:
    backoff = Backoff(first, most, seed="x")
    for _ in range(failures):
        backoff.next()
    assert first <= backoff.next() <= max(first, most)
    assert 0.75 * max(first, most) <= backoff.longest() <= max(first, most)
