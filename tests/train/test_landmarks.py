"""Landmarks are read from a CSV as fractions of the picture, and written back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reid_app.datasets import load
from reid_app.errors import TrainingError
from reid_app.train.landmarks import read_landmarks, write_landmarks


class TestLandmarks:
    def test_csv_gives_fractions(self, market: Path) -> None:
        samples = load("market1501", market)
        found = read_landmarks(market / "landmarks18.csv", samples, market, [(64, 32)] * len(samples))
        assert found.shape == (32, 18, 3)
        np.testing.assert_allclose(found[0, 1], [11.5 / 32, 6.5 / 64, 1.0])
        assert found[0, 0].tolist() == [0, 0, 0]  # -1 in the file

    def test_written_landmarks_are_read_again(self, tmp_path: Path, market: Path) -> None:
        samples = load("market1501", market)[:2]
        landmarks = np.random.default_rng(0).uniform(0.1, 1.0, (2, 18, 3)).astype(np.float32)
        names = [sample.path.relative_to(market).as_posix() for sample in samples]
        write_landmarks(tmp_path / "l.csv", names, landmarks, [(64, 32)] * 2)
        found = read_landmarks(tmp_path / "l.csv", samples, market, [(64, 32)] * 2)
        np.testing.assert_allclose(found, landmarks, atol=0.006)

    @pytest.mark.parametrize(
        "text", ["file,a,b\nx.jpg,1,2\n", "", "file" + ",c" * 36 + "\nx.jpg" + ",word" * 36 + "\n"]
    )
    def test_other_tables_are_refused(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "l.csv").write_text(text, encoding="utf-8")
        with pytest.raises(TrainingError, match=r"l\.csv has"):
            read_landmarks(tmp_path / "l.csv", [], tmp_path, [])
