"""Searching by a picture."""

from __future__ import annotations

import numpy as np
import pytest

from reid_app.domain import ImageArray, Likelihood
from reid_app.errors import SettingsError
from tests.runtime.world import World, at, look, picture


def scene(person: int) -> ImageArray:
    """A wide picture with a person in a green frame."""
    image = np.full((240, 320, 3), 250, np.uint8)
    image[50:180, 100:166] = (0, 255, 0)
    image[51:179, 101:165] = picture(person)
    return image


def test_the_person_most_alike_comes_first(world: World) -> None:
    tracks = [world.walk("door", 1, 1), world.walk("yard", 1, 2, vector=look(2, like=1, share=0.6))]
    found = world.site.search(picture(1))
    assert [candidate.identity.number for candidate in found] == [world.identity(track) for track in tracks]
    assert found[0].score == pytest.approx(1.0, abs=0.01)
    assert [candidate.likelihood for candidate in found] == [Likelihood.CERTAIN, Likelihood.POSSIBLE]
    assert found[0].pictures[0].track == tracks[0]
    assert len(world.site.search(picture(1), limit=1)) == 1


def test_the_person_is_found_in_a_larger_picture(world: World) -> None:
    world.walk("door", 1, 1)
    sought = world.identity(world.walk("yard", 1, 2))
    assert world.site.search(scene(2))[0].identity.number == sought


def test_a_picture_without_a_person_is_refused(world: World) -> None:
    with pytest.raises(SettingsError, match="nobody can be found"):
        world.site.search(np.zeros((100, 200, 3), np.uint8))


@pytest.mark.parametrize(
    "image",
    [np.zeros((0, 0, 3), np.uint8), np.zeros((90, 40), np.uint8), np.zeros((90, 40, 3), np.float32)],
    ids=["empty", "grey", "not bytes"],
)
def test_what_is_no_picture_is_refused(world: World, image: ImageArray) -> None:
    with pytest.raises(SettingsError, match="no colour picture"):
        world.site.search(image)


def test_only_those_seen_in_the_span_are_found(world: World) -> None:
    first = world.identity(world.walk("door", 1, 1))
    middle = at(world.seconds)
    second = world.identity(world.walk("yard", 1, 2))
    assert [c.identity.number for c in world.site.search(picture(1), until_ns=middle)] == [first]
    assert [c.identity.number for c in world.site.search(picture(1), since_ns=middle)] == [second]


def test_who_left_the_gallery_is_found_on_record(world: World) -> None:
    first = world.identity(world.walk("door", 1, 1))
    second = world.identity(world.walk("yard", 1, 2))
    world.site._matcher._state.book.remove(first)
    found = world.site.search(picture(1))
    assert [candidate.identity.number for candidate in found] == [first, second]
    assert found[0].score == pytest.approx(1.0, abs=0.01)
