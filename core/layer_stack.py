"""What a result is made of, as the layers a painter works on: one ordered stack, whatever file it goes into.

    stack = layer_stack(photo, result, label_set, labels, depth=16)
    stack.layers                      top first: Hints, Labels (a group), Exact light, Colour, Light ..., Light
    stack.layers[3].pixels(rows)      rows of a layer, made when they are asked for

Of a photo, from below:

    Light                   the photo's own L as grey, untouched
    Light for Color mode    the same, as Color mode measures light; Normal
    Colour                  the result; blend mode Color
    Exact light             the result again; blend mode Luminosity

Why four. "Color" of the W3C, PDF, Photoshop, Krita and MyPaint takes hue and saturation from the layer and keeps the
luma 0.3 R + 0.59 G + 0.11 B of what lies below. L* is another measure: over the grey of L alone the five sample photos
come out 0.7 to 4.0 of 255 away from the result in the mean, and up to 58 in full colours. So the base for Color mode
is grey of the result's luma, and the stack flattened by the formula is the result to 0.005 of 255 in the mean and 4 at
most (16 bit: as fine as its rounding). The topmost layer does nothing there but for programs with other weights, such
as Krita's 0.299, 0.587, 0.114. GIMP opens Color of OpenRaster as HSL colour and Luminosity as HSV value: without that
layer it would be 2.6 to 7 away in the mean, with it 0.2 to 1.6; with its mode set to Normal, not at all. A PSD's modes
GIMP opens as those of LCH, in which the same layers are the result exactly.

Numbers of 16 bits always have a profile with them, sRGB's where the photo has none: Krita takes them for linear light
otherwise. A photo whose transparency has soft edges gets the topmost layer in Normal mode and the others hidden, as no
blend mode over a half transparent base keeps its transparency.

Of a sketch: Light (hidden), Colour (its fill without strokes), Lines. The lines are what has to lie over the fill to
give the result, as clear as they can be: flattened it is the result to a step of rounding, and under the lines the
colour is clean. Where the result has no lines, the hidden layer has the sketch's own.

Labels are flat areas of their overlay colour, each cut to its box; they and the hints are hidden.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np

from core.box import Box
from core.chroma import full_size, render
from core.guidance import Hint
from core.labels import UNSURE, LabelSet, count_labels, resize_labels
from core.photo import Photo
from core.photo_encode import to_8_bit
from core.request import Result
from core.sketch_light import DROP

NORMAL, COLOR, LUMINOSITY = "normal", "color", "luminosity"
LUMA = np.float32([0.3, 0.59, 0.11])
"""The weights of light in W3C Compositing and Blending 1, 13.4, and in PDF (ISO 32000-1, 11.3.5.3)."""
THUMBNAIL = 256  # long side

Rows = Callable[[slice], np.ndarray]


@dataclass(frozen=True, eq=False)
class Layer:
    """A picture in the stack, with its corner in `box`.

    `pixels` makes rows of it, counted from the box's top: (h, w) grey or (h, w, channels), alpha last where channels
    is 2 or 4, uint8 or uint16 as `depth` says. Layers with the same `data` have the same pixels. `profiled`: they are
    in the photo's colour space, the others' in sRGB.
    """

    name: str
    data: str
    box: Box
    channels: int
    depth: int
    pixels: Rows
    mode: str = NORMAL
    visible: bool = True
    profiled: bool = True

    @property
    def shape(self) -> tuple[int, ...]:
        """(h, w) or (h, w, channels)."""
        size = self.box.height, self.box.width
        return size if self.channels == 1 else (*size, self.channels)


@dataclass(frozen=True, eq=False)
class Group:
    """Layers that are shown or hidden together, top first."""

    name: str
    layers: tuple[Layer, ...]
    visible: bool = True


@dataclass(frozen=True, eq=False)
class Stack:
    """All layers, top first, and what they are together: `merged` is the result, (h, w, 3) or with alpha (h, w, 4);
    `thumbnail` uint8 sRGB, no side longer than THUMBNAIL. `exif` and `xmp` belong to the merged picture, `notes` are
    sentences for the person."""

    size: tuple[int, int]
    depth: int
    icc: bytes | None
    layers: tuple[Layer | Group, ...]
    merged: Layer
    thumbnail: np.ndarray
    exif: bytes | None = None
    xmp: bytes | None = None
    notes: tuple[str, ...] = ()

    def every(self) -> Iterator[Layer]:
        """The layers, those in groups too, top first."""
        for entry in self.layers:
            yield from entry.layers if isinstance(entry, Group) else (entry,)


def layer_stack(
    photo: Photo, result: Result, label_set: LabelSet, labels: np.ndarray | None = None, depth: int = 8
) -> Stack:
    """The stack of a result. `labels`, uint8 (H, W), are those the colours were made by at work size if not given;
    `depth` 8 or 16 is that of light and colour, labels and hints have 8."""
    guidance = result.request.guidance
    if labels is None and guidance.labels is not None:
        labels = resize_labels(guidance.labels.array, photo.size)
    parts = _Parts(photo, result, depth)
    body = parts.of_photo() if result.fill is None else parts.of_sketch()
    marks = [part for part in (_hints(guidance.hints, photo.size), _labels(labels, label_set)) if part is not None]
    notes = ("The transparency has soft edges: the layers to work on are hidden below the merged one.",)
    return Stack(photo.size, depth, parts.icc, (*marks, *body), parts.merged, _thumbnail(photo, result),
                 notes=notes if parts.soft else ())  # fmt: skip


class _Parts:
    """Light, colour and lines of one result."""

    def __init__(self, photo: Photo, result: Result, depth: int) -> None:
        self._photo, self._result, self._depth = photo, result, depth
        # Krita takes 16 bits without a profile for linear light
        self.icc = photo.color_icc or (_srgb_profile() if depth == 16 else None)
        self._whole = Box(0, 0, *photo.size)
        self._alpha = photo.alpha
        self.soft = self._alpha is not None and _is_soft(self._alpha)
        self._made = self._maker(result.fill)
        data = "colour" if result.fill is None else "merged"
        self.merged = self._layer("Merged", data, self._made)

    def of_photo(self) -> tuple[Layer, ...]:
        """Top first."""
        luma = self._layer("Light for Color mode", "luma", self._luma, grey=True)
        colour = replace(self.merged, name="Colour", mode=COLOR)
        exact = replace(self.merged, name="Exact light", mode=LUMINOSITY)
        if not self.soft:
            return exact, colour, luma, self._light()
        merged = replace(self.merged, name="Merged")
        return merged, *(replace(layer, visible=False) for layer in (colour, luma, self._light()))

    def of_sketch(self) -> tuple[Layer, ...]:
        """Top first."""
        fill = replace(self._result.fill, lines=DROP)
        clean = self._maker(fill)
        colour = self._layer("Colour", "colour", clean)
        dropped = self._result.fill.lines == DROP
        strokes = self._strokes() if dropped else lambda rows: _ink(self._made(rows), clean(rows))
        lines = Layer("Lines", "lines", self._whole, 4, self._depth, strokes, visible=not dropped)
        return lines, colour, replace(self._light(), visible=False)

    def _light(self) -> Layer:
        make = full_size(self._photo, None, self._depth)
        return self._layer("Light", "light", lambda rows: make(self._strip(rows))[..., 0], grey=True)

    def _maker(self, fill: object) -> Rows:
        result = self._result
        make = full_size(self._photo, result.chroma, self._depth, result.locks, result.moved, fill)
        return lambda rows: make(self._strip(rows))

    def _luma(self, rows: slice) -> np.ndarray:
        luma = cv2.transform(self._made(rows).astype(np.float32), LUMA[None])
        return (luma + np.float32(0.5)).astype(np.uint8 if self._depth == 8 else np.uint16)

    def _strokes(self) -> Rows:
        """The sketch's own strokes, of which the result has none."""
        from core.sketch_lines import line_layer

        drawn = cache(lambda: line_layer(self._photo))
        return lambda rows: _in_depth(drawn()[rows], self._depth)

    def _strip(self, rows: slice) -> Box:
        return Box(rows.start, 0, rows.stop, self._photo.width)

    def _layer(self, name: str, data: str, pixels: Rows, grey: bool = False) -> Layer:
        """A layer as large as the photo, with its transparency. A profile for RGB does not fit grey numbers, so that
        with one grey is written as RGB."""
        spread = grey and self.icc is not None
        channels = 1 if grey and not spread else 3

        def made(rows: slice) -> np.ndarray:
            values = cv2.merge([pixels(rows)] * 3) if spread else pixels(rows)
            if self._alpha is None:
                return values
            alpha = _in_depth(self._alpha[rows], self._depth)
            return np.dstack([values, alpha])

        return Layer(name, data, self._whole, channels + (self._alpha is not None), self._depth, made)


