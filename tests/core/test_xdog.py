"""Photo to sketch: the same hand at every size, in strips or whole, and line art is what comes of it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from core import xdog
from core.photo import load_photo, photo_from_array
from core.sketch import look
from core.xdog import HANDS, RANGES, Hand, drawn, preview, sketch_of, turned


@pytest.fixture
def coffee(samples: dict[str, Path]):
    return load_photo(samples["coffee"])


def test_strips_join_without_a_seam(coffee, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = sketch_of(coffee, Hand())
    monkeypatch.setattr(xdog, "_STRIP", 40 * coffee.width)
    assert np.abs(sketch_of(coffee, Hand()).astype(int) - whole).mean() < 0.05


@pytest.mark.parametrize("name", HANDS)
def test_a_preview_shows_what_the_full_size_will_be(coffee, name: str) -> None:
    hand = HANDS[name]
    small = preview(coffee, hand, 450)
    whole = cv2.resize(sketch_of(coffee, hand), small.shape[::-1], interpolation=cv2.INTER_AREA)
    assert abs(small.mean() - whole.mean()) < 14
    assert np.corrcoef(small.ravel(), whole.ravel())[0, 1] > 0.6


def test_a_disc_becomes_its_outline() -> None:
    page = np.full((200, 200), 0.8, np.float32)
    cv2.circle(page, (100, 100), 60, 0.3, cv2.FILLED)
    ink = drawn(page, HANDS["Ink"])
    away = np.abs(np.hypot(*(np.mgrid[:200, :200] - 100)) - 60)
    assert (ink[away > 8] > 250).all() and (ink[away < 4] < 128).any()


def test_what_is_drawn_is_line_art(coffee) -> None:
    assert look(photo_from_array(sketch_of(coffee, HANDS["Fine pen"]))).bare > 0.6


def test_numbers_stay_in_their_ranges_and_change_the_drawing(coffee) -> None:
    small = photo_from_array(coffee.small_rgb(150))
    plain = sketch_of(small, Hand())
    for name, (low, high) in RANGES.items():
        assert getattr(turned(Hand(), name, 1e9), name) == high
        assert not np.array_equal(sketch_of(small, turned(Hand(), name, high)), plain), name
        assert getattr(turned(Hand(), name, -1e9), name) == low
