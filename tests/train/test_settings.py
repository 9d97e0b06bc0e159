"""Configurations that are wrong are refused with the place of the mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from reid_app.errors import SettingsError
from reid_app.train.settings import read_settings


class TestSettings:
    def test_a_misspelt_name_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "c.yaml"
        path.write_text("kind: cpm\nout: x\nbudget: {images: 1}\nbatches: 3\n", encoding="utf-8")
        with pytest.raises(SettingsError, match=r"c\.yaml: "):
            read_settings(path)

    def test_an_unset_variable_is_named(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("NOWHERE", raising=False)
        path = tmp_path / "c.yaml"
        path.write_text(
            "kind: cpm\nout: x\nbudget: {images: 1}\ndata: [{name: cuhk01, root: '${NOWHERE}/a'}]\n", encoding="utf-8"
        )
        with pytest.raises(SettingsError, match=r"data\.0\.root: .*NOWHERE is not set"):
            read_settings(path)

    @pytest.mark.parametrize("text", ["kind: [", "kind: other", "- 1"])
    def test_other_files_are_refused(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "c.yaml").write_text(text, encoding="utf-8")
        with pytest.raises(SettingsError, match=r"c\.yaml"):
            read_settings(tmp_path / "c.yaml")
