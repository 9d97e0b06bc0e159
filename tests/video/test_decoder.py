"""Which decoder is taken, and that software does where the graphics card does not."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from reid_app.config import Decoder
from reid_app.errors import SourceError
from reid_app.video.stream import Address, Stream, hardware
from tests.clips import write_clip


@pytest.mark.parametrize(
    ("wanted", "devices", "expected"),
    [
        (Decoder.AUTO, [], ()),
        (Decoder.AUTO, ["nvidia0"], (Decoder.CUDA,)),
        (Decoder.AUTO, ["dri/renderD128"], (Decoder.VAAPI,)),
        (Decoder.AUTO, ["dri/renderD128", "nvidia0"], (Decoder.CUDA, Decoder.VAAPI)),
        (Decoder.SOFTWARE, ["nvidia0"], ()),
        (Decoder.VAAPI, [], (Decoder.VAAPI,)),
    ],
)
def test_auto_tries_what_has_a_device(
    wanted: Decoder, devices: list[str], expected: tuple[Decoder, ...], tmp_path: Path
) -> None:
    for device in devices:
        (tmp_path / device).parent.mkdir(exist_ok=True)
        (tmp_path / device).touch()
    assert hardware(wanted, tmp_path) == expected


@pytest.mark.skipif(bool(hardware(Decoder.AUTO)), reason="there is a graphics card that may well work")
@pytest.mark.parametrize("decoder", [Decoder.AUTO, Decoder.CUDA, Decoder.VAAPI])
def test_software_does_where_the_card_does_not(
    decoder: Decoder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_clip(tmp_path / "a.avi", 3)
    with caplog.at_level(logging.WARNING):
        stream = Stream(Address(f"file:{tmp_path / 'a.avi'}", "a.avi", decoder=decoder))
    assert stream.decoder is Decoder.SOFTWARE
    pictures = 0
    while stream.read() is not None:
        pictures += 1
    assert pictures == 3
    told = [record.getMessage() for record in caplog.records]
    assert [f"a.avi is decoded in software: {decoder.value} does not work here" in one for one in told] == (
        [] if decoder is Decoder.AUTO else [True]
    )


def test_a_source_that_is_not_there_is_not_blamed_on_the_card(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="does not exist"):
        Stream(Address(f"file:{tmp_path / 'none.avi'}", "none.avi", decoder=Decoder.CUDA))


def test_a_stream_says_when_its_pictures_were_taken(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.avi", 3, fps=10)
    stream = Stream(Address(f"file:{tmp_path / 'a.avi'}", "a.avi"))
    stamps = []
    while stream.read() is not None:
        stamps.append(stream.stamp)
    assert stamps == pytest.approx([0.0, 0.1, 0.2])
