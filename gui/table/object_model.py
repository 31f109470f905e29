"""Rows of the action table: an object model of the person's own."""

from __future__ import annotations

from gui.table.row import Action

ROWS = (
    Action("object_model.ask", "Object model…", "object_model.ask", "ph.brain", (),
           "Choose a folder with SAM or MobileSAM as ONNX files; the object tool then goes by it", "Tools/model"),
    Action("object_model.use", "Use the object model", "object_model.use", "ph.check-circle", (),
           "Propose objects by the chosen model instead of the program's own means", "Tools/model", checkable=True,
           when="object_model"),
)  # fmt: skip
