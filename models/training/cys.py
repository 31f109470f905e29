"""Training of the two halves of CYS (`models.cys_systems`), with text and image encoders of our own.

Words to palette: colours one after the other, each asked for with the ones before it (`palettes.grown`), LSGAN and
squared error. Of several noises only the nearest answer is corrected (``tries``), so that noise comes to mean
variety; no noise at all means the mean. Learned from named colours and palettes in English and Chinese, CYS rows,
and the palettes of photos with their words and their grey picture.

Palette to colour: the palette of a photo by rising L, its words half of the time. As published the discriminator's
optimiser moves the context too; here every weight has one owner.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from models.compact_runner import answer
from models.cys import COLORS, NOISE, PaletteDiscriminator
from models.cys_color import ColorDiscriminator, ColorUNet
from models.cys_systems import LOOK, Conditioned, PaletteColorizer
from models.published_runner import gray_of
from models.training.common import PhotoTask, Shown, planes, rgb8, split_lab, swatches, write_sheet
from models.training.data import from_lab8
from models.training.losses import lsgan_discriminator, lsgan_generator, smooth_l1
from models.training.palettes import grown, lab_to_rgb, photo_palette, read_rows, rgb_to_lab

HUES = 12


def words_of(record) -> str:
    """A photo's words as a person would type them."""
    return re.sub(r"[_\W\d]+", " ", record.words).strip()


