"""Contact sheets: what numbers hide, eyes see."""

from __future__ import annotations

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
