"""Rows of the action table: places that are probably wrong, one after the other, healed by a key."""

from __future__ import annotations

from gui.table.row import Action

ROWS = (
    Action("faults.next", "Next place to look at", "faults.next", "ph.caret-circle-right", ("F8",),
           "Go to the next place whose label or colour is probably wrong", "Labels/faults", when="faults"),
    Action("faults.previous", "Previous place to look at", "faults.previous", "ph.caret-circle-left", ("Shift+F8",),
           "Go back to the place before", "Labels/faults", when="faults"),
    *(
        Action(f"faults.repair_{number}", f"{order} repair", "faults.repair", f"ph.number-circle-{icon}",
               (f"Alt+{number}",), f"Do the {order.lower()} repair that is offered for the place at hand",
               "Labels/repair", when=f"repair {number}", args=(number,))
        for number, order, icon in ((1, "First", "one"), (2, "Second", "two"), (3, "Third", "three"))
    ),
    Action("faults.ignore", "Ignore this place", "faults.ignore", "ph.eye-slash", ("Alt+0",),
           "The place is right as it is and is not mentioned again; can be undone", "Labels/repair", when="fault"),
    Action("faults.bring_back", "Show ignored places again", "faults.bring_back", "ph.eye", (),
           "Mention all the places again that were ignored in this photo", "Labels/repair", when="ignored"),
)  # fmt: skip
