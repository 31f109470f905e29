"""What is shown of a fault: lines where its pixels end, a spot inside, a picture of the place."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.fault_places import PICTURE, outline, place_of
from core.faults import Fault, Repair
from core.labels import default_label_set
from core.regions import Region, region_of

SHAPE = (400, 600)


def filled(outlines: tuple[np.ndarray, ...], shape: tuple[int, int]) -> np.ndarray:
    """The pixels whose centres lie between closed lines, even-odd."""
    mask = np.zeros(shape, np.uint8)
    cv2.fillPoly(mask, [np.rint((line - 0.5) * 16).astype(np.int32) for line in outlines], 1, shift=4)
    return mask.astype(bool)


def ring(scale: float) -> Region:
    """A disc with a hole in it, of some size."""
    rows, columns = np.indices(SHAPE)
    away = np.hypot(rows - 180, columns - 250) / scale
    return region_of((away < 100) & ~((away < 60) & (away > 20) & (columns > 250)))


@pytest.mark.parametrize("scale", [0.3, 1.0, 1.7])
def test_lines_run_where_the_pixels_end(scale: float) -> None:
    region = ring(scale)
    outlines, (x, y) = outline(region)
    mask, drawn = region.full(SHAPE), filled(outlines, SHAPE)
    assert (mask & drawn).sum() / (mask | drawn).sum() > 0.9
    assert len(outlines) > 1  # the hole has a line of its own
    assert mask[int(y), int(x)]
    assert sum(map(len, outlines)) < 400


def test_a_region_of_one_pixel_and_one_as_large_as_the_photo_have_lines_too() -> None:
    for mask in (np.ones(SHAPE, bool), np.arange(400 * 600).reshape(SHAPE) == 77_777):
        region = region_of(mask)
        outlines, (x, y) = outline(region)
        assert outlines and mask[int(y), int(x)]
        assert np.allclose(np.concatenate(outlines).max(0), (region.box.right, region.box.bottom), atol=1.5)


def test_the_picture_shows_the_place_and_a_line_around_it() -> None:
    rgb = np.zeros((200, 300, 3), np.uint8)  # half the photo's size
    rgb[60:120, 80:170] = (200, 40, 40)
    mask = np.zeros(SHAPE, bool)
    mask[120:240, 160:340] = True
    fault = Fault("label", region_of(mask), 50, "Why.", 1.0, (Repair("ignore", "Ignore"),), "key")
    place = place_of(fault, default_label_set(), SHAPE, rgb)
    assert place.name == "sky" and place.picture.shape == (PICTURE, PICTURE, 3)
    middle, corner = place.picture[PICTURE // 2, PICTURE // 2], place.picture[2, 2]
    assert np.abs(middle.astype(int) - (200, 40, 40)).max() < 12 and corner.max() < 30
    assert (place.picture.min(axis=2) > 200).sum() > 100  # the line is white, and nothing else is
