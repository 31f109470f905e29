"""What a person gives the panel: files, pictures and text that were dropped or pasted, and the files it writes.

What is in a drop or in the clipboard is taken out at once; reading it is for the background.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from core.errors import ProjectError, UserError
from core.palette_io import READABLE, WRITABLE, PaletteFile, parse_palette, picture_palette, read_palette

NOTHING = "There is no palette in what was given; copy hex codes, a palette file or a picture of swatches."
_TITLES = {
    ".gpl": "GIMP palette",
    ".ase": "Adobe Swatch Exchange",
    ".aco": "Photoshop swatches",
    ".act": "Adobe colour table",
    ".kpl": "Krita palette",
    ".soc": "LibreOffice colours",
    ".hex": "Hex codes",
    ".css": "CSS variables",
    ".txt": "Hex codes as text",
    ".png": "Picture of swatches",
}
OPEN_FILTER = f"Palettes and pictures ({' '.join('*' + suffix for suffix in READABLE)});;All files (*)"
SAVE_FILTERS = {f"{_TITLES[suffix]} (*{suffix})": suffix for suffix in WRITABLE}


@dataclass(frozen=True)
class Given:
    """Something to read a palette from: what to call it, how to read it (in the background), and whether a single
    colour of it joins the palette there is."""

    name: str
    read: Callable[[], PaletteFile]
    joins: bool = False


def given_in(data: QMimeData, colors: int) -> Given | None:
    """What may hold a palette in a drop or in the clipboard; a picture gives `colors`. None where nothing may."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    if paths:
        return given_files(paths, colors)
    if data.hasImage() and not (image := QImage(data.imageData())).isNull():
        return Given("Paste picture", lambda: _read_image(image, colors))
    text = data.text() or " ".join(url.toString() for url in data.urls())
    return Given("Paste palette", lambda: parse_palette(text), True) if text.strip() else None


def given_files(paths: list[Path], colors: int) -> Given:
    """Palette files and pictures, one after the other."""
    return Given(f"Open {paths[0].name}", lambda: _read_all(paths, colors))


def _read_all(paths: list[Path], colors: int) -> PaletteFile:
    """The palettes of several files in a row; a file that cannot be read is told, and costs only itself."""
    if len(paths) == 1:
        return read_palette(paths[0], colors)
    read: list[PaletteFile] = []
    problems: list[str] = []
    for path in paths:
        try:
            read.append(read_palette(path, colors))
        except UserError as error:
            problems.append(str(error))
    if not read:
        raise ProjectError(problems[0])
    swatches = tuple(swatch for one in read for swatch in one.swatches)
    return PaletteFile(swatches, read[0].name, tuple(note for one in read for note in one.notes) + tuple(problems))


def _read_image(image: QImage, colors: int) -> PaletteFile:
    rgba = image.convertToFormat(QImage.Format.Format_RGBA8888)
    pixels = np.frombuffer(rgba.constBits(), np.uint8).reshape(rgba.height(), rgba.bytesPerLine())
    pixels = pixels[:, : 4 * rgba.width()].reshape(rgba.height(), rgba.width(), 4)
    seen = pixels[..., 3] > 0
    return picture_palette(np.ascontiguousarray(pixels[..., :3]), None if seen.all() else seen, colors)


def ask_open(parent: QWidget, folder: str, title: str) -> list[Path]:
    """Which palettes or pictures?"""
    chosen, _ = QFileDialog.getOpenFileNames(parent, title, folder, OPEN_FILTER)
    return [Path(text) for text in chosen]


def ask_save(parent: QWidget, folder: str) -> tuple[Path, bool] | None:
    """Where to? The path, and whether the person agreed to replace what is there; None if nowhere."""
    start = str(Path(folder) / "palette.gpl")
    chosen, form = QFileDialog.getSaveFileName(parent, "Save palette", start, ";;".join(SAVE_FILTERS))
    if not chosen:
        return None
    path = Path(chosen)
    if path.suffix.lower() in WRITABLE:
        return path, True
    return path.with_name(path.name + SAVE_FILTERS.get(form, ".gpl")), False  # about that name nobody was asked
