"""One process, or several started by torchrun.

    torchrun --nproc-per-node 4 -m models.training scft --recipe …

Every process trains on batches of its own and all gradients are averaged, so that the loop and the tasks stay
as they are for one. The talking is done by `accelerate` (`pip install "huesmith[train]"`), which is imported
only when torchrun started this process.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor, nn


class Alone:
    """This process and no other."""

    rank, count = 0, 1

    def __init__(self) -> None:
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

    def first(self) -> AbstractContextManager:
        """What stands inside is done by the first process before the others: filling a cache, say."""
        return nullcontext()

    def mean(self, values: Tensor) -> Tensor:
        """The mean of ``values`` over all processes."""
        return values

    def share_gradients(self, net: nn.Module) -> None:
        """Put the mean gradient of all processes into each."""

    def share_start(self, net: nn.Module) -> None:
        """Let every process begin with the same weights."""


class Together(Alone):
    """One of several processes, or the only one under torchrun."""

    def __init__(self) -> None:
        try:
            from accelerate import Accelerator
        except ImportError:
            from models.training.loop import TrainingError

            raise TrainingError(
                'Training under torchrun needs accelerate: pip install "huesmith[train]".'
            ) from None
        self._accelerator = Accelerator(cpu=not torch.cuda.is_available())
        self.device = self._accelerator.device
        self.rank, self.count = self._accelerator.process_index, self._accelerator.num_processes

    def first(self) -> AbstractContextManager:
        return self._accelerator.main_process_first()

    def mean(self, values: Tensor) -> Tensor:
        return self._accelerator.reduce(values.to(self.device), reduction="mean")

    def share_gradients(self, net: nn.Module) -> None:
        # one message for all: those without a gradient here may have one elsewhere
        own = [p for p in net.parameters() if p.requires_grad]
        parts = [torch.zeros_like(p) if p.grad is None else p.grad for p in own]
        if not parts:
            return
        flat = self.mean(torch.cat([g.flatten() for g in parts]))
        for p, part in zip(own, flat.split([g.numel() for g in parts])):
            p.grad = part.view_as(p).clone()

    @torch.no_grad()
    def share_start(self, net: nn.Module) -> None:
        for value in net.state_dict().values():
            if value.is_floating_point():
                value.copy_(self.mean(value.clone()))


def find_processes() -> Alone:
    """`Together` when torchrun started this process, else `Alone`."""
    return Together() if "TORCHELASTIC_RUN_ID" in os.environ else Alone()
