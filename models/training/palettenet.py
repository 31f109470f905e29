"""Training of PaletteNet (`models.palettenet`): a picture recoloured with a palette.

Two phases, as published. First encoder and decoder learn to turn one hue version of a picture into another, given
that one's palette: squared error of ab. Then, from ``adversarial_from`` on, a discriminator joins and only the
decoder learns on. The published discriminator cannot learn, so that the corrected one is used.

Ours also sees grey sources (``gray_share``), so that it colours as well as recolours, and palettes of 2 to 10
colours, always by rising L: the net knows colours by their places. ``cards = true`` takes the photos for
design-seeds cards: picture and swatches are cut out, and the swatches are the palette, in their order.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from models.compact_runner import answer
from models.palettenet import COLORS, Discriminator, code, palette_numbers
from models.training.augment import random_crop
from models.training.common import PhotoTask, Shown, planes, rgb8, split_lab, swatches
from models.training.data import UNSURE, from_lab8, to_lab8
from models.training.losses import bce
from models.training.palettes import cut_card, photo_palette
from models.training.variations import STEPS, hue_shift


class PaletteNetTask(PhotoTask):
    """Losses of the recipe: color (squared error), adversarial (binary cross entropy)."""

    network = "palettenet"

    def build_rival(self) -> nn.Module:
        return Discriminator.scaled(self.recipe["width"], published=False)

    def sample(self, index: int, size: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        rgb, swatch_rgb = self._picture(index, size, rng)
        before, after = rng.integers(0, STEPS, 2)
        if rng.random() < self.recipe.get("plain_share", 0.0):
            after = 0  # the photo's own colours more often than one time in twenty
        source, target = to_lab8(hue_shift(rgb, before)), to_lab8(hue_shift(rgb, after))
        lab, wanted = from_lab8(source), from_lab8(target)
        if rng.random() < self.recipe.get("gray_share", 0.0):
            lab[..., 1:] = 0
        if swatch_rgb is not None:
            palette = from_lab8(to_lab8(hue_shift(swatch_rgb[None], after)))[0]
        else:
            palette = photo_palette(wanted, COLORS if self.published else int(rng.integers(2, 11)), rng)
        return {
            "lab": coded(lab),
            "ab": planes(wanted[..., 1:] / 128),
            "ab8": np.ascontiguousarray(target[..., 1:].transpose(2, 0, 1)),
            "palette": palette_numbers(palette),
        }

    def _picture(
        self, index: int, size: int, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray | None]:
        """A crop (size, size, 3) uint8 RGB and, of a design-seeds card, its six swatches (6, 3)."""
        if not self.recipe.get("cards", False):
            return rgb8(self.crop(index, size, rng)), None
        picture, colors = cut_card(rgb8(self.train[index]))
        unlabelled = np.full((*picture.shape[:2], 1), UNSURE, np.uint8)
        return rgb8(random_crop(np.dstack([to_lab8(picture), unlabelled]), size, rng)), colors

    def step(self, batch: int, size: int, rng: np.random.Generator) -> tuple[Tensor, dict[str, float]]:
        b = self.batch(batch, size)
        second = self._second_phase
        with self.mixed():
            features = self.net.encoder(b["lab"])
            if second:
                features = [x.detach() for x in features]
            answer = self.net.decoder(*features, b["palette"], b["lab"][:, :1]).float()
        error = (answer - b["ab"]).square()
        weight = self.weight_of(b["ab8"])
        color = error.mean() if weight is None else (error * weight).mean() / weight.mean()
        loss, numbers = self.losses["color"] * color, {"color": color.item()}
        if self.rival:
            fake = torch.cat([b["lab"][:, :1], answer], 1)
            adversarial = bce(self.judged(fake, b["palette"]), 1.0) if second else color.new_zeros(())
            numbers["adversarial"] = adversarial.item()
            loss = loss + self.losses["adversarial"] * adversarial
            real = torch.cat([b["lab"][:, :1], b["ab"]], 1)
            self._pair = (real, fake.detach(), b["palette"]) if second else None
        return loss, numbers

    @property
    def _second_phase(self) -> bool:
        return self.rival is not None and self.progress >= self.recipe.get("adversarial_from", 0.0)

    def rival_loss(self) -> Tensor | None:
        """One right pair of picture and palette against three wrong ones."""
        if self._pair is None:
            return None
        real, fake, palette = self._pair
        wrong = palette.roll(1, 0)
        loss = bce(self.rival(real, palette), 1.0)
        for picture, colors in ((real, wrong), (fake, wrong), (fake, palette)):
            loss = loss + bce(self.rival(picture, colors), 0.0)
        return loss / 4

    def show(self, net: nn.Module, pixels: np.ndarray, rng: np.random.Generator) -> Shown:
        return show(net, pixels, rng)


def coded(lab: np.ndarray) -> np.ndarray:
    """A true Lab picture (h, w, 3) as the network is told it, (3, h, w)."""
    return code(torch.from_numpy(planes(lab))[None])[0].numpy()


@torch.no_grad()
def show(net: nn.Module, pixels: np.ndarray, rng: np.random.Generator) -> Shown:
    """The grey photo coloured with its own six colours."""
    L, ab = split_lab(pixels)
    palette = photo_palette(np.dstack([L, ab]), COLORS, rng)
    mine = answer("palettenet", net, L, palette)
    return Shown(mine, swatches(palette), palette=palette)
