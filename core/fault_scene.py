"""A photo and its label map cut into cells, and what speaks for each label in any union of cells.

A cell is a superpixel inside one region of the map, so that every region, and every piece of one that follows
the photo's edges, is a union of cells. What is known of a piece adds up from its cells: what the network sees,
where it lies, what it borders on, how light it is. So hundreds of pieces are weighed in a few milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from core.fault_tables import SIZES, Tables, place_of
from core.labels import UNSURE
from core.superpixels import cut_superpixels

CELLS = 260  # superpixels of a photo; borders of the map cut some of them in two
_LIGHTS = 16  # steps of luminance in a cell's histogram
_STEP = 4  # pixels between two places where the network's answer is read; it says no more itself
_LEAST = -8.0  # log probability below which the network's word counts no less

EVIDENCE = ("seen", "confused", "place", "beside", "company", "size", "common")
"""What speaks for a label in a piece: the network's probability; the probability that the network says this of
the label; the place; the neighbours; the other labels of the map; the size; how common the label is."""


@dataclass(frozen=True, eq=False)
class Scene:
    """The cells of one label map.

    ids: int32 (h, w), cell of each pixel. Per cell: label, region (its connected region of the map), area (pixels),
    seen (n, C) and shares (n, C): sums over its pixels of the network's log probabilities and probabilities; place
    (n, C): sum of log place; lights (n, 16): histogram of luminance. Per pair of cells: border (n, n) pixels of
    common border, edge (n, n): sum of the luminance's gradient along it.
    """

    ids: np.ndarray
    label: np.ndarray
    region: np.ndarray
    area: np.ndarray
    seen: np.ndarray
    shares: np.ndarray
    place: np.ndarray
    lights: np.ndarray
    border: np.ndarray
    edge: np.ndarray
    tables: Tables
    gradient: float  # mean over the photo

    @property
    def count(self) -> int:
        return len(self.label)

    def evidence(self, members: np.ndarray) -> np.ndarray:
        """What speaks for each label in unions of cells, logarithms.

        members: bool (k, n), the cells of each of k unions -> float (k, C, len(EVIDENCE)).
        """
        tables, member = self.tables, members.astype(np.float32)
        area = member @ self.area
        of_label = (self.label[:, None] == np.arange(len(tables.common))).astype(np.float32)
        beside = ((member @ self.border) * ~members) @ of_label
        company = (~members * self.area) @ of_label
        step = np.minimum(-np.log2(np.maximum(area / self.ids.size, 1e-6)), SIZES - 1).astype(np.intp)
        kinds = (
            (member @ self.seen) / area[:, None],
            ((member @ self.shares) / area[:, None]) @ np.log(tables.confused.T),
            (member @ self.place) / area[:, None],
            beside / np.maximum(beside.sum(1, keepdims=True), 1) @ np.log(tables.beside),
            company / np.maximum(company.sum(1, keepdims=True), 1) @ np.log(tables.company),
            np.log(tables.size.T)[step],
            np.broadcast_to(np.log(tables.common), (len(area), len(tables.common))),
        )
        return np.stack(kinds, axis=2)

    def log_posterior(self, evidence: np.ndarray) -> np.ndarray:
        """Log probability of each label given what speaks for it, (k, C)."""
        return log_softmax(evidence @ self.tables.weights)

    def mask(self, member: np.ndarray) -> np.ndarray:
        """The pixels of some cells, bool (h, w)."""
        return member[self.ids]


def log_softmax(scores: np.ndarray) -> np.ndarray:
    """Scores (..., C) as log probabilities."""
    high = scores - scores.max(-1, keepdims=True)
    return high - np.log(np.exp(high).sum(-1, keepdims=True))


def build_scene(
    labels: np.ndarray,
    luminance: np.ndarray,
    probabilities: np.ndarray,
    tables: Tables,
    superpixels: np.ndarray | None = None,
) -> Scene:
    """Cut a label map.

    labels: uint8 (h, w), network ids or UNSURE; luminance: L* float32 (h, w); probabilities: float (C, h', w'), the
    network's, of any size; superpixels: int32 (h, w) of `cut_cells`, if at hand.
    """
    superpixels = cut_cells(luminance) if superpixels is None else superpixels
    ids, label, region = _cells(superpixels, labels)
    count, flat = len(label), ids.ravel()
    gradient = cv2.magnitude(
        cv2.Scharr(luminance, cv2.CV_32F, 1, 0, scale=1 / 32), cv2.Scharr(luminance, cv2.CV_32F, 0, 1, scale=1 / 32)
    )
    grid = tuple(max(1, -(-side // _STEP)) for side in luminance.shape)
    shares = np.stack([cv2.resize(np.float32(p), grid[::-1], interpolation=cv2.INTER_AREA) for p in probabilities])
    shares = shares.reshape(len(shares), -1).T
    inside = _inside(flat, _grid_of(luminance.shape, grid), count, grid[0] * grid[1])
    places = _inside(flat, place_of(*luminance.shape), count, tables.place.shape[1])
    light = np.clip(luminance * (_LIGHTS / 100), 0, _LIGHTS - 1).astype(np.intp).ravel()
    border, edge = _borders(ids, gradient, count)
    return Scene(
        ids=ids,
        label=label,
        region=region,
        area=np.bincount(flat, minlength=count),
        seen=inside @ np.log(np.maximum(shares, np.exp(_LEAST))),
        shares=inside @ shares,
        place=places @ np.log(tables.place.T),
        lights=np.bincount(flat * _LIGHTS + light, minlength=count * _LIGHTS).reshape(count, _LIGHTS),
        border=border,
        edge=edge,
        tables=tables,
        gradient=float(gradient.mean()),
    )


def cut_cells(luminance: np.ndarray) -> np.ndarray:
    """The superpixels that `build_scene` starts from, int32 (h, w); they depend on the photo alone."""
    return cut_superpixels(luminance, luminance.shape, CELLS).ids


def _inside(flat: np.ndarray, squares: np.ndarray, count: int, many: int) -> np.ndarray:
    """How many pixels of each cell lie in each square of a grid, float32 (n, many)."""
    pairs = flat.astype(np.intp) * many + squares.ravel()
    return np.bincount(pairs, minlength=count * many).reshape(count, many).astype(np.float32)


def _grid_of(shape: tuple[int, int], grid: tuple[int, int]) -> np.ndarray:
    """The square of a grid (rows, columns) in which each pixel lies, intp (h, w)."""
    rows, columns = (np.arange(size) * many // size for size, many in zip(shape, grid))
    return rows[:, None] * grid[1] + columns


def _cells(superpixels: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cell of each pixel, label and region of each cell."""
    parts = np.zeros(labels.shape, np.int64)
    total = 0
    for label in np.unique(labels):
        count, here = cv2.connectedComponents((labels == label).view(np.uint8), connectivity=8)
        parts += np.where(here > 0, here + total, 0)
        total += count - 1
    pairs = (parts - 1) * (int(superpixels.max()) + 1) + superpixels
    _, first, ids = np.unique(pairs.ravel(), return_index=True, return_inverse=True)
    return (
        ids.reshape(labels.shape).astype(np.int32),
        labels.ravel()[first].astype(np.intp),
        (parts.ravel()[first] - 1).astype(np.intp),
    )


def _borders(ids: np.ndarray, gradient: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Length of the common border of each two cells, and the gradient summed along it; both symmetric."""
    length, edge = np.zeros(count * count), np.zeros(count * count)
    for one, other, here, there in (
        (ids[:, :-1], ids[:, 1:], gradient[:, :-1], gradient[:, 1:]),
        (ids[:-1], ids[1:], gradient[:-1], gradient[1:]),
    ):
        cut = one != other
        pair = one[cut].astype(np.int64) * count + other[cut]
        length += np.bincount(pair, minlength=count * count)
        edge += np.bincount(pair, np.maximum(here[cut], there[cut]), count * count)
    length, edge = length.reshape(count, count), edge.reshape(count, count)
    return (length + length.T).astype(np.float32), (edge + edge.T).astype(np.float32)


def known(labels: np.ndarray, count: int) -> np.ndarray:
    """`labels` with every id from `count` on as UNSURE."""
    return np.where(labels < count, labels, np.uint8(UNSURE))
