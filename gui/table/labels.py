"""Rows of the action table: labels."""

from __future__ import annotations

from gui.table.row import Action

_RESHAPES = (
    ("grow", "Grow label", "ph.arrows-out-simple", ("Ctrl+Alt+G",), "Let all of the current label reach further"),
    ("shrink", "Shrink label", "ph.arrows-in-simple", ("Ctrl+Alt+S",), "Draw all of the current label back"),
    ("smooth", "Smooth label", "ph.waves", (), "Round the outlines of all of the current label"),
    ("fill_holes", "Fill holes", "ph.circle-half", (), "Fill what the current label encloses"),
    ("remove_specks", "Remove specks", "ph.dots-nine", (), "Take the smallest parts of the current label away"),
)
_NUMBERS = dict(zip("1234567890", ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "zero"]))

_FAVOURITES = tuple(
    Action(f"labels.favourite.{digit}", f"Favourite {digit}", "favourites.choose", f"ph.number-circle-{word}", (digit,),
           "Paint with the label of this number key", "Labels/7>Number keys", args=(digit,))
    for digit, word in _NUMBERS.items()
) + tuple(
    Action(f"labels.assign.{digit}", f"Current label on key {digit}", "favourites.assign", f"ph.number-circle-{word}",
           (f"Ctrl+Alt+{digit}",), "Let this number key choose the current label", "Labels/7>Set number keys",
           args=(digit,))
    for digit, word in _NUMBERS.items()
)  # fmt: skip

ROWS = (
    Action("labels.search", "Find a label", "labels_panel.focus_search", "ph.magnifying-glass", ("Ctrl+L",),
           "Type a few letters, Enter takes the first", "Labels/1"),
    Action("labels.edit_set", "Edit label set…", "label_sets.edit", "ph.list-plus", ("Ctrl+Alt+L",),
           "Labels of your own, their colours and order; or another set", "Labels/1", when="label_set"),
    Action("labels.larger_brush", "Larger brush", "step_brush", "ph.plus-circle", ("]",),
           "Make the brush larger; Ctrl+wheel does it too", "Labels/2", args=(1,)),
    Action("labels.smaller_brush", "Smaller brush", "step_brush", "ph.minus-circle", ("[",),
           "Make the brush smaller", "Labels/2", args=(-1,)),
    Action("labels.resegment", "Segment again", "sketch.resegment", "ph.sparkle", ("Ctrl+R",),
           "Find the labels anew; what you painted stays", "Labels/3", when="photo"),
    Action("labels.reset", "Reset labels", "session.reset_labels", "ph.arrow-counter-clockwise",
           ("Ctrl+Shift+R",), "Throw all painting away; can be undone", "Labels/3", when="segmented"),
    *(Action(f"labels.{what}", text, "label_actions.reshape", icon, keys, tip, "Labels/4", when="photo", args=(what,))
      for what, text, icon, keys, tip in _RESHAPES),
    Action("labels.reach", "Reach…", "label_actions.ask_reach", "ph.ruler", (),
           "By how many pixels labels grow, shrink and are smoothed", "Labels/4"),
    Action("labels.replace", "Replace label…", "label_actions.ask_replace", "ph.swap", ("Ctrl+H",),
           "Put another label in place of the current one", "Labels/5", when="photo"),
    Action("labels.lock", "Lock or unlock", "label_states.toggle_lock", "ph.lock-simple", ("Shift+L",),
           "Let nothing be painted over the current label", "Labels/6", when="photo"),
    Action("labels.hide", "Hide or show", "label_states.toggle_hidden", "ph.eye-slash", ("Shift+H",),
           "Take the current label out of the overlay", "Labels/6", when="photo"),
    Action("labels.solo", "Show alone", "label_states.toggle_solo", "ph.eye", ("Shift+S",),
           "Show the current label and no other; again for all", "Labels/6", when="photo"),
    Action("labels.free", "Unlock and show all", "label_states.free", "ph.lock-simple-open", ("Shift+U",),
           "Nothing is locked, hidden or alone any more", "Labels/6", when="label_states"),
    *_FAVOURITES,
)  # fmt: skip
