"""The loop every network is trained by.

A task brings its network and the loss of a batch; the loop brings the clock, Adam or AdamW with a
warm-up and a cosine that follows steps or minutes, an average of the weights (EMA), checkpoints of
everything, resume, a CSV of losses, TensorBoard where it is installed, contact sheets and a clean
stop on Ctrl-C. A task may bring a rival as well, a discriminator with an optimiser of its own, which
learns after the network on the same batch.

    run = Run(task, recipe, folder); run.train()

The folder of a run holds recipe.json, losses.csv, scores.csv, checkpoint.pt and sheets.
"""

from __future__ import annotations

import copy
import csv
import json
import math
import signal
import threading
import time
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from models.training.processes import Alone
from models.training.sheets import learning_curves


class TrainingError(RuntimeError):
    """Training that cannot go on; the message says why and what is kept."""


class Task(Protocol):
    """What a network needs to be trained by `Run`.

    Optional: `rival` (a network or None) with `rival_loss()`, and `start(steps, processes)`, told where a run
    begins.
    """

    net: nn.Module

    def step(self, batch: int, size: int, rng: np.random.Generator) -> tuple[torch.Tensor, dict[str, float]]:
        """Loss of one fresh batch and the numbers to write down."""

    def review(self, net: nn.Module, folder: Path, step: int) -> dict[str, float]:
        """Look at `net` on held-out photos: write a contact sheet, return scores."""


