"""Colour from another picture without a network: what is cheap, old and honest to compare with.

    Sample.of(lab)  ->  statistics(L, samples), transport(L, samples)  ->  ab (h, w, 2)

Both see of a pixel only how light it is, how restless its neighbourhood is and, in transport, how high up it lies;
they know nothing of what it shows.

`statistics` is Reinhard et al. (2001) in the form a grey photo allows, which is Welsh et al.'s (2002): the reference's
luminance is brought to the photo's mean and spread, then every pixel takes the mean colour of the reference's pixels
of its luminance and its neighbourhood's spread, and at last the colours get the spread back that averaging took.
`transport` is entropic optimal transport (Cuturi 2013) between the pixels of both: each colour of the reference is
used as often as it is there. What averaging took of the colours is given back by sliced transport of ab alone.

Everything is deterministic and takes NumPy alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

WINDOW = 5  # pixels: the neighbourhood whose spread is looked at
MOST_SPREAD = 2.5  # times that colours are spread at most, so that no noise becomes colour
LIGHTS, RESTS = 48, 8  # bins of luminance, and of restlessness
_RESTLESS = 4.0  # the square root of a spread of 16 L*, the last bin
_PICKED = 4000  # pixels of a reference that are looked at
_CARRIED = 500  # ... and between which colour is transported
_LIGHT, _REST, _HIGH = 14.0, 1.0, 0.45  # what counts as one step of luminance, restlessness and height
_ROUGH = 0.12  # of entropic transport: the smaller, the less is averaged
_ROUNDS, _TURNS, _STEPS = 60, 6, 64  # of Sinkhorn's; directions of the slices; points of their maps


@dataclass(frozen=True)
class Sample:
    """Pixels of a picture: luminance, restlessness and height (n,), 0 at the top; ab (n, 2); how much each counts."""

    light: np.ndarray
    rest: np.ndarray
    high: np.ndarray
    ab: np.ndarray
    share: np.ndarray

    @classmethod
    def of(cls, lab: np.ndarray, mask: np.ndarray | None = None, weight: float = 1.0) -> Sample:
        """Evenly picked pixels of Lab (h, w, 3), inside `mask` (h, w) if given; together they count for `weight`."""
        lab = np.asarray(lab, np.float32)
        height, width = lab.shape[:2]
        inside = np.flatnonzero(np.ones(height * width, bool) if mask is None else mask)
        picked = inside[:: max(1, len(inside) // _PICKED)]
        flat = lab.reshape(-1, 3)[picked]
        share = np.full(len(picked), weight / max(len(picked), 1), np.float32)
        rest = restlessness(lab[..., 0]).ravel()[picked]
        return cls(flat[:, 0], rest, (picked // width / max(height, 1)).astype(np.float32), flat[:, 1:], share)

    def every(self, step: int) -> Sample:
        """Each `step`-th pixel of it."""
        return Sample(*(part[::step] for part in vars(self).values()))


def joined(samples: Sequence[Sample]) -> Sample:
    """All pixels of some samples as one, whose shares add up to 1."""
    whole = [np.concatenate(parts) for parts in zip(*(vars(one).values() for one in samples), strict=True)]
    whole[-1] = whole[-1] / max(float(whole[-1].sum()), 1e-9)
    return Sample(*whole)


def restlessness(light: np.ndarray) -> np.ndarray:
    """The square root of the standard deviation of L (h, w) in a window around each pixel, 0.._RESTLESS."""
    mean, square = _blurred(light), _blurred(np.square(light, dtype=np.float64))
    return np.clip(np.maximum(square - mean**2, 0) ** 0.25, 0, _RESTLESS).astype(np.float32)


def _blurred(plane: np.ndarray) -> np.ndarray:
    """The mean of a window around each pixel; beyond the border the picture is mirrored."""
    half = WINDOW // 2
    whole = np.pad(np.asarray(plane, np.float64), half, mode="symmetric")
    for axis in (0, 1):
        sums = np.cumsum(whole, axis)
        ahead = np.take(sums, range(WINDOW - 1, sums.shape[axis]), axis)
        behind = np.insert(np.take(sums, range(sums.shape[axis] - WINDOW), axis), 0, 0, axis)
        whole = (ahead - behind) / WINDOW
    return whole


# -- statistics


def statistics(luminance: np.ndarray, samples: Sequence[Sample]) -> np.ndarray:
    """ab float32 (h, w, 2) for L (h, w), by the means and spreads of the samples. See the module."""
    theirs = joined(samples)
    mine = np.asarray(luminance, np.float32)
    middle, spread = _moments(theirs.light, theirs.share)
    light = (theirs.light - middle) * (mine.std() / max(spread, 1e-3)) + mine.mean()
    table = _table(light, theirs.rest, theirs.ab, theirs.share)
    mean, wide = _moments(theirs.ab, theirs.share)
    left = _moments(_looked_up(table, light, theirs.rest), theirs.share)[1]
    gain = np.clip(wide / np.maximum(left, 1e-3), 1, MOST_SPREAD)  # what averaging has taken
    return ((_looked_up(table, mine, restlessness(mine)) - mean) * gain + mean).astype(np.float32)


def _moments(values: np.ndarray, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation along the first axis, weighed by shares that add up to 1."""
    share = share.reshape(-1, *[1] * (values.ndim - 1))
    mean = (values * share).sum(0)
    return mean, np.sqrt((np.square(values - mean) * share).sum(0))


