"""The worker: order, batches, bounds, errors, an end in time."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from reid_app.domain import Crop, Embedding, Quality, Sighting, TrackKey
from reid_app.embed import EmbedWorker
from reid_app.errors import ModelError, ReidAppError


def crops(*numbers: int) -> list[Crop]:
    image = np.zeros((4, 2, 3), np.uint8)
    box = np.zeros(4, np.float32)
    return [Crop(TrackKey("a", number), number, number, box, image, 1.0, Quality()) for number in numbers]


class Recorder:
    """Embeds by counting, holds when told to, and keeps what is delivered."""

    def __init__(self, *, held: bool = False) -> None:
        self.gate = threading.Event()
        self.entered = threading.Event()
        self.batches: list[list[int]] = []
        self.delivered: list[tuple[str, list[int]]] = []
        self.fail: Exception | None = None
        if not held:
            self.gate.set()

    def embed(self, given):
        self.entered.set()
        assert self.gate.wait(30)
        if self.fail:
            raise self.fail
        self.batches.append([crop.track.number for crop in given])
        return [Sighting(crop, Embedding(np.ones(1, np.float32), "m")) for crop in given]

    def deliver(self, item, sightings):
        self.delivered.append((item, [sighting.crop.track.number for sighting in sightings]))


def test_lossless_embeds_each_group_on_its_own_and_in_order():
    recorder = Recorder()
    with EmbedWorker(recorder, recorder.deliver, batch_size=2, lossless=True, capacity=1, most_groups=2) as worker:
        worker.submit("a", crops(1, 2, 3))
        worker.submit("b", [])
        worker.submit("c", crops(4))
        worker.submit("d", crops(5, 6))
        assert worker.drain(30)
    assert recorder.batches == [[1, 2], [3], [4], [5, 6]]
    assert recorder.delivered == [("a", [1, 2, 3]), ("b", []), ("c", [4]), ("d", [5, 6])]
    assert worker.stats().dropped == 0


def test_live_groups_are_joined_up_to_the_batch_size():
    recorder = Recorder()
    # Nobody waits for the clock: the batch fills first.
    with EmbedWorker(recorder, recorder.deliver, batch_size=4, max_wait=3600) as worker:
        for number in range(4):
            worker.submit(str(number), crops(number))
        worker.submit("4", crops(4))
        assert worker.drain(30)
    assert recorder.batches == [[0, 1, 2, 3], [4]]
    assert [item for item, _ in recorder.delivered] == list("01234")
    stats = worker.stats()
    assert (stats.batches, stats.crops, stats.mean_batch, stats.waiting_groups) == (2, 5, 2.5, 0)


def test_live_a_crop_waits_no_longer_than_it_may():
    recorder = Recorder()
    done = threading.Event()

    def deliver(item, sightings):
        recorder.deliver(item, sightings)
        done.set()

    with EmbedWorker(recorder, deliver, batch_size=100, max_wait=0.01) as worker:
        worker.submit("a", crops(1))
        assert done.wait(30)
    assert recorder.delivered == [("a", [1])]


def test_live_a_slow_network_loses_the_oldest_crops_but_no_group():
    recorder = Recorder(held=True)
    with EmbedWorker(recorder, recorder.deliver, batch_size=2, max_wait=0, capacity=2) as worker:
        worker.submit("first", crops(0, 1))
        assert recorder.entered.wait(30)
        for number in range(2, 7):
            worker.submit(str(number), crops(number))
        assert worker.stats().waiting_crops == 4, "two at hand and two that wait"
        recorder.gate.set()
        assert worker.drain(30)
    assert recorder.delivered == [("first", [0, 1]), ("2", []), ("3", []), ("4", []), ("5", [5]), ("6", [6])]
    assert worker.stats().dropped == 3


def test_submit_waits_while_too_many_groups_wait():
    recorder = Recorder(held=True)
    with EmbedWorker(recorder, recorder.deliver, lossless=True, most_groups=1) as worker:
        worker.submit("at hand", crops(0))
        assert recorder.entered.wait(30)
        worker.submit("waits", crops(1))
        late = threading.Thread(target=worker.submit, args=("late", crops(2)))
        late.start()
        recorder.gate.set()
        late.join(30)
        assert not late.is_alive()
        assert worker.drain(30)
    assert [item for item, _ in recorder.delivered] == ["at hand", "waits", "late"]


def test_an_error_ends_the_worker_and_is_handed_on():
    recorder = Recorder()
    recorder.fail = ModelError("it broke; mend it")
    told: list[Exception] = []
    ended = threading.Event()
    worker = EmbedWorker(
        recorder, recorder.deliver, lossless=True, on_error=lambda error: (told.append(error), ended.set())
    )
    with worker:
        worker.submit("a", crops(1))
        assert ended.wait(30)
        assert told == [recorder.fail]
        assert worker.error is recorder.fail
        assert not worker.drain(30)
        with pytest.raises(ReidAppError, match="has ended") as caught:
            worker.submit("b", [])
        assert caught.value.__cause__ is recorder.fail


def test_an_error_wakes_who_waits_to_submit():
    recorder = Recorder(held=True)
    recorder.fail = ModelError("it broke; mend it")
    worker = EmbedWorker(recorder, recorder.deliver, lossless=True, most_groups=1)
    caught: list[Exception] = []

    def submit() -> None:
        try:
            worker.submit("late", crops(2))
        except ReidAppError as error:
            caught.append(error)

    with worker:
        worker.submit("at hand", crops(0))
        assert recorder.entered.wait(30)
        worker.submit("waits", crops(1))
        late = threading.Thread(target=submit)
        late.start()
        recorder.gate.set()
        late.join(30)
    assert len(caught) == 1


def test_stop_gives_up_what_waits_and_ends_in_time():
    recorder = Recorder(held=True)
    worker = EmbedWorker(recorder, recorder.deliver, batch_size=1, lossless=True)
    worker.start()
    worker.submit("a", crops(1, 2, 3))
    assert recorder.entered.wait(30)
    assert not worker.stop(timeout=0.01), "the batch at hand is not done"
    recorder.gate.set()
    assert worker.stop(timeout=30)
    assert recorder.batches == [[1]]
    assert recorder.delivered == []
    with pytest.raises(ReidAppError, match="has ended"):
        worker.submit("b", [])


def test_stop_without_work_is_immediate():
    recorder = Recorder()
    with EmbedWorker(recorder, recorder.deliver) as worker:
        pass
    assert worker.stop()
