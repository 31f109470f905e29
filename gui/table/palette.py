"""Rows of the action table: palettes."""

from __future__ import annotations

from gui.table.row import Action

ROWS = (
    Action("palette.words", "Palette from words…", "palettes.focus_words", "ph.quotes", ("Ctrl+K",),
           "Type what it should look like, in Chinese or English", "Colour/4>Palette"),
    Action("palette.photo", "Palette of the photo", "palettes.from_photo", "ph.image", (),
           "The colours that stand for the photo", "Colour/4>Palette", when="photo"),
    Action("palette.open", "Open palette…", "palettes.files.open", "ph.folder-open", (),
           "From a palette file or a picture", "Colour/4>Palette"),
    Action("palette.paste", "Paste palette", "palettes.files.paste", "ph.clipboard", (),
           "From copied hex codes, CSS, an address or a picture", "Colour/4>Palette"),
    Action("palette.copy", "Copy palette", "palettes.files.copy", "ph.copy", (),
           "As hex codes", "Colour/4>Palette", when="palette"),
    Action("palette.save", "Save palette…", "palettes.files.save", "ph.floppy-disk", (),
           "For this or another program", "Colour/4>Palette", when="palette"),
    Action("palette.apply", "Colour by this palette", "palettes.set_on", "ph.swatches", ("Ctrl+Shift+K",),
           "Draw all colours of the photo to the palette", "Colour/4", checkable=True, when="palette.photo"),
    Action("palette.label", "Colour the label with the swatch", "palettes.give_to_label", "ph.paint-bucket", (),
           "The current label takes the chosen swatch of the palette", "Colour/4", when="palette.photo"),
)  # fmt: skip
