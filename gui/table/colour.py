"""Rows of the action table: colorizers and work sizes."""

from __future__ import annotations

from gui.table.row import Action

_MENU = "Colour/1>Colorizer"

_COLORIZERS = (
    Action("colour.colorizer.guided", "Guided", "set_colorizer", "ph.sparkle", (),
           "Huesmith's own network", _MENU, "", True, "colorizer", "guided", ("guided",)),
    Action("colour.colorizer.prior", "Label prior", "set_colorizer", "ph.tag", (),
           "The usual colour of every label, without a network", _MENU, "", True, "colorizer",
           "prior", ("prior",)),
    Action("colour.colorizer.colornet", "ColorNet (published)", "set_colorizer", "ph.tree-structure", (),
           "The published network; needs its weights, which fetch_models.sh gets", _MENU, "", True,
           "colorizer", "colornet", ("colornet",)),
    Action("colour.colorizer.semantic", "Semantic-driven (compact)", "set_colorizer", "ph.tree-structure", (),
           "Colours by labels alone, as its paper does; weights trained here", _MENU, "", True, "colorizer",
           "semantic", ("semantic",)),
    Action("colour.colorizer.palettenet", "PaletteNet (compact)", "set_colorizer", "ph.swatches", (),
           "Colours by a palette alone; weights trained here", _MENU, "", True, "colorizer", "palettenet",
           ("palettenet",)),
    Action("colour.colorizer.cys_color", "CYS (compact)", "set_colorizer", "ph.swatches", (),
           "Colours by five swatches alone; weights trained here", _MENU, "", True, "colorizer", "cys_color",
           ("cys_color",)),
    Action("colour.colorizer.gray2color", "Gray2ColorNet (compact)", "set_colorizer", "ph.image-square", (),
           "Colours by one reference photo alone; weights trained here", _MENU, "", True, "colorizer",
           "gray2color", ("gray2color",)),
    Action("colour.colorizer.scft", "SCFT (compact)", "set_colorizer", "ph.pencil-line", (),
           "Colours line art by one reference alone; weights trained here", _MENU, "", True, "colorizer",
           "scft", ("scft",)),
    Action("colour.colorizer.statistics", "Colour statistics (Reinhard)", "set_colorizer", "ph.chart-bar", (),
           "By light and texture of references, blind to what they show; no network", _MENU, "", True, "colorizer",
           "statistics", ("statistics",)),
    Action("colour.colorizer.transport", "Optimal transport", "set_colorizer", "ph.shuffle", (),
           "Every colour of the references in its amount, blind to what they show; no network", _MENU, "", True,
           "colorizer", "transport", ("transport",)),
)  # fmt: skip

WORK_SIZES = (256, 384, 512, 768)
_SIZE_TIPS = ("Quickest", "Quick, and fine for most photos", "Finer edges", "Finest edges, slowest")

_WORK_SIZES = tuple(
    Action(f"colour.work_size.{size}", f"Work at {size} px", "set_work_size", "ph.ruler", (), tip, "Colour/1>Work size",
           "", True, "work_size", args=(size,))
    for size, tip in zip(WORK_SIZES, _SIZE_TIPS)
)  # fmt: skip

ROWS = _COLORIZERS + _WORK_SIZES
