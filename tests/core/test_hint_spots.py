"""What is told of a hint's spot: its light and label, how it is met, and colours that are usual there."""

from __future__ import annotations

import numpy as np
import pytest

from core.color import gamut_map
from core.engine import Engine, Result
from core.guidance import Hint, Swatch
from core.hint_spots import color_at, light_at, spot_of
from core.labels import UNSURE
from core.palette import lab_of
from tests.core.fakes import GRASS, SKY, FakeModels, request_for

BLUE = Swatch.from_hex("#4a6fa0")


def result_with(*hints: Hint, labels: np.ndarray | None = None) -> Result:
    if labels is None:
        labels = np.full((24, 32), SKY, np.uint8)
        labels[12:] = GRASS
    return Engine(models=FakeModels()).colorize(request_for(labels=labels, hints=hints))


def test_a_spot_has_the_light_and_label_of_its_first_point() -> None:
    hint = Hint(((0.5, 0.75),), BLUE, exact=True)
    result = result_with(hint)
    spot = spot_of(hint, result)
    assert spot.label == GRASS
    assert spot.light == light_at(0.5, 0.75, result) == result.request.luminance.array[18, 16]
    assert spot.met.error == pytest.approx(spot.met.best, abs=0.01)
    assert np.abs(lab_of(spot.suggested)[:, 0] - spot.light).max() < 0.6


def test_the_first_suggestion_is_what_the_label_looks_like_in_this_photo() -> None:
    hint = Hint(((0.5, 0.2),), BLUE)
    result = result_with(hint)
    spot = spot_of(hint, result)
    mean = result.chroma[:12].mean(axis=(0, 1))
    wanted = gamut_map(np.float32([spot.light]), mean[None])[0]
    assert lab_of(spot.suggested[:1])[0, 1:] == pytest.approx(wanted, abs=0.5)


def test_a_spot_that_nobody_labelled_has_no_label_and_still_suggestions() -> None:
    hint = Hint(((0.5, 0.5),), BLUE)
    spot = spot_of(hint, result_with(hint, labels=np.full((24, 32), UNSURE, np.uint8)))
    assert spot.label is None
    assert len(spot.suggested) == 8


def test_a_hint_outside_the_photo_has_no_spot() -> None:
    assert spot_of(Hint(((1.5, 0.5),), BLUE), result_with()) is None


def test_the_colour_of_a_place_is_the_one_that_is_seen() -> None:
    result = result_with()
    for x, y in ((0.0, 0.0), (0.99, 0.4), (1.0, 1.0)):
        row, column = min(int(y * 24), 23), min(int(x * 32), 31)
        L = result.request.luminance.array[row, column]
        ab = gamut_map(np.float32([L]), result.chroma[row, column][None])[0]
        assert lab_of([color_at(x, y, result)])[0] == pytest.approx([L, *ab], abs=0.3)
