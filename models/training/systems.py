"""Every system that can be trained: its task, its network, its file. Imports a system only when it is asked for."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path

WEIGHTS = Path(__file__).parents[1] / "weights"
RECIPES = Path(__file__).parent / "recipes"


@dataclass(frozen=True)
class System:
    """One row: ``guidance`` says what the system is given when it is judged."""

    name: str
    title: str
    network: str  # registry name
    task: str  # module and class in models.training
    guidance: str

    @property
    def weights(self) -> Path:
        """The bundled file."""
        return WEIGHTS / f"{self.name}.safetensors"

    @property
    def recipe(self) -> Path:
        """What it is trained by unless another is named."""
        return RECIPES / f"compact-{self.name}.toml"

    def task_class(self) -> type:
        """The task, imported now."""
        module, name = self.task.split(".")
        return getattr(importlib.import_module(f"models.training.{module}"), name)

    @property
    def show(self):
        """The system's answer for a held-out photo, or None where it colours none."""
        return getattr(importlib.import_module(f"models.training.{self.task.split('.')[0]}"), "show", None)


# fmt: off
SYSTEMS = {row.name: row for row in (
    System("semantic", "Semantic-driven colorization", "colornet", "semantic.SemanticTask", "true labels"),
    System("gridnet", "Semantic-driven segmentation", "gridnet", "gridnet.GridNetTask", "nothing"),
    System("gray2color", "Gray2ColorNet", "gray2color", "gray2color.Gray2ColorTask", "its warped self"),
    System("scft", "Reference-based sketch colorization", "scft", "scft.ScftTask", "its sketch, its warped self"),
    System("palettenet", "PaletteNet", "palettenet", "palettenet.PaletteNetTask", "its six colours"),
    System("cys_palette", "CYS, words to palette", "cys_text2palette", "cys.CysPaletteTask", "words"),
    System("cys_color", "CYS, palette to colour", "cys_colorizer", "cys.CysColorTask", "its five colours"),
)}
# fmt: on
