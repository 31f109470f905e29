"""The fill light: colour shows on paper, strokes keep their light, colours end at their lines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.box import Box
from core.chroma import export, render
from core.color import rgb_to_lab
from core.gamut import max_chroma
from core.photo import Photo, load_photo, photo_from_array
from core.sketch_light import DROP, Fill, by_regions, fill_of, friendly_light, medians_of
from core.sketch_lines import HALF, cover, paper_of
from core.sketch_regions import region_map
from tests.core.drawings import PLACES, house

COLOURS = np.array([[84, -8, -16], [62, 30, 40], [75, 5, 45], [45, 25, 30], [80, 0, 70]], np.float32)


def filled(photo: Photo, lines: str = "keep", careful: bool = True) -> Fill:
    """Every region of the house in a colour of its own, at a work size of 100 pixels."""
    fine = region_map(photo).astype(np.int32)
    rows, columns = (np.linspace(0, side - 1, most).astype(int) for side, most in zip(fine.shape, (75, 100)))
    areas = fine[rows][:, columns]
    fill = fill_of(COLOURS[areas], areas, fine, careful, shaded=False)
    return Fill(fill.lab, fill.regions, fill.table, lines)


def strokes(photo: Photo) -> np.ndarray:
    whole = Box(0, 0, *photo.size)
    return cover(paper_of(photo), photo.luminance(), whole, photo.size) >= HALF


@pytest.mark.parametrize("ink", [(0, 0, 0), (110, 110, 110), (70, 90, 220)])
@pytest.mark.parametrize("deep", [False, True])
def test_strokes_keep_their_light(tmp_path: Path, ink: tuple[int, int, int], deep: bool) -> None:
    page = house(ink=ink).astype(np.uint16) * 257 if deep else house(ink=ink)
    photo = photo_from_array(page)
    path = export(photo, None, tmp_path / "house.png", fill=filled(photo))
    light = load_photo(path).luminance()
    apart = np.abs(light - photo.luminance())[strokes(photo)]
    assert apart.max() <= (0.01 if deep else 0.5)


def test_paper_takes_the_fill_and_no_light_is_added() -> None:
    photo = photo_from_array(house())
    lab = rgb_to_lab(render(photo, None, fill=filled(photo)).astype(np.float32) / 255)
    labels = region_map(photo)
    for name, (x, y) in PLACES.items():
        row, column = int(y * photo.height), int(x * photo.width)
        assert np.abs(lab[row, column] - COLOURS[labels[row, column]]).max() < 1.5, name
    assert (lab[..., 0] <= photo.luminance() + 0.5).all()


def test_colours_end_at_the_line_at_full_size() -> None:
    """At four times the work size no pixel of paper has its neighbour's colour."""
    photo = photo_from_array(house())
    rgb = render(photo, None, fill=filled(photo))
    lab, labels = rgb_to_lab(rgb.astype(np.float32) / 255), region_map(photo)
    paper = (house() == 255).all(axis=2)
    assert np.abs(lab - COLOURS[labels])[paper].max() < 1.5


def test_painterly_colours_run_under_the_line() -> None:
    photo = photo_from_array(house())
    fill = filled(photo, careful=False)
    lab = fill.at(Box(0, 0, *photo.size), photo.size)
    apart = np.linalg.norm(lab - COLOURS[region_map(photo)], axis=2)
    assert fill.regions is None and 0.01 < (apart > 5).mean() < 0.2


def test_dropped_lines_leave_colours_alone() -> None:
    photo = photo_from_array(house())
    lab = rgb_to_lab(render(photo, None, fill=filled(photo, DROP)).astype(np.float32) / 255)
    assert np.abs(lab - COLOURS[region_map(photo)]).max() < 1.5


def test_preview_and_export_agree() -> None:
    photo = photo_from_array(house(900, 1200, stroke=8))
    fill = filled(photo)
    whole, small = render(photo, None, fill=fill), render(photo, None, fill=fill, scale=0.25)
    averaged = whole.reshape(225, 4, 300, 4, 3).mean((1, 3))
    assert np.abs(averaged - small).mean() < 2


def test_a_piece_is_as_in_the_whole() -> None:
    photo = photo_from_array(house())
    piece, fill = Box(30, 50, 200, 330), filled(photo)
    assert np.array_equal(render(photo, None, fill=fill, box=piece), render(photo, None, fill=fill)[piece.slices])


def test_coloured_strokes_keep_their_colour() -> None:
    photo = photo_from_array(house(stroke=5, ink=(70, 90, 220)))
    rgb = render(photo, None, fill=filled(photo))
    core = (photo.pixels == (70, 90, 220)).all(axis=2)
    assert np.abs(rgb[core].astype(int) - (70, 90, 220)).mean() < 4


def test_a_friendly_light_shows_the_colour_and_is_as_light_as_it_may_be() -> None:
    hues = np.linspace(-np.pi, np.pi, 24)
    for strength in (5.0, 20.0, 40.0):
        ab = np.stack([np.cos(hues), np.sin(hues)], -1).astype(np.float32) * strength
        light = friendly_light(ab)
        room = max_chroma(light, np.arctan2(ab[:, 1], ab[:, 0]).astype(np.float32))
        assert (room >= 0.95 * strength).mean() > 0.95
    assert friendly_light(np.zeros((1, 2), np.float32))[0] == 94


def test_medians_are_weighed_and_play_stays_inside() -> None:
    areas = np.zeros((40, 40), np.int32)
    areas[:, 20:] = 1
    lab = np.zeros((40, 40, 3), np.float32)
    lab[:, 20:] = 50
    lab[:5, 20:] = 90
    sure = np.ones((40, 40), np.float32)
    assert np.array_equal(medians_of(lab, areas), np.float32([[0] * 3, [50] * 3]))
    sure[5:] = 0.02
    assert np.array_equal(medians_of(lab, areas, sure)[1], np.float32([90] * 3))
    shaded = by_regions(lab, areas, shaded=True)
    assert (shaded[:, 18:20] == 0).all() and shaded[2, 32, 0] > 55
    assert (by_regions(lab, areas, shaded=False)[:, 20:] == 50).all()
