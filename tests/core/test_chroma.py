from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import color
from core.box import Box
from core.chroma import export, fit_size, render
from core.errors import Cancelled, ExportError
from core.photo import Photo, load_photo, photo_from_array
from tests.core.profiles import ADOBE_RGB, DISPLAY_P3, gray_profile

RNG = np.random.default_rng(7)
ALLOWED = {8: 0.5, 16: 0.02}  # |ΔL*| that DESIGN promises at every pixel
WILD = RNG.uniform(-128, 128, (9, 13, 2)).astype(np.float32)
MILD = cv2.GaussianBlur(RNG.normal(0, 60, (48, 64, 2)).astype(np.float32), (0, 0), 4)


@pytest.fixture(scope="module")
def coffee(samples) -> np.ndarray:
    return cv2.imread(str(samples["coffee"]))[..., ::-1].copy()


def deep(pixels: np.ndarray) -> np.ndarray:
    """16 bit with something in the lower 8."""
    noise = RNG.integers(0, 257, pixels.shape)
    return np.minimum(pixels.astype(np.uint32) * 257 + noise, 65535).astype(np.uint16)


def light_change(before: Photo, path) -> float:
    return float(np.abs(load_photo(path).luminance() - before.luminance()).max())


@pytest.mark.parametrize("suffix", ["png", "tiff"])
@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("icc", [None, DISPLAY_P3, ADOBE_RGB], ids=["sRGB", "Display P3", "Adobe RGB"])
def test_light_is_kept_at_every_pixel_whatever_the_chroma(coffee, tmp_path, icc, depth, suffix):
    photo = photo_from_array(coffee if depth == 8 else deep(coffee), icc=icc)
    path = export(photo, WILD, tmp_path / f"out.{suffix}")
    again = load_photo(path)
    assert (again.size, again.depth, again.icc) == (photo.size, depth, icc)
    assert light_change(photo, path) <= ALLOWED[depth]


@pytest.mark.parametrize("depth", [8, 16])
def test_light_is_kept_for_every_grey_and_every_colour(tmp_path, depth):
    grays = np.linspace(0, 2**depth - 1, 512).round().astype(np.uint8 if depth == 8 else np.uint16)
    photo = photo_from_array(np.repeat(grays[:, None], 400, axis=1))
    chroma = RNG.uniform(-180, 180, (512, 400, 2)).astype(np.float32)
    path = export(photo, chroma, tmp_path / "out.png")
    assert light_change(photo, path) <= ALLOWED[depth]


def test_the_light_of_a_grey_profile_is_kept(coffee, tmp_path):
    for gamma in (1.8, 2.2):
        photo = photo_from_array(coffee[..., 1], icc=gray_profile(gamma))
        path = export(photo, WILD, tmp_path / f"{gamma}.png")
        assert load_photo(path).icc is None
        assert light_change(photo, path) <= ALLOWED[8]


def test_light_of_a_jpeg_is_kept_on_average(coffee, tmp_path):
    photo = photo_from_array(coffee)
    again = load_photo(export(photo, MILD, tmp_path / "out.jpg"))
    assert np.abs(again.luminance() - photo.luminance()).mean() < 0.8


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 255), st.floats(-300, 300, width=32), st.floats(-300, 300, width=32), st.floats(0, 3))
def test_any_grey_takes_any_colour_at_its_own_light(gray, a, b, vividness):
    photo = photo_from_array(np.full((1, 1), gray, np.uint8))
    rgb = render(photo, np.float32([[[a, b]]]), vividness=vividness)
    assert abs(float(color.luminance(rgb / 255)[0, 0] - photo.luminance()[0, 0])) <= 0.5


def test_colour_is_what_was_asked_for_where_it_fits(coffee):
    photo = photo_from_array(np.full((20, 30), 119, np.uint8))
    chroma = np.full((5, 7, 2), (20, -15), np.float32)
    lab = color.rgb_to_lab(render(photo, chroma) / 255)
    np.testing.assert_allclose(lab[..., 1:], np.broadcast_to((20, -15), (20, 30, 2)), atol=0.5)


def test_no_chroma_means_the_grey_photo(coffee):
    gray = photo_from_array(coffee[..., 0])
    np.testing.assert_array_equal(render(gray, None), np.repeat(coffee[..., :1], 3, axis=2))


