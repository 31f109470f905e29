"""The pieces of a photo, and what they join to: small ones at the bottom, things above them, the whole photo on top.

The photo is cut into superpixels, which then join two by two, those that are most alike first (agglomerative
clustering on the region adjacency graph). Alike are pieces of the same light and texture, that mean the same to
the network, and have no edge between them; small ones join more easily. What holds a place is then a chain of
pieces, from its superpixel to the whole photo, and those that stood alone for long are the things there
(core/objects proposes them).
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import cv2
import numpy as np

from core.superpixels import cut_superpixels

COUNT = 900  # superpixels
_LIGHT, _TEXTURE, _MEANING, _EDGE = 1 / 40, 1 / 15, 3.0, 1 / 12  # what a unit of each difference weighs
_SIZE = 0.4  # the power of a piece's share of the photo that its joining costs
_BLUR = 3.0  # pixels over which texture is seen


@dataclass(frozen=True, eq=False)
class Pieces:
    """A photo's tree. ids: int32 (h, w), the superpixel of each place, 0..n-1; nodes n..2n-2 are joined pieces.

    parent: (2n-1,) the piece that each is part of, -1 for the whole photo; cost: (2n-1,) what it cost to join it
    from its parts, never less than theirs; first, last: (2n-1,) the places of its superpixels in `rank`, last not
    included; rank: (n,) of each superpixel; area: (2n-1,) in pixels of `ids`.
    """

    ids: np.ndarray
    parent: np.ndarray
    cost: np.ndarray
    first: np.ndarray
    last: np.ndarray
    rank: np.ndarray
    area: np.ndarray

    def chain(self, x: float, y: float) -> list[int]:
        """The pieces around a place, the smallest first; x, y: 0..1 across and down the photo."""
        height, width = self.ids.shape
        node = int(self.ids[min(int(y * height), height - 1), min(int(x * width), width - 1)])
        found = []
        while node >= 0:
            found.append(node)
            node = int(self.parent[node])
        return found

    def mask(self, nodes: list[int]) -> np.ndarray:
        """The pixels of some pieces, bool (h, w)."""
        picked = np.zeros(len(self.rank), bool)
        for node in nodes:
            picked[(self.rank >= self.first[node]) & (self.rank < self.last[node])] = True
        return picked[self.ids]


def cut(luminance: np.ndarray, features: np.ndarray | None = None, count: int = COUNT) -> Pieces:
    """The tree of a photo.

    luminance: L* float32 (h, w), some hundred pixels a side; features: float (h', w', c) of a network, whose
    cosine is how alike two places are, if there is one.
    """
    ids = cut_superpixels(luminance, luminance.shape, count).ids
    number = int(ids.max()) + 1
    return _tree(ids, _Joining(ids, number, _traits(luminance, ids, number, features), luminance))


def _traits(luminance: np.ndarray, ids: np.ndarray, number: int, features: np.ndarray | None) -> np.ndarray:
    """What is compared of each superpixel, summed over its pixels: light, texture, meaning; float64 (n, 2 + c)."""
    mean = cv2.GaussianBlur(luminance, (0, 0), _BLUR)
    texture = np.sqrt(np.maximum(cv2.GaussianBlur(luminance**2, (0, 0), _BLUR) - mean**2, 0))
    planes = [luminance, texture]
    if features is not None:
        planes += [cv2.resize(plane, ids.shape[::-1], interpolation=cv2.INTER_LINEAR)
                   for plane in np.ascontiguousarray(features.transpose(2, 0, 1), np.float32)]  # fmt: skip
    flat = ids.ravel()
    return np.stack([np.bincount(flat, plane.ravel(), minlength=number) for plane in planes], axis=1)


class _Joining:
    """The pieces while they join: their traits, and what lies between neighbours."""

    def __init__(self, ids: np.ndarray, number: int, traits: np.ndarray, luminance: np.ndarray) -> None:
        self.number = number
        self.area = np.zeros(2 * number - 1)
        self.area[:number] = np.bincount(ids.ravel(), minlength=number)
        self._traits = np.zeros((2 * number - 1, traits.shape[1]))
        self._traits[:number] = traits
        self._pixels = ids.size
        self.borders = _borders(ids, cv2.GaussianBlur(luminance, (0, 0), 1.0), number)

    def costs(self, node: int, others: list[int]) -> np.ndarray:
        """What joining a piece with each of some neighbours costs."""
        own, theirs = self._mean([node])[0], self._mean(others)
        light, texture = np.abs(theirs[:, :2] - own[:2]).T
        meaning = 0.0
        if len(own) > 2:
            lengths = np.linalg.norm(theirs[:, 2:], axis=1) * np.linalg.norm(own[2:])
            meaning = 1 - theirs[:, 2:] @ own[2:] / np.maximum(lengths, 1e-9)
        between = np.array([self.borders[node][other] for other in others])
        edge = between[:, 1] / between[:, 0]
        unlike = _LIGHT * light + _TEXTURE * texture + _MEANING * meaning + _EDGE * edge
        smaller = np.minimum(self.area[node], self.area[others]) / self._pixels
        return (unlike + 0.02) * smaller**_SIZE

    def join(self, one: int, other: int, new: int) -> list[int]:
        """Make one piece of two; its neighbours."""
        self.area[new] = self.area[one] + self.area[other]
        self._traits[new] = self._traits[one] + self._traits[other]
        around: dict[int, tuple[float, float]] = {}
        for old in (one, other):
            for neighbour, (length, step) in self.borders[old].items():
                if neighbour not in (one, other):
                    has = around.get(neighbour, (0.0, 0.0))
                    around[neighbour] = has[0] + length, has[1] + step
                    self.borders[neighbour].pop(old)
        self.borders[one] = self.borders[other] = {}
        self.borders.append(around)
        for neighbour, between in around.items():
            self.borders[neighbour][new] = between
        return list(around)

    def _mean(self, nodes: list[int]) -> np.ndarray:
        return self._traits[nodes] / self.area[nodes][:, None]


def _borders(ids: np.ndarray, light: np.ndarray, number: int) -> list[dict[int, tuple[float, float]]]:
    """For each superpixel its neighbours: how long the border is, in pixels, and the step of light over it, summed."""
    pairs, steps = [], []
    for before, after in ((np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:-1], np.s_[1:])):
        differ = ids[before] != ids[after]
        one, other = ids[before][differ].astype(np.int64), ids[after][differ].astype(np.int64)
        pairs.append(np.minimum(one, other) * number + np.maximum(one, other))
        steps.append(np.abs(light[after][differ] - light[before][differ]))
    keys, where = np.unique(np.concatenate(pairs), return_inverse=True)
    lengths, sums = np.bincount(where), np.bincount(where, np.concatenate(steps))
    borders: list[dict[int, tuple[float, float]]] = [{} for _ in range(number)]
    for key, length, total in zip(keys.tolist(), lengths.tolist(), sums.tolist()):
        one, other = divmod(key, number)
        borders[one][other] = borders[other][one] = (float(length), total)
    return borders


def _tree(ids: np.ndarray, joining: _Joining) -> Pieces:
    """Join until one piece is left."""
    number = joining.number
    parent = np.full(2 * number - 1, -1)
    cost = np.zeros(2 * number - 1)
    parts: list[tuple[int, int]] = []
    waiting: list[tuple[float, int, int]] = []
    for node in range(number):
        others = [other for other in joining.borders[node] if other > node]
        if others:
            waiting += zip(joining.costs(node, others).tolist(), [node] * len(others), others)
    heapq.heapify(waiting)
    new = number
    while waiting and new < 2 * number - 1:
        price, one, other = heapq.heappop(waiting)
        if parent[one] >= 0 or parent[other] >= 0:
            continue
        around = joining.join(one, other, new)
        parent[one] = parent[other] = new
        cost[new] = max(price, cost[one], cost[other])
        parts.append((one, other))
        if around:
            for each, neighbour in zip(joining.costs(new, around).tolist(), around):
                heapq.heappush(waiting, (each, neighbour, new))
        new += 1
    return Pieces(ids, parent, cost, *_order(parts, number), joining.area)


def _order(parts: list[tuple[int, int]], number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(first, last, rank): superpixels in such an order that every piece is a run of them."""
    first, last = np.zeros((2, 2 * number - 1), np.int64)
    size = np.ones(2 * number - 1, np.int64)
    for offset, (one, other) in enumerate(parts):
        size[number + offset] = size[one] + size[other]
    last[-1] = number
    for offset in reversed(range(len(parts))):
        node, (one, other) = number + offset, parts[offset]
        first[one], last[one] = first[node], first[node] + size[one]
        first[other], last[other] = last[one], last[node]
    return first, last, first[:number]
