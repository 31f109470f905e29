"""The preview: equal to a whole rendering, however few of its pixels were made anew."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from core import preview as module
from core.chroma import render
from core.color import delta_e2000, rgb_to_lab
from core.photo import Photo, load_photo, photo_from_array
from core.preview import PREVIEW_SIZE, TOLERANCE, Preview


@pytest.fixture
def photo(samples: dict[str, Path]) -> Photo:
    return load_photo(samples["coffee"])


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many pixels each rendering made."""
    pixels: list[int] = []

    def counting(*arguments, **options) -> np.ndarray:
        rgb = render(*arguments, **options)
        pixels.append(rgb.shape[0] * rgb.shape[1])
        return rgb

    monkeypatch.setattr(module, "render", counting)
    return pixels


def wavy(height: int = 96, width: int = 144) -> np.ndarray:
    y, x = np.mgrid[:height, :width].astype(np.float32)
    return np.stack([20 * np.sin(x / 9), 20 * np.cos(y / 7)], axis=-1)


def test_a_preview_is_what_the_one_rendering_function_makes(photo: Photo) -> None:
    rgb = Preview().render(photo, wavy())
    scale = min(1.0, PREVIEW_SIZE / max(photo.size))
    np.testing.assert_array_equal(rgb, render(photo, wavy(), scale=scale))


def test_a_large_photo_is_previewed_small() -> None:
    photo = photo_from_array(np.full((1000, 4000, 3), 128, np.uint8))
    assert Preview().render(photo, wavy(24, 96)).shape == (400, 1600, 3)


def test_an_edit_renders_its_surroundings_alone_and_the_result_is_the_same(
    photo: Photo, rendered: list[int]
) -> None:
    preview, chroma = Preview(), wavy()
    first = preview.render(photo, chroma)
    kept = first.copy()
    edited = chroma.copy()
    edited[30:40, 50:70] += 15
    second = preview.render(photo, edited)
    np.testing.assert_array_equal(second, render(photo, edited))
    np.testing.assert_array_equal(first, kept)  # the canvas still shows it
    assert rendered[1] < 0.05 * rendered[0]


def test_an_edit_of_a_large_photo_is_pasted_to_the_pixel(photo: Photo) -> None:
    large = photo_from_array(cv2.resize(photo.pixels, (2411, 1607), interpolation=cv2.INTER_CUBIC))
    preview, chroma = Preview(), wavy()
    preview.render(large, chroma)
    edited = chroma.copy()
    edited[31:43, 51:70] += 15
    whole = render(large, edited, scale=PREVIEW_SIZE / 2411)
    np.testing.assert_array_equal(preview.render(large, edited), whole)


def test_the_edge_of_the_photo_is_reached(photo: Photo) -> None:
    preview, chroma = Preview(), wavy()
    preview.render(photo, chroma)
    for corner in (np.s_[:5, :7], np.s_[-5:, -7:]):
        chroma = chroma.copy()
        chroma[corner] -= 25
        np.testing.assert_array_equal(preview.render(photo, chroma), render(photo, chroma))


def test_equal_colours_render_nothing(photo: Photo, rendered: list[int]) -> None:
    preview = Preview()
    assert preview.render(photo, wavy()) is preview.render(photo, wavy())
    assert len(rendered) == 1


def test_small_differences_never_add_up(photo: Photo) -> None:
    preview, chroma = Preview(), wavy()
    for _ in range(20):
        chroma = chroma + np.float32(0.6 * TOLERANCE)
        rgb = preview.render(photo, chroma)
    exact = render(photo, chroma)
    lab, exact_lab = (rgb_to_lab(picture.astype(np.float32) / 255) for picture in (rgb, exact))
    assert delta_e2000(lab, exact_lab).mean() < 0.5


def test_another_photo_and_another_work_size_begin_anew(photo: Photo, samples: dict[str, Path]) -> None:
    preview, other = Preview(), load_photo(samples["chelsea"])
    preview.render(photo, wavy())
    np.testing.assert_array_equal(preview.render(other, wavy()), render(other, wavy()))
    sideways = wavy(48, 72)[:, ::-1].copy()
    np.testing.assert_array_equal(preview.render(other, sideways), render(other, sideways))
