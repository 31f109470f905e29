"""Rows of the action table: colorizers and work sizes."""

from __future__ import annotations

from gui.table.row import Action

_COLORIZERS = (
    Action("colour.colorizer.guided", "Guided", "set_colorizer", "ph.sparkle", (),
           "Huesmith's own network", "Colour/1", "", True, "colorizer", "guided", ("guided",)),
    Action("colour.colorizer.prior", "Label prior", "set_colorizer", "ph.tag", (),
           "The usual colour of every label, without a network", "Colour/1", "", True, "colorizer",
           "prior", ("prior",)),
    Action("colour.colorizer.colornet", "ColorNet (published)", "set_colorizer", "ph.tree-structure", (),
           "The published network; needs its weights, which fetch_models.sh gets", "Colour/1", "", True,
           "colorizer", "published", ("colornet",)),
)  # fmt: skip

WORK_SIZES = (256, 384, 512, 768)
_SIZE_TIPS = ("Quickest", "Quick, and fine for most photos", "Finer edges", "Finest edges, slowest")

_WORK_SIZES = tuple(
    Action(f"colour.work_size.{size}", f"Work at {size} px", "set_work_size", "ph.ruler", (), tip, "Colour/2", "",
           True, "work_size", args=(size,))
    for size, tip in zip(WORK_SIZES, _SIZE_TIPS)
)  # fmt: skip

ROWS = _COLORIZERS + _WORK_SIZES
