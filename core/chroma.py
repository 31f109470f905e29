"""Chroma meets the photo's light: the one function that makes what is seen and what is saved.

    chroma at work size -> bicubic to the wanted size -> joined with the untouched luminance
        -> fitted to the gamut at constant L and hue -> the numbers of sRGB or of the photo's own space

The preview (`render`) and the full-size photo (`export`) run the same strips of it, in float32 and on two threads;
no whole photo is ever held as floats, and an exported one not at all: each strip is encoded as soon as it is made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np

from core.box import Box
from core.cie import cube, root
from core.errors import Cancelled
from core.formats import FORMATS, ExportSettings
from core.gamut import fitted_channels
from core.guidance import Lock, Recoloured
from core.icc import SRGB, Space
from core.labels import nearest_index
from core.locks import merged
from core.photo import Photo, fit_size, strips
from core.photo_colors import photo_lab
from core.photo_write import check_target, in_order, target_of, writing
from core.recolor import Moved, PaletteMap
from core.sketch_light import Fill, Painted
from core.xmp import Mark

__all__ = ["export", "fit_size", "full_size", "render", "scaled_box", "scaled_size"]

AS_THE_PHOTO = ExportSettings()
Maker = Callable[[Box], np.ndarray]
"""The photo in colour inside a box: (h, w, 3) uint8 or uint16."""
Light = Callable[[Box], tuple[np.ndarray, np.ndarray]]
"""(L + 16) / 116 and Y of the pixels inside a box, each float32 (n,)."""

_STRIP = 1 << 17  # pixels: the dozen float arrays of a strip stay in the cache
_MOST = 256.0  # a* and b* beyond this are a colorizer's mistake
_CUBIC = -0.75  # as OpenCV's bicubic, which does the rows


def scaled_size(photo: Photo, scale: float) -> tuple[int, int]:
    """(height, width) of the whole photo as `render` makes it at `scale`."""
    height, width = (max(1, round(side * min(scale, 1.0))) for side in photo.size)
    return height, width


def scaled_box(photo: Photo, box: Box | None, scale: float) -> Box:
    """The pixels of the whole at `scale` that `render` makes for `box`, a box of photo pixels (None: all)."""
    height, width = scaled_size(photo, scale)
    if box is None:
        return Box(0, 0, height, width)
    down, across = height / photo.height, width / photo.width
    top, left = int(box.top * down), int(box.left * across)
    return Box(top, left, -int(-box.bottom * down // 1), -int(-box.right * across // 1)).clip(height, width)


def render(
    photo: Photo,
    chroma: np.ndarray | None,
    *,
    box: Box | None = None,
    scale: float = 1.0,
    depth: int | None = 8,
    vividness: float = 1.0,
    locks: Sequence[Lock] = (),
    moved: Moved | None = None,
    fill: Fill | None = None,
) -> np.ndarray:
    """The photo in colour, sRGB (h, w, 3) uint8 or uint16: what the canvas shows.

    `chroma` (h', w', 2) float32 at any work size, covering the whole photo; None means grey. `scale` below 1 works
    on the photo averaged down to round(scale * size); `box`, in photo pixels, renders a piece of it. Pixels under
    `locks` take the locks' own chroma. With `moved`, by which `chroma` was made, the photo's own colours are moved
    pixel by pixel, and of `chroma` only what differs from that is added. A sketch has its `fill` under its strokes, in
    place of `chroma` and all else.
    """
    height, width = scaled_size(photo, scale)
    piece = scaled_box(photo, box, scale)
    sampler = _sampler(photo, chroma, (height, width), vividness, locks, moved)
    light = _full_light(photo) if (height, width) == photo.size else _small_light(photo, (height, width))
    painted = fill and Painted(photo, fill, (height, width))
    return _join(_maker(light, SRGB, sampler, depth or 8, painted), piece, depth or 8)


def export(
    photo: Photo,
    chroma: np.ndarray | None,
    path: Path,
    settings: ExportSettings = AS_THE_PHOTO,
    *,
    overwrite: bool = False,
    locks: Sequence[Lock] = (),
    moved: Moved | None = None,
    fill: Fill | None = None,
    mark: Mark | None = None,
    say: Callable[[str], None] | None = None,
    progress: Callable[[float], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Path:
    """Write the photo in colour at its full size, depth and profile; returns the path written.

    The format of `settings` is an id of `core.formats` or "same": as the suffix of `path` says, and where that is the
    photo's own suffix or none that is known, as the photo is (PNG for a GIF); the suffix then follows the format.
    With a `mark` the file says what it was made with (`core.provenance`). `say` is told what the format cannot keep,
    `progress(0..1)` is called from the working threads. Raises ExportError, and Cancelled when `cancel()` says so;
    then nothing is left behind.
    """
    from core.photo_files import file_of  # which needs libraries that a preview does not

    path, form = target_of(path, photo, settings.format, pixels_only=True)
    check_target(path, overwrite)
    depth = settings.depth_for(FORMATS[form], photo.depth, path.name)
    space = photo.color_space if FORMATS[form].carries else SRGB  # what no profile tells has to be sRGB
    make = full_size(photo, chroma, depth, locks, moved, fill, space)
    made = file_of(path, form, photo, settings, depth, mark=mark)

    def pixels(rows: slice) -> np.ndarray:
        if cancel is not None and cancel():
            raise Cancelled
        part = make(Box(rows.start, 0, rows.stop, photo.width))
        if progress is not None:
            progress(rows.stop / photo.height)
        return part

    with writing(path, overwrite) as file:
        made.write(file, pixels)
    for note in made.notes if say else ():
        say(note)
    return path


def full_size(
    photo: Photo, chroma: np.ndarray | None, depth: int, locks: Sequence[Lock] = (), moved: Moved | None = None,
    fill: Fill | None = None, space: Space | None = None,
) -> Maker:  # fmt: skip
    """What makes any piece of the photo in colour, in its own space or another: a function of a Box, for any thread."""
    sampler = _sampler(photo, chroma, photo.size, 1.0, locks, moved)
    painted = fill and Painted(photo, fill, photo.size)
    return _maker(_full_light(photo), space or photo.color_space, sampler, depth, painted)


def _full_light(photo: Photo) -> Light:
    def light(piece: Box) -> tuple[np.ndarray, np.ndarray]:
        y = photo.space.light(photo.pixels[piece.slices]).ravel()
        return root(y), y

    return light


def _small_light(photo: Photo, size: tuple[int, int]) -> Light:
    luminance = photo.luminance_at(size)

    def light(piece: Box) -> tuple[np.ndarray, np.ndarray]:
        fy = (luminance[piece.slices].ravel() + np.float32(16)) * np.float32(1 / 116)
        return fy, cube(fy)

    return light


def _maker(light: Light, target: Space, sampler: _Sampler, depth: int, painted: Painted | None = None) -> Maker:
    def make(part: Box) -> np.ndarray:
        told = painted.over(*light(part), part) if painted else (*light(part), sampler(part))
        channels = fitted_channels(*told, target.gamut)[:3]
        values = target.encode(channels, depth).reshape(3, part.height, part.width)
        return cv2.merge(list(values))

    return make


def _join(make: Maker, piece: Box, depth: int) -> np.ndarray:
    """All inside `piece`, made strip by strip."""
    todo = strips(piece.height, piece.width, _STRIP)
    if len(todo) < 2:
        return make(piece)
    out = np.empty((piece.height, piece.width, 3), np.uint8 if depth == 8 else np.uint16)

    def work(rows: slice) -> None:
        out[rows] = make(Box(piece.top + rows.start, piece.left, piece.top + rows.stop, piece.right))

    for _ in in_order(work, todo):
        pass
    return out


class _Sampler:
    """Chroma resampled to a size by bicubic interpolation, piece by piece: each piece as if cut from the whole."""

    def __init__(
        self, chroma: np.ndarray | None, size: tuple[int, int], vividness: float = 1.0,
        locked: Sequence[_Locked] = (),
    ) -> None:  # fmt: skip
        self._size = size
        self._chroma = None
        self._locked = locked
        if chroma is not None:
            chroma = np.nan_to_num(np.asarray(chroma, np.float32)) * np.float32(vividness)
            chroma = np.clip(chroma, -_MOST, _MOST)
            smaller = min(chroma.shape[0], size[0]), min(chroma.shape[1], size[1])
            if smaller != chroma.shape[:2]:  # averaged where it is finer than wanted
                chroma = cv2.resize(chroma, smaller[::-1], interpolation=cv2.INTER_AREA)
            self._chroma = chroma

    def __call__(self, piece: Box) -> np.ndarray:
        """a* and b* (2, n) of the pixels inside `piece`."""
        chroma = self._sampled(piece)
        if self._locked:
            self._put_locks(chroma, piece)
        return chroma

    def _sampled(self, piece: Box) -> np.ndarray:
        if self._chroma is None:
            return np.zeros((2, piece.height * piece.width), np.float32)
        rows = self._rows(piece.top, piece.bottom)
        planes = np.concatenate([rows[..., 0], rows[..., 1]])  # one channel is resized twice as fast as two
        wide = cv2.resize(planes, (self._size[1], 2 * piece.height), interpolation=cv2.INTER_CUBIC)
        return wide[:, piece.left : piece.right].reshape(2, -1)

    def _put_locks(self, chroma: np.ndarray, piece: Box) -> None:
        """Locked chroma over what was sampled; of locks that meet in a pixel the older one has it."""
        taken, insides = np.zeros((piece.height, piece.width), bool), []
        for locked in self._locked:
            insides.append(locked.inside(piece) & ~taken)
            taken |= insides[-1]
        for locked, inside in zip(self._locked, insides):
            locked.put_over(chroma, piece, inside, taken)

    def _rows(self, top: int, bottom: int) -> np.ndarray:
        """Rows `top` to `bottom` of the whole, still as narrow as the chroma."""
        count = len(self._chroma)
        place = (np.arange(top, bottom) + 0.5) * (count / self._size[0]) - 0.5
        first = np.floor(place).astype(np.intp)
        result = 0
        for tap in (-1, 0, 1, 2):
            weight = _cubic(np.abs(place - (first + tap))).astype(np.float32)
            result = result + weight[:, None, None] * self._chroma[np.clip(first + tap, 0, count - 1)]
        return result


class _MovingSampler(_Sampler):
    """The photo's own colours, moved pixel by pixel; what else was wished of `chroma` is resampled and added."""

    def __init__(
        self, photo: Photo, chroma: np.ndarray, size: tuple[int, int], vividness: float,
        locked: Sequence[_Locked], moved: Moved,
    ) -> None:  # fmt: skip
        wished = None if np.array_equal(chroma, moved.chroma) else chroma - moved.chroma
        super().__init__(wished, size, vividness, locked)
        self._photo, self._map, self._vividness = photo, moved.map, np.float32(vividness)

    def _sampled(self, piece: Box) -> np.ndarray:
        own = self._map(photo_lab(self._photo, self._size, piece)).reshape(-1, 2).T * self._vividness
        return np.clip(own + super()._sampled(piece), -_MOST, _MOST)


