"""Every format writes what it says it writes."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from reid_app.domain import Merge, TrackBox, TrackKey, TrackUpdate, Verdict
from reid_app.errors import RecordsError
from reid_app.records.exports import FORMATS, Format, Formats, Options, export, preview, text
from reid_app.records.matchlog import COLUMNS, Selection
from reid_app.records.records import Records
from tests.records.conftest import MODEL, Home, Walk, at, box, decision, sighting, update


@pytest.fixture
def seen(records: Records, walk: Walk) -> Records:
    """Identity 1 in both cameras, identity 2 in one."""
    first = walk("a", 1, range(0, 20, 2), identity=1)
    walk("b", 1, range(30, 40), identity=2)
    walk("b", 2, range(60, 70), identity=1, verdict=Verdict.ACCEPTED, score=0.8, runner_up=2, runner_up_score=0.3)
    records.write_track_update(update("b", 80))
    records.write_sighting(sighting(first, 4, 1, quality=0.9))
    records.write_sighting(sighting(first, 8, 1, quality=0.5))
    records.write_name(1, "Ärzte")
    records.flush()
    return records


def rows(records: Records, **selection: object) -> list[dict[str, object]]:
    options = Options(Selection(**selection))  # type: ignore[arg-type]
    return [json.loads(line) for line in text(records, "jsonl", options)]


@pytest.mark.parametrize("one", list(FORMATS), ids=lambda one: one.name)
def test_every_format_writes_what_its_preview_says(seen: Records, tmp_path: Path, one: Format) -> None:
    planned = preview(seen, one.name)
    written = export(seen, one.name, tmp_path / "out")
    assert [tmp_path / "out" / file.name for file, _ in planned] == list(written)
    assert all(path.stat().st_size > 0 for path in written)
    assert all(file.content.endswith(".") and count > 0 for file, count in planned)
    leftovers = [path for path in (tmp_path / "out").rglob("*") if path.is_file() and path not in written]
    assert leftovers == []
    assert one.sentence.endswith(".")


def test_the_match_log_has_one_row_for_each_presence(seen: Records) -> None:
    first, second, third = rows(seen)
    assert list(first) == list(COLUMNS)
    assert first["identity"] == third["identity"] == 1
    assert first["name"] == "Ärzte"
    assert (first["camera"], first["track"], first["frames"]) == ("a", 1, 10)
    assert (first["first_frame"], first["last_frame"]) == (1, 19)
    assert (first["first"], first["last"]) == ("2023-11-14T22:13:20.000Z", "2023-11-14T22:13:21.800Z")
    assert (first["seconds"], first["detection_score"]) == (1.8, 0.9)
    assert (first["verdict"], first["likelihood"], first["score"]) == ("new", "", None)
    assert (third["verdict"], third["likelihood"], third["score"]) == ("accepted", "certain", 0.8)
    assert (third["runner_up"], third["runner_up_score"]) == (2, 0.3)
    assert (third["accept"], third["ask"], third["margin"], third["model"]) == (0.6, 0.5, 0.05, MODEL)
    assert second["identity"] == 2


def test_every_column_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "match-log.md").read_text(encoding="utf-8")
    cells = [
        cell.strip() for line in page.splitlines() if line.startswith("| `") for cell in line.split("|")[1].split(",")
    ]
    assert [cell.strip("`") for cell in cells if cell.strip("`") in COLUMNS] == list(COLUMNS)


def test_csv_and_jsonl_say_the_same(seen: Records) -> None:
    table = list(csv.DictReader(io.StringIO("".join(text(seen, "csv")), newline="")))
    for line, row in zip(table, rows(seen), strict=True):
        assert line == {name: "" if value is None else str(value) for name, value in row.items()}


@pytest.mark.parametrize(
    ("selection", "tracks"),
    [
        ({"identity": 2}, ["b1"]),
        ({"since_ns": at(5)}, ["b2"]),
        ({"until_ns": at(1)}, ["a1"]),
        ({"run": 1}, ["a1", "b1", "b2"]),
        ({"run": 2}, []),
    ],
)
def test_a_selection_narrows_the_match_log(seen: Records, selection: dict[str, int], tracks: list[str]) -> None:
    assert [f"{row['camera']}{row['track']}" for row in rows(seen, **selection)] == tracks


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_name_becomes_a_formula(seen: Records, name: str) -> None:
    seen.write_name(2, name)
    seen.flush()
    table = list(csv.DictReader(io.StringIO("".join(text(seen, "csv")), newline="")))
    assert table[1]["name"] == f"'{name}"
    assert rows(seen)[1]["name"] == name


def test_names_with_quotes_and_line_ends_keep_the_table_whole(seen: Records) -> None:
    seen.write_name(2, 'a "b", c\nd')
    seen.flush()
    table = list(csv.DictReader(io.StringIO("".join(text(seen, "csv")), newline="")))
    assert [row["name"] for row in table] == ["Ärzte", 'a "b", c\nd', "Ärzte"]


def test_mot_rows_count_frames_from_one(seen: Records, tmp_path: Path) -> None:
    export(seen, "mot", tmp_path)
    lines = (tmp_path / "a.txt").read_text().splitlines()
    assert lines[0] == "1,1,10.00,20.00,40.00,100.00,0.9000"
    assert [int(line.split(",")[0]) for line in lines] == list(range(1, 20, 2))
    assert {line.split(",")[1] for line in (tmp_path / "b.txt").read_text().splitlines()} == {"1", "2"}


def test_processed_json_says_what_was_looked_at(seen: Records, tmp_path: Path) -> None:
    export(seen, "mot", tmp_path)
    said = json.loads((tmp_path / "processed.json").read_text())["cameras"]
    assert said["a"] == {"fps": 10.0, "runs": [1], "frames": [[1, 19, 2]]}
    assert said["b"]["frames"] == [[31, 40, 1], [61, 70, 1], [81, 81, 1]]


def test_mot_follows_parts_and_merges_and_keeps_one_box_a_frame(records: Records, walk: Walk, tmp_path: Path) -> None:
    slipped = walk("a", 1, range(10), identity=1)
    records.write_decision(decision(slipped, 3, since_ns=at(0.5)))
    for frame in range(8):
        twin = TrackBox(TrackKey("a", 2), frame, at(frame / 10), box(slipped, 0).box, 0.95)
        records.write_track_update(TrackUpdate("a", twin.time_ns, (twin,)))
    records.write_decision(decision(TrackKey("a", 2), 2))
    records.write_merge(Merge(1, 2, at(1), 0.9))
    records.flush()
    export(records, "mot", tmp_path)
    lines = [line.split(",") for line in (tmp_path / "a.txt").read_text().splitlines()]
    assert [(int(line[0]), int(line[1])) for line in lines] == [
        (1, 1), (2, 1), (3, 1), (4, 1), (5, 1), (6, 1), (6, 3), (7, 1), (7, 3), (8, 1), (8, 3), (9, 3), (10, 3),
    ]  # fmt: skip
    assert {line[6] for line in lines if line[1] == "1"} == {"0.9500"}


def test_mot_takes_the_newest_run_or_puts_all_on_one_time_line(home: Home, tmp_path: Path) -> None:
    with home.open() as first:
        for frame in range(10):
            first.write_track_update(update("a", frame, (1,)))
        first.write_decision(decision(TrackKey("a", 1), 1))
    with home.open() as second:  # a second half, cut so that its frames count from 0 again
        for frame in range(10):
            one = box(TrackKey("a", 2), frame)
            moved = TrackBox(one.track, frame, one.time_ns + round(1.2e9), one.box, one.score)
            second.write_track_update(TrackUpdate("a", moved.time_ns, (moved,), frame_index=frame))
        second.write_decision(decision(TrackKey("a", 2), 1))
        second.flush()
        for options, expected in [
            (Options(), range(1, 11)),
            (Options(Selection(run=first.run)), range(1, 11)),
            (Options(all_runs=True), [*range(1, 11), *range(13, 23)]),
        ]:
            export(second, "mot", tmp_path, options)
            lines = (tmp_path / "a.txt").read_text().splitlines()
            assert [int(line.split(",")[0]) for line in lines] == list(expected)


def test_a_film_seen_twice_is_exported_once(home: Home, tmp_path: Path) -> None:
    for number in (1, 2):
        with home.open() as records:
            for frame in range(5):
                records.write_track_update(update("a", frame, (number,)))
            records.write_decision(decision(TrackKey("a", number), number))
            records.flush()
            export(records, "mot", tmp_path, Options(all_runs=True))
    lines = [line.split(",") for line in (tmp_path / "a.txt").read_text().splitlines()]
    assert [(int(line[0]), int(line[1])) for line in lines] == [(frame, 2) for frame in range(1, 6)]


def test_a_name_is_registered_once_and_unknown_ones_are_refused(seen: Records, tmp_path: Path) -> None:
    formats = Formats(FORMATS)
    with pytest.raises(ValueError, match="already"):
        formats.add(next(iter(FORMATS)))
    with pytest.raises(RecordsError, match="no export format 'xml'; use one of csv, jsonl, mot, report, pictures"):
        export(seen, "xml", tmp_path)
    with pytest.raises(RecordsError, match="several files"):
        list(text(seen, "mot"))


def test_an_export_that_cannot_be_written_says_so_and_leaves_nothing(seen: Records, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordsError, match="cannot be written to"):
        export(seen, "csv", tmp_path / "file")
    (tmp_path / "out" / "match-log.csv").mkdir(parents=True)
    with pytest.raises(RecordsError, match="cannot be written to"):
        export(seen, "csv", tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == [tmp_path / "out" / "match-log.csv"]
