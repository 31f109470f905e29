"""From a run of one of the published systems to its bundled file: averaged weights in fp16, with a card."""

from __future__ import annotations

import json
from pathlib import Path

import torch

from models import registry, weights
from models.training.data import DataError
from models.training.systems import System


def export_system(system: System, run: Path, path: Path) -> int:
    """Write the averaged network of ``run`` and its card to ``path``; returns the size in bytes.

    Raises DataError for a folder without a checkpoint, or with one of another system. The network is built from
    the halved tensors first, so that what is bundled loads.
    """
    try:
        state = torch.load(run / "checkpoint.pt", weights_only=True, map_location="cpu")
        recipe = json.loads((run / "recipe.json").read_text())
    except FileNotFoundError:
        raise DataError(f"{run} holds no checkpoint: train first, or name another --run.") from None
    half = {k: v.half() if v.is_floating_point() else v for k, v in state["average"].items()}
    if registry.recognise(half) != system.network:
        raise DataError(f"{run} is a run of another system than {system.name}; name another --run.")
    published = bool(recipe.get("published", False))
    registry.from_state_dict(half, published=published, source=str(run))
    weights.save(half, path, make_card(system, recipe, state, run))
    return path.stat().st_size


def make_card(system: System, recipe: dict, state: dict, run: Path) -> dict:
    """What stands in the file's metadata: origin, form, command, time, scores, terms."""
    scores = run / "scores.csv"
    return {
        "name": system.name,
        "system": system.title,
        "network": system.network,
        "published": bool(recipe.get("published", False)),
        "guidance": system.guidance,
        "command": f"python -m models.training {system.name}",
        "recipe": recipe,
        "steps": state["steps"],
        "minutes": round(state["seconds"] / 60),
        "machine": f"{torch.get_num_threads()} CPU threads, {torch.__version__}",
        "val": scores.read_text().splitlines()[-1] if scores.exists() else "",
        "data": "Huesmith packs, train split: photos, illustrations, label maps, palettes and colour names",
        "licence": "research, non-commercial (see models/README.md)",
    }
