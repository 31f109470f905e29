"""Several processes: gradients are averaged, only the first writes, and nothing is imported without torchrun."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from types import ModuleType

import numpy as np
import pytest
import torch
from torch import nn

from models.training import loop
from models.training.loop import Run, TrainingError
from models.training.processes import Alone, Together, find_processes

RECIPE = {
    "steps": 3, "batch": 2, "sizes": [[0.0, 8]], "learning_rate": 0.1, "weight_decay": 0.0, "ema": 0.5,
    "seed": 1, "warmup": 1, "log_every": 1,
}  # fmt: skip


class Line:
    """y = w x, taught y = 2 x."""

    def __init__(self):
        torch.manual_seed(0)
        self.net = nn.Linear(1, 1, bias=False)

    def step(self, batch, size, rng):
        x = torch.from_numpy(rng.normal(size=(batch, 1)).astype(np.float32))
        loss = (self.net(x) - 2 * x).square().mean()
        return loss, {"loss": loss.item()}

    def review(self, net, folder, step):
        return {"w": net.weight.item()}


class Accelerator:
    """Stands for accelerate's: this process is the second of two, and the other one sends zeros."""

    process_index, num_processes, device = 1, 2, torch.device("cpu")

    def __init__(self, cpu):
        assert cpu == (not torch.cuda.is_available())

    def main_process_first(self):
        return nullcontext("waited")

    def reduce(self, values, reduction):
        assert reduction == "mean"
        return values / 2


@pytest.fixture
def together(monkeypatch):
    module = ModuleType("accelerate")
    module.Accelerator = Accelerator
    monkeypatch.setitem(sys.modules, "accelerate", module)
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "one")
    return find_processes()


def test_without_torchrun_a_process_is_alone_and_imports_nothing(monkeypatch):
    monkeypatch.delenv("TORCHELASTIC_RUN_ID", raising=False)
    processes = find_processes()
    assert type(processes) is Alone and processes.count == 1
    assert "accelerate" not in sys.modules


def test_under_torchrun_the_library_is_asked_for_by_name(monkeypatch):
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "one")
    monkeypatch.setitem(sys.modules, "accelerate", None)
    with pytest.raises(TrainingError, match=r"huesmith\[train\]"):
        find_processes()


def test_gradients_are_averaged_also_where_one_process_has_none(together):
    assert isinstance(together, Together) and together.count == 2
    with together.first() as waited:
        assert waited == "waited"
    net = nn.Linear(2, 1)
    net(torch.ones(1, 2)).sum().backward()
    net.bias.grad = None
    together.share_gradients(net)
    assert net.weight.grad.tolist() == [[0.5, 0.5]] and net.bias.grad.tolist() == [0]


def test_a_second_process_draws_on_its_own_and_writes_nothing(together, tmp_path):
    first = Run(Line(), RECIPE, tmp_path / "a")
    second = Run(Line(), RECIPE, tmp_path / "b", together)
    assert first.rng.random() != second.rng.random()
    second._step()
    second.save(), second.review()
    assert list((tmp_path / "b").iterdir()) == []


def test_losses_go_to_tensorboard_where_it_is_installed(tmp_path, monkeypatch):
    class Board(list):
        def add_scalar(self, *values):
            self.append(values)

        def close(self):
            self.append("closed")

    board = Board()
    monkeypatch.setattr(loop, "_open_board", lambda folder: board)
    Run(Line(), RECIPE, tmp_path).train()
    assert [row[::2] for row in board[:-1]] == [("loss", 1), ("loss", 2), ("loss", 3)] and board[
        -1
    ] == "closed"
    assert (tmp_path / "losses.csv").read_text().startswith("step,minutes,loss\n")


@pytest.mark.parametrize("kind", ["adam", "adamw", "sgd"])
def test_every_optimizer_of_the_recipes_goes_downhill(kind, tmp_path):
    run = Run(Line(), RECIPE | {"optimizer": kind, "schedule": "constant", "steps": 40}, tmp_path)
    before = abs(run.task.net.weight.item() - 2)
    while run.progress < 1:
        run._step()
    assert abs(run.task.net.weight.item() - 2) < before / 2
