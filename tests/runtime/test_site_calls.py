"""Trying cameras, chances of a wrong match, and calls from many threads."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr

from reid_app.config import CameraSettings
from reid_app.models.manifest import Calibration
from reid_app.runtime.chances import wrong_matches
from reid_app.runtime.facade import Author
from tests.clips import write_clip
from tests.runtime.world import World, picture


def camera(url: str) -> CameraSettings:
    return CameraSettings(name="new", url=SecretStr(url))


def test_a_camera_that_works_shows_a_picture(world: World) -> None:
    write_clip(world.folder / "clip.avi", 5)
    test = world.site.test_camera(camera("clip.avi"))
    assert (test.ok, test.message) == (True, "64 x 48 at 10 frames per second")
    assert test.image is not None
    assert test.image.shape == (48, 64, 3)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nothing.avi", "does not exist"),
        ("rtsp://admin:hunter2@127.0.0.1:1/x?key=s3cret", "refuses or closed the connection"),
    ],
)
def test_a_camera_that_does_not_work_says_why_without_secrets(world: World, url: str, message: str) -> None:
    test = world.site.test_camera(camera(url))
    assert not test.ok
    assert message in test.message
    assert "hunter2" not in test.message
    assert "s3cret" not in test.message


def test_a_camera_that_hangs_is_left_behind(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"rtsp://admin:hunter2@127.0.0.1:{server.getsockname()[1]}/x"
        test = world.site.test_camera(camera(url))
    assert not test.ok
    assert "hunter2" not in test.message


@pytest.mark.parametrize(
    ("accept", "share"),
    [(0.6, 0.001), (0.5, 0.01), (0.55, 0.00316), (0.7, 0.0001), (0.4, 0.1), (0.9, None), (0.1, None)],
)
def test_the_share_of_wrong_matches_follows_the_calibration(accept: float, share: float | None) -> None:
    made = Calibration(accept=0.6, ask=0.5, margin=0.05, accept_far=0.001, ask_far=0.01)
    assert wrong_matches(made, accept) == (None if share is None else pytest.approx(share, rel=0.01))


@pytest.mark.parametrize("made", [None, Calibration(accept=0.6, ask=0.5, margin=0.05)])
def test_without_a_calibration_it_is_not_known(made: Calibration | None) -> None:
    assert wrong_matches(made, 0.6) is None


def test_operators_may_act_at_once_while_people_walk(tmp_path: Path) -> None:
    world = World(tmp_path)
    identity = world.identity(world.walk("door", 1, 1))
    site = world.site

    def work(number: int) -> None:
        author = Author(f"operator {number}")
        for turn in range(5):
            site.rename(identity, f"{number}.{turn}", author)
            site.person(identity)
            site.search(picture(1))
            site.questions()
        for turn in range(4, -1, -1):
            assert site.undo(author) == f"named {identity} '{number}.{turn}'"

    with ThreadPoolExecutor(3) as pool:
        working = [pool.submit(work, number) for number in range(3)]
        for number in range(2, 8):
            world.walk("yard", number, number, seconds=1.5)
        for one in working:
            one.result(timeout=60)
    assert len(site.actions()) == 30
    assert len(site.identities()) == 7
    site.stop()
