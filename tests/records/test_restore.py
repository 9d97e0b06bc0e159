"""What the gallery is rebuilt from after a restart."""

from __future__ import annotations

import numpy as np

from reid_app.domain import Merge, TrackKey, Verdict
from reid_app.records.records import Records
from tests.records.conftest import MODEL, Walk, at, decision, sighting, vector

OTHER = "o" * 64


def test_views_come_from_several_tracks_newest_first_then_by_quality(records: Records, walk: Walk) -> None:
    for number, start in enumerate((0, 100, 200), 1):
        track = walk("a" if number < 3 else "b", number, range(start, start + 20), identity=1)
        for step, quality in enumerate((0.3, 0.9, 0.6)):
            records.write_sighting(sighting(track, start + 5 * step, person=10 * number + step, quality=quality))
    records.flush()
    (views,) = records.gallery_snapshot(MODEL, views=5, since_ns=0).identities
    assert views.number == 1
    # The best of tracks 3, 2, 1, then the second best of 3 and 2.
    expected = [31, 21, 11, 32, 22]
    np.testing.assert_array_equal(views.vectors, np.stack([vector(person) for person in expected]))
    assert views.qualities.tolist() == np.array([0.9, 0.9, 0.9, 0.6, 0.6], np.float32).tolist()
    assert views.cameras == ("b", "a", "a", "b", "a")
    assert views.last_seen == {"a": at(11.9), "b": at(21.9)}
    assert views.vectors.dtype == np.float32


def test_people_not_seen_for_long_are_left_out(records: Records, walk: Walk) -> None:
    old = walk("a", 1, range(10), identity=1)
    both = walk("a", 2, range(10), identity=2)
    again = walk("b", 1, range(500, 510), identity=2)
    for track in (old, both, again):
        records.write_sighting(sighting(track, 5 if track != again else 505, person=track.number))
    records.flush()
    snapshot = records.gallery_snapshot(MODEL, views=10, since_ns=at(40))
    assert [views.number for views in snapshot.identities] == [2]
    assert len(snapshot.identities[0].vectors) == 2  # older views of somebody seen lately still count
    assert snapshot.next_number == 3
    assert records.gallery_snapshot(MODEL, views=10, since_ns=at(60)).identities == ()


def test_views_of_another_model_never_come_along(records: Records, walk: Walk) -> None:
    track = walk("a", 1, range(20), identity=1)
    records.write_sighting(sighting(track, 3, 1))
    records.write_sighting(sighting(track, 9, 2, model=OTHER))
    records.flush()
    (mine,) = records.gallery_snapshot(MODEL, 10, 0).identities
    (other,) = records.gallery_snapshot(OTHER, 10, 0).identities
    np.testing.assert_array_equal(mine.vectors, vector(1)[None])
    np.testing.assert_array_equal(other.vectors, vector(2)[None])
    assert records.gallery_snapshot("none", 10, 0).identities == ()


def test_a_merged_identity_brings_its_views_and_parts_keep_theirs(records: Records, walk: Walk) -> None:
    first = walk("a", 1, range(20), identity=1)
    second = walk("b", 1, range(30, 50), identity=2)
    records.write_decision(decision(second, 3, since_ns=at(4)))
    for track, frame, person in [(first, 5, 1), (second, 32, 2), (second, 45, 3)]:
        records.write_sighting(sighting(track, frame, person))
    records.write_merge(Merge(1, 2, at(6), 0.9))
    records.flush()
    snapshot = records.gallery_snapshot(MODEL, 10, 0)
    assert [views.number for views in snapshot.identities] == [1, 3]
    kept, other = snapshot.identities
    np.testing.assert_array_equal(kept.vectors, np.stack([vector(2), vector(1)]))
    np.testing.assert_array_equal(other.vectors, vector(3)[None])


def test_who_was_told_apart_stays_apart(records: Records, walk: Walk) -> None:
    for number in (1, 2, 3):
        walk("a", number, range(5), identity=number)
    records.write_apart(3, 1)
    records.write_apart(1, 2)
    records.write_apart(2, 1, apart=False)
    records.flush()
    assert records.gallery_snapshot(MODEL, 1, 0).apart == ((1, 3),)


def test_operators_decisions_say_who_is_two_people(records: Records, walk: Walk) -> None:
    first = walk("a", 1, range(5), identity=1)
    second = walk("a", 2, range(5), identity=2)
    records.write_decision(decision(first, 3, verdict=Verdict.CONFIRMED, previous=1))
    records.write_decision(decision(second, 4, verdict=Verdict.REVISED, previous=2))  # not an operator's
    records.write_merge(Merge(2, 5, at(1), 0.9))
    records.write_merge(Merge(2, 5, at(2), None, undone=True))
    records.flush()
    assert records.gallery_snapshot(MODEL, 1, 0).apart == ((1, 3), (2, 5))
    records.write_decision(decision(first, 1, verdict=Verdict.CONFIRMED, previous=3))  # undone ...
    records.write_apart(1, 3, apart=False)  # ... and with it what it said
    records.write_merge(Merge(2, 5, at(3), None))
    records.flush()
    assert records.gallery_snapshot(MODEL, 1, 0).apart == ()


def test_a_track_number_is_never_given_out_again(records: Records, walk: Walk) -> None:
    walk("a", 41, range(2))
    records.flush()
    assert records.next_track_numbers() == {"a": 42, "b": 1}
    assert records.path(TrackKey("a", 42)).frames.size == 0
