"""The parts of a project besides its card, as bytes and back: guidance with its planes, label set, maps, confidence.

guidance.json holds no arrays. Where a lock has one, the JSON holds the 20 bytes of its digest, which name a file in
planes/: NumPy's own format, each array once, however many locks share it.

All readers raise ValueError with a text that completes a sentence, or ProjectError or LabelError with a whole one.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Container, Iterator
from dataclasses import replace

import numpy as np

from core import indexed_png
from core.guidance import Guidance, Lock, Plane, Recipe
from core.label_sets import OwnLabels, from_text, own_labels, to_text
from core.labels import UNSURE, LabelSet, count_labels, default_label_set
from core.recipe import out_of_range
from core.sketch_regions import RegionSet

LARGEST_PLANE = 1 << 28  # bytes: four times what the largest work size needs
_LARGEST_SIDE = 1 << 14
_NETWORKS, _OWN, _USUAL = "label-set.json", "own-label-set.json", "usual-"  # ids are the networks', or have parents


# -- arrays


def npy(array: np.ndarray) -> bytes:
    """An array in NumPy's format."""
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.ascontiguousarray(array), allow_pickle=False)
    return buffer.getvalue()


def from_npy(content: bytes) -> np.ndarray:
    """The array of `npy`: numbers only, and no memory is asked for before the sizes agree."""
    file = io.BytesIO(content)
    try:
        version = np.lib.format.read_magic(file)
        if version != (1, 0):
            raise ValueError("of an unknown kind")
        shape, turned, dtype = np.lib.format.read_array_header_1_0(file, max_header_size=1000)
    except Exception as error:  # the header is parsed as Python's own syntax, and any of its errors may come
        raise ValueError("an array in it is damaged") from error
    rest = content[file.tell() :]
    if dtype.kind not in "uif" or turned or math.prod(shape) * dtype.itemsize != len(rest):
        raise ValueError("an array in it is damaged")
    return np.frombuffer(rest, dtype).reshape(shape)


# -- guidance


def guidance_parts(guidance: Guidance) -> tuple[dict, dict[str, np.ndarray]]:
    """guidance.json, and the arrays it speaks of, by name."""
    arrays: dict[str, np.ndarray] = {}

    def named(plane: Plane) -> Plane:
        arrays[plane.digest] = plane.array
        return Plane(np.frombuffer(bytes.fromhex(plane.digest), np.uint8))

    locks = tuple(_with_planes(lock, named) for lock in guidance.locks)
    return replace(guidance, labels=None, locks=locks).to_dict(), arrays


def guidance_from(data: dict, plane: Callable[[str], Plane]) -> Guidance:
    """The guidance of `guidance_parts`; `plane` reads an array by its name."""
    guidance = Guidance.from_dict(data)
    if wrong := out_of_range(Recipe(guidance.rules, guidance.palette, guidance.settings, guidance.palette_map)):
        raise ValueError(wrong)
    if guidance.labels is not None:
        raise ValueError("its guidance has a label map of its own")
    known: dict[bytes, Plane] = {}

    def real(stand_in: Plane) -> Plane:
        name = stand_in.array.tobytes()
        if len(name) != 20:
            raise ValueError("a lock in it is damaged")
        if name not in known:
            known[name] = plane(name.hex())
        return known[name]

    locks = tuple(_checked(_with_planes(lock, real)) for lock in guidance.locks)
    return replace(guidance, locks=locks)


def _with_planes(lock: Lock, of: Callable[[Plane], Plane]) -> Lock:
    moved = lock.moved and replace(lock.moved, chroma=of(lock.moved.chroma))
    return replace(lock, chroma=of(lock.chroma), mask=of(lock.mask), moved=moved, light=lock.light and of(lock.light))


def _checked(lock: Lock) -> Lock:
    chroma, mask = lock.chroma.array, lock.mask.array
    planes = [chroma, *([lock.moved.chroma.array] if lock.moved else [])]
    lights = [lock.light.array] if lock.light else []
    good = (
        0 <= lock.label <= 255 and mask.dtype == np.uint8 and mask.ndim == 2 and mask.size > 0
        and all(plane.shape == (*mask.shape, 2) for plane in planes) and all(one.ndim == 2 for one in lights)
        and all(one.dtype == np.float32 and np.isfinite(one).all() for one in (*planes, *lights))
        and max(max(one.shape) for one in (mask, *lights)) <= _LARGEST_SIDE
    )  # fmt: skip
    if not good:
        raise ValueError("a lock in it is damaged")
    return lock


# -- labels


def label_set_entries(label_set: LabelSet, before: str = "") -> Iterator[tuple[str, bytes]]:
    """Name and content of the entries that hold a label set: one, or two for a sketch's, whose regions stand before
    the set that is usual."""
    name = _OWN if isinstance(label_set, OwnLabels) else _NETWORKS
    yield before + name, to_text(own_labels(label_set)).encode("utf-8", "replace")
    if isinstance(label_set, RegionSet):
        yield from label_set_entries(label_set.usual or default_label_set(), _USUAL)


def label_set_from(names: Container[str], read: Callable[[str], bytes]) -> LabelSet:
    """The set of `label_set_entries`, of which there are these names; the default one where there are none, as in
    version 0, which knew no other."""
    found, usual = _set(names, read), _set(names, read, _USUAL)
    if usual is not None and isinstance(found, OwnLabels):
        return RegionSet(found.names, found.colors, found.parents, usual)
    return found or default_label_set()


def _set(names: Container[str], read: Callable[[str], bytes], before: str = "") -> LabelSet | None:
    if before + _OWN in names:
        return from_text(read(before + _OWN), "its label set")
    if before + _NETWORKS not in names:
        return None
    own = from_text(read(before + _NETWORKS), "its label set")
    plain = LabelSet(own.names, own.colors)
    return default_label_set() if plain == default_label_set() else plain


def labels_from(content: bytes, label_set: LabelSet, size: tuple[int, int] | None) -> np.ndarray:
    """A label map of `size` (height, width) with no ids but the set's and UNSURE."""
    try:
        labels = indexed_png.decode(content, size)
    except ValueError as error:
        raise ValueError(f"its label map is damaged ({error})") from error
    if strange := [label for label in _used(labels) if len(label_set) <= label != UNSURE]:
        raise ValueError(f"its label map has the id {strange[0]}, which its label set has not")
    return labels


def _used(labels: np.ndarray) -> Iterator[int]:
    yield from np.flatnonzero(count_labels(labels)).tolist()


def confidence_from(content: bytes) -> np.ndarray:
    """How sure the segmentation was, float (h, w)."""
    confidence = from_npy(content)
    if confidence.ndim != 2 or confidence.dtype.kind != "f" or not np.isfinite(confidence).all():
        raise ValueError("the confidence in it is damaged")
    return confidence
