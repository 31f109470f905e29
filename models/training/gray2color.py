"""Training of Gray2ColorNet (`models.gray2color`): colour from a reference photo.

Its authors released no training; losses and weights are the seed's (spec 2): Huber, soft histogram and WGAN-GP,
classification and (weight 0) total variation. The seed shrinks the true ab with max pooling, which is wrong for
signed values: ours averages. References are drawn as crops of the photo itself, bent by a spline, photos of the
same words, or any; how much the true colour counts against the reference's is told for each in the recipe.
"""

from __future__ import annotations

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.compact_runner import answer
from models.gray2color import CHANNELS, HIDDEN, Gray2ColorNet, soft_histogram
from models.layers import scaled
from models.training.augment import age
from models.training.common import PhotoTask, Shown, planes, split_lab
from models.training.critics import Critic
from models.training.data import from_lab8
from models.training.losses import (
    gradient_penalty,
    histogram_distance,
    smooth_l1,
    total_variation,
    wgan_discriminator,
)
from models.training.pairs import Pairs, class_of, classes
from models.training.sheets import bgr
from models.training.variations import random_controls, warp

AB = 110.0


class Gray2ColorTask(PhotoTask):
    """``recipe["side"]`` is the reference's side; 128 as published."""

    network = "gray2color"

    def __init__(self, recipe: dict, photos, packs=None, device="cpu") -> None:
        self.classes = classes(photos.split("train"), recipe.get("least_of_class", 20))
        super().__init__(recipe, photos, packs, device)
        self.pairs = Pairs(self.train, recipe["references"])

    def build(self) -> nn.Module:
        width, side = self.recipe["width"], self.recipe.get("side", 128)
        return Gray2ColorNet(
            channels=[scaled(count, width) for count in CHANNELS],
            positions=(side // 2) ** 2,
            hidden=scaled(HIDDEN, width),
            classes=max(1, len(self.classes)),
        )

    def build_rival(self) -> nn.Module:
        return Critic(self.recipe["width"])

    def sample(self, index: int, size: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        crop, side = self.crop(index, size, rng), self.recipe.get("side", 128)
        other, kind = self.pairs.draw(index, rng)
        lab = from_lab8(crop[..., :3])
        if kind == "self":
            reference = bent(from_lab8(self.crop(index, side, rng)[..., :3]), rng)
        else:
            reference = from_lab8(self.crop(other, side, rng)[..., :3])
        return {
            "L": planes(age(lab[..., 0], rng) / 50 - 1),
            "ab": planes(lab[..., 1:] / AB),
            "ab8": np.ascontiguousarray(crop[..., 1:3].transpose(2, 0, 1)),
            "reference_L": planes(reference[..., 0] / 50 - 1),
            "reference_ab": planes(np.clip(reference[..., 1:] / AB, -1, 1)),
            "class": np.int64(class_of(self.train.records[index], self.classes)),
            "trust": np.float32(self.recipe["trust"][kind]),
        }

    def step(self, batch: int, size: int, rng: np.random.Generator) -> tuple[Tensor, dict[str, float]]:
        b = self.batch(batch, size)
        wanted = soft_histogram(b["reference_ab"])
        with self.mixed():
            *answers, logits, _ = self.net(b["L"], wanted, b["reference_L"], b["reference_ab"])
        answers = [x.float() for x in answers]  # ab at 1/4, 1/2 and full size
        weight, trust = self.weight_of(b["ab8"]), b["trust"][:, None, None, None]
        parts = {
            "color": sum(self._color(x, b["ab"], trust, weight) for x in answers),
            "histogram": sum(histogram_distance(soft_histogram(x), wanted) for x in answers) / 8,
            "tv": total_variation(answers[-1]),
        }
        if (b["class"] >= 0).any():
            parts["class"] = F.cross_entropy(logits.float(), b["class"], ignore_index=-100)
        else:
            parts["class"] = answers[-1].new_zeros(())
        if self.rival:
            fake = torch.cat([b["L"], answers[-1]], 1)
            parts["adversarial"] = -self.judged(fake).mean()
            self._pair = self._real(b), fake.detach()
        loss = sum(self.losses.get(name, 0.0) * value for name, value in parts.items())
        return loss, {name: value.item() for name, value in parts.items()}

    def _color(self, answer: Tensor, truth: Tensor, trust: Tensor, weight: Tensor | None) -> Tensor:
        scale = truth.shape[-1] // answer.shape[-1]
        if scale > 1:
            shrink = F.max_pool2d if self.published else F.avg_pool2d
            truth = shrink(truth, scale)
            weight = None if weight is None else F.avg_pool2d(weight, scale)
        weight = trust if weight is None else trust * weight
        return smooth_l1(answer, truth, weight, delta=1.0 if self.published else 0.05)

    def _real(self, b: dict[str, Tensor]) -> Tensor:
        """The seed calls the reference real; ours, the photo."""
        if not self.published:
            return torch.cat([b["L"], b["ab"]], 1)
        real = torch.cat([b["reference_L"], b["reference_ab"]], 1)
        return F.interpolate(real, b["L"].shape[-2:], mode="bilinear", align_corners=False)

    def rival_loss(self) -> Tensor:
        """WGAN-GP, penalty 10."""
        real, fake = self._pair
        share = torch.rand(len(real), 1, 1, 1, device=real.device)
        penalty = gradient_penalty(self.rival, real, fake, share)
        return wgan_discriminator(self.rival(real), self.rival(fake)) + 10 * penalty

    def show(self, net: nn.Module, pixels: np.ndarray, rng: np.random.Generator) -> Shown:
        return show(net, pixels, rng)


def bent(lab: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A Lab picture (h, w, 3) warped by a random spline."""
    bent = warp(np.ascontiguousarray(lab, np.float32), random_controls(rng))
    bent[..., 0] = np.clip(bent[..., 0], 0, 100)
    return bent


@torch.no_grad()
def show(net: Gray2ColorNet, pixels: np.ndarray, rng: np.random.Generator) -> Shown:
    """Coloured after its own mirrored and warped self."""
    L, ab = split_lab(pixels)
    reference = cv2.flip(bent(np.dstack([L, ab]), rng), 1)
    mine = answer("gray2color", net, L, reference)
    return Shown(mine, bgr(reference[..., 0], reference[..., 1:]), reference=reference[..., 1:])
