"""What is written comes back, also after a restart."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import select

from reid_app.domain import Embedding, Merge, TrackKey, TrackUpdate, Verdict
from reid_app.errors import RecordsError
from reid_app.records.reader import RecordsReader
from reid_app.records.records import Records
from reid_app.records.schema import RunCameraRow
from reid_app.records.values import Annotation
from tests.records.conftest import MODEL, Home, Walk, at, box, camera, decision, sighting, update, vector


def test_a_path_comes_back_exactly_over_many_chunks(records: Records) -> None:
    track = TrackKey("a", 1)
    boxes = [box(track, frame, score=0.5 + frame / 1000) for frame in range(0, 450, 3)]
    for number, one in enumerate(boxes):
        records.write_track_update(TrackUpdate("a", one.time_ns, (one,), frame_index=one.frame_index))
        if number in {10, 64, 100}:
            records.flush()  # chunks are cut by count, not by flushes
    records.flush()
    path = records.path(track)
    assert path.frames.tolist() == [one.frame_index for one in boxes]
    assert path.times_ns.tolist() == [one.time_ns for one in boxes]
    np.testing.assert_array_equal(path.boxes, np.stack([one.box for one in boxes]))
    np.testing.assert_allclose(path.scores, [one.score for one in boxes])


def test_processed_frames_count_also_when_nobody_is_there(records: Records) -> None:
    for frame in range(0, 1200, 2):
        records.write_track_update(update("b", frame))
    records.write_track_update(TrackUpdate("b", at(120), ()))  # the source ended: no frame
    records.flush()
    frames, times = records.frames_processed("b", records.run)
    assert frames.tolist() == list(range(0, 1200, 2))
    assert times[-1] == at(119.8)
    assert records.frames_processed("a", records.run)[0].size == 0


def test_sightings_come_back_with_their_pictures(records: Records, walk: Walk) -> None:
    track = walk("a", 1, range(10))
    for frame, quality in [(2, 0.4), (5, 0.9), (8, 0.6)]:
        records.write_sighting(sighting(track, frame, person=1, quality=quality))
    records.flush()
    found = records.sightings(track)
    assert [one.frame_index for one in found] == [2, 5, 8]
    assert [one.frame_index for one in records.best_sightings(track, limit=2)] == [5, 8]
    np.testing.assert_array_equal(found[0].box, box(track, 2).box)
    assert found[0].thumbnail is not None
    assert records.thumbnails.image(found[0].thumbnail).shape == (100, 40, 3)
    assert len({one.thumbnail for one in found}) == 3


def test_a_decision_comes_back_whole(records: Records, walk: Walk) -> None:
    track = walk("a", 1, range(10))
    given = decision(
        track,
        3,
        verdict=Verdict.ACCEPTED,
        runner_up=2,
        runner_up_score=0.4,
        previous=1,
        reason="looks alike",
        since_ns=at(0.5),
    )
    number = records.write_decision(given, action=None)
    records.flush()
    (found,) = records.decisions(track=track)
    assert (found.number, found.decision) == (number, given)


def test_numpy_numbers_are_as_good_as_python_ones(records: Records, walk: Walk) -> None:
    track = walk("a", 1, range(3))
    records.write_decision(
        decision(track, 1, verdict=Verdict.ACCEPTED, score=np.float32(0.5), runner_up_score=np.float32(0.25))  # type: ignore[arg-type]
    )
    records.write_merge(Merge(1, 2, at(1), np.float64(0.75)))
    records.flush()
    assert records.decisions()[0].decision.score == 0.5
    assert records.merges()[0].merge.score == 0.75


def test_the_last_decision_on_a_part_counts_for_all_its_frames(records: Records, walk: Walk) -> None:
    track = walk("a", 1, range(40), identity=1)
    records.write_decision(decision(track, 2, 2.0, Verdict.REVISED, previous=1))
    records.write_decision(decision(track, 3, 3.5, Verdict.REVISED, since_ns=at(2.05)))
    records.write_decision(decision(track, 4, 3.9, Verdict.REVISED, since_ns=at(2.05)))
    records.flush()
    parts = records.parts()
    assert [(p.identity, p.first_frame, p.last_frame, p.frames) for p in parts] == [(2, 0, 20, 21), (4, 21, 39, 19)]
    assert [p.ended for p in parts] == [True, False]
    assert [p.identity for p in records.parts(4)] == [4]
    assert records.parts(1) == records.parts(3) == ()
    assert [identity.number for identity in records.identities()] == [4, 2]


def test_a_part_that_begins_after_the_tracks_last_frame_is_left_out(records: Records, walk: Walk) -> None:
    track = walk("a", 1, range(10), identity=1)
    records.write_decision(decision(track, 2, since_ns=at(99)))
    records.flush()
    assert [p.identity for p in records.parts()] == [1]


def test_frames_before_the_first_decided_part_belong_to_nobody(records: Records, walk: Walk) -> None:
    track = walk("a", 1, range(20))
    records.write_decision(decision(track, 1, since_ns=at(1.0)))
    records.flush()
    assert [(p.first_frame, p.last_frame) for p in records.parts()] == [(10, 19)]


def test_a_track_without_a_decision_belongs_to_nobody(records: Records, walk: Walk) -> None:
    walk("a", 1, range(20))
    records.flush()
    assert records.parts() == ()
    assert records.identity_count() == 0


def test_merges_are_followed_and_can_be_undone(records: Records, walk: Walk) -> None:
    walk("a", 1, range(10), identity=1)
    walk("b", 1, range(20, 30), identity=2)
    walk("b", 2, range(40, 50), identity=3)
    records.write_merge(Merge(2, 3, at(5), 0.8))
    records.write_merge(Merge(1, 2, at(6), 0.9))
    records.flush()
    (person,) = records.identities()
    assert (person.number, person.tracks, person.cameras) == (1, 3, ("a", "b"))
    assert (person.first_ns, person.last_ns) == (at(0), at(4.9))
    assert [p.identity for p in records.parts(3)] == [1, 1, 1]
    assert records.identity(2).merged_into == 1
    assert records.final_identity(3) == 1
    records.write_merge(Merge(1, 2, at(7), None, undone=True))
    records.flush()
    assert [(person.number, person.tracks) for person in records.identities()] == [(2, 2), (1, 1)]
    assert [one.merge.undone for one in records.merges()] == [False, True]
    assert [one.merge.absorbed for one in records.merges(standing=True)] == [3]


def test_merging_back_the_other_way_round_is_no_circle(records: Records, walk: Walk) -> None:
    walk("a", 1, range(5), identity=1)
    walk("a", 2, range(5), identity=2)
    records.write_merge(Merge(1, 2, at(1), 0.9))
    records.write_merge(Merge(1, 2, at(2), None, undone=True))
    records.write_merge(Merge(2, 1, at(3), 0.9))
    records.flush()
    assert [(person.number, person.tracks) for person in records.identities()] == [(2, 2)]


def test_what_operators_do_is_on_record_and_can_be_taken_back(records: Records, walk: Walk) -> None:
    walk("a", 1, range(5), identity=1)
    walk("b", 1, range(5), identity=2)
    merge = records.write_operator_action("ann", "merge", reason="same coat", data={"kept": 1, "absorbed": 2})
    records.write_merge(Merge(1, 2, at(1), None), merge)
    rename = records.write_operator_action("ann", "rename", data={"identity": 1, "old": "", "new": "Eve"})
    records.write_name(1, "Eve")
    records.write_operator_action("bob", "rename", data={"identity": 1, "old": "Eve", "new": "Eva"})
    records.write_name(1, "Eva")
    records.flush()
    assert records.identity(1).name == "Eva"
    newest = records.newest_standing_action("ann")
    assert newest is not None
    assert (newest.number, newest.kind, newest.data["old"]) == (rename, "rename", "")
    records.write_operator_action("ann", "undo", undoes=rename)
    records.flush()
    newest = records.newest_standing_action("ann")
    assert newest is not None
    assert (newest.number, newest.reason) == (merge, "same coat")
    assert [one.merge.kept for one in records.merges(action=merge)] == [1]
    undo = records.write_operator_action("ann", "undo", undoes=merge)
    records.write_merge(Merge(1, 2, at(2), None, undone=True), undo)
    records.flush()
    assert records.newest_standing_action("ann") is None
    assert records.newest_standing_action("nobody") is None
    assert records.merges()[0].undone_action == undo
    assert [one.operator for one in records.actions()] == ["ann", "ann", "bob", "ann", "ann"]
    assert [one.kind for one in records.actions(operator="bob")] == ["rename"]


def test_notes_and_tags_belong_to_an_identity(records: Records, walk: Walk) -> None:
    walk("a", 1, range(5), identity=1)
    records.write_annotation(1, Annotation("left a bag", ("bag", "red coat")))
    records.flush()
    assert records.annotation(1) == Annotation("left a bag", ("bag", "red coat"))
    assert records.annotation(99) == Annotation()


def test_the_watch_list_and_its_alarms(records: Records, walk: Walk) -> None:
    track = walk("a", 1, range(5), identity=1)
    picture = np.full((300, 100, 3), 90, np.uint8)
    entry = records.write_watch("Eve", "ann", [(picture, Embedding(vector(5), MODEL), "good", "")], "call the desk")
    other = records.write_watch("Mallory", "bob", [])
    records.write_unwatch(other.number)
    alarm = records.write_alarm(entry.number, 1, track, at(0.4), 0.81)
    records.write_alarm(entry.number, 1, track, at(0.5), 0.82)
    records.write_acknowledgement(alarm.number, "bob", "on my way")
    records.flush()
    (listed,) = records.watch_list()
    assert (listed.number, listed.name, listed.operator, listed.note) == (entry.number, "Eve", "ann", "call the desk")
    np.testing.assert_array_equal(listed.views[0].embedding.vector, vector(5))
    assert records.thumbnails.image(listed.views[0].thumbnail).shape == (192, 64, 3)
    newest, first = records.alarms()
    assert (newest.owner, newest.acknowledged_ns) == ("", None)
    assert (first.owner, first.note, first.track) == ("bob", "on my way", track)


def test_a_span_of_time_selects_tracks_parts_and_identities(records: Records, walk: Walk) -> None:
    walk("a", 1, range(10), identity=1)
    walk("b", 1, range(100, 110), identity=2)
    late = walk("a", 2, range(200, 240), identity=1)
    records.write_decision(decision(late, 3, since_ns=at(22)))
    records.flush()
    assert [i.number for i in records.identities(since_ns=at(5), until_ns=at(15))] == [2]
    assert [i.number for i in records.identities(since_ns=at(22.5))] == [3]
    assert [i.number for i in records.identities(until_ns=at(5))] == [1]
    assert [p.track.number for p in records.parts(1, since_ns=at(5))] == [2]
    assert [p.identity for p in records.parts(camera="a", since_ns=at(21), until_ns=at(21.5))] == [1]
    assert [p.identity for p in records.parts(limit=2, offset=1)] == [2, 1]
    assert [d.decision.identity for d in records.decisions(since_ns=at(10), until_ns=at(12))] == [2]


def test_a_second_run_goes_on_where_the_first_stopped(home: Home) -> None:
    with home.open() as first:
        for frame in range(10):
            first.write_track_update(update("a", frame, (1, 2), ended=(2,) if frame == 9 else ()))
        first.write_decision(decision(TrackKey("a", 2), 7))
        first.write_decision(decision(TrackKey("a", 1), 8))
        first.flush()
        assert [part.ended for part in first.parts()] == [False, True]
        first.write_merge(Merge(7, 9, at(1), 0.9))
        assert first.write_operator_action("ann", "note") == 1
    with home.open() as second:
        assert [part.ended for part in second.parts()] == [True, True]  # nobody goes on with them
        assert second.next_track_numbers() == {"a": 3, "b": 1}
        assert second.next_identity_number() == 10  # 9 was merged away, its number is not given out again
        assert second.write_decision(decision(TrackKey("a", 1), 7)) == 3
        assert second.write_operator_action("ann", "note") == 2
        # The second half of the film: frame numbers start again.
        for frame in range(5):
            second.write_track_update(update("a", frame, (3,)))
        second.flush()
        assert second.run != first.run
        assert second.frames_processed("a", first.run)[0].tolist() == list(range(10))
        assert second.frames_processed("a", second.run)[0].tolist() == list(range(5))
        runs = second.runs()
    assert [run.cameras for run in runs] == [{"a": True, "b": True}] * 2
    assert runs[0].ended_ns is not None
    assert runs[1].ended_ns is None


def test_identities_keep_their_uuid_and_sites_do_not_share_them(home: Home) -> None:
    uuids = []
    for site in ("here", "there", "here"):
        with home.open(site=site) as records:
            numbers = records.next_track_numbers()
            records.write_track_update(update("a", 1, (numbers["a"],)))
            records.write_decision(decision(TrackKey("a", numbers["a"]), 1))
            records.flush()
            uuids.append(records.identity(1).uuid)
    assert uuids[0] == uuids[2] != uuids[1]


def test_a_camera_that_left_the_site_file_stays_on_record(home: Home) -> None:
    with home.open() as records:
        records.write_track_update(update("b", 1, (1,)))
        records.write_decision(decision(TrackKey("b", 1), 1))
    with replace(home, cameras=("a", "c")).open() as records:
        assert records.identity(1).cameras == ("b",)
        assert records.next_track_numbers() == {"a": 1, "b": 2, "c": 1}


def test_credentials_of_a_stream_are_not_recorded(home: Home) -> None:
    url = "rtsp://admin:geheim@10.0.0.9:554/live?token=geheim"
    with Records.open(home.settings, home.folder, [camera("a", url)]) as records:
        records.flush()
        assert records.runs()[0].cameras == {"a": False}
        with records._database.reading() as connection:
            (source,) = connection.execute(select(RunCameraRow.source)).scalars()
    assert source == "rtsp://***@10.0.0.9:554/live?***"


def test_others_can_read_while_a_run_writes(records: Records, home: Home, walk: Walk) -> None:
    walk("a", 1, range(5), identity=1)
    records.flush()
    with RecordsReader.open_existing(home.settings, home.folder) as reader:
        assert reader.identity_count() == 1
        walk("b", 1, range(5), identity=2)
        records.flush()
        assert reader.identity_count() == 2


def test_many_threads_may_write_and_read(records: Records, walk: Walk) -> None:
    walk("a", 1, range(3))
    failures: list[BaseException] = []

    def work(thread: int) -> None:
        try:
            for step in range(50):
                records.write_decision(decision(TrackKey("a", 1), thread * 100 + step + 1))
                records.identities(limit=3)
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    records.flush()
    assert failures == []
    assert [one.number for one in records.decisions()] == list(range(1, 201))


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda records: records.identity(5), "no identity 5"),
        (lambda records: records.path(TrackKey("nowhere", 1)), "no camera 'nowhere'"),
        (lambda records: records.thumbnails.get("0" * 32), "no thumbnail"),
        (lambda records: records.thumbnails.get("../../etc/passwd"), "no thumbnail's key"),
    ],
)
def test_asking_for_what_is_not_there(records: Records, ask: object, sentence: str) -> None:
    with pytest.raises(RecordsError, match=sentence):
        ask(records)  # type: ignore[operator]


def test_a_damaged_picture_is_told_from_a_whole_one(records: Records) -> None:
    key = records.thumbnails.put(np.zeros((50, 20, 3), np.uint8))
    records.thumbnails.path(key).write_bytes(b"")  # what a power cut leaves behind
    with pytest.raises(RecordsError, match="damaged"):
        records.thumbnails.get(key)
    assert records.thumbnails.put(np.zeros((50, 20, 3), np.uint8)) == key
    assert records.thumbnails.image(key).shape == (50, 20, 3)


def test_a_second_run_of_the_site_is_refused_until_the_first_ends(home: Home) -> None:
    with home.open():
        with pytest.raises(RecordsError, match="Another run writes"):
            home.open()
        with pytest.raises(RecordsError, match="Another run writes"):
            home.open()
    with home.open() as again:
        again.flush()


def test_closing_twice_is_fine_and_writing_afterwards_is_refused(home: Home) -> None:
    records = home.open()
    records.close()
    records.close()
    with pytest.raises(RecordsError, match="closed"):
        records.write_track_update(update("a", 1))
