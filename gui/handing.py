"""The coloured picture for other programs: as an image in memory and as PNG. Takes its time: for a thread."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
from PySide6.QtGui import QColorSpace, QImage

from gui.saving import Work


def image_of(work: Work) -> QImage:
    """The result at full size, sRGB, 8 bits a channel, with the photo's alpha."""
    from core.chroma import render
    from core.photo_encode import to_8_bit

    result = work.result
    rgb = render(work.photo, result.chroma, locks=result.locks, moved=result.moved, fill=result.fill)
    height, width = rgb.shape[:2]
    if work.photo.alpha is None:
        image = QImage(rgb.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
    else:
        rgba = np.dstack([rgb, to_8_bit(work.photo.alpha)])
        image = QImage(rgba.data, width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()
    image.setColorSpace(QColorSpace(QColorSpace.NamedColorSpace.SRgb))
    return image


def for_clipboard(work: Work) -> tuple[QImage, bytes]:
    """The image, and the same pixels as the bytes of a PNG, ready for whoever asks the clipboard."""
    from core.formats import ExportSettings
    from core.photo import Photo
    from core.photo_encode import to_8_bit
    from core.photo_files import file_of

    image = image_of(work)
    seen = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(seen.constBits(), np.uint8).reshape(seen.height(), seen.bytesPerLine())
    rgb = rows[:, : 3 * seen.width()].reshape(seen.height(), seen.width(), 3)
    alpha = None if work.photo.alpha is None else to_8_bit(work.photo.alpha).copy()
    plain = Photo(None, rgb.copy(), alpha)  # sRGB, and nothing of what the photo says of itself
    file = BytesIO()
    file_of(Path("clipboard"), "PNG", plain, ExportSettings("png"), 8).write(file, lambda part: plain.pixels[part])
    return image, file.getvalue()
