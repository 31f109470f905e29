"""What the tasks of the published systems share: data on their way, devices, rivals, a look at the result.

A batch depends on the recipe's seed, the process and the step alone, so that the batches made ahead by a thread
are the same ones after a resume.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from models import registry
from models.training import scores
from models.training.augment import Prefetch, random_crop
from models.training.colorbins import histogram, make_bins
from models.training.data import DataError, Photos, from_lab8
from models.training.guided import draw_weights
from models.training.losses import lsgan_discriminator
from models.training.processes import Alone
from models.training.sheets import bgr


class Shown(NamedTuple):
    """One photo answered by a system that was given its own guidance.

    ``ab`` (h, w, 2); ``guide`` the guidance as an 8-bit BGR picture to look at; where the system takes them,
    ``palette`` (k, 3) Lab colours asked for, ``reference`` (h', w', 2) ab and ``hints`` (h, w, 3): a*, b*, 1 inside.
    """

    ab: np.ndarray
    guide: np.ndarray
    palette: np.ndarray | None = None
    reference: np.ndarray | None = None
    hints: np.ndarray | None = None


class PhotoTask:
    """See `loop.Task`. A system says how a crop becomes its input (`sample`), its loss (`step`) and its answer.

    ``recipe["published"]`` builds the published form; else ours. ``self.rival`` exists where
    ``loss.adversarial`` is above zero.
    """

    network = ""  # registry name

    def __init__(self, recipe: dict, photos: Photos, packs: Path | None = None, device="cpu") -> None:
        self.recipe, self.losses = recipe, recipe.get("loss", {})
        self.device, self.packs, self.progress = torch.device(device), packs, 0.0
        self.train, self.val = photos.split("train"), photos.split("val")
        if not len(self.train):
            raise DataError("There is no photo of the train split to learn from; name other --packs.")
        self.published = recipe.get("published", False)
        self.draw = self.draw_weights()
        self.rarity = rarity(self.train, recipe.get("rebalance", 0.0))
        torch.manual_seed(recipe["seed"])
        self.net = self.build().to(self.device, memory_format=torch.channels_last).train()
        wants_rival = self.losses.get("adversarial", 0) > 0
        self.rival: nn.Module | None = self.build_rival().to(self.device).train() if wants_rival else None
        self._pair: tuple[Tensor, ...] | None = None
        self._done, self._rank, self._ahead = 0, 0, None

    # what a system may say otherwise

    def build(self) -> nn.Module:
        """The network to train."""
        return registry.create(self.network, published=self.published, width=self.recipe["width"])

    def build_rival(self) -> nn.Module:
        """Its discriminator."""
        raise NotImplementedError

    def draw_weights(self) -> np.ndarray:
        """Probability of each training photo."""
        return draw_weights(self.train, self.recipe.get("packs", {}))

    def sample(self, index: int, size: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """One training sample of photo ``index``, arrays without the batch dimension."""
        raise NotImplementedError

    def show(self, net: nn.Module, pixels: np.ndarray, rng: np.random.Generator) -> Shown:
        """``net``'s answer for a held-out photo (h, w, 4)."""
        raise NotImplementedError

    def rival_loss(self) -> Tensor | None:
        """LSGAN on the (real, fake) inputs that `step` left behind; None to leave the rival as it is."""
        real, fake = self._pair
        with self.mixed():
            return lsgan_discriminator(self.rival(real), self.rival(fake))

    # the machinery

    def start(self, steps: int, processes: Alone) -> None:
        """Told by the loop where it begins, and in which company."""
        self._done, self._rank = steps, processes.rank
        processes.share_start(self.net)
        if self.rival:
            processes.share_start(self.rival)

    def batch(self, count: int, size: int) -> dict[str, Tensor]:
        """The next batch on the device; made ahead by a thread."""
        if self._ahead is None or self._ahead[0] != (count, size, self._done):
            if self._ahead:
                self._ahead[1].close()
            self._ahead = ((count, size, self._done), Prefetch(_Batches(self, count, size, self._done)))
        made = next(self._ahead[1])
        self._done += 1
        self._ahead = ((count, size, self._done), self._ahead[1])
        return {key: self.tensor(value) for key, value in made.items()}

    def make_batch(self, count: int, size: int, step: int) -> dict[str, np.ndarray]:
        """Batch number ``step`` of this process."""
        rng = np.random.default_rng([self.recipe["seed"], self._rank, step])
        chosen = rng.choice(len(self.train), count, p=self.draw)
        samples = [self.sample(int(i), size, rng) for i in chosen]
        return {key: np.stack([s[key] for s in samples]) for key in samples[0]}

    def tensor(self, value):
        """An array on the device; pictures with their channels last in memory, where convolutions like them."""
        if not isinstance(value, np.ndarray):
            return value
        if value.dtype.kind == "U":
            return value.tolist()
        tensor = torch.from_numpy(value)
        if tensor.ndim == 4:
            tensor = tensor.contiguous(memory_format=torch.channels_last)
        return tensor.to(self.device)

    def mixed(self):
        """bf16 where the recipe wants it."""
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.recipe.get("bf16", False))

    def judged(self, *inputs: Tensor) -> Tensor:
        """The rival's answer, with gradients for its inputs only."""
        self.rival.requires_grad_(False)
        answer = self.rival(*inputs).float()
        self.rival.requires_grad_(True)
        return answer

    def weight_of(self, ab8: Tensor) -> Tensor | None:
        """Training weight (n, 1, h, w) of 8-bit ab codes (n, 2, h, w): rare colours count more."""
        if self.recipe.get("rebalance", 0.0) <= 0:
            return None
        table = torch.from_numpy(self.rarity).to(ab8.device)
        return table[ab8[:, 0].long(), ab8[:, 1].long()][:, None]

    def crop(self, index: int, size: int, rng: np.random.Generator) -> np.ndarray:
        """A training crop (size, size, 4) of photo ``index``."""
        return random_crop(self.train[index], size, rng)

    def review(self, net: nn.Module, folder: Path, step: int) -> dict[str, float]:
        """Scores on a few photos of the val split and a sheet of twelve of them."""
        records = self.val.records or self.train.records[:4]
        every = max(1, len(records) // self.recipe.get("review_photos", 48))
        few = Photos(self.train.pixels, records[::every])
        return review(self, net, few, folder / f"sheet-{step:06}.jpg")


class _Batches:
    """Makes one batch after the other, for a `Prefetch`."""

    def __init__(self, task: PhotoTask, count: int, size: int, step: int) -> None:
        self.task, self.count, self.size, self.step = task, count, size, step

    def __call__(self) -> dict[str, np.ndarray]:
        self.step += 1
        return self.task.make_batch(self.count, self.size, self.step - 1)


def rarity(photos: Photos, strength: float) -> np.ndarray:
    """Weight of every 8-bit (a, b), float32 (256, 256); all one at strength 0."""
    if strength <= 0:
        return np.ones((256, 256), np.float32)
    bins = make_bins(histogram(photos, max(1, len(photos) // 2000)), 64, 0.5)
    return bins.weights[bins.near[..., 0]] ** strength


@torch.no_grad()
def review(task, net: nn.Module, photos: Photos, sheet: Path | None) -> dict[str, float]:
    """Mean ΔE2000, its share of grey's, PSNR and share of the colourfulness; ``sheet`` shows a dozen photos."""
    rows, marks = [], []
    wanted = set(range(0, len(photos), max(1, len(photos) // 12)))
    for i in range(len(photos)):
        pixels = photos[i]
        L, ab = split_lab(pixels)
        shown = task.show(net, pixels, np.random.default_rng(i))
        marks.append(
            (
                scores.delta_e(L, shown.ab, ab),
                scores.delta_e(L, ab * 0, ab),
                scores.psnr_ab(shown.ab, ab),
                scores.colorfulness(L, shown.ab),
                scores.colorfulness(L, ab),
            )
        )
        if i in wanted:
            rows.append([bgr(L, ab * 0), shown.guide, bgr(L, shown.ab), bgr(L, ab)])
    if sheet:
        write_sheet(rows, sheet)
    mine, grey, psnr, vivid, true = np.mean(marks, 0)
    return {
        "delta_e": mine,
        "of_grey": mine / max(grey, 1e-9),
        "psnr": psnr,
        "vivid": vivid / max(true, 1e-9),
    }


def write_sheet(rows: list[list[np.ndarray]], path: Path, height: int = 150) -> None:
    """Rows of BGR pictures of any size, brought to one height."""
    lines = [
        np.hstack([cv2.resize(v, (max(1, round(v.shape[1] * height / v.shape[0])), height)) for v in row])
        for row in rows
    ]
    width = max(line.shape[1] for line in lines)
    lines = [cv2.copyMakeBorder(x, 0, 2, 0, width - x.shape[1], cv2.BORDER_CONSTANT) for x in lines]
    cv2.imwrite(str(path), np.vstack(lines), [cv2.IMWRITE_JPEG_QUALITY, 88])


def split_lab(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """True L (h, w) and ab (h, w, 2) of a cached photo (h, w, 4)."""
    lab = from_lab8(pixels[..., :3])
    return lab[..., 0], lab[..., 1:]


def rgb8(pixels: np.ndarray) -> np.ndarray:
    """uint8 RGB (h, w, 3) of a cached photo."""
    L, ab = split_lab(pixels)
    return np.ascontiguousarray(bgr(L, ab)[..., ::-1])


def planes(picture: np.ndarray) -> np.ndarray:
    """(h, w) or (h, w, c) -> float32 (c, h, w)."""
    picture = picture[..., None] if picture.ndim == 2 else picture
    return np.ascontiguousarray(picture.transpose(2, 0, 1), np.float32)


def swatches(lab: np.ndarray, height: int = 150) -> np.ndarray:
    """Palette (k, 3) Lab as a BGR picture of stacked swatches."""
    picture = bgr(lab[:, None, 0], lab[:, None, 1:])
    return cv2.resize(picture, (60, height), interpolation=cv2.INTER_NEAREST)
