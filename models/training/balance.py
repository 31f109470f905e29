"""How boldly the trained network colours: chosen on held-out photos, then built into its weights.

Training weighs rare colours up, so the network's probabilities lean to them. `caution` takes part of
that lean back (0: as trained, 1: the true odds); `temperature` sharpens the annealed mean. The boldest
pair that still comes closer to the photos than grey does is what people get.
"""

from __future__ import annotations

import numpy as np
import torch

from models.guided import GuidedNet
from models.training.colorbins import histogram, make_bins
from models.training.data import Photos
from models.training.evaluate import GuidedJudge

CAUTIONS = (0.25, 0.35, 0.45, 0.55)
TEMPERATURE = 0.5  # lower answers in patches: one cheek red, the other skin
LIMITS = {"auto": 0.97, "told": 0.885}  # of grey's ΔE2000, automatic and with true labels


def bin_weights(net: GuidedNet, recipe: dict, train: Photos) -> torch.Tensor:
    """The training weight of each of the network's bins (K,), counted as the training counted them.

    Raises ValueError when `train` is not what the network was trained on: its bins come out different.
    """
    bins = make_bins(histogram(train, 2), recipe["bins"], recipe["boldness"])
    if not np.allclose(bins.centers, net.centers.numpy(), atol=0.1):
        raise ValueError("These are not the photos the network was trained on: their colour bins differ.")
    return torch.from_numpy(bins.weights)


@torch.no_grad()
def be_cautious(
    net: GuidedNet, weights: torch.Tensor, caution: float, temperature: float = TEMPERATURE
) -> None:
    """Build `caution` and `temperature` into `net`."""
    net.decoder.bins.bias -= caution * weights.log()
    net.temperature.fill_(temperature)


def choose_caution(net: GuidedNet, weights: torch.Tensor, photos: Photos) -> float:
    """The smallest of `CAUTIONS` that keeps `LIMITS` on every third of `photos`; the largest if none does."""
    few = Photos(photos.pixels, photos.records[::3])
    for caution in CAUTIONS:
        be_cautious(net, weights, caution)
        score = GuidedJudge(net).summary(few)
        be_cautious(net, weights, -caution)
        print(f"caution {caution}: " + " ".join(f"{k} {v:.3f}" for k, v in score.items()))
        if all(score[name] <= limit for name, limit in LIMITS.items()):
            return caution
    return CAUTIONS[-1]
