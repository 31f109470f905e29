"""What the rows measure on: a real photo blown up to camera size, with grain, so that decoding costs what it costs."""

from __future__ import annotations

import functools
import tempfile
import zlib
from pathlib import Path

import cv2
import numpy as np

from core.samples import sample_photos

_FOLDER = tempfile.TemporaryDirectory(prefix="huesmith-bench-")


def folder() -> Path:
    """A folder that goes away with the process."""
    return Path(_FOLDER.name)


@functools.cache
def camera_jpeg(width: int, height: int) -> Path:
    """A JPEG (quality 92, 4:2:0) of this size: the motorcycle, enlarged, with grain of two levels."""
    source = cv2.imread(str(next(path for path in sample_photos() if "motorcycle" in path.name)))
    photo = cv2.resize(source, (width, height), interpolation=cv2.INTER_CUBIC)
    grain = np.random.default_rng(7).integers(-4, 5, (height, width, 1), dtype=np.int16)
    path = folder() / f"{width}x{height}.jpg"
    cv2.imwrite(str(path), np.clip(photo + grain, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 92])
    return path


def jpeg_24mp() -> Path:
    return camera_jpeg(6000, 4000)


def jpeg_12mp() -> Path:
    return camera_jpeg(4000, 3000)


@functools.cache
def tiff_200mp() -> Path:
    """20000 x 10000 pixels of 16 bits, deflated; smooth, so that it is soon made, and yet hardly smaller."""
    import tifffile

    path, width = folder() / "200.tiff", 20_000
    row = (np.arange(width)[:, None] * (3, 2, 1)).astype(np.uint16)
    strips = (np.broadcast_to(row + np.uint16(13 * at), (100, width, 3)) for at in range(100))
    packed = (zlib.compress(strip.tobytes(), 1) for strip in strips)
    tifffile.imwrite(path, packed, shape=(10_000, width, 3), dtype=np.uint16, photometric="rgb", rowsperstrip=100,
                     compression="adobe_deflate")  # fmt: skip
    return path


def luminance_at(long_side: int) -> np.ndarray:
    """L* of a sample photo, float32, square, `long_side` pixels a side."""
    from core.photo import load_photo

    photo = load_photo(sample_photos()[0])
    small = photo.luminance()
    side = min(small.shape)
    return cv2.resize(small[:side, :side], (long_side, long_side), interpolation=cv2.INTER_AREA)


def labels_at(long_side: int, changed: int = 0) -> np.ndarray:
    """A label map of four quarters, one of which changes with `changed`: what a stroke does to a request."""
    quarters = np.array([[45, 50], [22, 26 + changed % 8]], np.uint8)
    return cv2.resize(quarters, (long_side, long_side), interpolation=cv2.INTER_NEAREST)
