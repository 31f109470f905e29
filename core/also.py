"""What may be written besides a result: its layers, label map, palette, and pictures that compare.

    write_also(shown, {"ora", "labels"}, folder, "mill")      mill_layers.ora, mill_labels.png

The window's Export layers and comparisons and the batch's --also are this.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from core import before_after
from core.also_kinds import GIF, LABELS, ORA, PALETTE, PSD, SIDE, WEBP, names_of
from core.errors import Cancelled, LabelError
from core.formats import ExportSettings
from core.label_maps import save_label_map
from core.labels import LabelSet, resize_labels
from core.photo import Photo
from core.photo_write import check_target, write_file
from core.provenance import BY_PERSON, mark_of
from core.request import Result
from core.xmp import carried

_COLORS = 8  # of the palette
_MOST_XMP = 65000  # bytes that the one segment of a JPEG holds
_LONG = {ORA, PSD, WEBP, GIF}  # take as long as ten of the others


@dataclass(frozen=True, eq=False)
class Shown:
    """A result to be shown: the photo, its colours, and the labels, uint8 (H, W), those of the work size if None."""

    photo: Photo
    result: Result
    label_set: LabelSet
    labels: np.ndarray | None = None
    labels_by: str = BY_PERSON


def write_also(
    shown: Shown,
    kinds: Collection[str],
    folder: Path,
    stem: str,
    *,
    overwrite: bool = False,
    say: Callable[[str], None] | None = None,
    progress: Callable[[float], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> list[Path]:
    """Write files of `kinds` into a folder that is there; their paths. Raises ExportError or LabelError where one
    cannot be written, and Cancelled: what was written before it stays."""
    files, done, written = names_of(kinds, folder, stem), 0, []
    total = sum(_weight(kind) for kind in files)

    def tell(kind: str, share: float) -> None:
        if cancel is not None and cancel():
            raise Cancelled
        if progress is not None:
            progress((done + share * _weight(kind)) / total)

    writer = _Writer(shown, overwrite, say)
    for kind, paths in files.items():
        tell(kind, 0.0)
        writer.write(kind, paths, partial(tell, kind))
        written += paths
        done += _weight(kind)
    return written


def _weight(kind: str) -> int:
    return 10 if kind in _LONG else 1


class _Writer:
    """Writes one kind after the other; pictures that several need are made once."""

    def __init__(self, shown: Shown, overwrite: bool, say: Callable[[str], None] | None) -> None:
        self._shown, self._overwrite, self._say = shown, overwrite, say
        self._pairs: dict[int, tuple[np.ndarray, np.ndarray]] = {}

    def write(self, kind: str, paths: tuple[Path, ...], tell: Callable[[float], None]) -> None:
        for path in paths:
            check_target(path, self._overwrite)
        if kind in (ORA, PSD):
            self._layers(kind, paths[0], tell)
        elif kind == LABELS:
            self._labels(paths[0])
        elif kind == PALETTE:
            self._palette(paths[0])
        else:
            for path, data in zip(paths, self._pictures(kind, tell)):
                write_file(path, [data], self._overwrite)

    def _layers(self, kind: str, path: Path, tell: Callable[[float], None]) -> None:
        from core.exporting import export_result

        shown = self._shown
        export_result(
            shown.photo, shown.result, path, ExportSettings(kind), label_set=shown.label_set, labels=shown.labels,
            labels_by=shown.labels_by, overwrite=self._overwrite, say=self._say, progress=tell,
        )  # fmt: skip

    def _labels(self, path: Path) -> None:
        shown, small = self._shown, self._shown.result.request.guidance.labels
        labels = shown.labels
        if labels is None and small is not None:
            labels = resize_labels(small.array, shown.photo.size)
        if labels is None:
            raise LabelError(f"{path} was not written, because the colours were made without labels.")
        save_label_map(path, labels, shown.label_set, overwrite=self._overwrite)

    def _palette(self, path: Path) -> None:
        from core.palette import from_pixels
        from core.palette_io import write_palette

        swatches = from_pixels(self._pair(before_after.GIF)[1], _COLORS).swatches
        write_palette(path, swatches, path.stem, self._overwrite)

    def _pictures(self, kind: str, tell: Callable[[float], None]) -> list[bytes]:
        if kind == GIF:
            return [before_after.gif(*self._pair(before_after.GIF), tell)]
        xmp = self._xmp()
        if kind == WEBP:
            return [before_after.webp(*self._pair(before_after.WEBP), xmp, tell)]
        before, after = self._pair(before_after.PICTURE)
        if kind == SIDE:
            return [before_after.jpeg(before_after.side_by_side(before, after), xmp)]
        return [before_after.jpeg(before), before_after.jpeg(after, xmp)]

    def _pair(self, long_side: int) -> tuple[np.ndarray, np.ndarray]:
        if long_side not in self._pairs:
            self._pairs[long_side] = before_after.pair(self._shown.photo, self._shown.result, long_side)
        return self._pairs[long_side]

    def _xmp(self) -> bytes | None:
        """What says that a trained model took part, and how it was made."""
        shown = self._shown
        mark, _ = mark_of(shown.result, shown.photo, ExportSettings("jpg", 8), shown.label_set, shown.labels_by)
        packet = carried(None, mark, False)[0]
        return packet if len(packet) < _MOST_XMP else None

