"""The report: what it says is what was recorded, and nothing in it can do harm."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reid_app.config.load import load_site
from reid_app.domain import Merge, Thresholds, TrackKey, Verdict
from reid_app.errors import SettingsError
from reid_app.imaging import cv2
from reid_app.records.matchlog import Selection
from reid_app.records.records import Records
from reid_app.records.report import SitePlan, figures, page, report_pieces, story, words
from reid_app.records.report.plan import LARGEST, lay_out
from reid_app.records.report.story import Flow, Stay, gather
from reid_app.records.values import Part, RecordedDecision
from tests.records.conftest import Walk, at, decision, sighting

HOSTILE = "<script>alert(1)</script><img src=http://192.0.2.1/x onerror=alert(1)>\"'&{{ 7*7 }}"


def part(identity: int, camera: str, first: float, last: float, number: int = 1) -> Part:
    key = TrackKey(camera, number)
    made = RecordedDecision(number, decision(key, identity), None)
    return Part(key, 1, identity, at(first), at(last), 0, 10, 10, 0.9, True, None, made)


@pytest.fixture
def seen(records: Records, walk: Walk) -> Records:
    """1 walks a, b, a; 2 is in b; 3, called something hostile, was joined with 1."""
    first = walk("a", 1, range(20), identity=1)
    walk("b", 1, range(40, 60), identity=1, verdict=Verdict.ACCEPTED, score=0.71, runner_up=2, runner_up_score=0.4)
    walk("b", 2, range(10, 30), identity=2)
    walk("a", 2, range(80, 90), identity=3, verdict=Verdict.ASK, score=0.55, runner_up=1)
    records.write_merge(Merge(1, 3, at(9.5), 0.72, "3 and 1 look the same"))
    records.write_sighting(sighting(first, 4, 1, quality=0.9))
    records.write_name(2, HOSTILE)
    records.flush()
    return records


class Page(HTMLParser):
    """Tags with their attributes, and the text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += " " + " ".join(data.split())


def write(records: Records, plan: SitePlan | None = None, **selection: int) -> str:
    return b"".join(report_pieces(records, Selection(**selection), plan)).decode()


def test_the_page_tells_who_was_where_and_why(seen: Records) -> None:
    page = Page(write(seen, SitePlan("Works yard", ("b", "a"))))
    for sentence in (
        "Who was where: Works yard",
        "A new person: nobody was known who could have been compared.",
        "Recognised, almost certain: similarity 0.71, 0.60 is needed; the next nearest, person 2, had 0.40.",
        "Perhaps person 1: similarity 0.55, 0.60 is needed to be sure. An operator is asked",
        "Person 3 was joined with person 1: similarity 0.72 (3 and 1 look the same).",
        "3 stays in a, b.",
    ):
        assert sentence in page.text, page.text
    images = [attrs for tag, attrs in page.tags if tag == "img"]
    assert len(images) == 1
    assert str(images[0]["src"]).startswith("data:image/jpeg;base64,")
    assert images[0]["alt"] == "Person 1 in a at 22:13:20"


def test_a_selection_leaves_the_others_out(seen: Records) -> None:
    assert "Person 1" not in Page(write(seen, identity=2)).text
    assert "Nobody was seen." in Page(write(seen, run=99)).text


def test_names_cannot_do_anything(seen: Records) -> None:
    text = write(seen, SitePlan(HOSTILE, ("a", "b")))
    page = Page(text)
    assert page.text.count(HOSTILE) >= 3
    assert not {tag for tag, _ in page.tags} & {"script", "iframe", "object", "embed", "base", "form", "a:href"}
    for tag, attrs in page.tags:
        assert not [name for name in attrs if name.startswith("on") or name == "style"], (tag, attrs)
        for name in ("src", "href", "xlink:href", "action"):
            assert re.match(r"data:|#", attrs.get(name) or "#"), (tag, attrs)


