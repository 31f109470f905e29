"""SegNet, the segmentation network of Semantic-driven Colorization: a GridNet (Fourure et al., BMVC 2017).

Five rows (16 channels at full size down to 256 at 1/16) and six columns of residual blocks. In the first
three columns every row also takes from the row above, in the last three from the row below, so that
any path from input to output may dive as deep as it likes. 13,206,674 parameters as published.

Input (n, 1, h, w) grey in [0, 1], not centred; output (n, 60, h, w) logits, which the published network
batch-normalises. Sides are multiples of 16. Nothing in it wants correcting, so there is no other form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import nn

from models.layers import require_multiple, scaled

ROWS = (16, 32, 64, 128, 256)
COLUMNS = 6
LABELS = 60


def _conv(inputs: int, outputs: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)


class FirstConv(nn.Module):
    """conv, norm, ReLU, twice: the grey picture to the first row's channels."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv1, self.batch1 = _conv(inputs, outputs), nn.BatchNorm2d(outputs)
        self.conv2, self.batch2 = _conv(outputs, outputs), nn.BatchNorm2d(outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.batch1(self.conv1(x)))
        return torch.relu(self.batch2(self.conv2(x)))


class LastConv(nn.Module):
    """As the first, but the logits are normalised and not cut off at zero."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv1, self.batch1 = _conv(inputs, outputs), nn.BatchNorm2d(outputs)
        self.conv2, self.batch2 = _conv(outputs, outputs), nn.BatchNorm2d(outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.batch1(self.conv1(x)))
        return self.batch2(self.conv2(x))


class ConvSequence(nn.Module):
    """A residual step along a row; in training the residual is left out with probability ``drop``."""

    def __init__(self, channels: int, drop: float) -> None:
        super().__init__()
        self.drop = drop
        self.batch1, self.conv1 = nn.BatchNorm2d(channels), _conv(channels, channels)
        self.batch2, self.conv2 = nn.BatchNorm2d(channels), _conv(channels, channels)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.training and self.drop and torch.rand(()).item() < self.drop:
            return x
        y = self.conv1(torch.relu(self.batch1(x)))
        return x + self.conv2(torch.relu(self.batch2(y)))


class SubSampling(nn.Module):
    """One row down: half the size, the next row's channels."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.batch1, self.conv1 = nn.BatchNorm2d(inputs), _conv(inputs, outputs, stride=2)
        self.batch2, self.conv2 = nn.BatchNorm2d(outputs), _conv(outputs, outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.conv1(torch.relu(self.batch1(x)))
        return self.conv2(torch.relu(self.batch2(y)))


class UpSampling(nn.Module):
    """One row up: twice the size, the upper row's channels."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.batch1 = nn.BatchNorm2d(inputs)
        self.convTranspose1 = nn.ConvTranspose2d(inputs, outputs, 3, 2, 1, output_padding=1, bias=False)
        self.batch2, self.conv2 = nn.BatchNorm2d(outputs), _conv(outputs, outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.convTranspose1(torch.relu(self.batch1(x)))
        return self.conv2(torch.relu(self.batch2(y)))


class SegNet(nn.Module):
    """Grey in, label logits out; ``rows`` are the channels of the grid's rows, from fine to coarse."""

    def __init__(
        self,
        in_channels: int = 1,
        labels: int = LABELS,
        columns: int = COLUMNS,
        rows: Sequence[int] = ROWS,
        drop: float = 0.0,
    ) -> None:
        super().__init__()
        self.rows, self.columns, self.half = len(rows), columns, columns // 2
        self.multiple = 2 ** (len(rows) - 1)
        self.batchNormInitial = nn.BatchNorm2d(in_channels)
        self.firstConv = FirstConv(in_channels, rows[0])
        for i, channels in enumerate(rows):
            for j in range(columns - 1):
                setattr(self, f"convSequence{i}_{j}to{i}_{j + 1}", ConvSequence(channels, drop))
        for i in range(len(rows) - 1):
            for j in range(self.half):
                setattr(self, f"subSamplingSequence{i}_{j}to{i + 1}_{j}", SubSampling(rows[i], rows[i + 1]))
            for j in range(self.half, columns):
                setattr(self, f"upSamplingSequence{i + 1}_{j}to{i}_{j}", UpSampling(rows[i + 1], rows[i]))
        self.lastConv = LastConv(rows[0], labels)

    @classmethod
    def scaled(cls, width: float = 1.0, published: bool = True) -> SegNet:
        """A fresh network, every row ``width`` times as wide as the published one."""
        return cls(rows=[scaled(count, width) for count in ROWS])

    @staticmethod
    def hyper_parameters(state: Mapping[str, torch.Tensor]) -> dict:
        """Constructor arguments read from the names and shapes of a state_dict."""
        steps = sum(key.startswith("convSequence0_") and key.endswith(".conv1.weight") for key in state)
        rows = sum(key.endswith("_0.conv1.weight") and key.startswith("subSampling") for key in state) + 1
        return {
            "in_channels": state["firstConv.conv1.weight"].shape[1],
            "labels": state["lastConv.conv2.weight"].shape[0],
            "columns": steps + 1,
            "rows": [state[f"convSequence{i}_0to{i}_1.conv1.weight"].shape[0] for i in range(rows)],
        }

    def forward(self, gray: torch.Tensor) -> torch.Tensor:
        require_multiple(gray, self.multiple, "SegNet")
        column: list[torch.Tensor] = []  # row i of the current column: (n, rows[i], h / 2^i, w / 2^i)
        for j in range(self.half):
            fresh: list[torch.Tensor] = []
            for i in range(self.rows):
                fresh.append(self._diving(i, j, column, fresh, gray))
            column = fresh
        for j in range(self.half, self.columns):
            below: torch.Tensor | None = None
            rising: list[torch.Tensor] = []
            for i in reversed(range(self.rows)):
                x = getattr(self, f"convSequence{i}_{j - 1}to{i}_{j}")(column[i])
                if below is not None:
                    x = x + getattr(self, f"upSamplingSequence{i + 1}_{j}to{i}_{j}")(below)
                rising.append(x)
                below = x
            column = rising[::-1]
        return self.lastConv(column[0])

    def _diving(
        self, i: int, j: int, column: list[torch.Tensor], above: list[torch.Tensor], gray: torch.Tensor
    ) -> torch.Tensor:
        """Unit (row i, column j) of the first half: from the left, from above, or from the picture."""
        if i == 0 and j == 0:
            return self.firstConv(self.batchNormInitial(gray))
        down = None if i == 0 else getattr(self, f"subSamplingSequence{i - 1}_{j}to{i}_{j}")(above[i - 1])
        if j == 0:
            return down
        along = getattr(self, f"convSequence{i}_{j - 1}to{i}_{j}")(column[i])
        return along if down is None else along + down
