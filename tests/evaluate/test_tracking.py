"""Scores of logs against truth: by hand, against py-motmetrics, and files that are wrong."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console

from reid_app.errors import SettingsError
from reid_app.evaluate import tracking
from reid_app.evaluate.mot_files import read_log, read_truth
from reid_app.evaluate.tracking import Report, iou, render, score

pytest.importorskip("trackeval")

Rows = list[tuple[int, int, float]]
"""Rows of a camera as (frame, identity, x): every box is 100 x 200 at (x, 50)."""


class World:
    """A folder of truth and one of a log."""

    def __init__(self, folder: Path) -> None:
        self.truth, self.log = folder / "truth", folder / "log"
        self.truth.mkdir(parents=True)
        self.log.mkdir()

    def camera(self, name: str, truth: Rows, log: Rows, ignore: str = "") -> None:
        lines = [f"{frame},{identity},{x},50,100,200,1,1,1\n" for frame, identity, x in truth]
        (self.truth / f"gt_{name}.txt").write_text("".join(lines))
        lines = [f"{frame},{identity},{x},50,100,200,0.9\n" for frame, identity, x in log]
        (self.log / f"{name}.txt").write_text("".join(lines))
        if ignore:
            (self.truth / f"ignore_{name}.txt").write_text(ignore)

    def processed(self, **cameras: list[list[int]]) -> None:
        entries = {name: {"fps": 10.0, "runs": [1], "frames": frames} for name, frames in cameras.items()}
        (self.log / "processed.json").write_text(json.dumps({"cameras": entries}))

    def score(self, **options: object) -> Report:
        return score(self.truth, self.log, **options)  # type: ignore[arg-type]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def line(identity: int, frames: range, x: float = 0.0) -> Rows:
    return [(frame, identity, x) for frame in frames]


def test_a_perfect_log_scores_one(world: World) -> None:
    rows = line(1, range(1, 11)) + line(2, range(3, 8), 300)
    world.camera("a", rows, [(frame, identity + 10, x) for frame, identity, x in rows])
    report = world.score(frame_rate=10)
    overall = report.overall
    assert (overall.idf1, overall.hota, overall.mota, overall.switches) == (1, 1, 1, 0)
    assert (overall.misses, overall.false_positives, overall.truth_boxes, overall.log_boxes) == (0, 0, 15, 15)
    assert (report.truth_identities, report.log_identities, report.lasting_identities) == (2, 2, 1)


def test_two_identities_for_one_person_in_two_cameras(world: World) -> None:
    """Each camera alone is perfect; together one of two equal halves is wrong: IDF1 = 1/2, one switch.

    Detection is perfect, and each box's identity overlaps the person's boxes by 10 of 20,
    so AssA = 1/2 and HOTA = sqrt(1/2).
    """
    world.camera("a", line(1, range(1, 11)), line(1, range(1, 11)))
    world.camera("b", line(1, range(1, 11)), line(2, range(1, 11)))
    report = world.score()
    assert all(camera.idf1 == camera.hota == 1 and camera.switches == 0 for camera in report.cameras.values())
    assert report.overall.idf1 == pytest.approx(0.5)
    assert report.overall.hota == pytest.approx(0.5**0.5)
    assert report.overall.assa == pytest.approx(0.5)
    assert report.overall.switches == 1
    assert report.overall.mota == pytest.approx(1 - 1 / 20)
    assert (report.truth_identities, report.log_identities, report.lasting_identities) == (1, 2, None)


def test_one_identity_for_two_people(world: World) -> None:
    """Of two people with 10 boxes each, one identity can be right for one: IDTP 10, IDFP 10, IDFN 10."""
    world.camera("a", line(1, range(1, 11)), line(5, range(1, 11)))
    world.camera("b", line(2, range(1, 11)), line(5, range(1, 11)))
    report = world.score()
    assert report.overall.idf1 == pytest.approx(2 * 10 / (2 * 10 + 10 + 10))
    assert report.overall.switches == 0  # no person's identity changed
    assert (report.truth_identities, report.log_identities) == (2, 1)


def test_misses_and_false_boxes(world: World) -> None:
    """10 boxes of truth, 6 found, 3 false: MOTA = 1 - 7/10; IDF1 = 12 / (10 + 9)."""
    world.camera("a", line(1, range(1, 11)), line(1, range(1, 7)) + line(2, range(1, 4), 500))
    overall = world.score().overall
    assert (overall.misses, overall.false_positives) == (4, 3)
    assert overall.mota == pytest.approx(0.3)
    assert overall.idf1 == pytest.approx(12 / 19)
    assert overall.idp == pytest.approx(6 / 9)
    assert overall.idr == pytest.approx(6 / 10)


@pytest.mark.parametrize(
    ("shift", "found"),
    [(30, 10), (40, 0)],  # 100 wide, shifted: overlap 70/130 = 0.54 and 60/140 = 0.43
)
def test_a_box_is_on_a_person_from_half_an_overlap(world: World, shift: float, found: int) -> None:
    world.camera("a", line(1, range(1, 11)), line(1, range(1, 11), shift))
    assert 10 - world.score().overall.misses == found


@pytest.mark.parametrize(
    ("ignore", "ignored"),
    [
        ("", 0),
        ("1,10,500,50,100,200,hidden behind a door\n", 5),
        ("# first,last,x,y,w,h,reason\n1,3,500,50,100,200\n", 3),  # only in its frames
        ("1,10,550,50,100,200\n", 5),  # half of the box is within
        ("1,10,551,50,100,200\n", 0),  # less than half
        ("1,10,0,0,2000,2000,everywhere\n", 5),  # boxes on people are not ignored
    ],
)
def test_boxes_on_nobody_in_a_region_do_not_count(world: World, ignore: str, ignored: int) -> None:
    world.camera("a", line(1, range(1, 6)), line(1, range(1, 6)) + line(2, range(1, 6), 500), ignore)
    report = world.score()
    assert report.overall.ignored_boxes == ignored
    assert report.overall.false_positives == 5 - ignored
    assert report.overall.misses == 0
    assert report.log_identities == 2


def test_a_person_within_a_region_is_still_a_miss(world: World) -> None:
    world.camera("a", line(1, range(1, 6)), [], "1,5,0,0,2000,2000\n")
    assert world.score().overall.misses == 5


def test_of_two_boxes_on_one_person_the_worse_is_ignored(world: World) -> None:
    world.camera("a", line(1, range(1, 6)), line(1, range(1, 6)) + line(2, range(1, 6), 10), "1,5,0,0,500,500\n")
    overall = world.score().overall
    assert (overall.ignored_boxes, overall.idf1) == (5, 1)


def test_only_frames_that_were_processed_count(world: World) -> None:
    world.camera("a", line(1, range(1, 31)), line(1, range(1, 31, 3)))
    world.processed(a=[[1, 28, 3]])
    report = world.score()
    assert (report.overall.idf1, report.overall.frames, report.overall.truth_boxes) == (1, 10, 10)
    assert report.lasting_identities == 1  # ten frames, each for 0.3 s
    assert report.note == "Only frames that were processed count: a 10 of 30."
    everything = world.score(all_frames=True)
    assert everything.overall.misses == 20
    assert everything.note.startswith("All frames count")


def test_a_log_that_does_not_say_what_was_processed(world: World) -> None:
    world.camera("a", line(1, range(1, 4)), line(1, range(1, 4)))
    report = world.score()
    assert report.note.startswith("The log has no processed.json")
    assert report.overall.frames == 3


def test_a_camera_without_truth_is_named(world: World) -> None:
    world.camera("a", line(1, range(1, 4)), line(1, range(1, 4)))
    world.processed(a=[[1, 3, 1]], roof=[[1, 3, 1]])
    assert world.score().note.endswith("Not in the truth, and not scored: roof.")


@pytest.mark.parametrize(("truth", "log"), [([], []), (line(1, range(1, 4)), []), ([], line(1, range(1, 4)))])
def test_nothing_on_one_side_is_no_crash(world: World, truth: Rows, log: Rows) -> None:
    world.camera("a", truth, log)
    report = world.score()
    assert report.overall.idf1 == 0
    assert (report.overall.misses, report.overall.false_positives) == (len(truth), len(log))


def test_the_report_as_json_and_as_a_table(world: World) -> None:
    world.camera("yard", line(1, range(1, 11)), line(1, range(1, 11)))
    report = world.score(frame_rate=10)
    said = json.loads(report.to_json())
    assert said["overall"]["idf1"] == said["cameras"]["yard"]["hota"] == 1
    assert said["lasting_identities"] == 1
    out = io.StringIO()
    render(report, Console(file=out, width=100))
    assert "yard" in out.getvalue()
    assert "People: 1; identities: 1, 1 of them for 1 s or more." in out.getvalue()


def test_the_layout_of_the_motchallenge(tmp_path: Path) -> None:
    truth = tmp_path / "truth" / "MOT-1" / "gt"
    truth.mkdir(parents=True)
    (truth.parent / "seqinfo.ini").write_text("[Sequence]\nname=MOT-1\nframeRate=5\n")
    rows = [f"{frame},1,0,0,100,200,1,1,1\n{frame},2,300,0,100,200,0,8,1\n" for frame in range(1, 6)]
    (truth / "gt.txt").write_text("".join(rows))  # class 8 is a reflection: neither a person nor a mistake
    log = tmp_path / "log"
    log.mkdir()
    rows = [f"{frame} 4 0 0 100 200 1\n{frame} 7 300 0 100 200 1\n" for frame in range(1, 6)]
    (log / "MOT-1.txt").write_text("".join(rows))
    report = score(tmp_path / "truth", log)
    assert (report.overall.idf1, report.overall.ignored_boxes, report.lasting_identities) == (1, 5, 2)


@pytest.mark.parametrize(
    ("file", "text", "sentence"),
    [
        ("log/a.txt", "1,1,0,0,10\n", "line 1: needs 6 numbers separated by commas, not '1,1,0,0,10'"),
        ("log/a.txt", "1,1,0,0,10,20\nx,1,0,0,10,20\n", "line 2: needs 6 numbers"),
        ("log/a.txt", "1,1,0,0,nan,20\n", "line 1: needs 6 numbers"),
        ("log/a.txt", "0,1,0,0,10,20\n", "the frame must be a whole number from 1, not 0"),
        ("log/a.txt", "1.5,1,0,0,10,20\n", "the frame must be a whole number from 1, not 1.5"),
        ("log/a.txt", "1,-1,0,0,10,20\n", "the identity must be a whole number from 0, not -1"),
        ("log/a.txt", "1,1,0,0,0,20\n", "the box is 0 x 20"),
        ("log/a.txt", "1,1,0,0,10,20\n1,1,5,5,10,20\n", "line 2: identity 1 is twice in frame 1"),
        ("truth/gt_a.txt", "\x00\x01", "line 1: needs 6 numbers"),
        ("truth/ignore_a.txt", "9,3,0,0,10,20\n", r"the last frame \(3\) is before the first \(9\)"),
        ("truth/ignore_a.txt", "1,3,0,0,10\n", "needs 6 numbers"),
        ("truth/gt_b.txt", "1,1,0,0,10,20\n", r"no b.txt in .*, though the truth has a camera 'b' \(there: a\)"),
        ("log/processed.json", "{", "does not say which frames were processed"),
        ("log/processed.json", '{"cameras": {"a": {"frames": [1]}}}', "does not say which frames were processed"),
        ("log/processed.json", '{"cameras": {"c": {"frames": []}}}', "does not say which frames of 'a' were processed"),
    ],
)
def test_files_that_are_wrong(world: World, file: str, text: str, sentence: str) -> None:
    world.camera("a", line(1, range(1, 4)), line(1, range(1, 4)))
    (world.truth.parent / file).write_text(text)
    with pytest.raises(SettingsError, match=sentence) as told:
        world.score()
    assert "\n" not in str(told.value)
    assert told.value.exit_code == 1


def test_files_that_are_missing(world: World, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no truth in"):
        world.score()
    with pytest.raises(SettingsError, match="no truth folder"):
        score(tmp_path / "nowhere", world.log)
    with pytest.raises(SettingsError, match="no log folder"):
        score(world.truth, tmp_path / "nowhere")
    (world.truth / "gt_a.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="cannot be read as text"):
        read_truth(world.truth)


@st.composite
def scenes(draw: st.DrawFn) -> tuple[Rows, Rows]:
    """People who drift, and a log that shifts, drops, swaps and invents boxes."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    truth: Rows = []
    log: Rows = []
    for person in range(draw(st.integers(1, 5))):
        x, identity = float(random.uniform(0, 400)), person + 1
        for frame in range(int(random.integers(1, 10)), int(random.integers(10, 30))):
            x += float(random.normal(0, 8))
            truth.append((frame, person + 1, x))
            if random.random() < 0.08:
                identity = int(random.integers(1, 8))
            if random.random() < 0.85 and not any(row[:2] == (frame, identity) for row in log):
                log.append((frame, identity, x + float(random.normal(0, 20))))
    return truth, log