def test_a_piece_is_cut_from_the_whole(coffee):
    photo = photo_from_array(coffee)
    box = Box(37, 101, 255, 333)
    np.testing.assert_array_equal(render(photo, MILD, box=box), render(photo, MILD)[box.slices])
    half = render(photo, MILD, scale=0.5, box=Box(40, 100, 240, 300))
    np.testing.assert_array_equal(half, render(photo, MILD, scale=0.5)[20:120, 50:150])


def test_chroma_is_enlarged_as_opencv_does(coffee):
    photo = photo_from_array(np.full((400, 600), 119, np.uint8))
    chroma = MILD * 0.3
    lab = color.rgb_to_lab(render(photo, chroma, depth=16) / 65535)
    np.testing.assert_allclose(lab[..., 1:], cv2.resize(chroma, (600, 400), interpolation=cv2.INTER_CUBIC), atol=0.02)


@pytest.mark.parametrize("scale", [0.5, 0.3, 0.1])
def test_preview_and_export_agree(coffee, tmp_path, scale):
    photo = photo_from_array(coffee)
    exported = load_photo(export(photo, MILD, tmp_path / "out.png")).pixels
    preview = render(photo, MILD, scale=scale)
    small = cv2.resize(exported, preview.shape[1::-1], interpolation=cv2.INTER_AREA)
    difference = color.delta_e2000(color.rgb_to_lab(small / 255), color.rgb_to_lab(preview / 255))
    assert difference.mean() < 1


def test_preview_of_another_space_agrees_with_its_export(coffee, tmp_path):
    photo = photo_from_array(coffee, icc=DISPLAY_P3)
    exported = load_photo(export(photo, WILD, tmp_path / "out.png"))
    difference = color.delta_e2000(color.rgb_to_lab(exported.rgb()), color.rgb_to_lab(render(photo, WILD) / 255))
    assert difference.mean() < 0.5


def test_the_same_chroma_makes_the_same_bytes(coffee, tmp_path):
    photo = photo_from_array(coffee)
    first, second = (export(photo, MILD, tmp_path / f"{n}.jpg").read_bytes() for n in range(2))
    assert first == second


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1), (200, 30000)])
def test_thin_and_tiny_photos_are_coloured(tmp_path, size):
    photo = photo_from_array(np.full(size, 99, np.uint8))
    path = export(photo, np.full((*fit_size(*size, 64), 2), 9, np.float32), tmp_path / "out.png")
    assert load_photo(path).size == size
    assert render(photo, None, scale=64 / max(size)).shape[:2] == fit_size(*size, 64)


def test_chroma_that_is_no_number_becomes_no_colour():
    photo = photo_from_array(np.full((4, 4), 99, np.uint8))
    broken = np.full((2, 2, 2), np.nan, np.float32)
    np.testing.assert_array_equal(render(photo, broken), render(photo, None))
    assert render(photo, np.full((2, 2, 2), np.inf, np.float32)).shape == (4, 4, 3)


def test_alpha_and_depth_go_through(coffee, tmp_path):
    alpha = np.arange(coffee.shape[0] * coffee.shape[1], dtype=np.uint16).reshape(coffee.shape[:2])
    photo = photo_from_array(np.dstack([deep(coffee), alpha]))
    for name in ("a.png", "a.tiff"):
        again = load_photo(export(photo, MILD, tmp_path / name))
        np.testing.assert_array_equal(again.alpha, alpha)
        assert again.depth == 16
    assert load_photo(export(photo, MILD, tmp_path / "a.jpg")).depth == 8


def test_a_cancelled_export_leaves_nothing(coffee, tmp_path):
    with pytest.raises(Cancelled):
        export(photo_from_array(coffee), MILD, tmp_path / "out.png", cancel=lambda: True)
    assert list(tmp_path.iterdir()) == []


def test_export_tells_how_far_it_is(coffee, tmp_path):
    told = []
    export(photo_from_array(coffee), MILD, tmp_path / "out.png", progress=told.append)
    assert max(told) == 1 and all(0 < part <= 1 for part in told)


def test_an_existing_file_is_noticed_before_the_work(coffee, tmp_path):
    (tmp_path / "out.png").write_text("mine")
    with pytest.raises(ExportError, match="is there already"):
        export(photo_from_array(coffee), MILD, tmp_path / "out.png", progress=lambda _: pytest.fail("worked"))


@given(st.integers(1, 40_000), st.integers(1, 40_000), st.integers(1, 4000))
def test_fitted_sizes_stay_inside_and_never_grow(height, width, long_side):
    h, w = fit_size(height, width, long_side)
    assert 1 <= h <= height and 1 <= w <= width and max(h, w) <= max(long_side, 1)
