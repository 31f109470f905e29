"""Label maps as files: what the person painted, to be kept, edited elsewhere and opened again.

Written as indexed PNG, the form PASCAL VOC made common: a pixel's index is its id, the palette shows the
overlay colours, a text chunk lists the names. Read are such files, plain 8-bit grey ids, and the pictures of
overlay colours that the original program saved. The ids come back exactly, or a LabelError says why not. A file that
lists other names for its ids than the label set was made with another set: then the names decide.

OpenCV is of no use here: it expands palettes to colours.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image, PngImagePlugin

from core.errors import LabelError
from core.label_exchange import Names, WrongSize, write_file
from core.labels import UNSURE, LabelSet, count_labels, default_label_set, resize_labels, voc_color

NAMES_KEY = "labels"
"""The PNG text chunk with the names, in the form of a label file (`id: name` a line)."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_NAME = re.compile(r"\s*(\d{1,3})\s*:\s*(\S.*?)\s*")
_MOST_STRANGE = 255  # colours without a label that can be mapped; a picture with more was smoothed
_DEPTH_AT = 24  # where a PNG says how many bits a sample has
LARGEST = 1_000_000_000  # pixels, as for photos; what a header claims beyond is a mistake or an attack
Image.MAX_IMAGE_PIXELS = None  # Pillow's own limit is one for the whole process, and smaller than a photo may be
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, struct.error, zlib.error)


def save_label_map(path: Path | str, labels: np.ndarray, label_set: LabelSet, *,
                   overwrite: bool = False) -> None:
    """Write labels, uint8 (H, W), as an indexed PNG. LabelError if it cannot be written, or if the file is
    there and `overwrite` is not given. The file appears whole or not at all."""
    path = Path(path)
    picture = Image.fromarray(labels)
    picture.putpalette([part for label in range(256) for part in label_set.color(label)])
    names = PngImagePlugin.PngInfo()
    names.add_text(NAMES_KEY, "".join(f"{label}: {name}\n" for label, name in enumerate(label_set.names)))
    buffer = io.BytesIO()
    picture.save(buffer, format="PNG", bits=8, pnginfo=names)
    write_file(path, buffer.getvalue(), overwrite=overwrite)


def load_label_map(path: Path | str, size: tuple[int, int] | None = None, *,
                   label_set: LabelSet | None = None, scale: bool = False,
                   mapping: Mapping[str, str | int | None] | None = None, outside: int = UNSURE) -> np.ndarray:
    """Read a label map, uint8 (H, W), 255 where unsure.

    size: (height, width) the map must have; with `scale` a map of another size is resized (nearest) instead.
    label_set: whose ids and colours may occur; the default one if not given. mapping: what unknown names, ids
    (as "id 77") and colours (as "#12ab9f") stand for, as in core/label_exchange; None is `outside`.
    LabelError: unreadable, damaged, no PNG, 16 bit; WrongSize; UnknownNames.
    """
    path, label_set = Path(path), label_set or default_label_set()
    picture, depth = _open(path)
    have = picture.height, picture.width
    names = Names(label_set, mapping, outside)
    try:
        pixels = np.asarray(picture)
    except _BROKEN as error:
        raise LabelError(f"The label map {path} is damaged or cut short; choose another copy.") from error
    if picture.mode == "P":
        labels = _from_indices(pixels, picture, label_set, names)
    elif picture.mode in ("1", "L", "LA"):
        labels = _by_names(_from_gray(pixels, depth), {}, label_set, names)
    else:
        labels = _from_colors(pixels[..., :3], label_set, names, path)
    names.check(path)
    if size and have != tuple(size):
        if not scale:
            raise WrongSize(path, have, tuple(size))
        labels = resize_labels(labels, size)
    return labels


