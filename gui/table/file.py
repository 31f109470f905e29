"""Rows of the action table: files in and out."""

from __future__ import annotations

from gui.table import project
from gui.table.row import Action

ROWS = (
    Action("file.open", "Open…", "asking.open", "ph.image", ("Ctrl+O",),
           "Open one or more photos", "File/1", "main/1"),
    Action("file.open_folder", "Open folder…", "asking.open_folder", "ph.folder-open", ("Ctrl+Shift+O",),
           "Open all photos of a folder", "File/1", "main/1"),
    Action("file.screenshot", "New from screenshot", "clipboard.screenshot", "ph.monitor", (),
           "Open what is on the screen, without this window", "File/1"),
    Action("file.recent", "Open recent", "asking.recent", "ph.clock-counter-clockwise", ("Ctrl+Alt+O",),
           "Photos and folders that were open before", "File/1", when="recent"),
    Action("file.save", "Save result", "session.save", "ph.floppy-disk", ("Ctrl+S",),
           "Save the coloured photo and its label map, and stay", "File/2", "main/1", when="result"),
    Action("file.save_next", "Save and next", "session.save_next", "ph.check-circle", ("Ctrl+Return",),
           "Save, then go on with the next photo", "File/2", "main/1", when="result"),
    Action("file.skip", "Skip", "session.skip", "ph.caret-right", ("PgDown",),
           "Go on with the next photo without saving", "File/2", "main/1", when="photos"),
    Action("file.previous", "Previous photo", "session.previous", "ph.caret-left", ("PgUp",),
           "Go back to the photo before", "File/2", when="previous"),
    *project.ROWS,
    Action("file.export", "Export as…", "exports.ask", "ph.export", ("Ctrl+Shift+E",),
           "Write the coloured photo where and as you want it", "File/3", when="result"),
    Action("file.print", "Print…", "exports.print", "ph.printer", ("Ctrl+P",),
           "Print the coloured photo, as large as the page holds it", "File/3", when="result"),
    Action("file.export_layers", "Export layers…", "layers.export_layers", "ph.stack-simple", (),
           "Write light, colour, labels and hints as layers for Krita, GIMP, MyPaint or Photoshop", "File/3",
           when="result"),
    Action("file.export_comparison", "Export comparison…", "layers.export_comparison", "ph.square-half", (),
           "Write before and after side by side, as two pictures or as an animation", "File/3", when="result"),
    Action("file.batch_export", "Batch export…", "asking.batch", "ph.stack", ("Ctrl+B",),
           "Colour a whole folder", "File/3"),
    Action("file.save_labels", "Save labels…", "label_exchange.save", "ph.download-simple", ("Ctrl+Shift+S",),
           "As an indexed PNG with names, or for labelme, COCO or CVAT", "File/4", when="photo"),
    Action("file.load_labels", "Load labels…", "label_exchange.load", "ph.upload-simple", ("Ctrl+Shift+L",),
           "From a label map or a file of labelme, COCO or CVAT", "File/4", when="photo"),
    Action("file.quit", "Quit", "close", "ph.sign-out", ("Ctrl+Q",), "Close Huesmith", "File/5"),
)  # fmt: skip