def _ink(over: np.ndarray, under: np.ndarray) -> np.ndarray:
    """What laid over `under` gives `over`, both (h, w, 3): RGBA (h, w, 4) of their type, as clear as it can be."""
    most = np.float32(np.iinfo(over.dtype).max)
    under = under.astype(np.float32) / most
    apart = over.astype(np.float32) / most - under
    room = np.where(apart < 0, under, 1 - under)
    cover = np.divide(np.abs(apart), room, out=np.zeros_like(apart), where=apart != 0).max(axis=2, keepdims=True)
    cover = np.minimum(np.ceil(cover * most), most) / most
    ink = np.clip(under + np.divide(apart, cover, out=np.zeros_like(apart), where=cover > 0), 0, 1) * (cover > 0)
    return (np.concatenate([ink, cover], axis=2) * most + np.float32(0.5)).astype(over.dtype)


@cache
def _srgb_profile() -> bytes:
    """An ICC profile of sRGB, always the same bytes: LittleCMS would write the time into it."""
    import imagecodecs

    made = bytearray(imagecodecs.cms_profile("srgb"))
    made[24:36] = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)  # ICC.1, 7.2.8
    return bytes(made)


def _is_soft(alpha: np.ndarray) -> bool:
    return bool(((alpha > 0) & (alpha < np.iinfo(alpha.dtype).max)).any())


