"""A result becomes a file that says what it was made with: the one way of the window and of the batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.chroma import export
from core.formats import FORMATS, ExportSettings, Format
from core.labels import LabelSet
from core.photo import Photo
from core.photo_write import target_of, write_photo
from core.provenance import mark_of
from core.request import Result
from core.xmp import Mark


def export_result(
    photo: Photo,
    result: Result,
    path: Path,
    settings: ExportSettings,
    *,
    label_set: LabelSet,
    labels_by: str,
    overwrite: bool = False,
    say: Callable[[str], None] | None = None,
    progress: Callable[[float], None] | None = None,
    cancel: Callable[[], bool] | None = None,
    labels: np.ndarray | None = None,
) -> Path:
    """Write the photo in the colours of `result`, marked; as `core.chroma.export`, or with its layers where the format
    has them. `labels_by` says who gave the labels (`core.provenance`); `labels`, uint8 (H, W), are what layers show of
    them, those of the work size if not given. Raises ExportError."""
    mark, notes = marked(photo, result, path, settings, label_set, labels_by)
    target, name = target_of(path, photo, settings.format)
    layered = FORMATS[name].layered
    if layered:
        from core.layer_files import export_layers

        written = export_layers(
            photo, result, target, name, settings, label_set=label_set, labels=labels, mark=mark, overwrite=overwrite,
            say=say, progress=progress, cancel=cancel,
        )  # fmt: skip
    else:
        written = export(
            photo, result.chroma, path, settings, overwrite=overwrite, locks=result.locks, moved=result.moved,
            fill=result.fill, mark=mark, say=say, progress=progress, cancel=cancel,
        )  # fmt: skip
    if not layered and result.fill is not None and result.request.guidance.settings.lines == "layer":
        write_lines(photo, lines_beside(written, overwrite))
    for note in notes if say else ():
        say(note)
    return written


def lines_beside(path: Path, overwrite: bool = False) -> Path:
    """Where the lines of a sketch go that is written to `path`: `<stem>_lines.png`, numbered where that is taken."""
    wanted, number = path.with_name(f"{path.stem}_lines.png"), 2
    while not overwrite and wanted.exists():
        wanted, number = path.with_name(f"{path.stem}_lines-{number}.png"), number + 1
    return wanted


def write_lines(photo: Photo, path: Path) -> Path:
    """Write the strokes of a sketch alone to `path`, over what is there: RGBA, of the photo's depth. ExportError."""
    from core.sketch_lines import line_layer

    layer = line_layer(photo)
    alone = Photo(photo.path, layer[..., :3], layer[..., 3], photo.color_icc, format="PNG")
    return write_photo(path, layer[..., :3], alone, format="png", overwrite=True)


def marked(
    photo: Photo, result: Result, path: Path, settings: ExportSettings, label_set: LabelSet, labels_by: str
) -> tuple[Mark | None, tuple[str, ...]]:
    """What the file at `path` is to say of itself, None where its format carries nothing."""
    form = FORMATS[target_of(path, photo, settings.format)[1]]
    if not form.carries:
        return None, (f"{form.title} cannot say how it was made; choose PNG or TIFF for that.",)
    return mark_of(result, photo, _named(settings, form, photo, path), label_set, labels_by)


def _named(settings: ExportSettings, form: Format, photo: Photo, path: Path) -> ExportSettings:
    """The settings in numbers: what was left to photo and format is said, what means nothing in it is not."""
    quality = form.quality if settings.quality is None else settings.quality
    lossy = form.has_quality and not (form.lossless and quality >= 100)
    return replace(
        settings,
        format=form.id,
        depth=settings.depth_for(form, photo.depth, path.name),
        quality=quality if lossy else None,
        subsampling=form.subsampling(quality, settings.subsampling) if form.subsampled else None,
    )