def test_the_page_forbids_the_browser_everything_but_itself(seen: Records) -> None:
    text = write(seen)
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = next(a for t, a in Page(text).tags if t == "meta" and a.get("http-equiv") == "Content-Security-Policy")
    assert policy["content"] == (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert "url(" not in style[1]
    assert "@import" not in style[1]


def test_a_long_story_is_cut_and_says_so(seen: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story, "MOST_PEOPLE", 1)
    monkeypatch.setattr(story, "MOST_PARTS", 3)
    told = gather(seen, Selection())
    assert [person.number for person in told.people] == [1]
    assert (told.left_out, told.cut, told.parts) == (1, True, 2)
    page = Page(write(seen)).text
    assert "1 more people are only in the match log." in page
    assert "Earlier presences are only in the match log." in page


def test_a_person_seen_often_is_told_of_by_the_newest_presences(seen: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "MOST_ENTRIES", 2)
    text = Page(write(seen, identity=1)).text
    assert "Perhaps person 1" in text
    assert "A new person" not in text
    assert "2 earlier ones are only in the match log." in text


def test_walks_are_counted_between_stays(seen: Records) -> None:
    told = gather(seen, Selection(), ("b", "a"))
    assert told.cameras == ("b", "a")
    person = told.people[0]
    assert person.stays == (
        Stay("a", at(0), at(1.9)), Stay("b", at(4), at(5.9)), Stay("a", at(8), at(8.9)),
    )  # fmt: skip
    assert told.flows() == (Flow("a", "b", 1, pytest.approx(2.1)), Flow("b", "a", 1, pytest.approx(2.1)))
    present = told.present()
    assert (present[0], max(present), present[-1]) == (1, 2, 1)
    assert told.asked == 1


def test_pieces_of_one_track_are_one_stay() -> None:
    person = story.Person(1, "", (part(1, "a", 0, 3), part(1, "a", 2, 9, 2), part(1, "b", 4, 5)), ())
    assert person.stays == (Stay("a", at(0), at(9)), Stay("b", at(4), at(5)))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 50), st.floats(0, 50), st.integers(1, 99)), max_size=20))
def test_bars_of_a_timeline_never_cover_one_another(walks: list[tuple[str, float, float, int]]) -> None:
    parts = [part(who, name, begin, begin + long, k) for k, (name, begin, long, who) in enumerate(walks)]
    lines = figures.timeline(("a", "b", "c"), parts, at(0), at(100))
    assert len(lines.bars) == len(parts)
    for k, bar in enumerate(lines.bars):
        assert bar.x >= figures.LEFT
        for other in lines.bars[:k]:
            apart = bar.x >= other.x + other.width - 1e-6 or other.x >= bar.x + bar.width - 1e-6
            assert bar.y != other.y or apart
    for lane, below in zip(lines.lanes, lines.lanes[1:], strict=False):
        assert lane.y + lane.height == below.y


@pytest.mark.parametrize(
    ("seconds", "first", "count"),
    [(10, "22:13:20", 11), (60, "22:13:20", 7), (3600, "22:20", 6), (86400, "00:00", 8), (40 * 86400, "15 Nov", 10)],
)
def test_an_axis_has_round_moments(seconds: float, first: str, count: int) -> None:
    marks = figures.ticks(at(0), at(seconds))
    assert (marks[0].label, len(marks)) == (first, count)
    assert all(figures.LEFT <= mark.x <= figures.WIDTH + 1e-6 for mark in marks)


def test_a_curve_of_people_is_as_high_as_its_values() -> None:
    curve = figures.chart((0, 4, 2), at(0), at(3))
    heights = [float(point.split(",")[1]) for point in curve.outline.split()]
    assert curve.most == 4
    assert heights[1:-1:2] == heights[2:-1:2]
    assert heights[1] > heights[5] > heights[3]
    assert figures.chart((), 0, 0).most == 0


def test_a_way_is_numbered_and_there_and_back_lie_apart() -> None:
    plan = SitePlan("x", ("a", "b"), places={"a": (0, 0), "b": (0, 10)})
    drawn = figures.way(lay_out(plan, ("a", "b")), [Stay("a", 0, 1), Stay("b", 2, 3), Stay("a", 4, 5)])
    assert {spot.name: spot.label for spot in drawn.spots} == {"a": "1, 3", "b": "2"}
    there, back = drawn.arrows
    assert there.x * back.x > 0
    assert abs(there.x - back.x) > 20


