"""Rows of the action table: the rule of a label, looks, and recipes."""

from __future__ import annotations

from gui.table.row import Action

ROWS = (
    Action("colour.choose", "Choose the label's colour…", "colour.choose", "ph.eyedropper", ("C",),
           "What the current label is to look like", "Colour/6", when="photo"),
    Action("colour.lock", "Lock the label's colours", "colour.lock", "ph.lock-simple", ("Ctrl+Alt+K",),
           "Its pixels stay as they are, to the bit, whatever else is changed", "Colour/6", checkable=True,
           when="coloured label"),
    Action("colour.copy_rule", "Copy rule", "colour.copy_rule", "ph.copy-simple", ("Ctrl+Alt+C",),
           "Take the current label's colour and all that goes with it along", "Colour/6", when="rule"),
    Action("colour.paste_rule", "Paste rule", "colour.paste_rule", "ph.clipboard-text", ("Ctrl+Alt+V",),
           "Give the current label the rule that was copied", "Colour/6", when="copied rule"),
    Action("colour.clear_rule", "Clear rule", "colour.clear_rule", "ph.eraser", (),
           "Let the colorizer decide about the current label again", "Colour/6", when="rule"),
    Action("colour.looks", "Looks", "colour.show_looks", "ph.film-strip", (),
           "Sepia, hand-tinted and other old prints", "Colour/7", when="photo"),
    Action("recipe.save", "Save recipe…", "recipes.save", "ph.floppy-disk-back", (),
           "Keep rules, palette and settings in a file, for other photos and for a batch", "Colour/7>Recipe",
           when="recipe"),
    Action("recipe.load", "Load recipe…", "recipes.load", "ph.folder-notch-open", (),
           "Give this photo the recipe of a file", "Colour/7>Recipe", when="photo"),
    Action("recipe.last", "Use the last photo's recipe", "recipes.use_last", "ph.arrow-bend-up-left",
           ("Ctrl+Alt+R",), "Give this photo what the photo before had", "Colour/7>Recipe", when="last recipe"),
    Action("recipe.recent", "Recent recipes", "recipes.show_recent", "ph.clock-counter-clockwise", (),
           "Recipes that were saved or loaded before", "Colour/7>Recipe", when="recent recipes"),
)  # fmt: skip
