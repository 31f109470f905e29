"""A colour photo's own colours, moved in every detail and not only at work size."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from core.box import Box
from core.chroma import export, render
from core.color import delta_e2000, rgb_to_lab
from core.engine import Engine, Request, Result
from core.guidance import Guidance, Link, Plane, Rule, Settings, Swatch
from core.photo import Photo, load_photo, photo_from_array
from core.preview import Preview
from core.recolor import own_chroma
from tests.core.fakes import GRASS, SKY, FakeModels

RED, BLUE, WHITE = map(Swatch.from_hex, ("#c02020", "#2040c0", "#f0f0f0"))
TO_BLUE = (Link(RED, BLUE), Link(WHITE, WHITE))
WORK = 48


def checkered() -> Photo:
    """Red and white fields of 7 pixels, far finer than the work size sees them."""
    rows, columns = np.indices((210, 280)) // 7
    red = ((rows + columns) % 2).astype(bool)
    return photo_from_array(np.where(red[..., None], (192, 32, 32), (240, 240, 240)).astype(np.uint8))


def result_of(photo: Photo, links: tuple[Link, ...], strength: float = 1.0, **guidance: object) -> Result:
    luminance = Plane(photo.small_luminance(WORK))
    wishes = Guidance(palette_map=links, settings=Settings(palette_strength=strength), **guidance)
    own = Plane(own_chroma(photo.small_rgb(WORK)))
    return Engine(models=FakeModels()).colorize(Request(photo.key, luminance, wishes, "guided", WORK, own))


def lab_of_pixels(rgb: np.ndarray) -> np.ndarray:
    return rgb_to_lab(rgb.astype(np.float32) / 255)


def test_red_fields_turn_blue_and_white_ones_between_them_stay_white() -> None:
    photo = checkered()
    result = result_of(photo, TO_BLUE)
    shown = lab_of_pixels(render(photo, result.chroma, moved=result.moved))
    red = photo.pixels[..., 1] < 100
    blue = lab_of_pixels(np.uint8([[[0x20, 0x40, 0xC0]]]))[0, 0]
    towards = np.cos(np.arctan2(shown[red][:, 2], shown[red][:, 1]) - np.arctan2(blue[2], blue[1]))
    assert towards.min() > 0.98
    assert np.hypot(*shown[~red][:, 1:].T).max() < 2
    blurred = lab_of_pixels(render(photo, result.chroma))
    assert np.hypot(*blurred[~red][:, 1:].T).max() > 10  # what work size alone would do


@pytest.mark.parametrize("links", [TO_BLUE, (Link(RED, BLUE, locked=True), Link(WHITE, RED, strength=0.0))])
def test_light_stays_and_links_that_hold_still_give_the_photo_back(
    links: tuple[Link, ...], samples: dict[str, Path]
) -> None:
    photo = load_photo(samples["coffee"])
    result = result_of(photo, links)
    box = Box(100, 100, 220, 260)
    shown = render(photo, result.chroma, box=box, moved=result.moved, depth=16)
    before = photo.pixels[box.slices]
    light = [rgb_to_lab(one.astype(np.float32) / top)[..., 0] for one, top in ((shown, 65535), (before, 255))]
    assert np.abs(light[0] - light[1]).max() < 0.02
    if links is not TO_BLUE:
        assert np.abs(shown / 257 - before).max() <= 1


def test_the_file_the_preview_and_a_piece_of_it_agree(samples: dict[str, Path], tmp_path: Path) -> None:
    photo = load_photo(samples["coffee"])
    result = result_of(photo, TO_BLUE)
    path = export(photo, result.chroma, tmp_path / "moved.png", moved=result.moved)
    written = load_photo(path).pixels
    assert np.array_equal(written, render(photo, result.chroma, moved=result.moved))
    box = Box(30, 50, 90, 170)
    assert np.array_equal(written[box.slices], render(photo, result.chroma, box=box, moved=result.moved))
    small = render(photo, result.chroma, scale=0.5, moved=result.moved)
    averaged = cv2.resize(written, small.shape[1::-1], interpolation=cv2.INTER_AREA)
    assert delta_e2000(lab_of_pixels(small), lab_of_pixels(averaged)).mean() < 1


def test_what_else_is_wished_is_added() -> None:
    photo = checkered()
    grey = result_of(photo, TO_BLUE, rules=(Rule(SKY, chroma_gain=0.5),))
    plain = result_of(photo, TO_BLUE)
    assert np.array_equal(plain.chroma, plain.moved.chroma)
    assert not np.array_equal(grey.chroma, grey.moved.chroma)
    shown, all_blue = (lab_of_pixels(render(photo, one.chroma, moved=one.moved)) for one in (grey, plain))
    top, bottom = np.s_[:80], np.s_[130:]  # the fake network sees sky above, grass below
    assert np.abs(shown[bottom] - all_blue[bottom]).max() < 0.5
    assert np.hypot(*shown[top][..., 1:].mean((0, 1))) < 0.7 * np.hypot(*all_blue[top][..., 1:].mean((0, 1)))
    assert GRASS != SKY


def test_the_preview_is_made_anew_when_colours_are_moved_no_longer() -> None:
    photo, preview = checkered(), Preview()
    result = result_of(photo, TO_BLUE)
    first = preview.render(photo, result.chroma, (), result.moved).copy()
    assert np.array_equal(first, render(photo, result.chroma, moved=result.moved))
    assert np.array_equal(preview.render(photo, result.chroma), render(photo, result.chroma))


def test_new_colours_are_not_moved(samples: dict[str, Path]) -> None:
    photo = load_photo(samples["coffee"])
    luminance = Plane(photo.small_luminance(WORK))
    result = Engine(models=FakeModels()).colorize(Request(photo.key, luminance, Guidance(), "guided", WORK))
    assert result.moved is None
