"""Site files that are right load; those that are wrong say where and what."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reid_app.config import CameraSettings, SiteSettings
from reid_app.config.load import SiteFileError, load_site, validate_site
from reid_app.errors import SettingsError

CAMERAS = "cameras: [{name: a, url: a.mp4}, {name: b, url: b.mp4}]\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for name in "ab":
        (tmp_path / f"{name}.mp4").write_bytes(b"film")
    return tmp_path / "site.yaml"


def mistakes(site: Path, text: str, **environ: str) -> list[str]:
    site.write_text(text)
    found = validate_site(site, environ)
    assert all("\n" not in line for line in found)
    return found


def test_the_smallest_site_file_is_enough(site: Path) -> None:
    assert mistakes(site, CAMERAS) == []
    loaded = load_site(site, {})
    assert [camera.name for camera in loaded.settings.cameras] == ["a", "b"]
    assert loaded.folder == site.parent.resolve()
    assert loaded.settings.cameras[0].path(loaded.folder) == site.parent / "a.mp4"
    assert loaded.settings == SiteSettings(cameras=loaded.settings.cameras)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        # a name that is no setting, near and far
        (CAMERAS + "detektor: {}", "detektor: is no setting; did you mean 'detector'? (line 2)"),
        (CAMERAS + "video: {pase: fast}", "video.pase: is no setting; did you mean 'pace'? (line 2)"),
        ("cameras: [{name: a, url: a.mp4, xyz: 1}]", "cameras[0].xyz: is no setting; there are masks, name, "),
        (CAMERAS + "matcher: {thresholds: {accept: 1, ask: 1, marge: 1}}", "matcher.thresholds.marge: is no setting"),
        # what is missing
        ("name: x", "cameras: is missing (line 1)"),
        ("cameras: []", "cameras: must have 1 entries or more (line 1)"),
        ("cameras:\n", "cameras: is empty; leave it out or put something under it (line 1)"),
        ("cameras:\n- name: a\n", "cameras[0].url: is missing (line 2)"),
        (CAMERAS + "video:\n", "video: is empty; leave it out or put something under it (line 2)"),
        (CAMERAS + "embedder: {kind: onnx}", "embedder: kind onnx needs `path`, the network's file (line 2)"),
        # of another kind
        ("cameras: [{name: yes, url: a.mp4}]", "cameras[0].name: must be text; put it in quotes (line 1)"),
        ("cameras: [{name: a, url: 5}]", "cameras[0].url: must be text; put it in quotes (line 1)"),
        ("cameras: {name: a, url: a.mp4}", "cameras: must be a list, written [a, b]"),
        ("cameras: [a.mp4]", "cameras[0]: must be a group of settings, written `name: value`"),
        (CAMERAS + "detector: {rate: often}", "detector.rate: must be a number (line 2)"),
        (CAMERAS + "detector: {batch_size: 1.5}", "detector.batch_size: must be a whole number (line 2)"),
        (CAMERAS + "detector: {engine: cuda}", "detector.engine: must be auto, openvino, torch or onnx (line 2)"),
        (CAMERAS + "records: {thumbnails: perhaps}", "records.thumbnails: must be true or false (line 2)"),
        ("cameras: [{name: a, url: a.mp4, start: noon}]", "cameras[0].start: must be a time such as 2026-"),
        ("cameras: [{name: a, url: a.mp4, start: 2026-13-45}]", "cameras[0].start: cannot be read as !!timestamp"),
        # out of bounds
        (CAMERAS + "detector: {rate: 0}", "detector.rate: must be above 0 (line 2)"),
        (CAMERAS + "detector: {rate: 500}", "detector.rate: must be 120 or less (line 2)"),
        (CAMERAS + "detector: {rate: .nan}", "detector.rate: must be"),
        (CAMERAS + "detector: {image_size: 481}", "detector.image_size: must be a multiple of 32 (line 2)"),
        (CAMERAS + "embedder: {input_size: [256]}", "embedder.input_size[1]: is missing (line 2)"),
        (CAMERAS + "matcher: {thresholds: {accept: 0.4, ask: 0.5}}", "matcher.thresholds: ask (0.5) is above accept"),
        (CAMERAS + f"name: {'x' * 65}", "name: must have 64 characters or fewer (line 2)"),
        # names
        ("cameras: [{name: a/b, url: a.mp4}]", "cameras[0].name: 'a/b' cannot be a camera's name"),
        ("cameras: [{name: a, url: a.mp4}, {name: A, url: b.mp4}]", "cameras[1].name: 'A' is used twice"),
        (CAMERAS + "matcher: {overlapping: [[a, c]]}", "matcher.overlapping[0]: there is no camera named 'c'"),
        (CAMERAS + "matcher: {walks: [{between: [a, a], seconds: 1}]}", "matcher.walks[0].between: names 'a' twice"),
        # sources
        ("cameras: [{name: a, url: 'ftp://host/a'}]", "cameras[0].url: ftp: is no source that can be opened"),
        ("cameras: [{name: a, url: ''}]", "cameras[0].url: is empty; give a file"),
        ("cameras: [{name: a, url: 'webcam:first'}]", "cameras[0].url: a webcam is written webcam:0"),
        ("cameras: [{name: a, url: 'rtsp://'}]", "cameras[0].url: names no host; write it as rtsp://HOST/"),
        ("cameras: [{name: a, url: 'http://kim:pw@/video'}]", "cameras[0].url: names no host"),
        # what only the disk shows
        ("cameras: [{name: a, url: missing.mp4}]", "cameras[0].url: there is no file "),
        ("cameras: [{name: a, url: .}]", "cameras[0].url: "),
        (CAMERAS + "embedder: {kind: onnx, path: net.onnx}", "embedder.path: there is no file "),
        (CAMERAS + "models_folder: nowhere", "models_folder: there is no folder "),
        (CAMERAS + "records: {folder: a.mp4}", "records.folder: "),
        # YAML
        (CAMERAS + "name: x\nname: y", "name: stands twice, in line 2 and in line 3; keep one (line 2)"),
        (CAMERAS + "1: x", "1: is no setting; there are "),
        (CAMERAS + "? [a]\n: x", "line 2 has a key that is not a plain word (line 1)"),
        (CAMERAS + "name: !!python/name:os.system x", "name: cannot be read as !!python/name:os.system"),
        (CAMERAS + "<<: 5", "`<<` takes over settings from elsewhere"),
        # the environment
        ("cameras: [{name: a, url: '${NO}'}]", "cameras[0].url: needs the environment variable NO, which is not set"),
        ("cameras: [{name: a, url: '${A-B}'}]", "cameras[0].url: has ${...} without the name of an environment"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_with_its_place(site: Path, text: str, line: str) -> None:
    found = mistakes(site, text)
    assert [one for one in found if one.startswith(line)], found
    assert len(found) == 1, found
    assert re.search(r"\(line \d+\)$", found[0])


def test_all_mistakes_are_told_at_once(site: Path) -> None:
    cameras = "cameras:\n- {name: a, url: a.mp4}\n- {name: a, url: ''}\n- {url: b.mp4}\n"
    text = cameras + "detector: {rate: x, iou: 2}\nfoo: 1\n"
    assert [line.split(":")[0] for line in mistakes(site, text)] == [
        "cameras[1].url",
        "cameras[1].name",
        "cameras[2].name",
        "detector.rate",
        "detector.iou",
        "foo",
    ]
    with pytest.raises(SiteFileError, match="6 mistakes") as told:
        load_site(site, {})
    assert told.value.exit_code == 1
    assert len(told.value.mistakes) == 6
    assert len(str(told.value).splitlines()) == 7


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty; it needs at least `cameras`"),
        (b"# only a comment\n", "is empty"),
        (b"- a\n- b\n", "is no site file"),
        (b"just words", "is no site file"),
        (b"cameras: [a", "line 1, column 12: this is no YAML"),
        (b"a: b: c", "this is no YAML"),
        (b"a: 1\n---\nb: 2\n", "this is no YAML"),
        (b"\x00\x01\x02\xff", "is not a text file"),
        ("name: Straße".encode("latin-1"), "is not a text file in UTF-8"),
        (b"a: \x07", "this is no YAML"),
        (b"x: '" + b"y" * 1_100_000 + b"'", "is larger than 1 MB"),
        (b"cameras: *nothing", "undefined alias"),
        (b"cameras: &a [*a]", "nested more than 30 levels"),
        (b"cameras: " + b"[" * 100 + b"]" * 100, "nested more than 30 levels"),
        (b"cameras: " + b"[" * 5000, "nested more than 30 levels"),
        (
            b"a: &a [x, x, x, x, x, x, x, x, x]\n"
            + b"".join(b"%c: &%c [%s]\n" % (n, n, b", ".join([b"*%c" % (n - 1)] * 9)) for n in range(98, 108)),
            "unfolds to more than 50000 values",
        ),
    ],
)
def test_a_file_that_is_no_site_file_is_one_sentence(site: Path, content: bytes, sentence: str) -> None:
    site.write_bytes(content)
    with pytest.raises(SettingsError) as told:
        load_site(site, {})
    assert sentence in str(told.value)
    assert "\n" not in str(told.value)
    assert validate_site(site, {}) == [str(told.value)]


def test_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is a folder; name the site file in it"):
        load_site(tmp_path, {})
    with pytest.raises(SettingsError, match="There is no file"):
        load_site(tmp_path / "site.yaml", {})


def test_aliases_and_merge_keys_work_as_in_yaml(site: Path) -> None:
    first = "cameras:\n- &first {name: a, url: a.mp4, rate: 5}\n"
    text = first + "- {<<: *first, name: b}\n- {<<: [{rate: 7}, *first], name: c}\n"
    assert mistakes(site, text) == []
    cameras = load_site(site, {}).settings.cameras
    assert [(camera.name, camera.rate) for camera in cameras] == [("a", 5), ("b", 5), ("c", 7)]


def test_variables_come_from_the_environment(site: Path) -> None:
    text = "cameras: [{name: a, url: 'rtsp://me:${PASS}@${HOST}/$${x}', rate: '${RATE}'}]"
    site.write_text(text)
    camera = load_site(site, {"PASS": "p${HOST}", "HOST": "h", "RATE": "5"}).settings.cameras[0]
    assert camera.url.get_secret_value() == "rtsp://me:p${HOST}@h/${x}"
    assert camera.rate == 5


@given(secret=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=4, max_size=20))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_secrets_are_never_shown(tmp_path: Path, secret: str) -> None:
    site = tmp_path / "site.yaml"
    text = (
        "cameras:\n"
        "- {name: a, url: '${S}'}\n"
        "- {name: '${S}', url: 'ftp://u:${S}@h'}\n"
        "- {name: b, url: 'rtsp://u:${S}@h', start: '${S}', transport: '${S}', rate: '${S}'}\n"
        "- {name: c, url: 'missing-${S}.mp4'}\n"
        "name: '${S}'\n"
        "matcher: {overlapping: [['${S}', b]]}\n"
        "records: {url: '${S}', flush_seconds: '${S}'}\n"
    )
    site.write_text(text)
    # What a message says of itself is no leak: only secrets that are not words of the messages are looked for.
    words = " ".join(validate_site(site, {"S": "\x01\x02\x03\x04"}))
    if secret in words:
        return
    assert secret not in " ".join(validate_site(site, {"S": secret}))


def test_a_short_secret_is_hidden_where_it_stands(site: Path) -> None:
    (line,) = mistakes(site, "cameras: [{name: a, url: '/nowhere/${P}/x.mp4'}]", P="q7")
    assert line == "cameras[0].url: there is no file /nowhere/${P}/x.mp4; check the name (line 1)"


def test_settings_do_not_print_secrets(site: Path) -> None:
    site.write_text("cameras: [{name: a, url: 'rtsp://u:geheim@h'}]\nrecords: {url: 'postgresql://u:geheim@h/d'}")
    assert "geheim" not in repr(load_site(site, {}))


def test_reading_a_file_that_may_not_be_read(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site.write_text(CAMERAS)
    opened = Path.open

    def refuse(path: Path, *args: object, **options: object) -> object:
        if path.suffix in {".yaml", ".mp4"} and path.name != refuse.allowed:  # type: ignore[attr-defined]
            raise PermissionError(13, "Permission denied")
        return opened(path, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "open", refuse)
    refuse.allowed = ""  # type: ignore[attr-defined]
    with pytest.raises(SettingsError, match=r"cannot be read \(Permission denied\)"):
        load_site(site, {})
    refuse.allowed = "site.yaml"  # type: ignore[attr-defined]
    assert [line.split(":")[0] for line in validate_site(site, {})] == ["cameras[0].url", "cameras[1].url"]


@pytest.mark.parametrize(
    ("url", "is_file", "path"),
    [
        ("a.mp4", True, "/site/a.mp4"),
        ("/data/a.mp4", True, "/data/a.mp4"),
        ("file:///data/a.mp4", True, "/data/a.mp4"),
        ("file:a.mp4", True, "/site/a.mp4"),
        ("odd: name/a.mp4", True, "/site/odd: name/a.mp4"),
        ("rtsp://host/a", False, None),
        ("HTTPS://host/a", False, None),
        ("webcam:1", False, None),
    ],
)
def test_a_source_is_a_file_or_not(url: str, is_file: bool, path: str | None) -> None:
    camera = CameraSettings.model_validate({"name": "a", "url": url})
    assert camera.is_file is is_file
    if path is not None:
        assert camera.path(Path("/site")) == Path(path)
