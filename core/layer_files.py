"""A result becomes a file of layers: OpenRaster, or Photoshop's PSD where psd-tools is installed.

    export_layers(photo, result, path, "ORA", settings, label_set=..., labels=..., mark=...)

What the layers are stands in core/layer_stack, how a format holds them in the module that `core.formats` names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from threading import Lock

import numpy as np

from core.errors import Cancelled, ExportError
from core.formats import FORMATS, ExportSettings
from core.labels import LabelSet
from core.layer_stack import Stack, layer_stack
from core.metadata import without_place
from core.photo import Photo
from core.photo_write import check_fits, check_target, writing
from core.request import Result
from core.xmp import Mark, carried


def export_layers(
    photo: Photo,
    result: Result,
    path: Path,
    name: str,
    settings: ExportSettings,
    *,
    label_set: LabelSet,
    labels: np.ndarray | None = None,
    mark: Mark | None = None,
    overwrite: bool = False,
    say: Callable[[str], None] | None = None,
    progress: Callable[[float], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Path:
    """Write the layers of a result to `path` in the format `name` ("ORA", "PSD"), whole or not at all; returns the
    path. `labels` uint8 (H, W) as in `core.layer_stack`. Raises ExportError, and Cancelled."""
    form = FORMATS[name]
    check_target(path, overwrite)
    check_fits(path, form, *photo.size)
    module = import_module(form.module)
    if missing := getattr(module, "missing", lambda: "")():
        raise ExportError(f"{path} was not written: {missing}")
    stack = layer_stack(photo, result, label_set, labels, settings.depth_for(form, photo.depth, path.name))
    xmp, notes = carried(photo.xmp, mark, settings.strip_gps)
    exif = without_place(photo.exif) if settings.strip_gps else photo.exif
    with writing(path, overwrite) as file:
        module.write(file, replace(stack, exif=exif, xmp=xmp), _Teller(stack, progress, cancel))
    for note in (*stack.notes, *notes) if say else ():
        say(note)
    return path


class _Teller:
    """Called with the number of pixels that are begun, from any thread."""

    def __init__(
        self, stack: Stack, progress: Callable[[float], None] | None, cancel: Callable[[], bool] | None
    ) -> None:
        pictures = {layer.data: layer.box for layer in (*stack.every(), stack.merged)}
        self._all = sum(box.height * box.width for box in pictures.values())
        self._progress, self._cancel = progress, cancel
        self._done, self._lock = 0, Lock()

    def __call__(self, pixels: int) -> None:
        if self._cancel is not None and self._cancel():
            raise Cancelled
        with self._lock:
            self._done += pixels
            share = min(self._done / self._all, 1.0)
        if self._progress is not None:
            self._progress(share)
