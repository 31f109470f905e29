"""Training of `models.guided`: meaning and colour together, guidance as people give it.

Each crop's decoder is told one of: people's labels with the rest guessed, people's labels
alone, the network's own segmentation, or nothing. Guessed labels come with their
probability, so that the network learns to colour boldly only where the map is sure.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from models.guided import LABELS, NOT_SAID, GuidedNet
from models.training.augment import Batch, Prefetch, make_batch
from models.training.colorbins import histogram, make_bins
from models.training.data import UNSURE, Photos
from models.training.evaluate import GuidedJudge
from models.training.sheets import contact_sheet

MODES = ("true_and_guess", "true", "guess", "none")


class GuidedTask:
    """See `loop.Task`. `photos` are all photos; the splits are taken here."""

    def __init__(self, recipe: dict, photos: Photos):
        self.recipe = recipe
        self.train, self.val = photos.split("train"), photos.split("val")
        self.colors = make_bins(histogram(self.train, 2), recipe["bins"], recipe["boldness"])
        torch.manual_seed(recipe["seed"])
        self.net = GuidedNet(recipe["width"], recipe["bins"]).to(memory_format=torch.channels_last)
        self.net.centers.copy_(torch.from_numpy(self.colors.centers))
        self.label_weights = torch.from_numpy(label_weights(self.train))
        self.draw = draw_weights(self.train, recipe["packs"])
        self._near = torch.from_numpy(self.colors.near)
        self._share = torch.from_numpy(self.colors.share)
        self._weights = torch.from_numpy(self.colors.weights)
        self._ahead: tuple[tuple, Prefetch] | None = None

    def step(self, batch: int, size: int, rng: np.random.Generator) -> tuple[Tensor, dict[str, float]]:
        """One batch through encoder, labels and decoder; see `loop.Task.step`."""
        b = self._next(batch, size, rng)
        self.net.train()
        L = torch.from_numpy(b.L)[:, None].to(memory_format=torch.channels_last)
        labels = torch.from_numpy(b.labels).long()
        with torch.autocast("cpu", torch.bfloat16):
            s2, p4, p8 = self.net.encode(L)
            logits = self.net.segment(p4)
            ids, sure = told(labels, logits, self.recipe["guidance"], rng)
            painted = self.net.decoder.paint(s2, p4, p8, ids, sure)
            dy, dx = rng.integers(0, 2, 2)
            color = self.net.decoder.bins(painted[:, :, dy::2, dx::2])
        label_loss = self._label_loss(logits.float(), labels, torch.from_numpy(b.trust))
        color_loss = self._color_loss(color.float(), half_ab(b.ab)[:, dy::2, dx::2])
        weights = self.recipe["loss"]
        loss = weights["labels"] * label_loss + weights["color"] * color_loss
        return loss, {"labels": label_loss.item(), "color": color_loss.item()}

    def review(self, net: GuidedNet, folder: Path, step: int) -> dict[str, float]:
        """Scores on every fourth photo of the val split and a sheet of twelve."""
        judge = GuidedJudge(net)
        few = Photos(self.val.pixels, self.val.records[::4])
        contact_sheet(
            judge,
            Photos(self.val.pixels, self.val.records[:: max(1, len(self.val) // 12)]),
            folder / f"sheet-{step:06}.jpg",
        )
        return judge.summary(few)

    def _next(self, batch: int, size: int, rng: np.random.Generator) -> Batch:
        if self._ahead is None or self._ahead[0] != (batch, size):
            if self._ahead:
                self._ahead[1].close()
            own = np.random.default_rng(rng.integers(2**63))
            make = Prefetch(lambda: make_batch(self.train, self.draw, batch, size, own))
            self._ahead = ((batch, size), make)
        return next(self._ahead[1])

    def _label_loss(self, logits: Tensor, labels: Tensor, trust: Tensor) -> Tensor:
        small = labels[:, 1::4, 1::4]
        known = small != UNSURE
        target = torch.where(known, small, 0)
        loss = F.cross_entropy(logits, target, self.label_weights, reduction="none", label_smoothing=0.03)
        weight = known * trust[:, None, None]
        return (loss * weight).sum() / weight.sum().clamp(min=1)

    def _color_loss(self, logits: Tensor, ab: Tensor) -> Tensor:
        """Cross entropy against soft votes of the nearest bins; ab (n, h, w, 2) uint8 codes."""
        near = self._near[ab[..., 0], ab[..., 1]]
        share = self._share[ab[..., 0], ab[..., 1]]
        logp = logits.log_softmax(1).permute(0, 2, 3, 1).gather(3, near)
        weight = self._weights[near[..., 0]]
        return -(logp * share).sum(3).mul(weight).mean()


def told(labels: Tensor, logits: Tensor, odds: dict, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Label ids (n, h/2, w/2) and how sure they are (n, 1, h/2, w/2), as a person or the net would give them."""
    n = len(labels)
    chance = np.array([odds[m] for m in MODES])
    mode = torch.from_numpy(rng.choice(len(MODES), n, p=chance / chance.sum()))[:, None, None]
    top, guess = logits.detach().float().softmax(1).max(1)
    guess = guess.repeat_interleave(2, 1).repeat_interleave(2, 2)
    top = top.repeat_interleave(2, 1).repeat_interleave(2, 2)
    said = labels[:, ::2, ::2]
    known = (said != UNSURE) & (mode <= 1)
    guessed = (mode == 0) | (mode == 2)
    ids = torch.where(known, said, torch.where(guessed, guess, NOT_SAID))
    sure = torch.where(known, 1.0, torch.where(guessed, top * 0.9, 0.0))
    return ids.clamp(max=LABELS), sure[:, None]


def half_ab(ab: np.ndarray) -> Tensor:
    """8-bit ab (n, s, s, 2) averaged over 2x2 pixels, (n, s/2, s/2, 2) int64 codes."""
    x = ab.astype(np.uint16)
    mean = (x[:, ::2, ::2] + x[:, 1::2, ::2] + x[:, ::2, 1::2] + x[:, 1::2, 1::2] + 2) >> 2
    return torch.from_numpy(mean.astype(np.int64))


def label_weights(photos: Photos) -> np.ndarray:
    """Training weight of each label (60,) float32: rare ones up to four times the common ones."""
    counts = np.ones(256)
    for i in range(0, len(photos), 3):
        counts += np.bincount(photos[i][::4, ::4, 3].ravel(), minlength=256)
    share = counts[:LABELS] / counts[:LABELS].sum()
    weights = np.clip(share, 2e-4, None) ** -0.3
    weights /= (weights * share).sum()
    return np.clip(weights, 0.5, 4).astype(np.float32)


def draw_weights(photos: Photos, packs: dict[str, float]) -> np.ndarray:
    """Probability of drawing each photo, from the recipe's weight of its pack."""
    weights = np.array([packs.get(r.pack, 1.0) for r in photos.records])
    return weights / weights.sum()
