"""Training of the SCFT generator (`models.scft`): a sketch coloured after an augmented self.

The sketch is an extended difference of Gaussians of the picture; the true answer is the picture with each primary
shifted by one random number; the reference is that answer, warped. So the colours are in the reference and nowhere
else. A share of the "sketches" may be the grey picture itself (``gray_share``), for photos.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from models.layers import pad_to_multiple
from models.scft import Discriminator
from models.training.common import PhotoTask, Shown, planes, rgb8
from models.training.data import to_lab8
from models.training.losses import (
    lsgan_generator,
    open_features,
    perceptual,
    similarity_triplet,
    smooth_l1,
    style,
)
from models.training.variations import intensity_jitter, random_controls, random_xdog, warp, xdog

BUNDLED = Path(__file__).parents[1] / "weights" / "guided.safetensors"
ASK = ("perceptual", "style")


class ScftTask(PhotoTask):
    """Losses of the recipe: l1, adversarial, perceptual, style, triplet."""

    network = "scft"

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.features: nn.Module | None = None
        if any(self.losses.get(name, 0) > 0 for name in ASK):
            self.features = open_features(self.recipe.get("features", BUNDLED)).to(self.device)

    def build_rival(self) -> nn.Module:
        return Discriminator.scaled(self.recipe["width"])

    def sample(self, index: int, size: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        rgb = rgb8(self.crop(index, size, rng))
        gray = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
        as_photo = rng.random() < self.recipe.get("gray_share", 0.0)
        truth = intensity_jitter(rgb, rng, self.recipe.get("jitter", 50))
        return {
            "sketch": planes((gray if as_photo else random_xdog(gray, rng)) * 2 - 1),
            "rgb": planes(truth / 127.5 - 1),
            "reference": planes(warp(truth, random_controls(rng)) / 127.5 - 1),
            "ab8": np.ascontiguousarray(to_lab8(truth)[..., 1:].transpose(2, 0, 1)),
        }

    def step(self, batch: int, size: int, rng: np.random.Generator) -> tuple[Tensor, dict[str, float]]:
        b = self.batch(batch, size)
        with self.mixed():
            found = self.net(b["reference"], b["sketch"], details=True)
            rgb = found.rgb.float()
            parts = {"l1": smooth_l1(rgb, b["rgb"], self.weight_of(b["ab8"]), delta=0.02) / 0.02}
            if self.losses.get("triplet", 0):
                parts["triplet"] = similarity_triplet(found.scores.float(), found.negative.float())
            if self.features:
                mine, theirs = self.features(rgb), self.features(b["rgb"])
                parts["perceptual"] = perceptual(mine, theirs)
                parts["style"] = style(mine[-1].float(), theirs[-1].float(), self.published)
            if self.rival:
                fake, real = torch.cat([rgb, b["sketch"]], 1), torch.cat([b["rgb"], b["sketch"]], 1)
                parts["adversarial"] = lsgan_generator(self.judged(fake))
                self._pair = real, fake.detach()
        loss = sum(self.losses.get(name, 0.0) * value for name, value in parts.items())
        return loss, {name: value.item() for name, value in parts.items()}

    def show(self, net: nn.Module, pixels: np.ndarray, rng: np.random.Generator) -> Shown:
        return show(net, pixels, rng)


@torch.no_grad()
def show(net: nn.Module, pixels: np.ndarray, rng: np.random.Generator) -> Shown:
    """The sketch of a picture coloured after the picture itself, mirrored and warped; its ab only."""
    rgb = rgb8(pixels)
    height, width = rgb.shape[:2]
    gray = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    reference = cv2.flip(warp(rgb, random_controls(rng)), 1)
    device = next(net.parameters()).device
    inputs = [
        pad_to_multiple(torch.from_numpy(planes(x))[None].to(device), 16)
        for x in (reference / 127.5 - 1, xdog(gray) * 2 - 1)
    ]
    answer = net(*inputs)[0, :, :height, :width].float().cpu().numpy().transpose(1, 2, 0)
    mine, theirs = (
        cv2.cvtColor(np.ascontiguousarray(x, np.float32), cv2.COLOR_RGB2LAB)[..., 1:]
        for x in ((answer + 1) / 2, reference.astype(np.float32) / 255)
    )
    sketch = np.repeat(np.uint8(xdog(gray) * 255)[..., None], 3, 2)
    return Shown(mine, np.hstack([sketch, reference[..., ::-1]]), reference=theirs)
