"""Promises 3 and 4 on real photos, at full size, through the real network: twenty labels, each with its own swatch."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from core.chroma import export, render
from core.color import delta_e2000, rgb_to_lab
from core.document import Document
from core.engine import Engine, Request
from core.guidance import Hint, Plane, Rule, Swatch
from core.labels import default_label_set
from core.looks import LOOKS
from core.photo import load_photo
from core.rules import exactness, swatch_chroma

LABELS = range(1, 21)
CODES = """4f7942 2f5f9f b5523b d9b44a 7d34a8 c08081 3a6b6e 8a5a33 9aa84f 5b4a8a
           cc7722 6a7f3c a3475f 4682b4 bdb76b 708090 a0522d 2e8b57 cd5c5c 8fbc8f"""
SWATCHES = dict(zip(LABELS, map(Swatch.from_hex, CODES.split())))
LOCKED = range(1, 21, 2)
WORK_SIZE = 256


@cache
def network() -> Engine:
    return Engine("cpu")


def twenty_regions(size: tuple[int, int]) -> np.ndarray:
    """A label map of twenty patches, each as large as a person or a piece of sky: the nearest of twenty places."""
    height, width = size
    chance = np.random.default_rng(7)
    down, across = np.meshgrid(np.arange(4) + 0.5, np.arange(5) + 0.5, indexing="ij")
    places = np.stack([across.ravel() / 5 * width, down.ravel() / 4 * height], axis=1)
    places += chance.uniform(-0.06, 0.06, places.shape) * size[::-1]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    away = [(x - one[0]) ** 2 + (y - one[1]) ** 2 for one in places]
    return (np.argmin(away, axis=0) + 1).astype(np.uint8)


@pytest.fixture(params=["astronaut", "coffee", "chelsea"])
def document(request: pytest.FixtureRequest, samples: dict[str, Path]) -> Document:
    photo = load_photo(samples[request.param])
    document = Document(photo, default_label_set())
    document.import_labels(twenty_regions(photo.size))
    return document


def result_of(document: Document):
    plane = Plane(document.photo.small_luminance(WORK_SIZE))
    asked = Request(document.photo.key, plane, document.guidance(plane.shape), "guided", WORK_SIZE)
    return network().colorize(asked)


def test_every_exact_swatch_is_met_in_the_finished_photo(document: Document) -> None:
    rules = tuple(Rule(label, swatch, exact=True) for label, swatch in SWATCHES.items())
    document.set_guidance("Twenty swatches", rules=rules)
    result = result_of(document)
    told = exactness(result.chroma, result.request.luminance.array, result.request.guidance.labels.array, rules)
    assert [one.label for one in told] == list(LABELS)
    light = document.photo.luminance()
    rgb = render(document.photo, result.chroma, depth=16)
    lab = rgb_to_lab(rgb.astype(np.float32) / np.float32(65535))
    assert np.abs(lab[..., 0] - light).max() <= 0.02
    for fit in told:
        mean = lab[np.asarray(document.labels) == fit.label].mean(axis=0, dtype=np.float64)
        error = delta_e2000(np.float32(mean), np.float32([mean[0], *swatch_chroma(SWATCHES[fit.label])]))
        reach = 1.1 * fit.best  # where black or white pixels cannot follow, the last tenth of the way is theirs
        assert fit.error <= reach + 1 and error <= reach + 2
    assert sum(fit.best < 0.5 for fit in told) >= 14  # the others lie in black, which cannot be blue


def test_locked_labels_are_bit_identical_in_the_finished_photo(document: Document, tmp_path: Path) -> None:
    rules = tuple(Rule(label, swatch, exact=label % 2 == 0) for label, swatch in SWATCHES.items())
    document.set_guidance("Twenty swatches", rules=rules)
    chroma = result_of(document).chroma
    for label in LOCKED:
        document.lock_label(label, chroma)
    before = finished(document, tmp_path / "before.png")
    locked = np.isin(document.labels, LOCKED)
    red = Swatch.from_hex("#e02020")
    autochrome = LOOKS["autochrome"].recipe
    document.set_guidance("All red", rules=tuple(Rule(label, red, exact=True) for label in LABELS))
    document.set_guidance("Look", palette=autochrome.palette, settings=replace(autochrome.settings, vividness=3.0))
    document.set_guidance("Hints", hints=tuple(Hint(((x / 10, 0.5),), red, 0.05) for x in range(11)))
    after = finished(document, tmp_path / "after.png")
    np.testing.assert_array_equal(after[locked], before[locked])
    assert (after[~locked] != before[~locked]).any(axis=1).mean() > 0.5


def finished(document: Document, path: Path) -> np.ndarray:
    """The pixels of the photo as the document wants it, written to a file and read again."""
    result = result_of(document)
    return load_photo(export(document.photo, result.chroma, path, locks=result.locks)).pixels