def _table(light: np.ndarray, rest: np.ndarray, ab: np.ndarray, share: np.ndarray) -> np.ndarray:
    """The mean ab at each luminance and restlessness (LIGHTS, RESTS, 2); where there is none, that of the nearest."""
    sums = np.zeros((LIGHTS, RESTS, 3))
    rows, columns = _bins(light, rest)
    for row, down in _corners(rows, LIGHTS):
        for column, across in _corners(columns, RESTS):
            np.add.at(sums, (row, column), (down * across * share)[:, None] * np.column_stack([ab, np.ones(len(ab))]))
    mean, missing = np.zeros((LIGHTS, RESTS, 2)), np.ones((LIGHTS, RESTS, 1))
    for width in (0.8, 2.0, 5.0, 12.0, 40.0):  # the widest fills what no pixel is near to
        soft = _softened(sums, width)
        known = soft[..., 2:] / (soft[..., 2:] + 1e-5)
        mean += missing * known * soft[..., :2] / np.maximum(soft[..., 2:], 1e-12)
        missing = missing * (1 - known)
    return mean / np.maximum(1 - missing, 1e-9)


def _softened(sums: np.ndarray, width: float) -> np.ndarray:
    """`sums` (LIGHTS, RESTS, k) spread over their neighbours by a Gaussian that is `width` bins of luminance wide."""
    by_light, by_rest = (
        np.exp(-0.5 * np.square(np.subtract.outer(np.arange(size), np.arange(size)) / sigma))
        for size, sigma in ((LIGHTS, width), (RESTS, max(width / 3, 0.5)))
    )
    return np.einsum("ij,jkc,kl->ilc", by_light, sums, by_rest) / by_light.sum(1).max()


