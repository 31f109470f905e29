"""Rows of the action table: projects, the work on a photo as a file."""

from __future__ import annotations

from gui.table.row import Action

ROWS = (
    Action("project.save", "Save project", "project.save", "ph.package", ("Ctrl+Alt+P",),
           "Keep everything you did to this photo in a file, to go on another day", "File/project", when="photo"),
    Action("project.save_as", "Save project as…", "project.save_as", "ph.note-pencil", ("Ctrl+Alt+Shift+P",),
           "The same under another name", "File/project", when="photo"),
    Action("project.open", "Open project…", "project.choose", "ph.archive", (),
           "Go on where a project was saved; Open and a drop do it too", "File/project"),
    Action("project.embed", "The photo and references", "project.set_embed", "ph.image-square", (),
           "Projects that you save hold copies of the files themselves, to be passed on as one file",
           "File/project>Keep in projects", checkable=True),
    Action("project.history", "What can be undone", "project.set_history", "ph.clock-counter-clockwise", (),
           "Projects that you save hold the last steps, which can be undone when they are opened again",
           "File/project>Keep in projects", checkable=True),
)  # fmt: skip
