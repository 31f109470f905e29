"""How boldly the trained network colours: chosen on held-out photos, then built into its weights.

Training weighs rare colours up, so the network's probabilities lean to them. `caution` takes part of that lean back
(0: as trained, 1: the true odds); where a person said what a place is, `boldness` gives part of it back again: who
says grass wants green. `temperature` sharpens the annealed mean. The boldest that still comes as close to the photos
as LIMITS ask is what people get.
"""

from __future__ import annotations

import numpy as np
import torch

from models.guided import GuidedNet
from models.training.colorbins import histogram, make_bins
from models.training.data import Photos
from models.training.evaluate import GuidedJudge

CAUTIONS = (0.45, 0.55, 0.65, 0.75, 0.85)
BOLDNESSES = (0.4, 0.3, 0.2, 0.1)
TEMPERATURE = 0.5  # lower answers in patches: one cheek red, the other skin
LIMITS = {"auto": 0.88, "told": 0.85}  # of grey's ΔE2000, automatic and with true labels


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
    net: GuidedNet, weights: torch.Tensor, caution: float, boldness: float = 0.0, temperature: float = TEMPERATURE
) -> None:
    """Build `caution`, `boldness` and `temperature` into `net`."""
    net.decoder.bins.bias -= caution * weights.log()
    net.decoder.bins.weight[:, -1, 0, 0] += boldness * weights.log()
    net.temperature.fill_(temperature)


def choose_caution(net: GuidedNet, weights: torch.Tensor, photos: Photos) -> tuple[float, float]:
    """The smallest of CAUTIONS, then the largest of BOLDNESSES (or 0), that keep LIMITS on every third of `photos`;
    the largest caution if none does."""
    few = Photos(photos.pixels, photos.records[::3])

    def kept(name: str, caution: float, boldness: float) -> bool:
        be_cautious(net, weights, caution, boldness)
        score = GuidedJudge(net).summary(few)
        be_cautious(net, weights, -caution, -boldness)
        print(f"caution {caution}, boldness {boldness}: " + " ".join(f"{k} {v:.3f}" for k, v in score.items()))
        return score[name] <= LIMITS[name]

    caution = next((c for c in CAUTIONS if kept("auto", c, 0.0)), CAUTIONS[-1])
    return caution, next((b for b in BOLDNESSES if kept("told", caution, b)), 0.0)