def _sampler(
    photo: Photo, chroma: np.ndarray | None, size: tuple[int, int], vividness: float, locks: Sequence[Lock],
    moved: Moved | None,
) -> _Sampler:  # fmt: skip
    locked = [_locked(photo, *each, size) for each in merged(locks)]
    if moved is None or chroma is None:
        return _Sampler(chroma, size, vividness, locked)
    return _MovingSampler(photo, chroma, size, vividness, locked, moved)


def _locked(
    photo: Photo, chroma: np.ndarray, moved: Recoloured | None, mask: np.ndarray, size: tuple[int, int]
) -> _Locked:
    """What was locked, sampled as it was then."""
    by = Moved(PaletteMap(moved.links, moved.strength), moved.chroma.array) if moved else None
    return _Locked(_sampler(photo, chroma, size, 1.0, (), by), mask, size)


class _Locked:
    """Locked chroma: itself under its mask, and easing out over half a pixel of work size beside it."""

    def __init__(self, sampler: _Sampler, mask: np.ndarray, size: tuple[int, int]) -> None:
        self._sampler, self._mask, self._size = sampler, mask, size

    def inside(self, piece: Box) -> np.ndarray:
        """Which pixels of the piece lie under the mask, bool (h, w)."""
        rows, columns = (nearest_index(have, want) for have, want in zip(self._mask.shape, self._size))
        return self._mask[rows[piece.top : piece.bottom]][:, columns[piece.left : piece.right]]

    def put_over(self, chroma: np.ndarray, piece: Box, inside: np.ndarray, taken: np.ndarray) -> None:
        """Change `chroma` (2, n) where it is `inside`, and beside that where it is not `taken`, both bool (h, w)."""
        weight = self._beside(piece)
        weight[taken] = 0
        weight[inside] = 1
        if weight.any():
            own, weight = self._sampler(piece), weight.ravel()
            chroma += weight * (own - chroma)
            np.copyto(chroma, own, where=weight == 1)

    def _beside(self, piece: Box) -> np.ndarray:
        """From 1 at the mask's border to 0 half a pixel of it away, float32 (h, w)."""
        last = len(self._mask) - 1
        place = np.maximum((np.arange(piece.top, piece.bottom) + 0.5) * (len(self._mask) / self._size[0]) - 0.5, 0)
        first = place.astype(np.intp)
        share = (place - first).astype(np.float32)[:, None]
        rows = self._mask[first] * (1 - share) + self._mask[np.minimum(first + 1, last)] * share
        if not rows.any():
            return np.zeros((piece.height, piece.width), np.float32)
        soft = cv2.resize(rows, (self._size[1], piece.height), interpolation=cv2.INTER_LINEAR)
        return np.minimum(2 * soft[:, piece.left : piece.right], 1)


def _cubic(x: np.ndarray) -> np.ndarray:
    """The cubic convolution kernel (Keys, 1981) at distances 0..2."""
    a = _CUBIC
    near = ((a + 2) * x - (a + 3)) * x * x + 1
    return np.where(x <= 1, near, ((a * x - 5 * a) * x + 8 * a) * x - 4 * a)
