"""What an export will look like and weigh, before it is written: really encoded, and really decoded.

    sample(photo, result, box, settings)   a region at 100 %, as the file will show it: sRGB uint8
    file_size(photo, result, path, settings, ...)   bytes of the whole file, to the last one

Both take their time: they are for a thread.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np

from core.box import Box
from core.chroma import full_size
from core.errors import Cancelled
from core.exporting import export_result, marked
from core.formats import FORMATS, ExportSettings
from core.icc import SRGB
from core.labels import LabelSet
from core.photo import Photo
from core.photo_files import file_of
from core.photo_write import target_of
from core.request import Result

_BLOCK = 16  # pixels a side that lossy formats code together


def sample(photo: Photo, result: Result, box: Box, settings: ExportSettings) -> np.ndarray:
    """The pixels inside `box` (photo pixels), uint8 (h, w, 3) sRGB, as the exported file will show them. What is clear
    lies on white. Raises ExportError where the settings cannot be met."""
    name = _path(photo)
    form = FORMATS[target_of(name, photo, settings.format)[1]]
    depth = settings.depth_for(form, photo.depth, name.name)
    space = photo.color_space if form.carries else SRGB
    make = full_size(photo, result.chroma, depth, result.locks, result.moved, result.fill, space)
    wide = Box(box.top // _BLOCK * _BLOCK, box.left // _BLOCK * _BLOCK, -(-box.bottom // _BLOCK) * _BLOCK,
               -(-box.right // _BLOCK) * _BLOCK).clip(*photo.size)  # fmt: skip
    pixels = make(wide)
    alpha = None if photo.alpha is None else photo.alpha[wide.slices]
    if not form.lossless or (form.has_quality and settings.quality not in (None, 100)):
        part = Photo(None, np.ascontiguousarray(photo.pixels[wide.slices]), alpha, photo.icc)
        pixels = _through(part, pixels, form.name, settings)
    shown = np.clip(space.to_srgb(pixels), 0, 1)
    if alpha is not None and form.alpha:
        share = (alpha / np.iinfo(alpha.dtype).max)[..., None]
        shown = shown * share + (1 - share)
    down, across = box.top - wide.top, box.left - wide.left
    shown = shown[down : down + box.height, across : across + box.width]
    return np.ascontiguousarray((shown * 255 + 0.5).astype(np.uint8))


def file_size(
    photo: Photo, result: Result, settings: ExportSettings, label_set: LabelSet, labels_by: str,
    cancel: Callable[[], bool],
) -> int:  # fmt: skip
    """Bytes of the file that an export with `settings` writes. Raises ExportError, and Cancelled."""
    path, name = target_of(_path(photo), photo, settings.format)
    if FORMATS[name].layered:
        return _size_with_layers(photo, result, path, settings, label_set, labels_by, cancel)
    mark, _ = marked(photo, result, path, settings, label_set, labels_by)
    form = FORMATS[name]
    depth = settings.depth_for(form, photo.depth, path.name)
    space = photo.color_space if form.carries else SRGB
    make = full_size(photo, result.chroma, depth, result.locks, result.moved, result.fill, space)

    def pixels(rows: slice) -> np.ndarray:
        if cancel():
            raise Cancelled
        return make(Box(rows.start, 0, rows.stop, photo.width))

    file = BytesIO()
    file_of(path, name, photo, settings, depth, mark=mark).write(file, pixels)
    return file.getbuffer().nbytes


def _size_with_layers(
    photo: Photo, result: Result, path: Path, settings: ExportSettings, label_set: LabelSet, labels_by: str,
    cancel: Callable[[], bool],
) -> int:  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        written = export_result(photo, result, Path(folder) / path.name, settings, label_set=label_set,
                                labels_by=labels_by, cancel=cancel)  # fmt: skip
        return written.stat().st_size


def _path(photo: Photo) -> Path:
    return photo.path or Path("photo")


def _through(part: Photo, pixels: np.ndarray, name: str, settings: ExportSettings) -> np.ndarray:
    """`pixels` encoded and decoded again, (h, w, 3)."""
    from PIL import Image

    file = BytesIO()
    file_of(Path("part"), name, part, settings, 8).write(file, lambda rows: pixels[rows])
    with Image.open(file) as image:
        return np.asarray(image.convert("RGB"))
