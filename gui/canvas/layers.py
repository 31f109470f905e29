"""What lies under the labels in a pane: the photo (as opened, or grey) and the result.

A layer knows its pictures and draws itself through a viewport. The photo is drawn from an area-averaged
overview; closer than that, from tiles of its true pixels, made a few at a time so that no repaint is late. The
labels are in gui/canvas/label_layer.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from functools import cache
from math import floor, log2
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PySide6.QtGui import QPainter

from core.box import Box
from core.color import linear_to_srgb, srgb_to_linear
from core.icc import SRGB
from gui.canvas.images import Mips, Picture32, draw_box
from gui.canvas.viewport import Viewport

if TYPE_CHECKING:
    from core.photo import Photo

OVERVIEW = 2048  # long side of a photo's overview
TILE = 512
TILES_KEPT = 96  # of 1 MiB each
_TILE_SECONDS = 0.006  # how long one repaint may make tiles
_Y_WEIGHTS = 0.2126, 0.7152, 0.0722  # of linear sRGB in Y
NEAREST_FROM = 2.0  # from this zoom on pixels are seen as squares


def gray_of(rgb: np.ndarray) -> np.ndarray:
    """The photo's luminance as a grey picture: uint8 sRGB (h, w, 3) -> uint8 (h, w), by way of linear Y."""
    to_linear, to_gray = _tables()
    linear = cv2.transform(cv2.LUT(rgb, to_linear), np.float32([_Y_WEIGHTS]))
    return to_gray[(linear * (len(to_gray) - 1) + 0.5).astype(np.uint16)].reshape(rgb.shape[:2])


@cache
def _tables() -> tuple[np.ndarray, np.ndarray]:
    to_linear = srgb_to_linear(np.arange(256, dtype=np.float32) / 255)
    to_gray = linear_to_srgb(np.linspace(0, 1, 4096, dtype=np.float32))
    return to_linear.astype(np.float32), (np.clip(to_gray, 0, 1) * 255 + 0.5).astype(np.uint8)


class Overview:
    """A small photo, in its own colours and grey. Making one takes a while for a large photo."""

    def __init__(self, photo: Photo) -> None:
        rgb = photo.small_rgb(OVERVIEW)
        self.color, self.gray = Mips(rgb), Mips(gray_of(rgb))


