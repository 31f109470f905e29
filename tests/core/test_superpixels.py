"""Superpixels and scissors: strokes and outlines that follow the edges of a photo."""

from __future__ import annotations

import numpy as np
import pytest

from core.box import Box
from core.photo import photo_from_array
from core.scissors import Scissors, lay_wire
from core.superpixels import SIZES, WORK_PIXELS, Superpixels, cut_photo, cut_superpixels


@pytest.fixture(scope="module")
def disc() -> np.ndarray:
    """A light disc of radius 40 around (x 100, y 70) on a dark ground with some grain, L* (140, 200)."""
    rows, columns = np.indices((140, 200)) + 0.5
    light = np.where(np.hypot(columns - 100, rows - 70) < 40, 75.0, 25.0)
    return np.float32(light + np.random.default_rng(1).normal(0, 1.5, light.shape))


@pytest.fixture(scope="module")
def cut(disc: np.ndarray) -> Superpixels:
    return cut_superpixels(disc, (1400, 2000), 120)


def test_superpixels_follow_the_edges(disc: np.ndarray, cut: Superpixels) -> None:
    inside = disc > 50
    share = np.bincount(cut.ids.ravel(), inside.ravel()) / np.bincount(cut.ids.ravel())
    assert np.minimum(share, 1 - share).max() < 0.3 and np.minimum(share, 1 - share).mean() < 0.02
    assert cut.count == len(share) and 60 < cut.count < 200


def test_the_same_photo_is_cut_the_same(disc: np.ndarray, cut: Superpixels) -> None:
    assert (cut_superpixels(disc, (1400, 2000), 120).ids == cut.ids).all()


def test_a_large_photo_is_cut_small_and_sizes_have_names() -> None:
    large = np.random.default_rng(2).uniform(0, 100, (900, 1200)).astype(np.float32)
    cut = cut_superpixels(large, (900, 1200), "coarse")
    assert cut.ids.size <= WORK_PIXELS * 1.01 and cut.count <= 2 * SIZES["coarse"]


def test_a_stroke_takes_what_it_touches_at_full_size(cut: Superpixels) -> None:
    region = cut.stroke([(800, 700), (1200, 700)], 100)
    mask = region.full((1400, 2000))
    assert mask[700, 800:1200].all()
    rows, columns = np.indices(mask.shape) + 0.5
    disc = np.hypot(columns - 1000, rows - 700) < 400
    assert (mask & ~disc).sum() < 0.06 * mask.sum()


def test_a_click_takes_one_superpixel_and_outside_none(cut: Superpixels) -> None:
    assert cut.touched([(1000, 700)]).tolist() == [cut.at(1000, 700)]
    assert cut.at(-1, 3) == cut.at(2000, 3) == -1
    assert cut.stroke([(-50, -50)]).empty and cut.stroke([]).empty


def test_a_fast_stroke_takes_every_superpixel_on_its_way(cut: Superpixels) -> None:
    ends = [(300, 1300), (1800, 120)]
    between = [(300 + 1500 * t, 1300 - 1180 * t) for t in np.linspace(0, 1, 3000)]
    on_the_way = {cut.at(*place) for place in between}
    touched = set(cut.touched(ends).tolist())
    assert on_the_way - touched == set() or len(on_the_way - touched) <= 2  # a line may graze a corner
    assert len(touched) >= 8 and len(touched - on_the_way) <= 2


def test_a_stroke_that_grows_is_the_stroke_drawn_at_once(cut: Superpixels) -> None:
    grown, taken = np.zeros((1400, 2000), bool), []
    for place in ((400, 400), (700, 500), (1000, 650), (1250, 900), (1400, 1200)):
        new = [one for one in cut.touched([place], 150).tolist() if one not in taken]
        taken += new
        if new:
            piece = cut.region(taken, around=new)
            grown[piece.box.slices] |= piece.mask
    whole = cut.region(taken).full((1400, 2000))
    assert (grown != whole).sum() <= 1e-4 * whole.sum()
    assert whole.sum() > 100_000


def test_a_photo_is_cut_by_its_luminance(disc: np.ndarray) -> None:
    photo = photo_from_array(np.uint8(disc * 2.55))
    cut = cut_photo(photo, "coarse")
    assert cut.shape == photo.size == cut.ids.shape
    assert np.array_equal(cut.ids, cut_superpixels(photo.luminance(), photo.size, "coarse").ids)


def test_chroma_edges_count_when_given() -> None:
    chroma = np.zeros((60, 80, 2), np.float32)
    chroma[:, 33:] = (60, 40)
    ids = cut_superpixels(np.full((60, 80), 50, np.float32), (60, 80), 12, chroma).ids
    assert not set(ids[:, :33].ravel()) & set(ids[:, 33:].ravel())


def test_scissors_run_along_the_edge(disc: np.ndarray) -> None:
    wire = Scissors(disc, (1400, 2000))
    with pytest.raises(RuntimeError):
        wire.to(5, 5)
    wire.seed(600, 700)
    path = wire.to(1000, 300)
    away = np.abs(np.hypot(path[:, 0] - 1000, path[:, 1] - 700) - 400)
    assert away.mean() < 25
    assert np.hypot(*(path[0] - (600, 700))) < 30 and np.hypot(*(path[-1] - (1000, 300))) < 30
    assert np.isfinite(wire.to(-99, 99999)).all()


def test_a_wire_over_a_piece_follows_the_edge_and_reaches_beyond_the_piece(disc: np.ndarray) -> None:
    photo = photo_from_array(np.uint8(np.kron(disc, np.ones((10, 10))) * 2.55))
    wire = lay_wire(photo, 600, 700, Box(200, 500, 1200, 1100))
    path = wire.to(1000, 300)
    away = np.abs(np.hypot(path[:, 0] - 1000, path[:, 1] - 700) - 400)
    assert away[5:-5].max() < 20
    assert path[0].tolist() == [600, 700] and path[-1].tolist() == [1000, 300]
    assert wire.to(1900, 50)[-1].tolist() == [1900, 50]
    assert np.abs(wire.to(600, 700) - (600, 700)).max() < 3


def test_a_wire_may_begin_outside_the_photo_and_over_a_piece_of_any_size(disc: np.ndarray) -> None:
    photo = photo_from_array(np.uint8(np.kron(disc, np.ones((20, 20))) * 2.55))
    for piece in (Box(0, 0, 0, 0), Box(-500, -500, 9000, 9000)):
        wire = lay_wire(photo, -30, 5000, piece)
        assert wire.to(1200, 1400)[-1].tolist() == [1200, 1400]
    path = lay_wire(photo, 1200, 1400, Box(0, 0, *photo.size)).to(2000, 600)
    assert np.abs(np.hypot(path[:, 0] - 2000, path[:, 1] - 1400) - 800).mean() < 25
