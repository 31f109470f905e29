"""COCO's run lengths: a mask as the lengths of its runs, column by column, starting with a run of zeros.

Uncompressed they are a list of numbers; compressed a string, each number in groups of five bits (from the lowest),
with 48 added to make letters, bit 5 saying that more follow; from the third number on, the difference to the number
two before is written. This is pycocotools' `rleToString`, and these strings are the same to the letter.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def encode(mask: np.ndarray) -> list[int]:
    """The run lengths of a bool mask (H, W)."""
    flat = np.asarray(mask, bool).ravel(order="F")
    turns = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    edges = np.concatenate([[0] if flat.size and flat[0] else [], [0], turns, [flat.size]])
    return np.diff(edges).astype(int).tolist()


def decode(counts: Sequence[int], shape: tuple[int, int]) -> np.ndarray:
    """The bool mask (H, W) of run lengths. ValueError if they are negative or do not fill the shape."""
    runs = np.asarray(counts, np.int64)
    if runs.ndim != 1 or (runs < 0).any() or (runs > shape[0] * shape[1]).any() or runs.sum() != shape[0] * shape[1]:
        raise ValueError(f"runs of {int(runs.sum())} pixels for {shape[1]} x {shape[0]}")
    values = np.arange(len(runs)) % 2 == 1
    return np.repeat(values, runs).reshape(shape, order="F")


def to_string(counts: Sequence[int]) -> str:
    """Run lengths, compressed."""
    letters = []
    for index, count in enumerate(counts):
        number = count - counts[index - 2] if index > 2 else count
        while True:
            group, number = number & 31, number >> 5
            more = number != (-1 if group & 16 else 0)
            letters.append(chr((group | 32 if more else group) + 48))
            if not more:
                break
    return "".join(letters)


def from_string(text: str | bytes) -> list[int]:
    """Run lengths from their compressed form. ValueError for what is no such string."""
    counts: list[int] = []
    number = shift = 0
    for letter in text if isinstance(text, bytes) else text.encode("latin-1"):
        group = letter - 48
        if not 0 <= group < 64 or shift > 60:
            raise ValueError("not a compressed run length string")
        number |= (group & 31) << shift
        shift += 5
        if group & 32:
            continue
        if group & 16:
            number -= 1 << shift
        counts.append(number + counts[-2] if len(counts) > 2 else number)
        number = shift = 0
    if shift:
        raise ValueError("a compressed run length string that is cut short")
    return counts