def _open(path: Path) -> tuple[Image.Image, int]:
    """The PNG, its pixels not read yet, and its bits per sample."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise LabelError(f"The label map {path} cannot be read ({error.strerror}); choose another.") from error
    if not data.startswith(_SIGNATURE):
        raise LabelError(f"{path} is not a PNG; choose a label map saved as an indexed PNG.")
    try:
        picture = Image.open(io.BytesIO(data), formats=["PNG"])
    except _BROKEN as error:
        raise LabelError(f"The label map {path} is damaged or cut short; choose another copy.") from error
    if picture.width * picture.height > LARGEST:
        raise LabelError(f"{path} is too large for a label map; choose one of the size of its photo.")
    depth = data[_DEPTH_AT]  # Pillow would quietly make 8 bits of 16
    if depth == 16:
        raise LabelError(f"{path} has 16 bits a sample; save the label map with 8 bits, ids 0 to 255.")
    return picture, depth


def _by_names(indices: np.ndarray, listed: dict[int, str], label_set: LabelSet, names: Names) -> np.ndarray:
    """The ids of a map by what the file calls its own: by name, and an id without one stands for itself."""
    table = np.full(256, UNSURE, np.uint8)
    for index in np.flatnonzero(count_labels(indices)[:UNSURE]).tolist():
        if index in listed or index >= len(label_set):
            table[index] = names.pixel(listed.get(index, f"id {index}"))
        else:
            table[index] = index
    return table[indices]


def _listed(picture: Image.Image) -> dict[int, str]:
    """The names that the file itself gives its ids."""
    found = (_NAME.fullmatch(line) for line in getattr(picture, "text", {}).get(NAMES_KEY, "").splitlines())
    return {int(match[1]): match[2] for match in found if match}


def _from_indices(indices: np.ndarray, picture: Image.Image, label_set: LabelSet, names: Names) -> np.ndarray:
    """The ids of an indexed picture: those of its names if they are other ones than the set's; else its indices,
    unless its colours are the labels' in another order, as paint programs leave them."""
    palette, listed, used = picture.getpalette("RGB"), _listed(picture), np.flatnonzero(count_labels(indices))
    if any(index != UNSURE and listed.get(index, label_set.name(index)) != label_set.name(index) for index in used):
        return _by_names(indices, listed, label_set, names)
    return _by_names(_reordered(indices, palette, label_set), {}, label_set, names)


def _reordered(indices: np.ndarray, palette: list[int], label_set: LabelSet) -> np.ndarray:
    ids = _ids_of_colors(label_set)
    table = np.arange(256, dtype=np.uint8)
    for index in np.flatnonzero(count_labels(indices)):
        color = tuple(palette[3 * index:3 * index + 3])
        if color not in ids:
            return indices.copy()
        if color != label_set.color(int(index)):
            table[index] = ids[color]
    return table[indices]


def _from_gray(pixels: np.ndarray, depth: int) -> np.ndarray:
    """The ids of a grey picture; Pillow spreads 1, 2 and 4 bits over 0..255."""
    if pixels.ndim == 3:  # grey and alpha
        pixels = pixels[..., 0]
    if pixels.dtype == bool:
        return pixels.astype(np.uint8)
    return pixels // (255 // (2**depth - 1))


def _from_colors(pixels: np.ndarray, label_set: LabelSet, names: Names, path: Path) -> np.ndarray:
    """The ids of a picture in the overlay colours, (H, W, 3) uint8. Colours that no label has are left to `names`."""
    table = np.full(1 << 24, -1, np.int16)
    for (red, green, blue), label in _ids_of_colors(label_set).items():
        table[red << 16 | green << 8 | blue] = label
    parts = pixels.astype(np.uint32)
    colors = parts[..., 0] << 16 | parts[..., 1] << 8 | parts[..., 2]
    labels = table[colors]
    strange = np.unique(colors[labels < 0]).tolist()
    if len(strange) > _MOST_STRANGE:
        raise LabelError(f"{path} has {len(strange)} colours that no label has, such as #{strange[0]:06x}; save the "
                         "label map without smoothing, as an indexed PNG.")
    for color in strange:
        labels[colors == color] = names.pixel(f"#{color:06x}")
    return labels.astype(np.uint8)


def _ids_of_colors(label_set: LabelSet) -> dict[tuple[int, ...], int]:
    return {voc_color(UNSURE): UNSURE, **{color: label for label, color in enumerate(label_set.colors)}}