@pytest.mark.parametrize(
    ("verdict", "score", "rest", "sentence"),
    [
        (Verdict.NEW, 0.41, {}, "nobody known came nearer than 0.41, and below 0.50"),
        (Verdict.NEW, 0.8, {}, "the nearest known one, at 0.80, cannot have been here"),
        (Verdict.ACCEPTED, 0.9, {}, "Recognised, almost certain: similarity 0.90, 0.60 is needed."),
        (Verdict.ACCEPTED, 0.55, {"reason": "begins where 4 was lost"}, "possible: similarity 0.55. It begins where 4"),
        (Verdict.ACCEPTED, None, {}, "Recognised."),
        (Verdict.ASK, 0.7, {"runner_up": 5}, "Perhaps person 5: similarity 0.70. An operator is asked"),
        (Verdict.REVISED, 0.7, {"previous": 6}, "Moved here from person 6 when more had been seen: similarity 0.70."),
        (Verdict.CONFIRMED, None, {}, "An operator said so."),
    ],
)
def test_decisions_are_said_in_words(
    verdict: Verdict, score: float | None, rest: dict[str, object], sentence: str
) -> None:
    made = decision(TrackKey("a", 1), 1, verdict=verdict, score=score, thresholds=Thresholds(0.6, 0.5, 0.05), **rest)
    assert sentence in words.in_words(made)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0 s"), (59, "59 s"), (61, "1 min 01 s"), (3600 * 25 + 61, "25 h 01 min")]
)
def test_lengths_are_said_as_people_do(seconds: float, text: str) -> None:
    assert words.length(round(seconds * 1e9)) == text


def site_file(folder: Path, *lines: str) -> Path:
    path = folder / "site.yaml"
    path.write_text("\n".join(["name: yard", *lines]), encoding="utf-8")
    return path


def plan_of(path: Path) -> SitePlan:
    file = load_site(path)
    return SitePlan.of(file.settings, file.folder)


CAMERAS = "cameras: [{name: a, url: a.mp4, position: [2800, 100]}, {name: b, url: b.mp4}]"


def test_a_plan_is_made_small_enough_with_its_places(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "plan.jpg"), np.full((700, 4 * LARGEST, 3), 200, np.uint8))
    plan = plan_of(site_file(tmp_path, "plan: plan.jpg", CAMERAS))
    assert (plan.name, plan.cameras, plan.size) == ("yard", ("a", "b"), (LARGEST, 175))
    assert plan.places == {"a": (700, 25)}
    assert plan.media_type == "image/png"
    layout = lay_out(plan, ("a", "b"))
    assert layout.places["a"] == (700, 25)
    assert layout.places["b"][1] > 175, "who is not on the plan stands below it"


def test_without_a_picture_places_are_spread_and_without_places_cameras_stand_on_a_ring(tmp_path: Path) -> None:
    lines = "cameras: [{name: a, url: a.mp4, position: [0, 0]}, {name: b, url: b.mp4, position: [3, 1]}]"
    layout = lay_out(plan_of(site_file(tmp_path, lines)), ("a", "b"))
    (ax, ay), (bx, by) = layout.places["a"], layout.places["b"]
    assert (bx - ax) == pytest.approx(3 * (by - ay))
    assert layout.size[0] > bx
    ring = lay_out(SitePlan(), ("a", "b", "c")).places
    assert len(set(ring.values())) == 3


@pytest.mark.parametrize(
    ("content", "message"), [(None, "cannot be read"), (b"no picture", "is no picture"), (b"", "is no")]
)
def test_a_plan_that_is_no_picture_is_told(tmp_path: Path, content: bytes | None, message: str) -> None:
    if content is not None:
        (tmp_path / "plan.png").write_bytes(content)
    with pytest.raises(SettingsError, match=rf"plan\.png {message}"):
        plan_of(site_file(tmp_path, "plan: plan.png", CAMERAS))


def test_a_lost_picture_does_not_cost_the_report(seen: Records) -> None:
    before = write(seen)
    key = seen.best_sightings(TrackKey("a", 1), limit=1)[0].thumbnail
    assert key is not None
    seen.thumbnails.path(key).unlink()
    assert (before.count("<img"), write(seen).count("<img")) == (1, 0)
