"""The viewport: which part of the photo a pane shows, and how large. Pure geometry, no Qt.

Zoom counts device pixels per photo pixel, so 1.0 is 100 % on every screen; `ratio` is the screen's device
pixels per logical pixel. The photo's corner always lies on a device pixel, so 100 % is sharp.
"""

from __future__ import annotations

from math import ceil, floor

from core.box import Box

LEAST_ZOOM, MOST_ZOOM = 1 / 256, 64.0
MARGIN = 12  # logical pixels left free around a fitted photo


class Viewport:
    """A pane of `width` x `height` logical pixels that looks at a photo.

    centre: the photo point in the middle of the pane, always inside the photo; zoom: see above; fitted: whether
    the whole photo is kept in view when the pane changes.
    """

    def __init__(self) -> None:
        self.width = self.height = 1.0
        self.ratio = 1.0
        self.photo_width = self.photo_height = 1
        self.zoom = 1.0
        self.centre = 0.5, 0.5
        self.fitted = True

    def set_photo(self, height: int, width: int) -> None:
        """Look at a photo of this size, all of it."""
        self.photo_height, self.photo_width = height, width
        self.fit()

    def set_pane(self, width: float, height: float, ratio: float = 1.0) -> None:
        """The pane has a new size or screen. The middle stays where it is."""
        self.width, self.height, self.ratio = max(width, 1.0), max(height, 1.0), ratio
        if self.fitted:
            self.fit()

    @property
    def scale(self) -> float:
        """Logical pixels per photo pixel."""
        return self.zoom / self.ratio

    @property
    def fit_zoom(self) -> float:
        """The zoom at which the whole photo is seen."""
        free_width, free_height = max(self.width - 2 * MARGIN, 1), max(self.height - 2 * MARGIN, 1)
        return self._limit(self.ratio * min(free_width / self.photo_width, free_height / self.photo_height))

    def fit(self) -> None:
        """Show the whole photo in the middle."""
        self.zoom = self.fit_zoom
        self.centre = self.photo_width / 2, self.photo_height / 2
        self.fitted = True

    def zoom_at(self, x: float, y: float, zoom: float) -> None:
        """Zoom so that the photo point under the pane's point x, y stays there, unless that would move the
        middle out of the photo."""
        zoom = self._limit(zoom)
        across, down = x - self.width / 2, y - self.height / 2
        gain = 1 / self.scale - self.ratio / zoom
        self.zoom, self.fitted = zoom, False
        self._centre_on(self.centre[0] + across * gain, self.centre[1] + down * gain)

    def pan(self, dx: float, dy: float) -> None:
        """Move the photo by logical pixels."""
        self.fitted = False
        self._centre_on(self.centre[0] - dx / self.scale, self.centre[1] - dy / self.scale)

    def show(self, box: Box, share: float = 0.5, most: float = 4.0) -> None:
        """Look at `box` of the photo, so large that it takes `share` of the pane, at most at zoom `most`."""
        width, height = max(box.width, 1), max(box.height, 1)
        zoom = self.ratio * share * min(self.width / width, self.height / height)
        self.zoom, self.fitted = self._limit(max(min(zoom, most), min(self.fit_zoom, most))), False
        self._centre_on((box.left + box.right) / 2, (box.top + box.bottom) / 2)

    def to_photo(self, x: float, y: float) -> tuple[float, float]:
        """The photo point under a point of the pane."""
        left, top = self.origin
        return (x - left) / self.scale, (y - top) / self.scale

    def to_widget(self, x: float, y: float) -> tuple[float, float]:
        """The pane's point over a photo point."""
        left, top = self.origin
        return left + x * self.scale, top + y * self.scale

    @property
    def origin(self) -> tuple[float, float]:
        """Where the photo's top left corner lies in the pane, on a whole device pixel."""
        x = self.width / 2 * self.ratio - self.centre[0] * self.zoom
        y = self.height / 2 * self.ratio - self.centre[1] * self.zoom
        return floor(x + 0.5) / self.ratio, floor(y + 0.5) / self.ratio

    @property
    def visible(self) -> Box:
        """The photo pixels of which something is seen."""
        left, top = self.to_photo(0, 0)
        right, bottom = self.to_photo(self.width, self.height)
        return Box(floor(top), floor(left), ceil(bottom), ceil(right)).clip(self.photo_height, self.photo_width)

    def _centre_on(self, x: float, y: float) -> None:
        self.centre = min(max(x, 0.0), float(self.photo_width)), min(max(y, 0.0), float(self.photo_height))

    @staticmethod
    def _limit(zoom: float) -> float:
        return min(max(zoom, LEAST_ZOOM), MOST_ZOOM)
