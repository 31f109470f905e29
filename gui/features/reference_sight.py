"""Where colours come from: the gate map as a view, and the place of the reference behind the pixel under the pointer.

    view, or colours settled -> worker (core/gate) -> picture over the photo, with its legend
    toggle, or colours settled -> worker (core/correspondence) -> matches
    pointer over the photo -> matches.at, some microseconds -> ring in the card and the viewer, and a line
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from gui.canvas.views import Picture, View
from gui.features.base import Feature
from gui.palette.mime import color_of

if TYPE_CHECKING:
    from core.correspondence import Match, Matches
    from core.engine import Request
    from core.gate import GateMap
    from gui.canvas.viewport import Viewport
    from gui.canvas.views import Pane
    from gui.main_window import MainWindow

_OPACITY = 0.72  # of the gate map over the photo
_UNSURE = 0.05  # below, nobody can say where a colour came from
LOOKING = "Looking where the colours come from…"
NOTHING = "No reference has a say in these colours."


class ReferenceSight(Feature):
    """See the module. `gates` is the gate map that is shown, `matches` what the pointer asks."""

    name = "reference_sight"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.gates: GateMap | None = None
        self.matches: Matches | None = None
        self.shown = False  # whether matches are shown
        self._told = ""  # in place of the gate map
        self._image: QImage | None = None
        self._asked: dict[str, Request | None] = {"gate": None, "matches": None}

    def start(self) -> None:
        """Listen to the canvas and the colours."""
        window = self.window
        window.canvas.over.append(self)
        window.canvas.viewChanged.connect(lambda _: self._ask())
        window.canvas.hovered.connect(self._hovered)
        window.session.documentChanged.connect(lambda _: self._forget())
        window.session.recolour.settled.connect(self._ask)
        window.worker.looked.connect(self._looked)
        window.worker.failed.connect(lambda _: self._forget())

    def set_matches(self, shown: bool) -> None:
        """Show where the colour under the pointer came from, or no longer."""
        self.shown = shown
        if shown:
            self.window.references.raise_tab()
            self._ask()
        else:
            self._show(None)

    @property
    def busy(self) -> bool:
        """Whether an answer is on its way."""
        return any(request is not None for request in self._asked.values())

    # -- asking

    def _forget(self) -> None:
        self.gates = self.matches = self._image = None
        self._told = ""
        self._asked = dict.fromkeys(self._asked)
        self._show(None)

    def _ask(self) -> None:
        """Ask for what is shown, about the newest colours."""
        session = self.window.session
        if session.result is None or session.recolour.pending:
            return
        result = session.result
        if self.window.canvas.view is View.GATE and (self.gates is None or self.gates.request != result.request):
            self._look("gate", result.request, _gate_work(result.request))
        if self.shown and (self.matches is None or self.matches.request != result.request):
            self._look("matches", result.request, _match_work(result.request, result.chroma))

    def _look(self, kind: str, request: Request, work) -> None:
        if self._asked[kind] != request:
            self._asked[kind] = request
            if kind == "gate" and self._image is None:
                self._told = LOOKING
            self.window.worker.look(kind, request, work)

    def _looked(self, kind: str, request: Request, found: object) -> None:
        if kind not in self._asked or request != self._asked[kind]:
            return
        self._asked[kind] = None
        sentence = found if isinstance(found, str) else ""
        if kind == "matches":
            self.matches = None if sentence else found
            self._tell(sentence or ("" if found is not None else NOTHING))
            return
        self.gates = None if sentence else found
        self._told = sentence or ("" if found is not None else NOTHING)
        self._image = None
        if self.gates is not None:
            rgb = self.gates.picture()
            height, width = rgb.shape[:2]
            self._image = QImage(rgb.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()
        self.window.canvas.update()

    # -- matches

    def _hovered(self, x: int, y: int, label: int) -> None:
        if not self.shown or self.matches is None or self.window.document is None:
            return
        photo = self.window.document.photo
        match = self.matches.at((x + 0.5) / photo.width, (y + 0.5) / photo.height, label) if x >= 0 else None
        self._show(match)

    def _show(self, match: Match | None) -> None:
        """A ring where it came from, and how sure that is."""
        references = self.window.references
        if not references.has_panel:
            return
        sure = match is not None and match.sure >= _UNSURE
        view, color = self.window.reference_view, color_of(match.swatch) if match else None
        if sure and view.path and view.path != match.path:
            view.open(match.path)  # where it came from is what is looked at
        for path, card in references.panel.cards.items():
            card.thumbnail.show_ring((match.x, match.y, color) if sure and path == match.path else None)
        preview = references.panel.viewer.preview
        preview.ring = ((match.x, match.y), color) if sure and view.path == match.path else None
        preview.update()
        if match is not None:
            from pathlib import Path

            name = Path(match.path).name
            self._tell(f"{match.sure:.0%} sure: from {name}".replace("%", " %") if sure else
                       "Not from a reference, as far as can be told.")  # fmt: skip
        elif not self.shown:
            self._tell("")

    def _tell(self, sentence: str) -> None:
        if self.window.references.has_panel:
            self.window.references.panel.show_match(sentence)

    # -- the gate map

    def paint(self, painter: QPainter, viewport: Viewport, pane: Pane) -> None:
        """The map over the grey photo of its view, and what its colours mean."""
        if pane.picture is not Picture.GATE or self.window.document is None:
            return
        photo = self.window.document.photo
        corner = QPointF(*viewport.to_widget(0, 0))
        whole = QRectF(corner, QPointF(*viewport.to_widget(photo.width, photo.height)))
        painter.save()
        if self._image is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.setOpacity(_OPACITY)
            painter.drawImage(whole, self._image)
            painter.setOpacity(1.0)
        painter.setClipRect(pane.clip.translated(-pane.area.topLeft()))
        _draw_legend(painter, pane.clip, self._told)
        painter.restore()


def _gate_work(request: Request):
    def work(engine, cancel):
        from core.gate import gate_map

        return gate_map(engine, request, cancel)

    return work


def _match_work(request: Request, chroma):
    def work(engine, cancel):
        from core.correspondence import find_matches

        return find_matches(engine, request, chroma, cancel)

    return work


def _draw_legend(painter: QPainter, clip: QRectF, told: str) -> None:
    """What the colours of the map mean, or a sentence in its place, in the lower left corner."""
    from core.gate import MATCH_RGB, OVERALL_RGB, OWN_RGB

    rows = [(None, told)] if told else [
        (MATCH_RGB, "by match with the reference"), (OVERALL_RGB, "by its overall colours"),
        (OWN_RGB, "by the network alone"),
    ]  # fmt: skip
    font = painter.font()
    font.setPointSizeF(9)
    painter.setFont(font)
    metrics = painter.fontMetrics()
    high, wide = metrics.height() + 4, max(metrics.horizontalAdvance(text) for _, text in rows)
    box = QRectF(clip.left() + 10, clip.bottom() - 10 - len(rows) * high - 12, wide + 42, len(rows) * high + 12)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(20, 20, 20, 190))
    painter.drawRoundedRect(box, 6, 6)
    for at, (rgb, text) in enumerate(rows):
        top = box.top() + 6 + at * high
        if rgb is not None:
            painter.setPen(QColor(240, 240, 240))
            painter.setBrush(QColor(*rgb))
            painter.drawRect(QRectF(box.left() + 10, top + 3, high - 7, high - 7))
        painter.setPen(QColor(240, 240, 240))
        painter.drawText(QRectF(box.left() + (30 if rgb else 12), top, wide + 8, high),
                         Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)  # fmt: skip
