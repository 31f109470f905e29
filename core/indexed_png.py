"""Label maps as indexed PNG in memory, quick enough for every minute: ids as they are, colours of the label set.

Written strip by strip with the library's deflate, which lets other threads run; Pillow's writer holds them up.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator

import numpy as np
from PIL import Image

from core.labels import LabelSet

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_STRIP = 1 << 20  # pixels deflated at a time
LARGEST = 1_000_000_000  # pixels, as for photos


def encode(labels: np.ndarray, label_set: LabelSet) -> bytes:
    """The PNG of labels, uint8 (H, W); all 256 ids have their overlay colour in its palette."""
    height, width = labels.shape
    palette = bytes(part for label in range(256) for part in label_set.color(label))
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)  # 8 bits, indexed
    data = b"".join(_deflated(labels))
    chunks = (b"IHDR", header), (b"PLTE", palette), (b"IDAT", data), (b"IEND", b"")
    return _SIGNATURE + b"".join(_chunk(kind, content) for kind, content in chunks)


def _deflated(labels: np.ndarray) -> Iterator[bytes]:
    """Every row behind a 0, "no filter", which suits ids best."""
    deflate = zlib.compressobj(1)
    height, width = labels.shape
    step = max(1, _STRIP // max(1, width))
    rows = np.zeros((min(step, height), width + 1), np.uint8)
    for top in range(0, height, step):
        strip = labels[top : top + step]
        rows[: len(strip), 1:] = strip
        yield deflate.compress(rows[: len(strip)].ravel())
    yield deflate.flush()


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def decode(data: bytes, size: tuple[int, int] | None = None) -> np.ndarray:
    """The indices of an indexed PNG (or the values of an 8-bit grey one), uint8 (H, W). ValueError for anything else,
    for damage, and for another (height, width) than `size`, which is told before any memory is asked for."""
    try:
        picture = Image.open(io.BytesIO(data), formats=["PNG"])
        have = picture.height, picture.width
        if picture.mode not in ("P", "L") or have[0] * have[1] > LARGEST:
            raise ValueError("not an indexed picture of labels")
        if size is not None and have != tuple(size):
            raise ValueError(f"{have[1]} × {have[0]} pixels where {size[1]} × {size[0]} should be")
        return np.array(picture, np.uint8)
    except (OSError, SyntaxError, EOFError, IndexError, KeyError, struct.error, zlib.error) as error:
        raise ValueError(str(error)) from error
