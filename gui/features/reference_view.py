"""A reference seen large in the References panel: point pairs, regions of it for labels, its label map.

    card clicked -> picture read in a thread -> viewer
    spot in the viewer, then in the photo (or the other way round) -> a hint that knows its spot: a pair
    box, lasso or region of the label map -> dragged onto a label, or given by the button -> rule with a region

Everything is a step of the document; the viewer shows what the document says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QDrag, QPainter, QPixmap
from PySide6.QtWidgets import QMenu

from core import reference_labels as maps
from core.guidance import Relabel, Rule, Spot, Swatch
from core.label_parents import standing
from core.labels import UNSURE
from core.lru import Lru
from core.references import look_large
from core.rule_edit import rule_of
from gui.background import Background
from gui.features.base import Feature
from gui.icons import swatch as label_icon
from gui.palette.mime import color_of

if TYPE_CHECKING:
    from core.document import Document
    from core.engine import Request
    from gui.canvas.viewport import Viewport
    from gui.canvas.views import Pane
    from gui.main_window import MainWindow
    from gui.reference_card import ReferenceCard
    from gui.reference_preview import Polygon
    from gui.reference_viewer import ReferenceViewer

_PATCH = 2  # pixels around a spot whose mean is its colour


class ReferenceView(Feature):
    """See the module. `path` is the reference that is seen large, "" for none."""

    name = "reference_view"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.jobs = Background(self)
        self.path = ""
        self._region: Polygon = ()
        self._pictures: Lru[np.ndarray] = Lru(4)  # by path
        self._maps: Lru[np.ndarray] = Lru(8)  # label maps as segmented, by path and label set

    def start(self) -> None:
        """Listen to the panel when it comes, to the document and to the hint tool."""
        window = self.window
        window.references.panelCame.connect(self._panel_came)
        window.session.documentChanged.connect(lambda _: self._document_came())
        window.session.edited.connect(lambda change: self.show() if change.kind == "guidance" else None)
        window.options.changed.connect(lambda name: self.show() if name == "label" else None)
        window.canvas.tools["hint"].changed.connect(self._hint_changed)
        window.canvas.over.append(self)
        window.worker.looked.connect(self._looked)

    def stop(self) -> None:
        self.jobs.stop()

    @property
    def document(self) -> Document | None:
        return self.window.document

    @property
    def viewer(self) -> ReferenceViewer | None:
        """The viewer, once there is a panel."""
        references = self.window.references
        return references.panel.viewer if references.has_panel else None

    @property
    def _tool(self):
        return self.window.canvas.tools["hint"]

    def _panel_came(self) -> None:
        panel, viewer = self.window.references.panel, self.window.references.panel.viewer
        panel.came.connect(self._listen)
        viewer.closed.connect(self.close)
        viewer.moded.connect(self._moded)
        viewer.bound.connect(self._bind)
        preview = viewer.preview
        preview.spotted.connect(self._spotted)
        preview.pinned.connect(lambda number: self._take(number, remove=False))
        preview.unpinned.connect(lambda number: self._take(number, remove=True))
        preview.drawn.connect(self._drawn)
        preview.carried.connect(lambda: self._carry(self._region))
        preview.lifted.connect(self._lift)
        preview.labelled.connect(self._ask_label)
        preview.hovered.connect(self._tell_label)
        self.show()

    def _listen(self, card: ReferenceCard) -> None:
        card.opened.connect(lambda path=card.path: self.open("" if self.path == path else path))

    # -- which one is seen

    def open(self, path: str) -> None:
        """See the reference at `path` large; "" closes the viewer."""
        if not path:
            self.close()
            return
        self.path, self._region = path, ()
        self.viewer.show_reference(path)
        picture = self._pictures.get(path)
        if picture is not None:
            self._pictured(path, picture)
        else:
            self.jobs.run(lambda: (path, look_large(path)), lambda found: self._pictured(*found),
                          self.window.notice.show_error)  # fmt: skip
        self.show()

    def close(self) -> None:
        """Only the cards."""
        self.path, self._region = "", ()
        if self.viewer is not None:
            self.viewer.set_mode("look")
            self.viewer.hide()
        self.show()

    def _pictured(self, path: str, rgb: np.ndarray) -> None:
        self._pictures.put(path, rgb)
        if path == self.path and self.viewer is not None:
            self.viewer.preview.show_picture(rgb)
            self._look_at_labels()

    def _document_came(self) -> None:
        self._region = ()
        known = {one.path for one in self.window.references.listed}
        if self.path and self.path not in known:
            self.close()
        self.show()

    def _moded(self, mode: str) -> None:
        self._drawn(())
        self._tool.spot = None
        self.viewer.preview.waiting = None
        if mode == "pair" and self.document is not None:
            self._take_hint_tool()
        self._look_at_labels()
        self.show()

    # -- point pairs

    def _spotted(self, x: float, y: float) -> None:
        """A spot of the reference was clicked: the half of a pair, or the other half of the selected hint."""
        picture = self._pictures.get(self.path)
        if self.document is None or picture is None:
            return
        self._take_hint_tool()
        spot, swatch, tool = Spot(self.path, x, y), colour_at(picture, x, y), self._tool
        if tool.hint is not None and tool.hint.spot is None:
            tool.change("Point pair", swatch=swatch, spot=spot)
            self._waits(None)
            return
        tool.select(None)
        tool.spot, tool.swatch = spot, swatch
        self._waits(spot)

    def _waits(self, spot: Spot | None) -> None:
        """Say what the next click does."""
        self.viewer.preview.waiting = None if spot is None else ((spot.x, spot.y), color_of(self._tool.swatch))
        self.viewer.preview.update()
        self.viewer.tell("Now click in the photo where this colour belongs." if spot else
                         "Click where the colour is, then in the photo where it belongs.")  # fmt: skip

    def _hint_changed(self) -> None:
        if self.viewer is None or self.viewer.mode != "pair":
            return
        tool = self._tool
        if self.viewer.preview.waiting is not None and tool.spot is None:
            self._waits(None)
        elif tool.hint is not None and tool.hint.spot is None:
            self.viewer.tell("Now click in the reference on the colour that belongs there.")
        self.show()

    def _take(self, number: int, remove: bool) -> None:
        """Select the pair of a number, or take it away."""
        index = self._pairs()[number - 1][0]
        self._take_hint_tool()
        self._tool.select(index)
        if remove:
            self._tool.remove()

    def _take_hint_tool(self) -> None:
        """Take it in hand, and stay in front of its panel."""
        if self.window.canvas.tool is not self._tool:
            self.window.set_tool("hint")
            self.window.references.raise_tab()

    def _pairs(self) -> list[tuple[int, object]]:
        """(index, hint) of the pairs with the reference that is seen."""
        hints = self.document.hints if self.document is not None else ()
        return [(at, hint) for at, hint in enumerate(hints) if hint.spot is not None and hint.spot.path == self.path]

    def paint(self, painter: QPainter, viewport: Viewport, pane: Pane) -> None:
        """The numbers of the pairs beside their points in the photo, and the borders of the regions that have the
        reference as their own, while it is seen large."""
        if self.document is not None and self.path:
            self._paint_grafts(painter, viewport)
        if self.document is None or not self.path or not self.window.hints.marks.shown:
            return
        from gui.reference_preview import paint_number

        photo = self.document.photo
        for number, (_, hint) in enumerate(self._pairs(), 1):
            x, y = hint.points[0]
            paint_number(painter, QPointF(*viewport.to_widget(x * photo.width, y * photo.height)), number)

    def _paint_grafts(self, painter: QPainter, viewport: Viewport) -> None:
        from gui.reference_preview import paint_region

        photo = self.document.photo
        for graft in self.document.wishes.grafts:
            if graft.path == self.path:
                points = [viewport.to_widget(x * photo.width, y * photo.height) for x, y in graft.points]
                paint_region(painter, [QPointF(*point) for point in points], fill=False)

    # -- regions for labels

    def _drawn(self, region: Polygon) -> None:
        self._region = region
        if self.viewer is not None:
            self.viewer.preview.region = region
            self.viewer.preview.update()
            if region:
                self.viewer.tell("Drag it onto a label or the photo; with Shift, for one region of the photo alone.")
        self.show()

    def _bind(self) -> None:
        """What is drawn, or the whole reference, colours the current label."""
        from gui.reference_drag import Carried

        if self.document is not None:
            self.window.references.bind(self.window.options.label, Carried(self.path, self._region))

    def _lift(self, x: float, y: float) -> None:
        labels = self._labels()
        if labels is not None:
            self._carry(maps.outline_of(maps.region_at(labels, x, y)))

    def _carry(self, region: Polygon) -> None:
        from gui.reference_drag import pack

        if len(region) < 3:
            return
        drag = QDrag(self.viewer.preview)
        drag.setMimeData(pack(self.path, region))
        drag.setPixmap(_cut_out(self._pictures.get(self.path), region))
        drag.setHotSpot(QPoint(12, 12))
        drag.exec(Qt.DropAction.CopyAction)

    # -- the reference's label map

    def _look_at_labels(self) -> None:
        """Have the reference segmented, unless it is."""
        path = self.path
        if self.document is None or not path:
            return
        if self._maps.get(self._map_key(path)) is not None:
            self._show_map()
            return
        request, key = self.window.session.recolour.variation(references=()), self._map_key(path)
        self.window.worker.look(
            "reference", request, lambda engine, cancel: (key, maps.reference_labels(engine, request, path))
        )

    def _map_key(self, path: str) -> tuple:
        return path, standing(self.window.session.label_set)

    def _looked(self, kind: str, request: Request, found: object) -> None:
        if kind != "reference" or self.viewer is None:
            return
        if isinstance(found, str):
            self.viewer.tell(found)
        else:
            self._maps.put(*found)
            self._show_map()

    def _labels(self) -> np.ndarray | None:
        """The label map of the reference that is seen, with what was put right."""
        segmented = self._maps.get(self._map_key(self.path)) if self.path else None
        if segmented is None or self.document is None:
            return None
        return maps.put_right(segmented, maps.relabels_of(self.document.wishes, self.path))

    def _show_map(self) -> None:
        labels = self._labels()
        if labels is None or self.viewer is None:
            return
        label_set = self.window.session.label_set
        table = np.full((256, 3), 128, np.uint8)
        table[: len(label_set)] = [label_set.color(label) for label in range(len(label_set))]
        self.viewer.preview.show_overlay(table[labels])
        if self.viewer.mode == "labels":
            self.viewer.tell("Click a region to name it; drag it onto a label or onto the photo.")

    def _tell_label(self, x: float, y: float) -> None:
        labels = self._labels() if self.viewer.mode == "labels" and x >= 0 else None
        if labels is not None:
            self.viewer.tell(self._name(maps.label_at(labels, x, y)).capitalize())

    def _ask_label(self, x: float, y: float, at: QPoint) -> None:
        """Which label is it?"""
        labels, label_set = self._labels(), self.window.session.label_set
        if labels is None:
            return
        menu = QMenu(self.viewer)
        menu.setObjectName("referenceLabelMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        now, current = maps.label_at(labels, x, y), self.window.options.label
        here = [current, *(int(one) for one in np.unique(labels) if one < len(label_set) and one not in (now, current))]
        everything = QMenu("Another label", menu)
        rest = sorted(range(len(label_set)), key=lambda label: label_set.name(label).casefold())
        for target, ids in ((menu, here), (everything, rest)):
            for label in ids:
                entry = target.addAction(label_icon(label_set.color(label)), label_set.name(label))
                entry.triggered.connect(lambda _=False, label=label: self.relabel(x, y, label))
        menu.addMenu(everything)
        menu.popup(at)

    def relabel(self, x: float, y: float, label: int) -> None:
        """The region of the reference around a place (fractions) is that label."""
        if self.document is not None:
            changes = maps.relabelled(self.document.wishes, self.path, Relabel(x, y, label))
            self.document.set_guidance(f"Reference: {self._name(label)}", **changes)

    # -- showing

    def show(self) -> None:
        """Show what the document says."""
        references, viewer = self.window.references, self.viewer
        if viewer is None:
            return
        label, document = self.window.options.label, self.document
        rules = document.wishes.rules if document else ()
        if self.path and self.path not in {one.path for one in references.listed}:
            self.path = ""
            viewer.hide()
        if self.path:
            self._show_viewer(viewer, rule_of(rules, label))
            self.window.canvas.update()  # the numbers of pairs

    def _show_viewer(self, viewer: ReferenceViewer, rule: Rule) -> None:
        from gui.reference_preview import Pin

        preview, pairs = viewer.preview, self._pairs()
        preview.pins = [Pin(hint.spot.x, hint.spot.y, number, color_of(hint.swatch))
                        for number, (_, hint) in enumerate(pairs, 1)]  # fmt: skip
        held = [number for number, (at, _) in enumerate(pairs, 1) if at == self._tool.selected]
        preview.held = held[0] if held else 0
        own = rule.region if rule.reference == self.path else ()
        preview.region = self._region or own
        viewer.show_label(self._name(self.window.options.label), bool(self._region))
        if viewer.mode == "labels":
            self._show_map()
        preview.update()

    def _name(self, label: int) -> str:
        label_set = self.window.session.label_set
        if label == UNSURE:
            return "not decided"
        return label_set.name(label) if label < len(label_set) else f"label {label}"


def colour_at(rgb: np.ndarray, x: float, y: float) -> Swatch:
    """The mean colour around a place (fractions) of uint8 sRGB (h, w, 3)."""
    row, column = int(y * (rgb.shape[0] - 1)), int(x * (rgb.shape[1] - 1))
    patch = rgb[max(row - _PATCH, 0) : row + _PATCH + 1, max(column - _PATCH, 0) : column + _PATCH + 1]
    return Swatch(*(float(part) / 255 for part in patch.reshape(-1, 3).mean(0)))


def _cut_out(rgb: np.ndarray | None, region: Polygon) -> QPixmap:
    """What the pointer carries: the box around a region, small."""
    pixmap = QPixmap(48, 48)
    pixmap.fill(QColor(128, 128, 128))
    if rgb is not None:
        from gui.reference_preview import image_of

        size = np.array(rgb.shape[1::-1])
        corners = np.array(region) * size
        (left, top), (right, bottom) = corners.min(0).astype(int), np.ceil(corners.max(0)).astype(int)
        part = rgb[top : max(bottom, top + 1), left : max(right, left + 1)]
        pixmap = QPixmap.fromImage(image_of(part)).scaled(64, 64, Qt.AspectRatioMode.KeepAspectRatio)
    return pixmap
