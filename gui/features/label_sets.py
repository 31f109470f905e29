"""Label sets in the window: the dialog, the step it makes, and everybody who shows labels hearing of it.

    Labels > Edit label set… -> a draft in the dialog -> ChangeLabelSet, made in a thread -> one step of the history
    any step, undo or another photo -> the set in work is another one -> panel, session, tools and settings follow

The set belongs to the document, so that undo brings it back; photos opened later take the one in work, and so does
the next start of the program.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.label_change import ChangeLabelSet
from core.label_sets import Edited, own_labels, to_text
from core.labels import LabelSet
from core.sketch_regions import usual_of
from gui.background import Background
from gui.features.base import Feature

if TYPE_CHECKING:
    from core.document import Document
    from gui.main_window import MainWindow


class LabelSets(Feature):
    """Lets the person edit the label set; `dialog` is the open dialog, or None."""

    name = "label_sets"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.dialog = None
        self._jobs = Background(self)
        self._shown: LabelSet = window.session.label_set

    def start(self) -> None:
        """Follow the document; stand in the labels panel."""
        session, action = self.window.session, self.window.actions_by_id["labels.edit_set"]
        self.window.labels_panel.add_button(action)
        session.documentChanged.connect(lambda _: self._follow())
        session.edited.connect(lambda _: self._follow())

    def conditions(self) -> set[str]:
        """The set may be edited without a photo, or when the photo is segmented: a segmentation speaks its set."""
        document = self.window.document
        return {"label_set"} if document is None or document.segmentation_confidence is not None else set()

    def edit(self) -> None:
        """The dialog."""
        from gui.label_set_dialog import LabelSetDialog

        window, document = self.window, self.window.document
        own = own_labels(window.session.label_set)
        areas = [document.area(label) if document else 0.0 for label in range(256)]
        ruled = frozenset(rule.label for rule in document.guidance((1, 1)).rules) if document else frozenset()
        dialog = self.dialog = LabelSetDialog(own, areas, ruled, window.settings["labels.folder"], window)
        dialog.finished.connect(lambda answer: self._finished(dialog, document, bool(answer)))
        dialog.open()

    def _finished(self, dialog, document: Document | None, wanted: bool) -> None:
        self.dialog = None
        self.window.settings["labels.folder"] = dialog.folder
        dialog.deleteLater()
        if wanted:
            self.apply(dialog.edited, document)

    def apply(self, edited: Edited, document: Document | None) -> None:
        """Make a change of the label set a step of `document`; without one, what photos opened from now on get."""
        if document is not self.window.document:
            self.window.session.failed.emit("Another photo came meanwhile; edit its label set anew.")
        elif document is None:
            self.window.session.label_set = edited.set
            self._follow()
        else:
            document.end_stroke()
            revision = document.revision
            self._jobs.run(
                lambda: ChangeLabelSet(document, edited),
                lambda command: self._made(document, edited, command, revision),
                self.window.session.failed.emit,
            )

    def _made(self, document: Document, edited: Edited, command: ChangeLabelSet, revision: int) -> None:
        if document is not self.window.document:
            return
        if document.painting or document.revision != revision:
            self.apply(edited, document)  # the map has moved on: once more, from what it is now
        elif not command.idle:
            document.do(command)

    def _follow(self) -> None:
        """Tell everybody when the set in work is another one."""
        window, document = self.window, self.window.document
        now, before = document.label_set if document else window.session.label_set, self._shown
        if now is before:
            return
        self._shown = window.session.label_set = now
        options, panel = window.options, window.labels_panel
        name = before.name(options.label)
        label = now.names.index(name) if name in now.names else min(options.label, len(now) - 1)
        panel.set_label_set(now)
        panel.show_areas(document)
        options.set_label(label)
        panel.set_current(label)
        own = own_labels(usual_of(now))  # not the regions of a sketch
        window.settings["labels.set"] = "" if own == own_labels() else to_text(own)


