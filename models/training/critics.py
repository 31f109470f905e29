"""The critic Gray2ColorNet is trained against (WGAN-GP); its authors released none, so this is the seed's.

Four steps of [conv 3x3 swish, conv 3x3 swish, max pool 2] on Lab, layer norm, three dense layers. What comes out
of the last step is averaged to 8 x 8, which it is at the published 128 x 128.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.layers import scaled

CHANNELS = (32, 64, 128, 256)
GRID = 8


class Critic(nn.Module):
    """Lab (n, 3, h, w) -> (n, 1), unbounded. 9,857,313 parameters at width 1."""

    def __init__(self, width: float = 1.0, in_channels: int = 3) -> None:
        super().__init__()
        counts = [in_channels, *(scaled(c, width) for c in CHANNELS)]
        self.stages = nn.ModuleList(
            nn.ModuleList([nn.Conv2d(a, b, 3, 1, 1), nn.Conv2d(b, b, 3, 1, 1)])
            for a, b in zip(counts, counts[1:])
        )
        flat, hidden = counts[-1] * GRID**2, scaled(512, width)
        self.norm = nn.LayerNorm(flat)
        self.fc_1, self.fc_2, self.fc_3 = (
            nn.Linear(flat, hidden),
            nn.Linear(hidden, hidden),
            nn.Linear(hidden, 1),
        )

    def forward(self, lab: Tensor) -> Tensor:
        x = lab
        for first, second in self.stages:
            x = F.max_pool2d(F.silu(second(F.silu(first(x)))), 2)
        x = self.norm(torch.flatten(F.adaptive_avg_pool2d(x, GRID), 1))
        x = F.leaky_relu(self.fc_2(F.leaky_relu(self.fc_1(x), 0.2)), 0.2)
        return self.fc_3(x)
