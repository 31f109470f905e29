"""A small picture of a photo, by the shortest way there is: a page of a PDF is drawn small, camera raw brings one."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.photo import RAW_SUFFIXES, load_photo
from core.photo_pages import PDF_SUFFIX, split_page


def load_thumbnail(path: Path, long_side: int) -> np.ndarray:
    """sRGB (h, w, 3) uint8, upright, of about `long_side` or more where no shorter way is known. Raises PhotoError."""
    file, page = split_page(Path(path))
    suffix = file.suffix.lower()
    if suffix == PDF_SUFFIX:
        from core.photo_pdf import thumbnail

        return thumbnail(file, page or 0, long_side)
    if suffix in RAW_SUFFIXES:
        from core.photo_raw import thumbnail_within

        small = thumbnail_within(file, long_side)
        if small is not None:
            return small
    return load_photo(path).thumbnail(long_side)
