"""The opened photo: its pixels as they were, and what they mean as light.

A Photo keeps the numbers of its file (8 or 16 bit, grey or RGB, in the file's own colour space) and converts on
demand, piece by piece, so that a 24 MP photo costs 72 MB and not ten times that. What the network and the preview
want small is averaged over areas, by way of one level of 2048 pixels that is kept: the same size always gets the
same values, whatever was asked before.

    core.photo_read    file -> Photo        core.icc       numbers <-> light
    core.photo_write   pixels -> file       core.metadata  profile, EXIF, XMP, orientation
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock

import cv2
import numpy as np

from core.box import Box
from core.icc import SRGB, Space, space_of
from core.photo_pages import PDF_SUFFIX, file_of

_COMMON = {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".tif", ".tiff", ".webp", ".bmp", ".dib", ".gif", ".avif", ".ora"}
_HEIF = {".heic", ".heif", ".hif"}
RAW_SUFFIXES = frozenset({
    ".3fr", ".arw", ".cr2", ".cr3", ".crw", ".dcr", ".dng", ".erf", ".iiq", ".kdc", ".mef", ".mos", ".mrw", ".nef",
    ".nrw", ".orf", ".pef", ".raf", ".raw", ".rw2", ".rwl", ".sr2", ".srf", ".srw", ".x3f",
})  # fmt: skip
PHOTO_SUFFIXES = frozenset({*_COMMON, *_HEIF, PDF_SUFFIX, *RAW_SUFFIXES})
PHOTO_KINDS = "JPEG, PNG, TIFF, WebP, AVIF, HEIC, camera raw, PDF, OpenRaster or BMP"
_LEVEL = 2048  # long side of the level that smaller sizes are made from
_LEAST_LEVEL = 1536
_KEPT = 4  # small versions kept besides
_STRIP = 1 << 18  # pixels converted at a time


def is_photo_path(path: Path) -> bool:
    """Whether `path` is a photo, or a page of a scan, by its name."""
    return file_of(Path(path)).suffix.lower() in PHOTO_SUFFIXES


def fit_size(height: int, width: int, long_side: int) -> tuple[int, int]:
    """(height, width) shrunk to a long side of `long_side`, at least one pixel; never larger than it was."""
    scale = min(1.0, long_side / max(height, width))
    return max(1, round(height * scale)), max(1, round(width * scale))


def level_size(height: int, width: int) -> tuple[int, int]:
    """(height, width) of the level that smaller sizes are made from: exact halves where those come near _LEVEL, because
    averaging two by two costs a tenth; else a long side of _LEVEL, or what the photo has."""
    h, w = height, width
    while h % 2 == w % 2 == 0 and max(h, w) > _LEVEL:
        h, w = h // 2, w // 2
    return (h, w) if _LEAST_LEVEL <= max(h, w) <= _LEVEL else fit_size(height, width, _LEVEL)


@dataclass(frozen=True, eq=False)
class Photo:
    """One photo. Arrays are read-only; two Photos are the same only if they are one object.

    `pixels` is (H, W, 3), or (H, W) when grey, uint8 or uint16, in the space of `icc` (None: sRGB); `alpha` (H, W)
    of the same type, if any; `exif` and `xmp` say upright, as the pixels are. `notes` are sentences about what
    could not be kept.
    """

    path: Path | None
    pixels: np.ndarray
    alpha: np.ndarray | None = None
    icc: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    format: str = "PNG"
    key: str = ""
    notes: tuple[str, ...] = ()
    _small: dict[tuple[int, int], np.ndarray] = field(default_factory=dict, init=False, repr=False)
    _lights: dict[tuple[int, int], np.ndarray] = field(default_factory=dict, init=False, repr=False)
    _lock: Lock = field(default_factory=Lock, init=False, repr=False)

    def __post_init__(self) -> None:
        for array in (self.pixels, self.alpha):
            if array is not None:
                array.flags.writeable = False
        if not self.key:
            object.__setattr__(self, "key", _content_key(self.pixels))

    @property
    def height(self) -> int:
        return self.pixels.shape[0]

    @property
    def width(self) -> int:
        return self.pixels.shape[1]

    @property
    def size(self) -> tuple[int, int]:
        """(height, width)."""
        return self.pixels.shape[:2]

    @property
    def depth(self) -> int:
        """Bits a channel: 8 or 16."""
        return 8 * self.pixels.itemsize

    @property
    def was_gray(self) -> bool:
        return self.pixels.ndim == 2

    @cached_property
    def space(self) -> Space:
        """What the numbers in `pixels` mean."""
        return space_of(self.icc)

    @property
    def color_icc(self) -> bytes | None:
        """The profile of the photo in colour: its own, but None (sRGB) for that of a grey one."""
        return None if self.space.is_gray else self.icc

    @property
    def color_space(self) -> Space:
        """The space of the photo in colour."""
        return SRGB if self.space.is_gray else self.space

    def luminance(self, box: Box | None = None) -> np.ndarray:
        """L* (h, w) float32 in 0..100, of a piece or of all."""
        pixels = self._piece(box)
        L = np.empty(pixels.shape[:2], np.float32)
        for rows in strips(*L.shape):
            L[rows] = self.space.luminance(pixels[rows])
        return L

    def rgb(self, box: Box | None = None) -> np.ndarray:
        """sRGB (h, w, 3) float32 in 0..1, of a piece or of all; what sRGB cannot show is clipped."""
        return np.clip(self.space.to_srgb(self._piece(box)), 0, 1)

    def small_luminance(self, long_side: int) -> np.ndarray:
        """L* (h, w) float32 of the photo averaged down to `fit_size`; never enlarged."""
        return self.luminance_at(fit_size(self.height, self.width, long_side)).copy()

    def luminance_at(self, size: tuple[int, int]) -> np.ndarray:
        """L* float32 of the photo averaged down to (height, width), at most its own size; the last few are kept.

        From the level on it is L that is averaged, so that colours mixed on the way do not change it.
        """
        level = level_size(self.height, self.width)
        with self._lock:
            if size not in self._lights:
                if size < level and size[1] <= level[1]:
                    light = cv2.resize(self._light_level(level), size[::-1], interpolation=cv2.INTER_AREA)
                else:
                    light = self.space.luminance(self._shrunk(size))
                _keep(self._lights, size, light, spare=level)
            return self._lights[size]

    def _light_level(self, level: tuple[int, int]) -> np.ndarray:
        if level not in self._lights:
            _keep(self._lights, level, self.space.luminance(self._shrunk(level)), spare=level)
        return self._lights[level]

    def small_rgb(self, long_side: int) -> np.ndarray:
        """sRGB (h, w, 3) uint8 of the photo averaged down to `fit_size`; never enlarged."""
        with self._lock:
            small = self._shrunk(fit_size(self.height, self.width, long_side))
        if self.space is SRGB and small.dtype == np.uint8:
            return small.copy() if small.ndim == 3 else cv2.merge([small] * 3)
        rgb = np.clip(self.space.to_srgb(small), 0, 1)
        return (rgb * 255 + 0.5).astype(np.uint8)

    def thumbnail(self, long_side: int) -> np.ndarray:
        """`small_rgb`, on white where the photo is transparent."""
        rgb = self.small_rgb(long_side)
        if self.alpha is None:
            return rgb
        alpha = cv2.resize(self.alpha, rgb.shape[1::-1], interpolation=cv2.INTER_AREA)
        cover = (alpha.astype(np.float32) / np.iinfo(alpha.dtype).max)[..., None]
        return (rgb * cover + 255 * (1 - cover) + 0.5).astype(np.uint8)

    def _shrunk(self, size: tuple[int, int]) -> np.ndarray:
        """`pixels` averaged down to `size`, by way of the level where that is larger."""
        if size == self.size:
            return self.pixels
        if size not in self._small:
            level = level_size(self.height, self.width)
            through = size < level and size[1] <= level[1]
            _keep(self._small, size, _averaged(self._shrunk(level) if through else self.pixels, size), spare=level)
        return self._small[size]

    def _piece(self, box: Box | None) -> np.ndarray:
        return self.pixels if box is None else self.pixels[box.clip(*self.size).slices]


def _keep(kept: dict, size: tuple[int, int], array: np.ndarray, spare: tuple[int, int]) -> None:
    """Remember `array`, and forget the oldest of too many, but never that of the size `spare`."""
    array.flags.writeable = False
    others = [other for other in kept if other != spare]
    if len(others) >= _KEPT:
        del kept[others[0]]
    kept[size] = array


def strips(height: int, width: int, pixels: int = _STRIP) -> list[slice]:
    """Rows 0..height in slices of about `pixels` pixels each."""
    step = max(1, pixels // max(1, width))
    return [slice(top, min(top + step, height)) for top in range(0, height, step)]


def _averaged(pixels: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """`pixels` averaged over areas to `size`; by exact halves as far as they go, which is five times as fast."""
    height, width = size
    h, w = pixels.shape[:2]
    while h % 2 == w % 2 == 0 and h >= 2 * height and w >= 2 * width:
        h, w = h // 2, w // 2
        pixels = cv2.resize(pixels, (w, h), interpolation=cv2.INTER_AREA)
    return pixels if (h, w) == size else cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)


def _content_key(pixels: np.ndarray) -> str:
    digest = hashlib.blake2b(np.ascontiguousarray(pixels), digest_size=16).hexdigest()
    return f"{digest}:{pixels.shape}:{pixels.dtype}"


def photo_from_array(array: np.ndarray, path: Path | None = None, *, icc: bytes | None = None) -> Photo:
    """A Photo of an array (H, W), (H, W, 3) or, with alpha, (H, W, 2) or (H, W, 4), uint8 or uint16."""
    from core.photo_read import split_alpha

    pixels, alpha = split_alpha(np.array(array))
    return Photo(path, pixels, alpha, icc)


def load_photo(path: Path | str, *, page: int = 0) -> Photo:
    """Open a photo by what it holds, whatever its name; `page` of a file with several, from 0, unless the path is
    that of a page (`core.photo_pages`). Raises PhotoError."""
    from core.photo_read import read_photo

    return read_photo(Path(path), page)
