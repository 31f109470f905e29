"""Small photos as files of every kind that is read, made by other people's code."""

from __future__ import annotations

import io
from collections.abc import Callable

import imagecodecs
import numpy as np
import pillow_heif
import tifffile
from PIL import Image

HEIGHT, WIDTH = 48, 72


def pixels(depth: int = 8) -> np.ndarray:
    """Hills with a little noise, (48, 72, 3)."""
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    wave = 0.5 + 0.3 * np.sin(y / 9)[..., None] * np.cos(x[..., None] / (7.0, 11.0, 17.0))
    noisy = wave + np.random.default_rng(4).normal(0, 0.01, wave.shape)
    return (np.clip(noisy, 0, 1) * (2**depth - 1)).astype(np.uint8 if depth == 8 else np.uint16)


def heic(depth: int = 8, **more: object) -> bytes:
    """A HEIC photo, as libheif writes it; without loss of its own where it has 10 bit."""
    file = io.BytesIO()
    if depth == 8:
        pillow_heif.from_pillow(Image.fromarray(pixels())).save(file, quality=95, **more)
    else:
        pillow_heif.encode("RGB;16", (WIDTH, HEIGHT), pixels(16).tobytes(), file, quality=-1, chroma=444,
                           matrix_coefficients=0, **more)  # fmt: skip
    return file.getvalue()


def dng(raw: np.ndarray | None = None, **more: object) -> bytes:
    """The plainest camera raw there is: a DNG 1.4 of sRGB primaries and, if not told otherwise, a Bayer pattern."""
    raw = pixels(16)[..., 1] if raw is None else raw
    to_camera = (3.2406, -1.5372, -0.4986, -0.9689, 1.8758, 0.0415, 0.0557, -0.2040, 1.0570)  # from XYZ, D65
    tags = [
        (271, "s", 0, "Huesmith", True),
        (272, "s", 0, "Test camera", True),
        (50706, "B", 4, (1, 4, 0, 0), True),
        (50708, "s", 0, "Huesmith test camera", True),
        (50717, "I", 1, (65535,), True),
        (50721, "2i", 9, tuple(part for value in to_camera for part in (round(value * 10000), 10000)), True),
        (50728, "2I", 3, (1, 1, 1, 1, 1, 1), True),
        (50778, "H", 1, (21,), True),
    ]
    bayer = raw.ndim == 2
    if bayer:
        tags += [(33421, "H", 2, (2, 2), True), (33422, "B", 4, (0, 1, 1, 2), True)]
    if "orientation" in more:
        tags.append((274, "H", 1, (more["orientation"],), True))
    file = io.BytesIO()
    layout = {} if bayer else {"planarconfig": 1}
    tifffile.imwrite(file, raw, photometric=32803 if bayer else 34892, extratags=tags, metadata=None, **layout)
    return file.getvalue()


def pdf(count: int = 2, size: tuple[int, int] = (WIDTH, HEIGHT), dpi: float = 150) -> bytes:
    """A scan of so many pages."""
    sheets = [Image.fromarray(np.roll(pixels(), 9 * page, axis=1)).resize(size) for page in range(count)]
    file = io.BytesIO()
    sheets[0].save(file, "PDF", save_all=True, append_images=sheets[1:], resolution=dpi)
    return file.getvalue()


def _pillow(form: str, **more: object) -> Callable[[], bytes]:
    def made() -> bytes:
        file = io.BytesIO()
        Image.fromarray(pixels()).save(file, form, **more)
        return file.getvalue()

    return made


def _tiff(depth: int, compression: str | None) -> Callable[[], bytes]:
    def made() -> bytes:
        file = io.BytesIO()
        tifffile.imwrite(file, pixels(depth), photometric="rgb", compression=compression, rowsperstrip=16)
        return file.getvalue()

    return made


EVERY: dict[str, Callable[[], bytes]] = {
    "a.png": _pillow("PNG"),
    "16.png": lambda: imagecodecs.png_encode(pixels(16)),
    "a.jpg": _pillow("JPEG"),
    "progressive.jpg": _pillow("JPEG", progressive=True),
    "a.webp": _pillow("WEBP"),
    "lossless.webp": _pillow("WEBP", lossless=True),
    "a.bmp": _pillow("BMP"),
    "a.gif": _pillow("GIF"),
    "a.avif": _pillow("AVIF"),
    "10.avif": lambda: imagecodecs.avif_encode(pixels(16) >> 6, bitspersample=10),
    "plain.tif": _tiff(8, None),
    "plain16.tif": _tiff(16, None),
    "deflate.tif": _tiff(8, "zlib"),
    "deflate16.tif": _tiff(16, "zlib"),
    "lzw.tif": _tiff(8, "lzw"),
    "lzw16.tif": _tiff(16, "lzw"),
    "zstd16.tif": _tiff(16, "zstd"),
    "jpeg.tif": _tiff(8, "jpeg"),
    "packbits.tif": _tiff(8, "packbits"),
    "a.heic": heic,
    "10.heic": lambda: heic(10),
    "a.dng": dng,
    "a.pdf": pdf,
}
