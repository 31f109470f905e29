"""What the tests of layers share: a photo with a result, and layers laid over each other by the W3C's own formulas."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from core.color import rgb_to_lab
from core.guidance import Guidance, Hint, Plane, Settings, Swatch
from core.layer_stack import Group, Layer, Stack
from core.photo import Photo, load_photo, photo_from_array
from core.request import Request, Result

RED = Swatch(0.9, 0.1, 0.1)
HINTS = (Hint(((0.2, 0.3), (0.5, 0.4)), RED, 0.02), Hint(((0.8, 0.8),), Swatch(0, 0, 1), 0.01))
SKY, GRASS = 50, 36


def small(path: Path, size: tuple[int, int] = (150, 100), depth: int = 8, icc: bytes | None = None) -> Photo:
    """A sample photo averaged down to (width, height)."""
    pixels = cv2.resize(load_photo(path).pixels, size, interpolation=cv2.INTER_AREA)
    if depth == 16:
        noise = np.random.default_rng(3).integers(0, 256, pixels.shape, np.uint16)
        pixels = pixels.astype(np.uint16) * 256 + noise
    return photo_from_array(pixels, path, icc=icc)


def result_of(photo: Photo, gain: float = 1.0, hints: tuple[Hint, ...] = HINTS, labelled: bool = True) -> Result:
    """The photo's own colours, `gain` times as full, as if a network had made them; sky above grass."""
    chroma = rgb_to_lab(photo.small_rgb(64).astype(np.float32) / 255)[..., 1:] * np.float32(gain)
    labels = np.full(chroma.shape[:2], GRASS, np.uint8)
    labels[:10, 5:20], labels[-1] = SKY, 255
    guidance = Guidance(Plane(labels) if labelled else None, hints=hints, settings=Settings())
    request = Request(photo.key, Plane(photo.small_luminance(64)), guidance, "guided", 64)
    return Result(request, chroma, None, 0.0, "cpu", "fake")


def flattened(stack: Stack, hidden: bool = False) -> np.ndarray:
    """RGBA (H, W, 4) in 0..1 of all layers that are visible (and those that are not), in double precision."""
    canvas = np.zeros((*stack.size, 4))
    for entry in reversed(stack.layers):
        if entry.visible or hidden:
            for layer in reversed(entry.layers if isinstance(entry, Group) else (entry,)):
                if layer.visible or hidden:
                    _lay(canvas, layer)
    return canvas


def whole(layer: Layer) -> np.ndarray:
    """All pixels of a layer, RGBA (h, w, 4) in 0..1."""
    pixels = layer.pixels(slice(0, layer.box.height))
    assert pixels.shape == layer.shape and 8 * pixels.itemsize == layer.depth
    values = pixels.reshape(layer.box.height, layer.box.width, layer.channels) / np.iinfo(pixels.dtype).max
    color = values[..., :1].repeat(3, axis=2) if layer.channels < 3 else values[..., :3]
    alpha = values[..., -1:] if layer.channels in (2, 4) else np.ones_like(values[..., :1])
    return np.concatenate([color, alpha], axis=2)


def _lay(canvas: np.ndarray, layer: Layer) -> None:
    """Compositing and Blending Level 1, 5 and 9.1.4: blended where the backdrop is, then source over."""
    top = whole(layer)
    below = canvas[layer.box.slices]
    cb, ab, cs, a = below[..., :3], below[..., 3:], top[..., :3], top[..., 3:]
    blend = {"normal": lambda b, s: s, "color": lambda b, s: set_lum(s, lum(b)),
             "luminosity": lambda b, s: set_lum(b, lum(s))}[layer.mode]  # fmt: skip
    mixed = (1 - ab) * cs + ab * blend(cb, cs)
    over = a + ab * (1 - a)
    color = (a * mixed + (1 - a) * ab * cb) / np.where(over > 0, over, 1)
    canvas[layer.box.slices] = np.concatenate([color, over], axis=2)


def lum(color: np.ndarray) -> np.ndarray:
    """Lum(C) of 13.4, (h, w, 1)."""
    return (color * [0.3, 0.59, 0.11]).sum(axis=2, keepdims=True)


def set_lum(color: np.ndarray, light: np.ndarray) -> np.ndarray:
    """SetLum(C, l) with its ClipColor."""
    color = color + (light - lum(color))
    light = lum(color)
    least, most = color.min(axis=2, keepdims=True), color.max(axis=2, keepdims=True)
    low, high = np.maximum(light - least, 1e-12), np.maximum(most - light, 1e-12)
    color = np.where(least < 0, light + (color - light) * light / low, color)
    return np.where(most > 1, light + (color - light) * (1 - light) / high, color)
