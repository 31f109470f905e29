"""The viewport's geometry, for any pane, screen and photo."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.box import Box
from gui.canvas.viewport import LEAST_ZOOM, MARGIN, MOST_ZOOM, Viewport

sizes = st.integers(1, 8000)
panes = st.integers(40, 3000)
ratios = st.sampled_from([1.0, 1.25, 1.5, 2.0, 3.0])
parts = st.floats(0, 1)


@st.composite
def viewports(draw: st.DrawFn) -> Viewport:
    viewport = Viewport()
    viewport.set_pane(draw(panes), draw(panes), draw(ratios))
    viewport.set_photo(draw(sizes), draw(sizes))
    viewport.zoom_at(draw(parts) * viewport.width, draw(parts) * viewport.height, draw(st.floats(0.01, 64)))
    return viewport


@given(viewports(), st.floats(-100, 9000), st.floats(-100, 9000))
def test_there_and_back_is_the_same_point(viewport: Viewport, x: float, y: float) -> None:
    assert viewport.to_photo(*viewport.to_widget(x, y)) == pytest.approx((x, y), abs=1e-6)


@given(viewports(), parts, parts, st.floats(0.5, 2))
def test_zooming_keeps_the_photo_point_under_the_pointer(
    viewport: Viewport, across: float, down: float, factor: float
) -> None:
    x, y = across * viewport.width, down * viewport.height
    before = viewport.to_photo(x, y)
    viewport.zoom_at(x, y, viewport.zoom * factor)
    inside = all(0 < place < size for place, size in
                 zip(viewport.centre, (viewport.photo_width, viewport.photo_height)))  # fmt: skip
    if inside:
        # Both corners lie on whole device pixels: half a one of each zoom.
        assert viewport.to_widget(*before) == pytest.approx((x, y), abs=(0.5 + 0.5 * factor) / viewport.ratio + 1e-6)


@given(viewports(), st.floats(-5000, 5000), st.floats(-5000, 5000))
def test_the_middle_of_the_pane_stays_on_the_photo(viewport: Viewport, dx: float, dy: float) -> None:
    viewport.pan(dx, dy)
    assert 0 <= viewport.centre[0] <= viewport.photo_width
    assert 0 <= viewport.centre[1] <= viewport.photo_height
    assert LEAST_ZOOM <= viewport.zoom <= MOST_ZOOM


@given(viewports())
def test_the_photos_corner_lies_on_a_device_pixel(viewport: Viewport) -> None:
    for place in viewport.origin:
        assert place * viewport.ratio == pytest.approx(round(place * viewport.ratio), abs=1e-6)


@given(viewports())
def test_visible_is_the_part_of_the_photo_in_the_pane(viewport: Viewport) -> None:
    seen = viewport.visible
    assert 0 <= seen.top <= seen.bottom <= viewport.photo_height
    assert 0 <= seen.left <= seen.right <= viewport.photo_width
    left, top = viewport.to_photo(0, 0)
    if 0 <= left < viewport.photo_width and 0 <= top < viewport.photo_height:
        assert seen.left <= left < seen.left + 1
        assert seen.top <= top < seen.top + 1


@given(st.integers(200, 3000), st.integers(200, 3000), ratios, sizes, sizes)
def test_fit_shows_all_of_the_photo(width: int, height: int, ratio: float, rows: int, columns: int) -> None:
    viewport = Viewport()
    viewport.set_pane(width, height, ratio)
    viewport.set_photo(rows, columns)
    if LEAST_ZOOM < viewport.zoom < MOST_ZOOM:
        assert max(columns * viewport.scale - width, rows * viewport.scale - height) == pytest.approx(
            -2 * MARGIN, abs=1e-6
        )
    assert (viewport.visible.width, viewport.visible.height) == (columns, rows)


def test_a_fitted_photo_stays_fitted_when_the_window_grows_and_no_other_does() -> None:
    viewport = Viewport()
    viewport.set_pane(400, 300)
    viewport.set_photo(600, 800)
    small = viewport.zoom
    viewport.set_pane(800, 600)
    assert viewport.zoom > 1.9 * small
    viewport.zoom_at(10, 10, 1.0)
    viewport.set_pane(1600, 1200)
    assert viewport.zoom == 1.0


def test_hundred_percent_is_counted_in_device_pixels() -> None:
    viewport = Viewport()
    viewport.set_pane(400, 300, 2.0)
    viewport.set_photo(600, 800)
    viewport.zoom_at(200, 150, 1.0)
    x0, x1 = viewport.to_widget(100, 0)[0], viewport.to_widget(200, 0)[0]
    assert x1 - x0 == pytest.approx(50)


def test_a_box_is_shown_in_the_middle_with_room_around_it() -> None:
    viewport = Viewport()
    viewport.set_photo(3000, 4000)
    viewport.set_pane(800, 600)
    viewport.show(Box(1000, 2000, 1200, 2400))
    assert viewport.centre == (2200, 1100)
    assert viewport.zoom == pytest.approx(0.5 * 800 / 400)
    viewport.show(Box(5, 5, 6, 6))
    assert viewport.zoom == 4.0
