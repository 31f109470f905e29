"""A result's file before its pixels are there: its format, size, depth, what it carries, how it is cut in pieces.

    made = file_of(path, "JPEG", photo, settings, depth=8)
    made.write(file, lambda rows: pixels[rows])

`write` asks for the rows in threads, lays alpha beside them or what is clear on white, and writes in their order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from core.errors import ExportError
from core.formats import FORMATS, ExportSettings, Format
from core.metadata import without_place
from core.photo import Photo, strips
from core.photo_encode import Encoder, Picture, Unfit, encoder_type, most_jpeg_rows, to_8_bit
from core.photo_write import check_fits, in_order
from core.xmp import Mark, carried

PIECE = 1 << 18  # pixels: the dozen float arrays of a piece stay near the processor, and small ones cost more calls


@dataclass(frozen=True)
class ResultFile:
    """What is to be written. `notes` are sentences about what the file cannot keep."""

    path: Path
    form: Format
    picture: Picture
    alpha: np.ndarray | None  # beside the pixels, or to lay them on white by
    notes: tuple[str, ...]
    _encoder: Encoder

    def write(self, file: BinaryIO, pixels: Callable[[slice], np.ndarray]) -> None:
        """The file, of what `pixels` makes of each slice of rows, (h, W) or (h, W, 3). Raises ExportError."""
        picture = self.picture
        todo = [slice(top, min(top + picture.rows, picture.height)) for top in range(0, picture.height, picture.rows)]

        def piece(rows: slice) -> object:
            return self._encoder.piece(self._with_alpha(pixels(rows), rows))

        pieces = in_order(piece, todo)
        try:
            self._encoder.write(file, pieces)
        except Unfit as error:
            raise ExportError(
                f"{self.path} cannot hold {picture.width} x {picture.height} pixels as {self.form.title} ({error}); "
                "choose PNG or TIFF."
            ) from error
        finally:
            pieces.close()

    def _with_alpha(self, pixels: np.ndarray, rows: slice) -> np.ndarray:
        if self.alpha is None:
            return pixels
        alpha = _in_depth(self.alpha[rows], self.picture.depth)
        color = pixels if pixels.ndim == 3 else pixels[..., None]
        if self.form.alpha:
            return np.concatenate([color, alpha[..., None]], axis=-1)
        return _on_white(color, alpha).reshape(pixels.shape)


def file_of(
    path: Path, name: str, photo: Photo, settings: ExportSettings, depth: int, channels: int = 3,
    mark: Mark | None = None,
) -> ResultFile:  # fmt: skip
    """The file of a result of `photo` in the format `name`, in colour (3 channels) or grey (1). With a `mark` its XMP
    says what it was made with. Raises ExportError where the format has no room for it."""
    form = FORMATS[name]
    check_fits(path, form, photo.height, photo.width)
    notes: tuple[str, ...] = ()
    xmp, exif = None, None
    if form.carries:
        xmp, notes = carried(photo.xmp, mark, settings.strip_gps)
        exif = without_place(photo.exif) if settings.strip_gps else photo.exif
    total = channels + (photo.alpha is not None and form.alpha)
    if photo.alpha is not None and not form.alpha:
        notes += (f"{form.title} has no transparency: what was clear is white.",)
    kind = encoder_type(name)
    rows = piece_rows(photo.height, photo.width, kind.step)
    if name == "JPEG":
        rows = min(rows, most_jpeg_rows(photo.width))
    shape = (photo.height, photo.width) + (() if total == 1 else (total,))
    picture = Picture(shape, depth, rows, photo.color_icc if form.carries else None, exif, xmp, settings)
    return ResultFile(path, form, picture, photo.alpha, notes, kind(picture))


def piece_rows(height: int, width: int, step: int) -> int:
    """How many rows a piece has: about PIECE pixels, a multiple of `step`."""
    rows = strips(height, width, PIECE)[0].stop
    return max(step, rows // step * step)


def _in_depth(values: np.ndarray, depth: int) -> np.ndarray:
    if values.itemsize * 8 == depth:
        return values
    return to_8_bit(values) if depth == 8 else values.astype(np.uint16) * np.uint16(257)


def _on_white(color: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """`color` (h, w, c) laid on white as its alpha (h, w) of the same depth says, rounded."""
    most = np.iinfo(color.dtype).max
    share = alpha[..., None].astype(np.uint32)
    return ((color * share + np.uint32(most) * (most - share) + most // 2) // most).astype(color.dtype)
