"""A photo's own colours as Lab: the same by pieces and whole, at any size, and forgotten with the photo."""

from __future__ import annotations

import gc
from pathlib import Path

import numpy as np
import pytest

from core import photo_colors
from core.box import Box
from core.color import rgb_to_lab
from core.photo import load_photo, photo_from_array


@pytest.mark.parametrize("kept", [True, False])
def test_a_piece_is_cut_from_the_whole(
    samples: dict[str, Path], kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not kept:
        monkeypatch.setattr(photo_colors, "_KEPT", 0)
    photo = load_photo(samples["coffee"])
    piece = Box(20, 30, 60, 90)
    whole = rgb_to_lab(photo.pixels.astype(np.float32) / 255)
    assert photo_colors.photo_lab(photo, photo.size, piece) == pytest.approx(whole[piece.slices], abs=0.02)
    half = (photo.height // 2, photo.width // 2)
    small = rgb_to_lab(photo.small_rgb(max(half)).astype(np.float32) / 255)
    assert photo_colors.photo_lab(photo, half, piece) == pytest.approx(small[piece.slices], abs=0.02)
    odd = (half[0] + 1, half[1])  # a side that was rounded otherwise
    assert photo_colors.photo_lab(photo, odd, Box(0, 0, *odd)).shape == (*odd, 3)


def test_what_is_kept_goes_with_the_photo() -> None:
    before = len(photo_colors._kept)
    photo = photo_from_array(np.zeros((8, 9, 3), np.uint8))
    first = photo_colors.photo_lab(photo, (8, 9), Box(0, 0, 8, 9))
    assert photo_colors.photo_lab(photo, (8, 9), Box(0, 0, 8, 9)).base is first.base
    assert len(photo_colors._kept) == before + 1
    del photo
    gc.collect()
    assert len(photo_colors._kept) == before
