"""Keeps a picture of the window small: a guide is no album.

JPEG without colour subsampling: a palette of 256 colours would change the labels' colours, and a photo in lossless
PNG is four times as large.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QPixmap

IMAGES = Path(__file__).resolve().parent / "images"
QUALITY = 84


def keep(picture: QPixmap, name: str) -> None:
    """Write docs/images/<name>.jpg."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    full = Image.open(BytesIO(buffer.data().data())).convert("RGB")
    full.save(IMAGES / f"{name}.jpg", quality=QUALITY, subsampling=0, optimize=True, progressive=True)