@given(first=scenes(), second=scenes())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_py_motmetrics_agrees(
    tmp_path_factory: pytest.TempPathFactory, first: tuple[Rows, Rows], second: tuple[Rows, Rows]
) -> None:
    """Two independent programs give the same IDF1 and the same counts of identity matches."""
    motmetrics = pytest.importorskip("motmetrics")
    world = World(tmp_path_factory.mktemp("world"))
    world.camera("a", *first)
    world.camera("b", *second)
    report = world.score()
    accumulator = motmetrics.MOTAccumulator()
    for truth in read_truth(world.truth):
        log = read_log(world.log, truth.camera)
        offset = {"a": 0, "b": 1000}[truth.camera]
        for frame in np.union1d(truth.boxes.frames, log.frames):
            people, boxes = truth.boxes.keep(truth.boxes.frames == frame), log.keep(log.frames == frame)
            distances = 1 - iou(people.xywh, boxes.xywh)
            distances[distances > 1 - tracking.OVERLAP] = np.nan
            accumulator.update(people.identities, boxes.identities, distances, frameid=offset + int(frame))
    summary = motmetrics.metrics.create().compute(accumulator, metrics=["idf1", "idp", "idr"]).iloc[0]
    assert report.overall.idf1 == pytest.approx(summary["idf1"], abs=1e-6)
    assert report.overall.idp == pytest.approx(summary["idp"], abs=1e-6)
    assert report.overall.idr == pytest.approx(summary["idr"], abs=1e-6)