class CysPaletteTask(PhotoTask):
    """Words, pictures and categories to palettes. ``recipe["words"]`` names a folder of csv lists of one's own."""

    network = "cys_text2palette"

    def __init__(self, recipe: dict, photos, packs: Path | None = None, device="cpu") -> None:
        folder = Path(recipe["words"]) if "words" in recipe else (packs or Path()) / "palettes"
        rows = read_rows(folder)
        self.rows = [row for row in rows if row.split == "train"]
        self.held_out = [row for row in rows if row.split == "val"] or self.rows[:50]
        rich = np.array([len(row.colors) > 2 for row in self.rows], bool)
        self.row_draw = np.where(rich, recipe.get("palette_weight", 6.0), 1.0)
        self.row_draw /= self.row_draw.sum()
        super().__init__(recipe, photos, packs, device)

    def build_rival(self) -> nn.Module:
        return PaletteDiscriminator.scaled(self.recipe["width"], published=self.published)

    def make_batch(self, count: int, size: int, step: int) -> dict:
        """Either rows of words, or photos with their words and their picture."""
        rng = np.random.default_rng([self.recipe["seed"], self._rank, step])
        if rng.random() < self.recipe.get("photo_share", 0.25):
            made = [self._from_photo(int(i), rng) for i in rng.choice(len(self.train), count, p=self.draw)]
            pictures = np.stack([one[3] for one in made])
        else:
            made = [self._from_row(int(i), rng) for i in rng.choice(len(self.rows), count, p=self.row_draw)]
            pictures = None
        steps = [grown(one[2]) for one in made]
        chosen = [each[rng.integers(len(each))] for each in steps]
        return {
            "texts": [one[0] for one in made],
            "categories": [one[1] for one in made],
            "pictures": pictures,
            "context": np.stack([c for c, _ in chosen]),
            "color": np.stack([c for _, c in chosen]),
        }

    def _from_row(self, index: int, rng: np.random.Generator) -> tuple:
        row = self.rows[index]
        return row.text, (row.category if rng.random() < 0.8 else None), row.colors

    def _from_photo(self, index: int, rng: np.random.Generator) -> tuple:
        lab = from_lab8(self.crop(index, LOOK, rng)[..., :3])
        palette = lab_to_rgb(photo_palette(lab, COLORS, rng))
        text = words_of(self.train.records[index]) if rng.random() < 0.8 else ""
        return text, None, palette, planes(gray_of(lab[..., 0]) * 2 - 1)

    def step(self, batch: int, size: int, rng: np.random.Generator) -> tuple[Tensor, dict[str, float]]:
        b = self.batch(batch, size)
        net, tries = self.net, self.recipe.get("tries", 1)
        context = torch.cat([net.fuse(b["texts"], b["pictures"], b["categories"]), b["context"]], 1)
        noise = torch.randn(tries, batch, NOISE, device=self.device)
        answers = torch.stack([net.generator(z, context) for z in noise])  # (tries, n, 3)
        errors = (answers - b["color"]).square().sum(2)
        color = errors.min(0).values.mean()
        plain = (net.generator(torch.zeros_like(noise[0]), context) - b["color"]).square().sum(1).mean()
        parts = {"color": color, "plain": plain}
        if self.rival:
            fake = answers[0]
            parts["adversarial"] = lsgan_generator(self.judged(fake, context))
            self._pair = b["color"], fake.detach(), context.detach()
        loss = sum(self.losses.get(name, 0.0) * value for name, value in parts.items())
        return loss, {name: value.item() for name, value in parts.items()}

    def rival_loss(self) -> Tensor:
        real, fake, context = self._pair
        return lsgan_discriminator(self.rival(real, context), self.rival(fake, context))

    @torch.no_grad()
    def review(self, net: nn.Module, folder: Path, step: int) -> dict[str, float]:
        """Hue agreement on held-out names; the sheet shows asked and answered colours side by side."""
        rows = self.held_out[:: max(1, len(self.held_out) // 400)]
        answered = net([row.text for row in rows], categories=[row.category for row in rows]).cpu().numpy()
        pairs = [
            [swatches(rgb_to_lab(row.colors)), swatches(rgb_to_lab(mine))]
            for row, mine in list(zip(rows, answered))[:12]
        ]
        write_sheet(pairs, folder / f"sheet-{step:06}.jpg", 60)
        return {"hue": hue_agreement([row.colors[0] for row in rows], answered[:, 0])}


class CysColorTask(PhotoTask):
    """Grey and palette (and words) to colour; the published form answers RGB."""

    network = "cys_colorizer"

    def build(self) -> nn.Module:
        sizes = Conditioned.compact(self.recipe["width"])
        unet = ColorUNet.scaled(self.recipe["width"], published=self.published)
        return PaletteColorizer(**sizes, generator=ColorUNet.hyper_parameters(unet.state_dict()))

    def build_rival(self) -> nn.Module:
        return ColorDiscriminator.scaled(self.recipe["width"], published=self.published)

    def sample(self, index: int, size: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        crop = self.crop(index, size, rng)
        lab = from_lab8(crop[..., :3])
        palette = lab_to_rgb(photo_palette(lab, COLORS, rng))
        truth = rgb8(crop) / 127.5 - 1 if self.published else lab[..., 1:] / 128
        return {
            "gray": planes(gray_of(lab[..., 0]) * 2 - 1),
            "truth": planes(truth),
            "ab8": np.ascontiguousarray(crop[..., 1:3].transpose(2, 0, 1)),
            "palette": palette,
            "texts": words_of(self.train.records[index]) if rng.random() < 0.5 else "",
        }

    def step(self, batch: int, size: int, rng: np.random.Generator) -> tuple[Tensor, dict[str, float]]:
        b = self.batch(batch, size)
        with self.mixed():
            fused = self.net.fuse(list(b["texts"]), b["gray"])
            context = torch.cat([fused, b["palette"].flatten(1)], 1)
            answer = self.net.generator(b["gray"], context).float()
        parts = {"color": self._color(answer, b)}
        if self.rival:
            joined = [answer, b["truth"]]
            if not self.published:
                joined = [torch.cat([b["gray"], x], 1) for x in joined]
            with self.mixed():
                parts["adversarial"] = lsgan_generator(self.judged(joined[0], context))
            self._pair = joined[1], joined[0].detach(), context.detach().float()
        loss = sum(self.losses.get(name, 0.0) * value for name, value in parts.items())
        return loss, {name: value.item() for name, value in parts.items()}

    def _color(self, answer: Tensor, b: dict) -> Tensor:
        if self.published:  # squared error summed over the rows of the picture
            return (answer - b["truth"]).square().sum(2).mean()
        return smooth_l1(answer, b["truth"], self.weight_of(b["ab8"]), delta=0.05) / 0.05

    def rival_loss(self) -> Tensor:
        real, fake, context = self._pair
        with self.mixed():
            return lsgan_discriminator(self.rival(real, context).float(), self.rival(fake, context).float())

    def show(self, net: nn.Module, pixels: np.ndarray, rng: np.random.Generator) -> Shown:
        return show(net, pixels, rng)


@torch.no_grad()
def show(net: PaletteColorizer, pixels: np.ndarray, rng: np.random.Generator) -> Shown:
    """The grey photo coloured with five colours of its own, without words."""
    L, ab = split_lab(pixels)
    palette = photo_palette(np.dstack([L, ab]), COLORS, rng)
    mine = answer("cys_color", net, L, palette)
    return Shown(mine, swatches(palette), palette=palette)


def hue_class(rgb: np.ndarray) -> np.ndarray:
    """Colours (n, 3) RGB 0..1 as one of twelve hues of the Lab plane, or 12 for the nearly grey."""
    _, a, b = rgb_to_lab(np.float32(rgb)).T
    hue = ((np.arctan2(b, a) / (2 * np.pi) * HUES + 0.5) // 1).astype(int) % HUES
    return np.where(np.hypot(a, b) < 10, HUES, hue)


def hue_agreement(wanted, answered) -> float:
    """Share of answers in the wanted hue class (top-1)."""
    return float((hue_class(np.array(wanted)) == hue_class(np.array(answered))).mean())
