"""Scores on held-out photos: the bundled network against grey and against the label prior.

"automatic" colours from the network's own segmentation, "true labels" from the packs' label
maps, where unlabelled pixels (255) are still the network's to decide. Only photos of the asked
split are ever read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from tqdm import tqdm

from models.prior import apply_prior
from models.runtime import UNSURE, Encoded, Runner, torch_runner
from models.training import scores
from models.training.data import Photos, from_lab8


@dataclass(frozen=True)
class Answer:
    """One photo judged: guessed labels, automatic ab and ab by true labels."""

    labels: np.ndarray
    automatic: np.ndarray
    told: np.ndarray


@dataclass(frozen=True)
class Row:
    """Mean scores of one way to colour: ΔE2000, its share of grey's, PSNR of ab, share of the colourfulness."""

    delta_e: float
    of_grey: float
    psnr: float
    vivid: float


class GuidedJudge:
    """Runs a `GuidedNet`, or any `Runner`, on held-out photos."""

    def __init__(self, net_or_runner):
        is_runner = isinstance(net_or_runner, Runner)
        self.runner = net_or_runner if is_runner else torch_runner(net_or_runner)

    def judge(self, L: np.ndarray, truth: np.ndarray) -> Answer:
        """Colour L (h, w) from its own segmentation and from `truth` (255 = decide yourself)."""
        seen = self.runner.encode(L)
        share = self.runner.segment(seen)
        labels, top = share.argmax(0).astype(np.uint8), share.max(0)
        return Answer(labels, self.colorize(seen, labels, top), self.told(seen, labels, top, truth))

    def colorize(self, seen: Encoded, labels: np.ndarray, sure: np.ndarray) -> np.ndarray:
        """ab (h, w, 2) as the program would give it."""
        return self.runner.colorize(seen, labels, sure)[0]

    def told(self, seen: Encoded, labels: np.ndarray, top: np.ndarray, truth: np.ndarray) -> np.ndarray:
        """ab (h, w, 2) when `truth` is said and the rest guessed."""
        known = truth != UNSURE
        return self.colorize(seen, np.where(known, truth, labels), np.where(known, 1, top).astype(np.float32))

    def table(self, photos: Photos) -> tuple[dict[str, Row], scores.LabelScore]:
        """Mean scores by way of colouring, and the segmentation's."""
        marks: dict[str, list] = {}
        maps = scores.LabelScore()
        for L, ab, truth in tqdm(_each(photos), total=len(photos), unit=" photos", leave=False):
            answer = self.judge(L, truth)
            maps.add(answer.labels, truth)
            filled = np.where(truth == UNSURE, answer.labels, truth)
            ways = {
                "photo": ab,
                "grey": ab * 0,
                "label prior, automatic": apply_prior(L, answer.labels),
                "label prior, true labels": apply_prior(L, filled),
                "guided, automatic": answer.automatic,
                "guided, true labels": answer.told,
            }
            for name, mine in ways.items():
                marks.setdefault(name, []).append(
                    (scores.delta_e(L, mine, ab), scores.psnr_ab(mine, ab), scores.colorfulness(L, mine))
                )
        means = {name: np.mean(rows, 0) for name, rows in marks.items()}
        grey, vivid = means["grey"][0], means["photo"][2]
        rows = {
            name: Row(m[0], m[0] / grey, m[1], m[2] / vivid) for name, m in means.items() if name != "photo"
        }
        return rows, maps

    def summary(self, photos: Photos) -> dict[str, float]:
        """The few numbers a training run is watched by."""
        rows, maps = self.table(photos)
        auto, told = rows["guided, automatic"], rows["guided, true labels"]
        return {
            "grey": rows["grey"].delta_e,
            "auto": auto.of_grey,
            "told": told.of_grey,
            "vivid_auto": auto.vivid,
            "vivid_told": told.vivid,
            "psnr_auto": auto.psnr,
            "psnr_told": told.psnr,
            "accuracy": maps.accuracy,
            "miou": maps.mean_iou(),
        }


def markdown(rows: dict[str, Row], maps: scores.LabelScore, photos: int, split: str) -> str:
    """The tables of `models/README.md`."""
    lines = [
        f"{photos} photos of the `{split}` split, at the size of the packs (short side 176 px).",
        "",
        "| way to colour | ΔE2000 | of grey's | PSNR of ab, dB | colourfulness, of the photo's |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {r.delta_e:.2f} | {r.of_grey:.3f} | {r.psnr:.2f} | {r.vivid:.2f} |"
        for name, r in rows.items()
    ]
    lines += [
        "",
        f"Segmentation from luminance alone: pixel accuracy {maps.accuracy:.3f}, mean IoU {maps.mean_iou():.3f} "
        f"over the labels with at least 2,000 true pixels.",
    ]
    return "\n".join(lines)


def _each(photos: Photos) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    for i in range(len(photos)):
        lab = from_lab8(photos[i][..., :3])
        yield lab[..., 0], lab[..., 1:], photos[i][..., 3]
