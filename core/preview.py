"""The preview: what an export would show, small, and made anew only where an edit has changed the colours.

An edit reaches a little beyond the stroke and leaves the rest of the photo as it was. So the chroma that is shown
is remembered, and of a newer one only the box that differs visibly is rendered (by `core.chroma.render`, as always)
into a copy of the last preview. What is not rendered anew is never further than TOLERANCE from what it should be.
"""

from __future__ import annotations

from math import ceil

import cv2
import numpy as np

from core.box import Box
from core.chroma import render, scaled_box
from core.guidance import Lock
from core.photo import Photo
from core.recolor import Moved
from core.sketch_light import Fill

PREVIEW_SIZE = 1600  # long side: what a canvas shows of a whole photo
TOLERANCE = 0.25  # in a* and b*: a quarter of what an eye can tell apart
_REACH = 2  # pixels of chroma that bicubic upsampling spreads a change over
_WORTHWHILE = 0.7  # of the photo: a larger box is not worth pasting


class Preview:
    """Previews of one photo after the other. Belongs to one thread."""

    def __init__(self) -> None:
        self._key = ""
        self._scale = 1.0
        self._locks: tuple[Lock, ...] = ()
        self._moved: Moved | None = None
        self._chroma: np.ndarray | None = None  # what `_rgb` shows
        self._rgb: np.ndarray | None = None

    def render(
        self, photo: Photo, chroma: np.ndarray, locks: tuple[Lock, ...] = (), moved: Moved | None = None,
        fill: Fill | None = None,
    ) -> np.ndarray:  # fmt: skip
        """`photo` in the colours of `chroma` (h, w, 2), uint8 (h', w', 3) sRGB, long side PREVIEW_SIZE at most.

        `locks`, `moved` and `fill` are those of the result that the chroma is of. A sketch is rendered as a whole, for
        a region may reach anywhere.
        """
        if fill is not None:
            self._key = ""
            return render(photo, chroma, scale=min(1.0, PREVIEW_SIZE / max(photo.size)), fill=fill)
        if photo.key != self._key or locks != self._locks or (moved is None) != (self._moved is None):
            self._key, self._locks, self._chroma, self._rgb = photo.key, locks, None, None
            self._scale = min(1.0, PREVIEW_SIZE / max(photo.size))
        self._moved = moved
        box = self._changed(chroma)
        if box is None:
            self._rgb = render(photo, chroma, scale=self._scale, locks=locks, moved=moved)
            self._chroma = chroma.copy()
        elif not box.empty:
            self._paste(photo, box, chroma)
        return self._rgb

    def _changed(self, chroma: np.ndarray) -> Box | None:
        """The box, in pixels of `chroma`, that has to be rendered anew; None when it may as well be everything."""
        if self._chroma is None:
            return None
        if self._chroma.shape != chroma.shape:
            self._chroma = cv2.resize(self._chroma, chroma.shape[1::-1], interpolation=cv2.INTER_AREA)
        differs = (cv2.absdiff(self._chroma, chroma) > TOLERANCE).any(axis=2)
        rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
        if not rows.size:
            return Box(0, 0, 0, 0)
        box = Box(int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1)
        return None if box.height * box.width > _WORTHWHILE * differs.size else box

    def _paste(self, photo: Photo, box: Box, chroma: np.ndarray) -> None:
        """Render `box`, in pixels of `chroma`, and put it over a copy of what is on the screen."""
        self._chroma[box.slices] = chroma[box.slices]
        height, width = chroma.shape[:2]
        near = box.grow(_REACH).clip(height, width)
        down, across = photo.height / height, photo.width / width
        region = Box(
            int(near.top * down), int(near.left * across), ceil(near.bottom * down), ceil(near.right * across)
        ).clip(*photo.size)
        self._rgb = self._rgb.copy()
        self._rgb[scaled_box(photo, region, self._scale).slices] = render(
            photo, self._chroma, box=region, scale=self._scale, locks=self._locks, moved=self._moved
        )
