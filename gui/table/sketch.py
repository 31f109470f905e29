"""Rows of the action table: line art, coloured and made."""

from __future__ import annotations

from gui.table.row import Action


def _choices(field: str, menu: str, *choices: tuple[str, str, str, str]) -> tuple[Action, ...]:
    """A radio group for one field of the settings of a sketch: value, text, icon, tip."""
    return tuple(
        Action(f"sketch.{field}.{value}", text, "sketch.wish", icon, (), tip, menu, "", True, f"sketch {field}",
               "sketch", (field, value))
        for value, text, icon, tip in choices
    )  # fmt: skip


ROWS = (
    Action("sketch.line_art", "Treat as line art", "sketch.set_line_art", "ph.pencil-line", ("Ctrl+Alt+J",),
           "Keep the strokes and colour the paper between them; or treat it as a photo again", "Sketch/1",
           checkable=True, when="photo"),
    *_choices("fill", "Sketch/2", ("flat", "Flat colours", "ph.square", "One colour for every region"),
              ("shaded", "Shaded colours", "ph.circle-half", "Colours play a little inside a region")),
    *_choices("manner", "Sketch/3", ("careful", "Careful", "ph.selection", "Colours end exactly at their lines"),
              ("painterly", "Painterly", "ph.paint-brush-broad",
               "The network's colours as they are, soft under the lines")),
    *_choices("lines", "Sketch/4>Lines in results",
              ("keep", "Keep lines", "ph.pencil-simple", "The strokes lie over the colours, exactly as they were"),
              ("layer", "Keep lines, and save them apart", "ph.stack",
               "A transparent PNG of the strokes beside the result"),
              ("drop", "Leave lines out", "ph.eraser", "The colours alone")),
    Action("sketch.save_lines", "Save line art…", "sketch.ask_lines", "ph.download-simple", (),
           "Write the strokes alone, as a transparent PNG", "Sketch/5", when="sketch"),
    Action("sketch.extract", "Photo to sketch…", "sketch.extract", "ph.magic-wand", ("Ctrl+Alt+D",),
           "Draw the photo as line art, with live sliders", "Sketch/6", when="photo"),
)  # fmt: skip
