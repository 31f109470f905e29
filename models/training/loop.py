"""One training loop for all networks.

A *task* brings the network and says what a step is; the loop brings the clock, AdamW with a
warm-up and a cosine that follows steps or minutes, bf16, an average of the weights (EMA),
checkpoints of everything, resume, a CSV of losses, contact sheets and a clean stop on Ctrl-C.

    run = Run(task, recipe, folder); run.train()

The folder of a run holds recipe.json, losses.csv, checkpoint.pt, best weights and sheets.
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


class TrainingError(RuntimeError):
    """Training that cannot go on; the message says why and what is kept."""


class Task(Protocol):
    """What a network needs to be trained by `Run`."""

    net: nn.Module

    def step(self, batch: int, size: int, rng: np.random.Generator) -> tuple[torch.Tensor, dict[str, float]]:
        """Loss of one fresh batch and the numbers to write down."""

    def review(self, net: nn.Module, folder: Path, step: int) -> dict[str, float]:
        """Look at `net` on held-out photos: write a contact sheet, return scores."""


class Run:
    """One training run in `folder`; `recipe` is the parsed TOML. Continues where a checkpoint ended."""

    def __init__(self, task: Task, recipe: dict, folder: Path):
        self.task, self.recipe, self.folder = task, recipe, folder
        folder.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(recipe["seed"])
        self.rng = np.random.default_rng(recipe["seed"])
        decay = [p for p in task.net.parameters() if p.ndim > 1]
        plain = [p for p in task.net.parameters() if p.ndim <= 1]
        groups = [
            {"params": decay, "weight_decay": recipe["weight_decay"]},
            {"params": plain, "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW(groups, lr=recipe["learning_rate"], betas=(0.9, 0.98))
        self.average = copy.deepcopy(task.net).requires_grad_(False)
        self.steps, self.seconds, self.stop = 0, 0.0, False
        if (folder / "checkpoint.pt").exists():
            self._resume()
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
        bar = tqdm(initial=self.steps, unit=" steps")
        last_save = last_review = time.monotonic()
        try:
            while self.progress < 1 and not self.stop:
                start = time.monotonic()
                numbers = self._step()
                self.seconds += time.monotonic() - start
                bar.update()
                bar.set_postfix({k: f"{v:.3f}" for k, v in numbers.items()}, refresh=False)
                if self.steps % self.recipe.get("log_every", 25) == 0:
                    self._log(numbers)
                if time.monotonic() - last_save > 60 * self.recipe.get("save_minutes", 4):
                    self.save()
                    last_save = time.monotonic()
                if time.monotonic() - last_review > 60 * self.recipe.get("review_minutes", 12):
                    self.review()
                    last_review = time.monotonic()
        finally:
            bar.close()
            if before is not None:
                signal.signal(signal.SIGINT, before)
        self.save()
        self.review()

    def _step(self) -> dict[str, float]:
        recipe = self.recipe
        for group in self.optimizer.param_groups:
            group["lr"] = recipe["learning_rate"] * self._schedule()
        size = next(s for start, s in reversed(recipe["sizes"]) if self.progress >= start)
        loss, numbers = self.task.step(recipe["batch"], size, self.rng)
        if not math.isfinite(loss.item()):
            raise TrainingError(
                f"The loss became {loss.item()} at step {self.steps}; the last good state is "
                f"{self.folder / 'checkpoint.pt'}. Lower learning_rate and start again."
            )
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.task.net.parameters(), recipe.get("clip", 5.0))
        self.optimizer.step()
        self.steps += 1
        self._follow()
        return numbers

    def _schedule(self) -> float:
        warm = min(1.0, (self.steps + 1) / self.recipe.get("warmup", 200))
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

    def review(self) -> None:
        """Scores and a contact sheet of the averaged weights, also written to scores.csv."""
        scores = self.task.review(self.average.eval(), self.folder, self.steps)
        _append(
            self.folder / "scores.csv", {"step": self.steps, "minutes": round(self.seconds / 60, 1), **scores}
        )

    def save(self) -> None:
        """Everything needed to go on, written whole or not at all."""
        state = {
            "net": self.task.net.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "steps": self.steps,
            "seconds": self.seconds,
            "rng": json.dumps(self.rng.bit_generator.state),
            "torch_rng": torch.get_rng_state(),
        }
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
        state = torch.load(self.folder / "checkpoint.pt", weights_only=True)
        self.task.net.load_state_dict(state["net"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.steps, self.seconds = state["steps"], state["seconds"]
        self.rng.bit_generator.state = json.loads(state["rng"])
        torch.set_rng_state(state["torch_rng"])

    def _log(self, numbers: dict[str, float]) -> None:
        _append(
            self.folder / "losses.csv",
            {"step": self.steps, "minutes": round(self.seconds / 60, 2), **numbers},
        )

    def _ask_stop(self, *_) -> None:
        self.stop = True


def _append(path: Path, row: dict) -> None:
    fresh = not path.exists()
    with path.open("a", newline="") as out:
        writer = csv.DictWriter(out, row)
        if fresh:
            writer.writeheader()
        writer.writerow({k: round(v, 5) if isinstance(v, float) else v for k, v in row.items()})


def _main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()
