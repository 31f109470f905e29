"""Contact sheets and learning curves: what numbers hide, eyes see."""

from __future__ import annotations

import csv
from pathlib import Path

import cv2
import numpy as np

from models.training.data import UNSURE, Photos, from_lab8


def contact_sheet(judge, photos: Photos, path: Path, height: int = 150) -> None:
    """Rows of: grey, labels the network saw, automatic colour, colour by true labels, the photo.

    `judge` is an `evaluate.GuidedJudge`.
    """
    rows = []
    for pixels in (photos[i] for i in range(len(photos))):
        lab = from_lab8(pixels[..., :3])
        L = lab[..., 0]
        answer = judge.judge(L, pixels[..., 3])
        views = [
            bgr(L, lab[..., 1:] * 0),
            overlay(L, answer.labels),
            bgr(L, answer.automatic),
            overlay(L, pixels[..., 3]),
            bgr(L, answer.told),
            bgr(L, lab[..., 1:]),
        ]
        rows.append(
            np.hstack(
                [
                    cv2.resize(
                        v, (round(v.shape[1] * height / v.shape[0]), height), interpolation=cv2.INTER_AREA
                    )
                    for v in views
                ]
            )
        )
    width = max(r.shape[1] for r in rows)
    rows = [cv2.copyMakeBorder(r, 0, 2, 0, width - r.shape[1], cv2.BORDER_CONSTANT) for r in rows]
    cv2.imwrite(str(path), np.vstack(rows), [cv2.IMWRITE_JPEG_QUALITY, 88])


def bgr(L: np.ndarray, ab: np.ndarray) -> np.ndarray:
    """8-bit BGR of L (h, w) and ab (h, w, 2), for looking only (clips)."""
    lab = np.dstack([L, ab]).astype(np.float32)
    return np.clip(cv2.cvtColor(lab, cv2.COLOR_LAB2BGR) * 255 + 0.5, 0, 255).astype(np.uint8)


def overlay(L: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Grey photo under VOC label colours, 8-bit BGR."""
    ids = np.arange(256)
    table = np.zeros((256, 3), np.uint8)
    for bit in range(3):
        for channel in range(3):
            table[:, 2 - channel] |= (((ids >> (3 * bit + channel)) & 1) << (7 - bit)).astype(np.uint8)
    grey = bgr(L, np.zeros((*L.shape, 2)))
    mixed = (grey * 0.45 + table[labels] * 0.55).astype(np.uint8)
    return np.where((labels == UNSURE)[..., None], grey, mixed)


def learning_curves(table: Path, path: Path, size: tuple[int, int] = (900, 260)) -> None:
    """Draw every column of a losses or scores CSV but the first two (step, minutes) against the steps.

    One panel a column, from its own lowest to its own highest value. A table with fewer than two rows
    draws nothing.
    """
    with table.open(newline="") as lines:
        rows = [{k: float(v) for k, v in row.items()} for row in csv.DictReader(lines)]
    if len(rows) < 2:
        return
    panels = [
        _curve(name, [r["step"] for r in rows], [r[name] for r in rows], size) for name in list(rows[0])[2:]
    ]
    cv2.imwrite(str(path), np.vstack(panels))


def _curve(name: str, steps: list[float], values: list[float], size: tuple[int, int]) -> np.ndarray:
    width, height = size
    panel = np.full((height, width, 3), 255, np.uint8)
    low, high = min(values), max(values)
    x = 60 + (np.array(steps) - steps[0]) / max(1, steps[-1] - steps[0]) * (width - 80)
    y = height - 30 - (np.array(values) - low) / max(1e-9, high - low) * (height - 60)
    for color, points in (((215, 190, 160), y), ((160, 60, 20), _smooth(y))):
        line = np.rint(np.stack([x, points], 1)).astype(np.int32)
        cv2.polylines(panel, [line], False, color, 1, cv2.LINE_AA)
    words = f"{name}: {values[0]:.3f} -> {values[-1]:.3f}   (low {low:.3f}, high {high:.3f}, {steps[-1]:.0f} steps)"
    cv2.putText(panel, words, (60, 20), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (40, 40, 40), 1, cv2.LINE_AA)
    return panel


def _smooth(y: np.ndarray) -> np.ndarray:
    reach = max(1, len(y) // 30)
    padded = np.pad(y, reach, mode="edge")
    return np.convolve(padded, np.full(2 * reach + 1, 1 / (2 * reach + 1)), mode="valid")
