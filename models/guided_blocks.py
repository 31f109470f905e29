"""What Huesmith's own network is built of: convolution with norm and ReLU, residual block, doubling."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Conv(nn.Module):
    """Convolution, batch norm and ReLU; after `fold` a convolution with bias and ReLU."""

    def __init__(
        self, cin: int, cout: int, kernel: int = 3, stride: int = 1, relu: bool = True, folded: bool = False
    ):
        super().__init__()
        self.conv = nn.Conv2d(cin, cout, kernel, stride, kernel // 2, bias=folded)
        self.norm = None if folded else nn.BatchNorm2d(cout)
        self.relu = relu

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        if self.norm is not None:
            x = self.norm(x)
        return F.relu(x) if self.relu else x

    def fold(self) -> None:
        """Take the batch norm into the convolution (evaluation answers stay the same)."""
        scale = self.norm.weight / torch.sqrt(self.norm.running_var + self.norm.eps)
        bias = self.norm.bias - self.norm.running_mean * scale
        self.conv.weight = nn.Parameter(self.conv.weight.detach() * scale.detach()[:, None, None, None])
        self.conv.bias = nn.Parameter(bias.detach())
        self.norm = None


class Block(nn.Module):
    """Residual block of two 3x3 convolutions; a stride or another width changes the shortcut too."""

    def __init__(self, cin: int, cout: int, stride: int = 1, folded: bool = False):
        super().__init__()
        self.first = Conv(cin, cout, stride=stride, folded=folded)
        self.second = Conv(cout, cout, relu=False, folded=folded)
        self.short = (
            Conv(cin, cout, 1, stride, relu=False, folded=folded)
            if stride > 1 or cin != cout
            else nn.Identity()
        )

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.second(self.first(x)) + self.short(x))


def up(x: Tensor) -> Tensor:
    """Twice the size, bilinear."""
    return F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