def _bins(light: np.ndarray, rest: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where on the axes of the table, as fractions."""
    return np.clip(light / 100, 0, 1) * (LIGHTS - 1), np.clip(rest / _RESTLESS, 0, 1) * (RESTS - 1)


def _corners(places: np.ndarray, size: int) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """The bins on both sides of each place, and how much of it either gets."""
    low = np.minimum(places.astype(np.intp), size - 2)
    return (low, 1 - (places - low)), (low + 1, places - low)


def _looked_up(table: np.ndarray, light: np.ndarray, rest: np.ndarray) -> np.ndarray:
    """The table's ab (..., 2) between its bins."""
    rows, columns = _bins(light, rest)
    return sum(
        (down * across)[..., None] * table[row, column]
        for row, down in _corners(rows, LIGHTS)
        for column, across in _corners(columns, RESTS)
    ).astype(np.float32)


# -- transport


def transport(luminance: np.ndarray, samples: Sequence[Sample]) -> np.ndarray:
    """ab float32 (h, w, 2) for L (h, w), by optimal transport from the samples. See the module."""
    mine = np.asarray(luminance, np.float32)
    theirs = joined([one.every(max(1, len(one.light) * len(samples) // _CARRIED)) for one in samples])
    here = Sample.of(np.dstack([mine, mine, mine]))
    here = here.every(max(1, len(here.light) // _CARRIED))
    there = _place(theirs)
    gain = _duals(_place(here), there, theirs.share)
    ab = _carried(mine, there, gain, theirs.ab)
    return _sliced(ab, joined(samples))


def _place(sample: Sample) -> np.ndarray:
    """(n, 3): what the cost of transport is measured between. Luminance goes by rank, so that light meets light."""
    return np.column_stack([_rank(sample.light, sample.light, sample.share) * 100 / _LIGHT,
                            sample.rest / _REST, sample.high / _HIGH]).astype(np.float32)  # fmt: skip


def _rank(values: np.ndarray, of: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Which share of the pixels `of` is darker than each value, 0..1."""
    order = np.argsort(of, kind="stable")
    climbed = np.cumsum(share[order])
    return np.interp(values, of[order], (climbed - share[order] / 2) / climbed[-1]).astype(np.float32)


def _cost(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Squared distances (n, m)."""
    return np.maximum((one**2).sum(1)[:, None] + (other**2).sum(1) - 2 * one @ other.T, 0)


def _duals(here: np.ndarray, there: np.ndarray, share: np.ndarray) -> np.ndarray:
    """What each pixel of the reference has to be preferred by (m,) for all to be used by their shares (Sinkhorn)."""
    kernel = np.exp(-_cost(here, there) / _ROUGH).astype(np.float64) + 1e-30
    own = np.full(len(here), 1 / len(here))
    gain = np.ones(len(there))
    for _ in range(_ROUNDS):
        gain = share / (kernel.T @ (own / (kernel @ gain)))
    return gain


def _carried(mine: np.ndarray, there: np.ndarray, gain: np.ndarray, ab: np.ndarray) -> np.ndarray:
    """Where the plan leads every pixel of L (h, w): looked up in a table of luminance, restlessness and height."""
    highs = 12
    flat = mine.ravel()
    grid = np.linspace(0, 100, LIGHTS)
    rank = _rank(grid, flat, np.full(flat.size, 1 / flat.size)) * 100 / _LIGHT
    rests, heights = np.linspace(0, _RESTLESS, RESTS) / _REST, np.linspace(0, 1, highs) / _HIGH
    places = np.stack(np.meshgrid(heights, rank, rests, indexing="ij"), -1).reshape(-1, 3)[:, [1, 2, 0]]
    away = -_cost(places.astype(np.float32), there) / _ROUGH + np.log(np.maximum(gain, 1e-300))
    plan = np.exp(away - away.max(1, keepdims=True))
    tables = (plan @ ab / plan.sum(1, keepdims=True)).reshape(highs, LIGHTS, RESTS, 2)
    rest, out = restlessness(mine), np.zeros((*mine.shape, 2), np.float32)
    up = np.linspace(0, highs - 1, mine.shape[0])
    for level in range(highs):  # each row lies between two of the heights
        near = np.maximum(1 - np.abs(up - level), 0)
        rows = np.flatnonzero(near > 0)
        part = slice(rows[0], rows[-1] + 1) if len(rows) else slice(0, 0)
        out[part] += near[part, None, None] * _looked_up(tables[level], mine[part], rest[part])
    return out


def _sliced(ab: np.ndarray, theirs: Sample) -> np.ndarray:
    """`ab` (h, w, 2) whose distribution is moved to the sample's, one direction of the plane after the other."""
    at = (np.arange(_STEPS) + 0.5) / _STEPS
    out = ab.reshape(-1, 2).astype(np.float32)
    few = out[:: max(1, len(out) // _PICKED)]
    for turn in range(_TURNS):
        angle = np.pi * turn * 0.381966  # of the golden section: no two of them nearly alike
        axes = np.float32([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        for axis in axes:
            have, want = np.quantile(few @ axis, at), _quantiles(theirs.ab @ axis, theirs.share, at)
            have = np.maximum.accumulate(have + 1e-4 * np.arange(_STEPS))
            want = _gentle(have, want)
            few = few + (np.interp(few @ axis, have, want) - few @ axis)[:, None].astype(np.float32) * axis
            out += (np.interp(out @ axis, have, want) - out @ axis)[:, None].astype(np.float32) * axis
    return out.reshape(ab.shape)


def _quantiles(values: np.ndarray, share: np.ndarray, at: np.ndarray) -> np.ndarray:
    order = np.argsort(values, kind="stable")
    climbed = np.cumsum(share[order])
    return np.interp(at, (climbed - share[order] / 2) / climbed[-1], values[order])


def _gentle(have: np.ndarray, want: np.ndarray) -> np.ndarray:
    """`want` no steeper over `have` than MOST_SPREAD, around the same mean."""
    climbed = np.concatenate([[0.0], np.cumsum(np.minimum(np.diff(want), MOST_SPREAD * np.diff(have)))])
    return climbed - climbed.mean() + want.mean()
