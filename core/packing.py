"""Labels and masks of undo steps, kept small: by LZ4, which reads and writes label maps several times quicker than
deflate and about as small, or as one byte where all values are the same."""

from __future__ import annotations

import numpy as np


def pack(values: np.ndarray) -> bytes:
    """The uint8 array compressed; one byte if all its values are the same, as under most strokes."""
    first = values[:1].tobytes()
    if (values == values[0]).all():
        return first
    from imagecodecs import lz4_encode  # imported when the first edit is made, not when the window is

    return bytes(lz4_encode(values, header=False))


def unpack(data: bytes, count: int) -> np.ndarray:
    """The `count` values again, in a new array."""
    if len(data) == 1:
        return np.full(count, data[0], np.uint8)
    from imagecodecs import lz4_decode

    values = np.empty(count, np.uint8)
    lz4_decode(data, header=False, out=values)
    return values
