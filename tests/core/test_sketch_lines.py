"""The strokes of a sketch: what they cover, and the layer that gives the sketch back over white."""

from __future__ import annotations

import numpy as np
import pytest

from core.box import Box
from core.photo import photo_from_array
from core.sketch_lines import HALF, cleaned, cover, line_layer, paper_of
from tests.core.drawings import house
from tests.core.test_sketch import yellowed


def over_white(layer: np.ndarray) -> np.ndarray:
    most = np.iinfo(layer.dtype).max
    alpha = layer[..., 3:].astype(float) / most
    return layer[..., :3] * alpha + most * (1 - alpha)


@pytest.mark.parametrize("ink", [(0, 0, 0), (70, 90, 220), (120, 120, 120)])
def test_the_layer_over_white_is_the_sketch_again(ink: tuple[int, int, int]) -> None:
    page = house(ink=ink)
    layer = line_layer(photo_from_array(page))
    assert layer.dtype == np.uint8
    assert np.abs(over_white(layer) - page).max() <= 1.01


def test_paper_is_clear_and_strokes_are_full() -> None:
    page = house()
    layer = line_layer(photo_from_array(page))
    assert not layer[(page == 255).all(axis=2)].any()
    assert (layer[(page == 0).all(axis=2)] == (0, 0, 0, 255)).all()


def test_a_deep_sketch_has_a_deep_layer() -> None:
    page = house().astype(np.uint16) * 257
    layer = line_layer(photo_from_array(page))
    assert layer.dtype == np.uint16
    assert np.abs(over_white(layer) - page).max() <= 2


def test_old_paper_under_a_lamp_is_clear_too() -> None:
    layer = line_layer(photo_from_array(yellowed(house(stroke=4))))
    page = house(stroke=4)[..., 0]
    inner = page == 0
    assert (layer[..., 3][page == 255] == 0).mean() > 0.97
    assert layer[..., 3][inner].mean() > 200


def test_strokes_cover_and_paper_does_not() -> None:
    page = house(ink=(90, 90, 90))
    photo = photo_from_array(page)
    paper, whole = paper_of(photo), Box(0, 0, *photo.size)
    covered = cover(paper, photo.luminance(), whole, photo.size)
    assert covered[(page == 90).all(axis=2)].min() > 0.99  # a pale pen covers as much as a black one
    assert covered[(page == 255).all(axis=2)].max() < 0.01
    assert ((covered >= HALF) == (photo.luminance() <= (100 + paper.ink) / 2)).mean() > 0.999


def test_a_piece_is_covered_as_in_the_whole() -> None:
    photo = photo_from_array(yellowed(house()))
    paper, light = paper_of(photo), photo.luminance()
    piece = Box(40, 70, 140, 260)
    whole = cover(paper, light, Box(0, 0, *photo.size), photo.size)
    assert np.allclose(cover(paper, light[piece.slices], piece, photo.size), whole[piece.slices], atol=1e-5)


def test_white_paper_keeps_its_numbers_and_old_paper_becomes_white() -> None:
    for page, most in ((house(), 0.01), (yellowed(house()), 100.0)):
        photo = photo_from_array(page)
        paper, whole, light = paper_of(photo), Box(0, 0, *photo.size), photo.luminance()
        white = cleaned(paper, light, cover(paper, light, whole, photo.size), whole, photo.size)
        assert np.abs(white - light).max() <= most
        assert (white[house()[..., 0] == 255] > 97).mean() > 0.97


def test_the_paper_is_estimated_once() -> None:
    photo = photo_from_array(house())
    assert paper_of(photo) is paper_of(photo)
    assert not paper_of(photo).coloured and paper_of(photo_from_array(house(ink=(70, 90, 220)))).coloured
