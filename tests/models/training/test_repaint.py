"""Regions painted as something else: the label is the new one, and its colours are how that looks elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from models.training.data import Photos, Record, load_photos
from models.training.guided import GuidedTask
from models.training.pairs import Pairs
from models.training.repaint import LabelColors, repaint
from models.training.wishes import ask
from tests.models.tiny import RECIPE, write_shard

SKY, GRASS, CAR = 50, 36, 19
LOOKS = {SKY: (-5, -40), GRASS: (-35, 40), CAR: (60, 40)}


@pytest.fixture
def photos() -> Photos:
    """Six photos of two labels each, in flat colours."""
    pairs = [(SKY, GRASS), (GRASS, CAR), (CAR, SKY)] * 3
    pixels = np.zeros((len(pairs), 40, 40, 4), np.uint8)
    for picture, (top, bottom) in zip(pixels, pairs, strict=True):
        for rows, label in ((slice(0, 20), top), (slice(20, 40), bottom)):
            picture[rows] = (140, *(128 + np.array(LOOKS[label])), label)
    records = [
        Record("drawn", f"{i}.png", "train", "true", "", "", 40, 40, i * 6400) for i in range(len(pairs))
    ]
    return Photos(pixels.ravel(), records)


def test_every_label_is_known_by_its_looks(photos):
    colors = LabelColors(photos)
    assert set(colors.known) == set(LOOKS)
    for label, ab in LOOKS.items():
        assert np.allclose(colors.of[label], ab, atol=0.01)


def test_a_repainted_region_looks_as_its_new_label_does(photos):
    colors, rng = LabelColors(photos), np.random.default_rng(0)
    crop = photos[0]
    L, ab = crop[..., 0] / 2.55, crop[..., 1:3].astype(np.float32) - 128
    seen = set()
    for _ in range(20):
        new, labels = repaint(L, ab, crop[..., 3], colors, rng)
        changed = labels != crop[..., 3]
        assert changed.any() and np.array_equal(new[~changed], ab[~changed])
        assert set(np.unique(labels[changed])) == {CAR}, "it becomes what the crop has not"
        assert np.abs(new[changed] - LOOKS[CAR]).max() < 3
        seen.add(int(changed.sum()))
    assert len(seen) > 3, "whole regions and blobs of them"


def test_without_labels_there_is_nothing_to_repaint(photos):
    crop = photos[0]
    unsaid = np.full((40, 40), 255, np.uint8)
    L, ab = crop[..., 0] / 2.55, crop[..., 1:3] - 128.0
    assert repaint(L, ab, unsaid, LabelColors(photos), np.random.default_rng(0)) is None


def test_batches_have_repainted_crops_and_line_drawings(photos):
    odds = {"palette": 0, "hints": 0, "reference": 0, "turned": 0, "repainted": 0.5, "drawn": 0.5}
    batch = ask(photos, Pairs(photos, {"self": 1.0}), LabelColors(photos), np.full(9, 1 / 9), odds, 24, 32,
                np.random.default_rng(3))  # fmt: skip
    assert 4 < batch.repainted.sum() < 20 and 4 < batch.drawn.sum() < 20
    assert (batch.light == 140).all(), "the picture's own light stays known"
    paper = np.median(batch.L.reshape(24, -1), 1)
    assert (paper[batch.drawn] > 90).all(), "flat colours are blank paper in a drawing"


def test_the_decoder_learns_to_obey_and_to_light_paper(tmp_path):
    photos = load_photos(write_shard(tmp_path / "packs", 12), tmp_path / "cache")
    odds = {"palette": 0, "hints": 0, "reference": 0, "turned": 0, "repainted": 1.0, "drawn": 1.0}
    task = GuidedTask(RECIPE | {"wishes": odds}, photos)
    optimizer = torch.optim.Adam(task.net.parameters(), 1e-2)
    papers, rng = [], np.random.default_rng(0)
    for _ in range(10):
        loss, numbers = task.step(2, 32, rng)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        papers.append(numbers["paper"])
    assert np.mean(papers[-2:]) < 0.7 * np.mean(papers[:2]), papers