@given(scene=scenes())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_numbers_of_identities_do_not_matter(
    tmp_path_factory: pytest.TempPathFactory, scene: tuple[Rows, Rows]
) -> None:
    truth, log = scene
    worlds = [World(tmp_path_factory.mktemp("world")) for _ in range(2)]
    worlds[0].camera("a", truth, log)
    worlds[1].camera("a", truth[::-1], [(frame, 1000 - identity, x) for frame, identity, x in log])
    one, other = (world.score().overall for world in worlds)
    assert (one.idf1, one.switches, one.misses) == (other.idf1, other.switches, other.misses)
    assert one.hota == pytest.approx(other.hota)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((0, 0, 10, 10), (0, 0, 10, 10), 1.0),
        ((0, 0, 10, 10), (5, 0, 10, 10), 1 / 3),
        ((0, 0, 10, 10), (10, 0, 10, 10), 0.0),
        ((0, 0, 10, 10), (2, 2, 5, 5), 0.25),
    ],
)
def test_iou_by_hand(first: tuple[float, ...], second: tuple[float, ...], expected: float) -> None:
    one, other = np.array([first], np.float32), np.array([second], np.float32)
    assert iou(one, other)[0, 0] == pytest.approx(expected)
    assert iou(other, one)[0, 0] == pytest.approx(expected)
