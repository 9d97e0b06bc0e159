"""What an operator asks of a site that ran on real files: people, moments, searches."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reid_app.config.load import load_site
from reid_app.detect.crops import cut
from reid_app.domain import NS_PER_S
from reid_app.runtime.facade import Author, CameraView, SiteFacade
from reid_app.runtime.site import Site
from tests.e2e.conftest import FPS, WALKS, SiteMaker

KIM = Author("Kim")


@pytest.fixture(scope="module")
def site(clips: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteFacade]:
    """A site at the end of its files, still open."""
    file = load_site(SiteMaker(clips).write(tmp_path_factory.mktemp("operator")))
    with Site.open(file) as running:
        running.start()
        assert running.wait(120)
        yield running


def middle_of_walk(site: SiteFacade, camera: str, person: int) -> CameraView:
    """The frame in the middle of somebody's walk."""
    (walk,) = (walk for walk in WALKS[camera] if walk.person == person)
    start_ns = min(presence.first_ns for presence in site.presences(None, 0, 2**62)) // NS_PER_S * NS_PER_S
    view = site.moment(camera, start_ns + (walk.first + walk.last) // 2 * NS_PER_S // FPS)
    assert view is not None
    return view


def test_whoever_is_clicked_on_a_past_frame_has_a_trail_through_both_cameras(site: SiteFacade) -> None:
    (clicked,) = [person for person in middle_of_walk(site, "door", 1).people if person.since_ns]
    assert clicked.identity is not None
    person = site.person(clicked.identity)
    assert person.identity.cameras == ("door", "yard")
    assert {picture.track.camera for picture in person.pictures} == {"door", "yard"}
    assert not any(presence.live for presence in person.trail)


def test_a_person_cut_out_of_a_frame_is_found_in_the_whole_of_it_as_well(site: SiteFacade) -> None:
    view = middle_of_walk(site, "yard", 3)
    (shown,) = [person for person in view.people if person.box[2] - person.box[0] > 20][-1:]
    by_crop = site.search(cut(view.frame.image, shown.box).copy())
    assert by_crop[0].identity.number == shown.identity
    assert len(by_crop) == 3
    assert site.search(view.frame.image)[0].identity.number in {person.identity for person in view.people}


def test_steps_go_from_frame_to_frame(site: SiteFacade) -> None:
    view = middle_of_walk(site, "door", 2)
    following = site.moment("door", view.frame.time_ns, 1)
    assert following is not None
    assert following.frame.index == view.frame.index + 1
    assert following.people


def test_what_an_operator_does_is_in_the_export(site: SiteFacade, tmp_path: Path) -> None:
    number = site.identities()[0].number
    site.rename(number, "Mia", KIM)
    (path,) = site.export("csv", tmp_path, number)
    assert "Mia" in path.read_text()
    site.undo(KIM)
    (path,) = site.export("csv", tmp_path, number)
    assert "Mia" not in path.read_text()
