"""Labels and masks of undo steps, kept small: by LZ4, which reads and writes label maps several times quicker than
deflate and about as small, or as one byte where all values are the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np


def pack(values: np.ndarray) -> bytes:
    """The uint8 array compressed; one byte if all its values are the same, as under most strokes."""
    first = values[0]
    if first == values[-1] == values[len(values) // 2] and (values == first).all():
        return bytes([first])
    return bytes(_codec()[0](values, header=False))


def unpack(data: bytes, count: int) -> np.ndarray:
    """The `count` values again, in a new array."""
    if len(data) == 1:
        return np.full(count, data[0], np.uint8)
    values = np.empty(count, np.uint8)
    _codec()[1](data, header=False, out=values)
    return values


@cache
def _codec() -> tuple[Callable, Callable]:
    """LZ4's two ways, imported when the first edit is made, not when the window is."""
    from imagecodecs import lz4_decode, lz4_encode

    return lz4_encode, lz4_decode
