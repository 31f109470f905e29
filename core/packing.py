"""Labels and masks of undo steps, kept small: deflated, or one byte where all values are the same."""

from __future__ import annotations

import zlib

import numpy as np


def pack(values: np.ndarray) -> bytes:
    """The uint8 array deflated; one byte if all its values are the same, as under most strokes."""
    first = values[:1].tobytes()
    return first if (values == values[0]).all() else zlib.compress(values, 1)


def unpack(data: bytes, count: int) -> np.ndarray:
    """The `count` values again, read-only or new."""
    if len(data) == 1:
        return np.full(count, data[0], np.uint8)
    return np.frombuffer(zlib.decompress(data), np.uint8)
