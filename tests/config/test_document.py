"""The page of docs and the example say what the settings say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from reid_app.config import SiteSettings
from reid_app.config.document import page
from reid_app.config.load import load_site
from reid_app.config.mistakes import section_of

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "configs" / "site.example.yaml"


def sections(section: type[BaseModel] = SiteSettings) -> list[type[BaseModel]]:
    inner = [section_of(field.annotation) for field in section.model_fields.values()]
    return [section, *(found for one in inner if one is not None for found in sections(one))]


def test_the_page_is_fresh() -> None:
    assert (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8") == page(), (
        "run: python -m reid_app.config.document docs/configuration.md"
    )


@pytest.mark.parametrize("section", sections(), ids=lambda section: section.__name__)
def test_every_setting_explains_itself(section: type[BaseModel]) -> None:
    for name, field in section.model_fields.items():
        assert field.title, name
        assert field.description, name
        assert f"| `{name}` |" in page()


def test_the_example_loads_and_shows_every_setting_with_its_default() -> None:
    settings = load_site(EXAMPLE, {"YARD_PASSWORD": "x"}).settings
    text = EXAMPLE.read_text(encoding="utf-8")
    for section in sections():
        for name in section.model_fields:
            assert re.search(rf"^[\s#-]*{name}:", text, re.MULTILINE), f"{section.__name__}.{name}"
    defaults = SiteSettings(cameras=settings.cameras)
    for name in ("name", "video", "detector", "tracker", "embedder", "records", "models_folder"):
        assert getattr(settings, name) == getattr(defaults, name), name
    matcher = settings.matcher.model_copy(update={"overlapping": None, "walks": ()})
    assert matcher == defaults.matcher


def test_what_the_example_leaves_out_can_be_put_in(tmp_path: Path) -> None:
    """Lines that are only comments in the example are valid settings, too."""
    example = EXAMPLE.read_text(encoding="utf-8")
    text = re.sub(r"^(\s*)# (?=\s*[a-z_]+: ?(\S.* #|#))", r"\1", example, flags=re.MULTILINE)
    assert text.count("\n  thresholds:") == 1
    site = tmp_path / "site.yaml"
    site.write_text(text, encoding="utf-8")
    settings = load_site(site, {"YARD_PASSWORD": "x", "DATABASE_PASSWORD": "y", "ALARM_PASSWORD": "z"}).settings
    assert settings.matcher.thresholds is not None
    assert settings.matcher.thresholds.accept == 0.6
    assert settings.embedder.input_size == (256, 128)
    assert settings.records.url is not None
    assert settings.models_folder == Path("models")