class PhotoLayer:
    """A photo, in its own colours or grey. Draws nothing until it has got its `overview`."""

    def __init__(self, photo: Photo) -> None:
        self.overview: Overview | None = None
        self._photo = photo
        self._size = photo.height, photo.width
        self._plain = photo.space is SRGB and photo.depth == 8
        self._room = TILES_KEPT
        self._tiles: OrderedDict[tuple[bool, Box, int], Picture32] = OrderedDict()

    def draw(self, painter: QPainter, viewport: Viewport, dirty: Box, *, gray: bool) -> bool:
        """Draw what is in view; whether tiles are still missing, so that the pane should be drawn again."""
        if self.overview is None:
            return False
        small = self.overview.gray if gray else self.overview.color
        level = self._level(viewport.zoom, small.width)
        boxes = [] if level is None else self._boxes(viewport.visible, dirty, TILE << level)
        if level is not None:
            whole_view = self._boxes(viewport.visible, viewport.visible, TILE << level)
            self._room = max(TILES_KEPT, 2 * len(whole_view))  # a view must never push its own tiles out
        until = time.perf_counter() + _TILE_SECONDS
        tiles = [(box, self._tile(gray, box, level, until)) for box in boxes]
        missing = any(tile is None for _, tile in tiles)
        smooth = viewport.zoom < NEAREST_FROM
        if missing or level is None:
            image = small.at(self._size[1] * viewport.zoom)
            draw_box(painter, viewport, image, Box(0, 0, *self._size), smooth=smooth)
        for box, tile in tiles:
            if tile is not None:
                draw_box(painter, viewport, tile.image, box, smooth=smooth)
        return missing

    def _level(self, zoom: float, small_width: int) -> int | None:
        """How often tiles are halved at this zoom; None where the overview is enough."""
        if zoom * self._size[1] <= small_width or small_width == self._size[1]:
            return None
        if self._plain:
            return max(0, floor(-log2(zoom)))
        return 0 if zoom > 0.5 else None  # tiles of profiled or deep photos are dear: only where they show

    def _boxes(self, visible: Box, dirty: Box, side: int) -> list[Box]:
        part = Box(max(visible.top, dirty.top), max(visible.left, dirty.left),
                   min(visible.bottom, dirty.bottom), min(visible.right, dirty.right))
        if part.empty:
            return []
        return [
            Box(top, left, top + side, left + side).clip(*self._size)
            for top in range(part.top // side * side, part.bottom, side)
            for left in range(part.left // side * side, part.right, side)
        ]

    def _tile(self, gray: bool, box: Box, level: int, until: float) -> Picture32 | None:
        key = gray, box, level
        if key in self._tiles:
            self._tiles.move_to_end(key)
        elif time.perf_counter() < until:
            rgb = self._pixels(box, level)
            self._tiles[key] = Picture32(gray_of(rgb) if gray else rgb)
            while len(self._tiles) > self._room:
                self._tiles.popitem(last=False)
        return self._tiles.get(key)

    def _pixels(self, box: Box, level: int) -> np.ndarray:
        if self._plain:
            rgb = self._photo.pixels[box.slices]
            rgb = np.repeat(rgb[..., None], 3, axis=2) if rgb.ndim == 2 else np.ascontiguousarray(rgb)
        else:
            rgb = (np.clip(self._photo.rgb(box), 0, 1) * 255 + 0.5).astype(np.uint8)
        if level == 0:
            return rgb
        size = max(1, -(-box.width >> level)), max(1, -(-box.height >> level))
        return cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)


class ResultLayer:
    """The coloured photo: a preview of all of it, and a sharper piece of it where somebody looks closer."""

    def __init__(self, size: tuple[int, int]) -> None:
        self._whole = Box(0, 0, *size)
        self._preview: Mips | None = None
        self._detail: tuple[Box, float, Picture32] | None = None

    @property
    def empty(self) -> bool:
        return self._preview is None

    def set_preview(self, rgb: np.ndarray | None) -> None:
        """A new result, uint8 (h, w, 3); the old detail no longer belongs to it."""
        self._preview = None if rgb is None else Mips(rgb)
        self._detail = None

    def set_detail(self, box: Box, scale: float, rgb: np.ndarray) -> None:
        """A piece of the result: rgb uint8 shows `box` at `scale` pixels per photo pixel."""
        if not self.empty:
            self._detail = box, scale, Picture32(rgb)

    def wanted(self, viewport: Viewport) -> tuple[Box, float] | None:
        """The piece, and its scale, that would be sharper than what there is; None if nothing would.

        Scales are powers of two and pieces whole pixels of them, so that pieces lie exactly where they belong
        and zooming a little asks for nothing new.
        """
        if self.empty or min(viewport.zoom, 1.0) * self._whole.width <= self._preview.width * 1.05:
            return None
        step = 1 << max(0, floor(-log2(viewport.zoom)))
        scale, seen = 1 / step, viewport.visible
        if self._detail is not None:
            box, has, _ = self._detail
            if has >= scale and box.union(seen) == box:
                return None
        wide = seen.grow(max(seen.height, seen.width) // 16)
        aligned = Box(wide.top // step * step, wide.left // step * step,
                      -(-wide.bottom // step) * step, -(-wide.right // step) * step)  # fmt: skip
        return aligned.clip(self._whole.bottom, self._whole.right), scale

    def draw(self, painter: QPainter, viewport: Viewport) -> None:
        image = self._preview.at(self._whole.width * viewport.zoom)
        draw_box(painter, viewport, image, self._whole, smooth=True)
        if self._detail is not None:
            box, _, picture = self._detail
            draw_box(painter, viewport, picture.image, box, smooth=viewport.zoom < NEAREST_FROM)
