"""The gate between what of a reference matches in meaning and its overall colours.

    gate 1   every place listens to the pieces of the reference that look like it: semantic match
    gate 0   every place listens to the reference's few main colours, wherever they come from
    between  both, weighed by the gate and its rest

For Huesmith's own network a piece is a token of the reference and a main colour a token of a swatch. Gray2ColorNet
has a gate of its own for every place, which is scaled by this one. `gate_map` tells, for every pixel, how much of its
colour came by match, how much by overall colours and, as the rest of 1, how much the network brought itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from core.color import lab_to_rgb
from core.errors import CheckpointError

if TYPE_CHECKING:
    from core.asked import Asked
    from core.engine import Engine
    from core.request import Request

SWATCHES = 6  # main colours of a reference
PIECE = 16  # pixels of the side of a token's piece
_INSIDE = 0.5  # of a piece's pixels must be in the mask, or at least those of the fullest piece
MATCH_RGB, OVERALL_RGB, OWN_RGB = (68, 119, 170), (221, 170, 51), (92, 92, 92)  # told apart by every eye (Tol)


@dataclass(frozen=True, eq=False)
class GateMap:
    """Where colour came from: shares float32 (h, w) of 1 each, by `match` and by `overall` colours."""

    request: Request
    match: np.ndarray
    overall: np.ndarray

    def picture(self) -> np.ndarray:
        """The shares as mixtures of MATCH_RGB, OVERALL_RGB and OWN_RGB: uint8 (h, w, 3)."""
        shares = np.stack([self.match, self.overall, np.maximum(1 - self.match - self.overall, 0)], -1)
        return np.clip(shares @ np.float32([MATCH_RGB, OVERALL_RGB, OWN_RGB]) + 0.5, 0, 255).astype(np.uint8)


# -- tokens


def cells_inside(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For a mask (h, w): which pieces of PIECE pixels count (n,), and the mask's share of each (n,), row by row."""
    height, width = (-(-side // 32) * 2 for side in mask.shape)  # as the network pads
    whole = np.zeros((height * PIECE, width * PIECE), np.float32)
    whole[: mask.shape[0], : mask.shape[1]] = mask
    share = whole.reshape(height, PIECE, width, PIECE).mean((1, 3)).ravel()
    return share >= min(_INSIDE, float(share.max())) if share.any() else share > 1, share


def tokens_inside(tokens: np.ndarray, lab: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The tokens of a reference that lie in its `mask` (h, w); their colours are means over the mask alone."""
    counts, share = cells_inside(mask)
    height, width = (-(-side // 32) * 2 for side in mask.shape)
    whole = np.zeros((height * PIECE, width * PIECE, 3), np.float32)
    whole[: mask.shape[0], : mask.shape[1]] = lab * mask[..., None]
    mean = whole.reshape(height, PIECE, width, PIECE, 3).mean((1, 3)).reshape(-1, 3)
    mean = mean / np.maximum(share, 1e-6)[:, None]
    kept = tokens[counts].copy()
    kept[:, -6] = mean[counts, 0] / 50 - 1
    kept[:, -5:-3] = mean[counts, 1:] / 50
    return kept


def main_colours(lab: np.ndarray, mask: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """The few main colours of a reference's Lab (h, w, 3) inside its mask: Lab (k, 3) and shares (k,)."""
    from core.palette import from_pixels, lab_of

    pixels = lab.reshape(-1, 3) if mask is None else lab[mask]
    found = from_pixels(np.clip(lab_to_rgb(pixels) * 255 + 0.5, 0, 255).astype(np.uint8), SWATCHES)
    return lab_of(found.swatches), np.float32(found.weights)


def gated(pieces: np.ndarray, swatches: np.ndarray, weight: float, gate: float) -> np.ndarray:
    """Tokens of a reference under a gate. At 1 the pieces alone, at 0 the swatches alone."""
    parts = []
    for tokens, share in ((pieces, gate), (swatches, 1 - gate)):
        if share > 0:
            tokens = tokens.copy()
            tokens[:, -3] *= weight * share
            parts.append(tokens)
    return np.concatenate(parts)


# -- the map


def gate_map(engine: Engine, request: Request, cancel: Callable[[], bool]) -> GateMap | None:
    """Where the colours of a request come from; None where no reference has a say. Labels with a gate or reference of
    their own, and grafts, are looked at by themselves. Raises what the engine raises."""
    from core.per_label import request_of_rule, with_grafts

    whole = engine.inspect(request, _look, cancel)
    match, overall = (np.zeros(request.shape, np.float32) for _ in range(2)) if whole is None else whole
    told, any_said = request.guidance.labels, whole is not None
    nothing = np.full(request.shape, 255, np.uint8)
    labels, rules = with_grafts(request, nothing if told is None else told.array)
    for rule in rules:
        other, inside = request_of_rule(request, rule), labels == rule.label
        if other is None or not inside.any():
            continue
        theirs = engine.inspect(other, _look, cancel)
        any_said |= theirs is not None
        for plane, part in zip((match, overall), theirs or (0.0, 0.0), strict=True):
            plane[inside] = part[inside] if theirs else 0.0
    return GateMap(request, match, overall) if any_said else None


def _look(colorizer: Any, told: tuple, asked: Asked, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray] | None:
    """The shares (match, overall) of a colorizer that is told so, at `shape`."""
    if not asked.references:
        return None
    shares = getattr(colorizer, "shares", None)
    if shares is None:
        raise CheckpointError(f"{colorizer.info.title} has no gate to be shown; colour with Huesmith or Gray2ColorNet.")
    planes = shares(*told, asked)
    return tuple(cv2.resize(np.float32(plane), shape[::-1], interpolation=cv2.INTER_LINEAR) for plane in planes)


def shares_of(everything: np.ndarray, pieces: np.ndarray, swatches: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shares by match and by overall colours, of the shares of attention that tokens get all together, pieces alone
    and swatches alone: against "nobody" either weighs as its odds, and together they get what all get."""
    odds = [share / np.maximum(1 - share, 1e-4) for share in (pieces, swatches)]
    match = odds[0] / np.maximum(odds[0] + odds[1], 1e-6)
    return everything * match, everything * (1 - match)


