"""Shards and folders become decoded photos once; what cannot be used is said."""

from __future__ import annotations

import numpy as np
import pytest

from models.training.data import DataError, find_packs, from_lab8, load_photos, to_lab8
from tests.models.tiny import write_shard


def test_a_shard_is_decoded_with_its_splits_and_labels(tmp_path):
    photos = load_photos(write_shard(tmp_path / "packs"), tmp_path / "cache")
    assert [len(photos.split(s)) for s in ("train", "val", "test")] == [2, 1, 1]
    pixels = photos[0]
    assert pixels.shape == (64, 80, 4) and set(np.unique(pixels[..., 3])) == {36, 50, 255}
    L, _, b = from_lab8(pixels[10, 40, :3])
    assert 55 < L < 80 and b < -15, "the sky is blue"


def test_the_second_look_reads_the_cache(tmp_path):
    packs = write_shard(tmp_path / "packs")
    first = load_photos(packs, tmp_path / "cache")
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "cache").iterdir()}
    again = load_photos(packs, tmp_path / "cache")
    assert {p: p.stat().st_mtime_ns for p in (tmp_path / "cache").iterdir()} == before
    assert np.array_equal(first[1], again[1])


def test_a_plain_folder_works_without_labels(tmp_path, samples):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "a.png").write_bytes(samples["coffee"].read_bytes())
    photos = load_photos(folder, tmp_path / "cache")
    assert len(photos) == 1 and (photos[0][..., 3] == 255).all()


def test_an_empty_folder_is_one_sentence(tmp_path):
    with pytest.raises(DataError, match="neither tar shards nor photos"):
        load_photos(tmp_path, tmp_path / "cache")


def test_no_folder_at_all_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("HUESMITH_PACKS", str(tmp_path / "absent"))
    monkeypatch.setattr("models.training.data.__file__", str(tmp_path / "a" / "b" / "c" / "data.py"))
    with pytest.raises(DataError, match="HUESMITH_PACKS"):
        find_packs()


def test_eight_bit_lab_goes_there_and_back():
    rgb = np.random.default_rng(0).integers(0, 256, (20, 20, 3)).astype(np.uint8)
    lab8 = to_lab8(rgb)
    assert np.abs(to_lab8(rgb) - (from_lab8(lab8) * [2.55, 1, 1] + [0, 128, 128])).max() < 0.01