def make_optimizer(net: nn.Module, recipe: dict) -> torch.optim.Optimizer:
    """The recipe's `optimizer` ("adamw", "adam" or "sgd") over the weights of `net` that learn."""
    learning = [p for p in net.parameters() if p.requires_grad]
    rate, betas = recipe["learning_rate"], tuple(recipe.get("betas", (0.9, 0.98)))
    kind = recipe.get("optimizer", "adamw")
    if kind == "adam":
        return torch.optim.Adam(learning, lr=rate, betas=betas)
    if kind == "sgd":
        return torch.optim.SGD(learning, lr=rate)
    groups = [
        {"params": [p for p in learning if p.ndim > 1], "weight_decay": recipe["weight_decay"]},
        {"params": [p for p in learning if p.ndim <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=rate, betas=betas)


class Run:
    """One training run in `folder`; `recipe` is the parsed TOML. Continues where a checkpoint ended."""

    def __init__(self, task: Task, recipe: dict, folder: Path, processes: Alone | None = None):
        self.task, self.recipe, self.folder = task, recipe, folder
        self.processes = processes or Alone()
        self.rival: nn.Module | None = getattr(task, "rival", None)
        folder.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(recipe["seed"])
        self.rng = np.random.default_rng(self._seed(0))
        self.optimizer = make_optimizer(task.net, recipe)
        if self.rival:
            # the rival differs from the network where its own table says so
            self.rival_recipe = recipe | recipe.get("rival", {})
            self.rival_optimizer = make_optimizer(self.rival, self.rival_recipe)
        self._rival_loss = 0.0  # of its last step; it may learn less often than the network
        self.average = copy.deepcopy(task.net).requires_grad_(False)
        self.steps, self.seconds, self.stop = 0, 0.0, False
        if (folder / "checkpoint.pt").exists():
            self._resume()
        if hasattr(task, "start"):
            task.start(self.steps, self.processes)
        if self._writes:
            (folder / "recipe.json").write_text(json.dumps(recipe, indent=1))

    @property
    def progress(self) -> float:
        """0 at the start, 1 at the end, by steps or minutes, whichever is further."""
        by_steps = self.steps / self.recipe["steps"] if "steps" in self.recipe else 0.0
        by_clock = self.seconds / 60 / self.recipe["minutes"] if "minutes" in self.recipe else 0.0
        return min(1.0, max(by_steps, by_clock))

    def train(self) -> None:
        """Run to the end of the recipe, or to Ctrl-C; both leave a checkpoint.

        Raises TrainingError for a loss that is no number; the last good checkpoint stays.
        """
        before = signal.signal(signal.SIGINT, self._ask_stop) if _main_thread() else None
        bar = tqdm(initial=self.steps, unit=" steps", disable=not self._writes)
        board = _open_board(self.folder) if self._writes else None
        last_save = last_review = time.monotonic()
        try:
            while self.progress < 1 and not self.stop:
                start = time.monotonic()
                numbers = self._step()
                self.seconds += time.monotonic() - start
                self._agree()
                rate = self.recipe["batch"] * self.processes.count / max(1e-9, time.monotonic() - start)
                bar.update()
                shown = {k: f"{v:.3f}" for k, v in numbers.items()}
                bar.set_postfix(shown | {"samples/s": f"{rate:.1f}"}, refresh=False)
                if self.steps % self.recipe.get("log_every", 25) == 0:
                    self._log(numbers, board)
                if time.monotonic() - last_save > 60 * self.recipe.get("save_minutes", 4):
                    self.save()
                    last_save = time.monotonic()
                if time.monotonic() - last_review > 60 * self.recipe.get("review_minutes", 12):
                    self.review()
                    last_review = time.monotonic()
        finally:
            bar.close()
            if board is not None:
                board.close()
            if before is not None:
                signal.signal(signal.SIGINT, before)
        self.save()
        self.review()

    def _step(self) -> dict[str, float]:
        recipe = self.recipe
        self.task.progress = self.progress
        size = next(s for start, s in reversed(recipe["sizes"]) if self.progress >= start)
        loss, numbers = self.task.step(recipe["batch"], size, self.rng)
        self._descend(loss, self.task.net, self.optimizer, recipe)
        if self.rival and self.steps % recipe.get("rival_every", 1) == 0:
            loss = self.task.rival_loss()
            if loss is not None:
                self._descend(loss, self.rival, self.rival_optimizer, self.rival_recipe)
                self._rival_loss = loss.item()
        if self.rival:
            numbers = numbers | {"rival": self._rival_loss}
        self.steps += 1
        self._follow()
        return numbers

    def _descend(self, loss: torch.Tensor, net: nn.Module, optimizer, recipe: dict) -> None:
        if not math.isfinite(self.processes.mean(loss.detach()).item()):
            raise TrainingError(
                f"The loss became {loss.item()} at step {self.steps}; the last good state is "
                f"{self.folder / 'checkpoint.pt'}. Lower learning_rate and start again."
            )
        for group in optimizer.param_groups:
            group["lr"] = recipe["learning_rate"] * self._schedule()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.processes.share_gradients(net)
        nn.utils.clip_grad_norm_(net.parameters(), recipe.get("clip", 5.0))
        optimizer.step()

    def _schedule(self) -> float:
        warm = min(1.0, (self.steps + 1) / self.recipe.get("warmup", 200))
        if self.recipe.get("schedule", "cosine") == "constant":
            return warm
        return warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * self.progress)))

    @torch.no_grad()
    def _follow(self) -> None:
        keep = min(self.recipe["ema"], self.steps / (self.steps + 10))
        for mine, theirs in zip(
            self.average.state_dict().values(), self.task.net.state_dict().values(), strict=True
        ):
            if mine.is_floating_point():
                mine.lerp_(theirs, 1 - keep)
            else:
                mine.copy_(theirs)

    def _agree(self) -> None:
        """All processes have the same clock and stop together."""
        if self.processes.count > 1:
            shared = self.processes.mean(torch.tensor([self.seconds, float(self.stop)], dtype=torch.float64))
            self.seconds, self.stop = shared[0].item(), shared[1].item() > 0

    def review(self) -> None:
        """Scores and a contact sheet of the averaged weights, also written to scores.csv."""
        if not self._writes:
            return
        scores = self.task.review(self.average.eval(), self.folder, self.steps)
        _append(
            self.folder / "scores.csv", {"step": self.steps, "minutes": round(self.seconds / 60, 1), **scores}
        )
        for table in (t for t in ("losses", "scores") if (self.folder / f"{t}.csv").exists()):
            learning_curves(self.folder / f"{table}.csv", self.folder / f"{table}.png")

    def save(self) -> None:
        """Everything needed to go on, written whole or not at all."""
        if not self._writes:
            return
        state = {
            "net": self.task.net.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "steps": self.steps,
            "seconds": self.seconds,
            "rng": json.dumps(self.rng.bit_generator.state),
            "torch_rng": torch.get_rng_state(),
        }
        if self.rival:
            state |= {"rival": self.rival.state_dict(), "rival_optimizer": self.rival_optimizer.state_dict()}
            state["rival_loss"] = self._rival_loss
        target = self.folder / "checkpoint.pt"
        part = target.with_suffix(".part")
        try:
            torch.save(state, part)
            part.replace(target)
        except (OSError, RuntimeError) as error:
            part.unlink(missing_ok=True)
            raise TrainingError(
                f"{target} could not be written ({error}); the one before it is kept."
            ) from None

    def _resume(self) -> None:
        path = self.folder / "checkpoint.pt"
        state = torch.load(path, weights_only=True, map_location=self.processes.device)
        try:
            self.task.net.load_state_dict(state["net"])
            self.average.load_state_dict(state["average"])
            self.optimizer.load_state_dict(state["optimizer"])
            if self.rival:
                self.rival.load_state_dict(state["rival"])
                self.rival_optimizer.load_state_dict(state["rival_optimizer"])
                self._rival_loss = state["rival_loss"]
        except (RuntimeError, KeyError, ValueError):
            raise TrainingError(
                f"{path} belongs to another system or recipe; name another --out to start afresh."
            ) from None
        self.steps, self.seconds = state["steps"], state["seconds"]
        if self._writes:
            self.rng.bit_generator.state = json.loads(state["rng"])
            torch.set_rng_state(state["torch_rng"].cpu())
        else:
            self.rng = np.random.default_rng(self._seed(self.steps))

    def _seed(self, steps: int) -> list[int] | int:
        """Every process draws on its own; the first as one process alone would."""
        rank = self.processes.rank
        return [self.recipe["seed"], rank, steps] if rank else self.recipe["seed"]

    @property
    def _writes(self) -> bool:
        return self.processes.rank == 0

    def _log(self, numbers: dict[str, float], board) -> None:
        if not self._writes:
            return
        _append(
            self.folder / "losses.csv",
            {"step": self.steps, "minutes": round(self.seconds / 60, 2), **numbers},
        )
        if board is not None:
            for name, value in numbers.items():
                board.add_scalar(name, value, self.steps)

    def _ask_stop(self, *_) -> None:
        self.stop = True


def _open_board(folder: Path):
    """A TensorBoard writer where TensorBoard is installed, else None."""
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        return None
    return SummaryWriter(folder / "board")


def _append(path: Path, row: dict) -> None:
    fresh = not path.exists()
    with path.open("a", newline="") as out:
        writer = csv.DictWriter(out, row)
        if fresh:
            writer.writeheader()
        writer.writerow({k: round(v, 5) if isinstance(v, float) else v for k, v in row.items()})


def _main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()