def _in_depth(values: np.ndarray, depth: int) -> np.ndarray:
    if 8 * values.itemsize == depth:
        return values
    return to_8_bit(values) if depth == 8 else values.astype(np.uint16) * np.uint16(257)


def _thumbnail(photo: Photo, result: Result) -> np.ndarray:
    scale = THUMBNAIL / max(photo.size)
    small = render(photo, result.chroma, scale=scale, locks=result.locks, moved=result.moved, fill=result.fill)
    if photo.alpha is None:
        return small
    alpha = cv2.resize(photo.alpha, small.shape[1::-1], interpolation=cv2.INTER_AREA)
    return np.dstack([small, _in_depth(alpha, 8)])


def _labels(labels: np.ndarray | None, label_set: LabelSet) -> Group | None:
    """A hidden group with a layer for every label, as the set orders them."""
    if labels is None:
        return None
    found = [label for label in np.flatnonzero(count_labels(labels)).tolist() if label != UNSURE]
    layers = tuple(_label(labels, label, label_set) for label in found)
    return Group("Labels", layers, visible=False) if layers else None


def _label(labels: np.ndarray, label: int, label_set: LabelSet) -> Layer:
    rows = np.flatnonzero((labels == label).any(axis=1))
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    columns = np.flatnonzero((labels[top:bottom] == label).any(axis=0))
    box = Box(top, int(columns[0]), bottom, int(columns[-1]) + 1)
    inside, paint = labels[box.slices], np.uint8([*label_set.color(label), 255])

    def pixels(rows: slice) -> np.ndarray:
        return (inside[rows] == label)[..., None] * paint

    return Layer(label_set.name(label), f"label-{label:03}", box, 4, 8, pixels, profiled=False)


def _hints(hints: tuple[Hint, ...], size: tuple[int, int]) -> Layer | None:
    """A hidden layer with all hints in their colours, the later on top, as `core.hints` understands them."""
    boxes = {hint: _around(hint, size) for hint in hints}
    boxes = {hint: box for hint, box in boxes.items() if not box.empty}
    if not boxes:
        return None
    whole = Box(0, 0, 0, 0)
    for box in boxes.values():
        whole = whole.union(box)

    def pixels(rows: slice) -> np.ndarray:
        top = whole.top + rows.start
        drawn = np.zeros((rows.stop - rows.start, whole.width, 4), np.uint8)
        for hint, box in boxes.items():
            if box.top < top + len(drawn) and box.bottom > top:
                _draw(drawn, hint, size, top, whole.left)
        return drawn

    return Layer("Hints", "hints", whole, 4, 8, pixels, visible=False, profiled=False)


def _places(hint: Hint, size: tuple[int, int]) -> tuple[list[tuple[int, int]], int]:
    """The points (x, y) of a hint that lie in the photo, and its radius, in pixels."""
    height, width = size
    inside = [(x, y) for x, y in hint.points if 0 <= x <= 1 and 0 <= y <= 1]
    return [(min(int(x * width), width - 1), min(int(y * height), height - 1)) for x, y in inside], round(
        hint.radius * max(size)
    )


def _around(hint: Hint, size: tuple[int, int]) -> Box:
    places, radius = _places(hint, size)
    if not places:
        return Box(0, 0, 0, 0)
    across, down = zip(*places)
    return Box(min(down), min(across), max(down) + 1, max(across) + 1).grow(radius).clip(*size)


def _draw(drawn: np.ndarray, hint: Hint, size: tuple[int, int], top: int, left: int) -> None:
    places, radius = _places(hint, size)
    places = [(x - left, y - top) for x, y in places]
    paint = (*bytes.fromhex(hint.swatch.hex[1:]), 255)
    for place in places:
        cv2.circle(drawn, place, radius, paint, cv2.FILLED)
    for one, other in zip(places, places[1:]):
        cv2.line(drawn, one, other, paint, 2 * radius + 1)
