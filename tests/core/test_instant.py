"""The prior's patch: only where labels are newer, at the light that is there, and never larger than a blink."""

from __future__ import annotations

import numpy as np
import pytest

from core.box import Box
from core.color import luminance, rgb_to_lab
from core.guidance import Rule, Swatch
from core.instant import MOST_PIXELS, patch
from core.labels import UNSURE
from tests.core.fakes import GRASS, SKY

SHOWN = np.random.default_rng(1).integers(60, 180, (40, 60, 1), np.uint8).repeat(3, 2)
BEFORE = np.full((40, 60), SKY, np.uint8)
WHOLE = Box(0, 0, 40, 60)


def painted(label: int = GRASS) -> np.ndarray:
    labels = BEFORE.copy()
    labels[10:20, 15:45] = label
    return labels


def test_only_what_was_painted_is_covered_and_grass_is_green() -> None:
    made = patch(SHOWN, painted(), BEFORE, WHOLE)
    assert made.box == WHOLE and made.rgba.shape == (40, 60, 4)
    assert ((made.rgba[..., 3] == 255) == (painted() == GRASS)).all()
    a, b = rgb_to_lab(made.rgba[10:20, 15:45, :3].astype(np.float32) / 255)[..., 1:].mean((0, 1))
    assert a < -3 and b > 8


def test_the_light_stays() -> None:
    made = patch(SHOWN, painted(), BEFORE, WHOLE).rgba[10:20, 15:45, :3]
    before = luminance(SHOWN[10:20, 15:45].astype(np.float32) / 255)
    assert np.abs(luminance(made.astype(np.float32) / 255) - before).max() < 0.6


def test_nothing_is_made_where_nothing_changed_or_nothing_is_known() -> None:
    assert patch(SHOWN, BEFORE, BEFORE, WHOLE) is None
    assert patch(SHOWN, painted(UNSURE), BEFORE, WHOLE) is None
    assert patch(SHOWN, painted(), BEFORE, Box(25, 0, 40, 60)) is None


def test_a_label_with_a_swatch_takes_it() -> None:
    red = Swatch.from_hex("#b03030")
    rgb = patch(SHOWN, painted(), BEFORE, WHOLE, rules=(Rule(GRASS, red),)).rgba[10:20, 15:45, :3].mean((0, 1))
    assert rgb[0] > rgb[1] + 40


def test_a_large_patch_of_a_large_photo_is_coarse_and_lies_where_it_belongs() -> None:
    labels = np.full((2000, 3000), SKY, np.uint8)
    labels[400:1600, 600:2400] = GRASS
    shown = np.full((1000, 1500), 120, np.uint8)
    made = patch(shown, labels, BEFORE, Box(400, 600, 1600, 2400))
    assert made.rgba[..., 3].size <= 1.3 * MOST_PIXELS and (made.rgba[..., 3] == 255).mean() > 0.9
    assert made.box == pytest.approx((400, 600, 1600, 2400), abs=24)
