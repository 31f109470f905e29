"""Line art is told from photos, whatever paper and pen; people's photos are not taken for it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from core.photo import load_photo, photo_from_array
from core.sketch import NOTHING, is_sketch, look, on_paper
from tests.core.drawings import house


def dithered(grey: np.ndarray) -> np.ndarray:
    """Grey uint8 as a 1-bit scanner's ordered dithering makes it."""
    bayer = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.float32)
    tiled = np.tile((bayer + 0.5) * 16, (grey.shape[0] // 4 + 1, grey.shape[1] // 4 + 1))
    return ((grey > tiled[: grey.shape[0], : grey.shape[1]]) * 255).astype(np.uint8)


def yellowed(page: np.ndarray) -> np.ndarray:
    """On old paper, photographed under a lamp that stands at the left."""
    lamp = np.linspace(1.0, 0.72, page.shape[1], dtype=np.float32)[None, :, None]
    grain = np.random.default_rng(1).normal(0, 3, page.shape)
    return np.clip(page * np.float32([0.98, 0.92, 0.78]) * lamp + grain, 0, 255).astype(np.uint8)


def in_alpha(page: np.ndarray) -> np.ndarray:
    """The strokes in the alpha channel of a picture that is black all over."""
    return np.dstack([np.zeros_like(page), 255 - page[..., 0]])


GREY = house()[..., 0]
KINDS = {
    "colour": house(),
    "grey": GREY,
    "1 bit by threshold": ((GREY > 128) * 255).astype(np.uint8),
    "1 bit, dithered": dithered(np.minimum(GREY, 246)),
    "transparent": in_alpha(house()),
    "grey with alpha": np.dstack([np.zeros_like(GREY), 255 - GREY]),
    "blue pencil": house(ink=(70, 90, 220)),
    "red and thin": house(stroke=1, ink=(200, 40, 40)),
    "pencil": house(ink=(120, 120, 120)),
    "yellowed": yellowed(house()),
    "16 bit": house().astype(np.uint16) * 257,
    "large": house(1500, 2000, stroke=5),
    "large, dithered": dithered(np.minimum(house(900, 1200, stroke=5)[..., 0], 246)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_line_art_is_recognised(kind: str) -> None:
    assert is_sketch(photo_from_array(KINDS[kind]))


def test_no_sample_photo_is_taken_for_line_art(samples: dict[str, Path]) -> None:
    assert {name: is_sketch(load_photo(path)) for name, path in samples.items()} == dict.fromkeys(samples, False)


@pytest.mark.parametrize("change", ["coloured in", "filled black", "empty", "negative", "shaded"])
def test_what_only_resembles_line_art_is_a_photo(change: str) -> None:
    page = house()
    if change == "coloured in":
        cv2.floodFill(page, None, (200, 10), (150, 190, 240))
    elif change == "filled black":
        cv2.rectangle(page, (40, 140), (240, 250), (0, 0, 0), cv2.FILLED)
    elif change == "empty":
        page[:] = 255
    elif change == "negative":
        page = 255 - page
    else:
        page = (page * np.linspace(0.25, 1, page.shape[0])[:, None, None]).astype(np.uint8)
    assert not is_sketch(photo_from_array(page))


def test_a_photo_of_few_pixels_tells_nothing() -> None:
    assert look(photo_from_array(np.zeros((4, 9), np.uint8))) is NOTHING
    assert not NOTHING.is_sketch


def test_what_is_transparent_becomes_white_paper() -> None:
    photo = photo_from_array(in_alpha(house()))
    paper = on_paper(photo)
    assert paper.alpha is None and paper.key != photo.key
    assert np.abs(paper.pixels.astype(int) - house()).max() <= 1
    assert on_paper(paper) is paper


def test_an_opaque_photo_stays_itself() -> None:
    page = house()
    photo = photo_from_array(np.dstack([page, np.full(page.shape[:2], 255, np.uint8)]))
    assert on_paper(photo) is photo
