"""Training of SegNet (`models.gridnet`): 60 labels from grey alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.gridnet import ROWS, SegNet
from models.layers import pad_to_multiple, scaled
from models.published_runner import gray_of
from models.training.augment import TRUST, age
from models.training.common import PhotoTask, planes, split_lab, write_sheet
from models.training.data import UNSURE, Photos
from models.training.guided import label_weights
from models.training.scores import LabelScore
from models.training.semantic import labelled_weights
from models.training.sheets import bgr, overlay


class GridNetTask(PhotoTask):
    """Cross entropy, rare labels weighed up, unlabelled pixels left out, teachers' labels believed less."""

    network = "gridnet"

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        weights = label_weights(self.train) if self.recipe.get("rebalance", 0) else np.ones(60, np.float32)
        self._label_weights = torch.from_numpy(weights).to(self.device)

    def build(self) -> nn.Module:
        rows = [scaled(count, self.recipe["width"]) for count in ROWS]
        return SegNet(rows=rows, drop=self.recipe.get("drop", 0.0))

    def draw_weights(self) -> np.ndarray:
        return labelled_weights(self, super().draw_weights())

    def sample(self, index: int, size: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        crop = self.crop(index, size, rng)
        return {
            "gray": planes(gray_of(age(crop[..., 0].astype(np.float32) / 2.55, rng))),
            "labels": crop[..., 3].astype(np.int64),
            "trust": np.float32(TRUST.get(self.train.records[index].kind, 0.0)),
        }

    def step(self, batch: int, size: int, rng: np.random.Generator) -> tuple[Tensor, dict[str, float]]:
        b = self.batch(batch, size)
        with self.mixed():
            logits = self.net(b["gray"])
        known = b["labels"] != UNSURE
        target = torch.where(known, b["labels"], 0)
        each = F.cross_entropy(logits.float(), target, self._label_weights, reduction="none")
        weight = known * b["trust"][:, None, None]
        loss = self.losses["labels"] * (each * weight).sum() / weight.sum().clamp_min(1)
        return loss, {"labels": loss.item()}

    def review(self, net: nn.Module, folder: Path, step: int) -> dict[str, float]:
        records = (self.val.records or self.train.records)[:: max(1, len(self.val) // 48)]
        few, score, rows = Photos(self.train.pixels, records), LabelScore(), []
        for i in range(len(few)):
            L, ab = split_lab(few[i])
            labels = segment(net, L)
            score.add(labels, few[i][..., 3])
            if i % max(1, len(few) // 12) == 0:
                rows.append([bgr(L, ab), overlay(L, labels), overlay(L, few[i][..., 3])])
        write_sheet(rows, folder / f"sheet-{step:06}.jpg")
        return {"accuracy": score.accuracy, "miou": score.mean_iou()}


@torch.no_grad()
def segment(net: SegNet, L: np.ndarray) -> np.ndarray:
    """Labels (h, w) uint8 of L (h, w)."""
    gray = torch.from_numpy(planes(gray_of(L)))[None].to(next(net.parameters()).device)
    logits = net(pad_to_multiple(gray, net.multiple))[0, :, : L.shape[0], : L.shape[1]]
    return logits.argmax(0).cpu().numpy().astype(np.uint8)
