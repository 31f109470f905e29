"""Training of ColorNet (`models.semantic`): chroma from luminance and a label map.

The paper's losses are not known from a source (spec 1): an L1-like colour loss with a patch discriminator is
taken, as its checkpoint's names suggest. Ours weighs rare colours up, so that the answer is not sepia.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from models.layers import pad_to_multiple
from models.published_runner import decode_ab, gray_of, scaled_labels
from models.scft import Discriminator
from models.training.augment import TRUST, age
from models.training.common import PhotoTask, Shown, planes, split_lab
from models.training.data import DataError
from models.training.losses import lsgan_generator, smooth_l1
from models.training.sheets import overlay


class SemanticTask(PhotoTask):
    """Photos without any label map are not drawn."""

    network = "colornet"

    def draw_weights(self) -> np.ndarray:
        return labelled_weights(self, super().draw_weights())

    def build_rival(self) -> nn.Module:
        return Discriminator.scaled(self.recipe["width"])

    def sample(self, index: int, size: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        crop = self.crop(index, size, rng)
        return {
            "gray": planes(gray_of(age(crop[..., 0].astype(np.float32) / 2.55, rng)) * 2 - 1),
            "labels": planes(scaled_labels(crop[..., 3])),
            "ab": np.ascontiguousarray(crop[..., 1:3].transpose(2, 0, 1)),
        }

    def step(self, batch: int, size: int, rng: np.random.Generator) -> tuple[Tensor, dict[str, float]]:
        """Smooth L1 of ab, and LSGAN."""
        b = self.batch(batch, size)
        truth = b["ab"].float() / 127.5 - 1
        with self.mixed():
            answer = self.net(b["gray"], b["labels"])
        answer = answer.float()
        color = smooth_l1(answer, truth, self.weight_of(b["ab"]), delta=0.05) / 0.05
        loss, numbers = self.losses["color"] * color, {"color": color.item()}
        if self.rival:
            given = torch.cat([b["gray"], b["labels"]], 1)
            fake, real = torch.cat([answer, given], 1), torch.cat([truth, given], 1)
            adversarial = lsgan_generator(self.judged(fake))
            self._pair = real, fake.detach()
            loss = loss + self.losses["adversarial"] * adversarial
            numbers["adversarial"] = adversarial.item()
        return loss, numbers

    def show(self, net: nn.Module, pixels: np.ndarray, rng: np.random.Generator) -> Shown:
        return show(net, pixels, rng)


def labelled_weights(task: PhotoTask, weights: np.ndarray) -> np.ndarray:
    """``weights`` times how far the label map of each photo is believed. Raises DataError for no maps at all."""
    weights = weights * [TRUST.get(record.kind, 0.0) for record in task.train.records]
    if not weights.sum():
        raise DataError("None of these photos has a label map to learn from; name packs that have.")
    return weights / weights.sum()


@torch.no_grad()
def show(net: nn.Module, pixels: np.ndarray, rng: np.random.Generator) -> Shown:
    """Coloured by the photo's own label map; undecided pixels are background."""
    L, _ = split_lab(pixels)
    inputs = [gray_of(L) * 2 - 1, scaled_labels(pixels[..., 3])]
    device = next(net.parameters()).device
    tensors = [
        pad_to_multiple(torch.from_numpy(planes(x))[None].to(device), net.multiple, least=64) for x in inputs
    ]
    answer = net(*tensors)[0, :, : L.shape[0], : L.shape[1]].float().cpu().numpy()
    return Shown(decode_ab(answer), overlay(L, pixels[..., 3]))
