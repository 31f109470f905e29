"""The papers' own ways of making one photo into a training pair.

hue_shift            PaletteNet: hue turned in twenty steps, the original L put back
intensity_jitter     augmented-self reference (SCFT): one number added to each of R, G and B
warp                 augmented-self reference: thin-plate spline on a 3x3 grid of control points
xdog                 sketches: extended difference of Gaussians, its parameters varied
"""

from __future__ import annotations

import cv2
import numpy as np

from models.xdog import xdog

STEPS = 20
GRID = np.stack(np.meshgrid([0, 0.5, 1], [0, 0.5, 1]), -1).reshape(-1, 2)  # (9, 2) of x, y


def hue_shift(rgb: np.ndarray, step: int) -> np.ndarray:
    """uint8 RGB (h, w, 3) with its HSV hue turned by ``step`` twentieths and its own L* put back."""
    if step % STEPS == 0:
        return rgb.copy()
    plain = rgb.astype(np.float32) / 255
    hsv = cv2.cvtColor(plain, cv2.COLOR_RGB2HSV)  # hue in degrees
    hsv[..., 0] = (hsv[..., 0] + 360 * step / STEPS) % 360
    lab = cv2.cvtColor(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB), cv2.COLOR_RGB2LAB)
    lab[..., 0] = cv2.cvtColor(plain, cv2.COLOR_RGB2LAB)[..., 0]
    return np.clip(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB) * 255 + 0.5, 0, 255).astype(np.uint8)


def intensity_jitter(rgb: np.ndarray, rng: np.random.Generator, reach: int = 50) -> np.ndarray:
    """uint8 RGB (h, w, 3) with one random integer of -reach..reach added to each channel."""
    added = rgb.astype(np.int16) + rng.integers(-reach, reach + 1, 3).astype(np.int16)
    return np.clip(added, 0, 255).astype(np.uint8)


def random_controls(rng: np.random.Generator, reach: float = 0.25) -> np.ndarray:
    """Where the nine control points go (9, 2): each moved by up to ``reach`` of a side, kept inside."""
    return np.clip(GRID + rng.uniform(-reach, reach, GRID.shape), 0, 1)


def spline_field(controls: np.ndarray, height: int, width: int) -> np.ndarray:
    """Where each pixel of the warped picture comes from, in pixels, float32 (h, w, 2) of x, y.

    Thin-plate spline with U(r) = r^2 log(r + 1e-6) in its reduced form: the weights sum to zero, so the first
    is not solved for. The picture of control point ``controls[i]`` is what stood at ``GRID[i]``.
    """
    count = len(controls)
    bend, flat = _kernel(controls, controls), np.column_stack([np.ones(count), controls])
    system = np.block([[bend, flat], [flat.T, np.zeros((3, 3))]])
    moved = np.vstack([GRID - controls, np.zeros((3, 2))])
    weights = np.linalg.solve(system + 1e-9 * np.eye(count + 3), moved)[1:]
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    places = np.stack([x.ravel(), y.ravel()], 1)
    basis = _kernel(places, controls)
    moves = (basis[:, 1:] - basis[:, :1]) @ weights[: count - 1]
    moves += weights[count - 1] + places @ weights[count:]
    field = (places + moves) * [width - 1, height - 1]
    return field.reshape(height, width, 2).astype(np.float32)


def _kernel(places: np.ndarray, controls: np.ndarray) -> np.ndarray:
    r = np.linalg.norm(places[:, None] - controls[None], axis=2)
    return r**2 * np.log(r + 1e-6)


def warp(picture: np.ndarray, controls: np.ndarray) -> np.ndarray:
    """A picture (h, w, c) bent by its control points; what lies outside is mirrored in."""
    field = spline_field(controls, *picture.shape[:2])
    return cv2.remap(
        picture, field[..., 0], field[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101
    )


def random_xdog(gray: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A sketch of one of two hands: soft shaded lines (sigma 0.5, k 200), or thin hard ones (Tag2Pix)."""
    if rng.random() < 0.5:
        sigma, gamma = rng.uniform(0.4, 0.8), rng.uniform(0.94, 0.98)
        return xdog(gray, sigma, rng.uniform(100, 200), gamma, rng.uniform(0.005, 0.02), rng.uniform(8, 20))
    sigma, scale = rng.uniform(0.35, 0.45), rng.uniform(2, 3)
    return xdog(gray, sigma, scale, 0.95, rng.uniform(-0.01, 0.02), 1e9)
