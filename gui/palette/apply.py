"""Apply: the switch, its strength, and for a colour photo the links from its own colours to the palette's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QLabel,
    QMenu,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.guidance import Link, Swatch
from gui.palette.widgets import NAMES, ColorButton, IconButton, dim, row, segments, silently, swatch_icon

MOST_OFFERED = 40  # swatches in a link's menu


class LinkRow(QWidget):
    """One link: from, to, how far, lock. changed(Link) while it is changed; held(bool) frames a drag."""

    changed = Signal(object)
    held = Signal(bool)

    def __init__(self, number: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.link: Link | None = None
        self._palette: tuple[Swatch, ...] = ()
        self.source = ColorButton("The photo's colour", False, self)
        self.target = ColorButton("becomes", True, self)
        self.target.clicked.connect(self._offer)
        self.target.dropped.connect(lambda swatch: self._change(target=swatch))
        self.arrow = dim("→", self)
        self.strength = QSlider(Qt.Orientation.Horizontal, self)
        self.strength.setRange(0, 100)
        self.strength.setAccessibleName(f"Strength of link {number}")
        self.strength.valueChanged.connect(lambda value: self._change(strength=value / 100))
        self.strength.sliderPressed.connect(lambda: self.held.emit(True))
        self.strength.sliderReleased.connect(lambda: self.held.emit(False))
        self.lock = IconButton("ph.lock-simple-open", "Lock", "Keep this colour of the photo as it is", self)
        self.lock.setCheckable(True)
        self.lock.clicked.connect(lambda locked: self._change(locked=locked))
        layout = row(self.source, self.arrow, self.target, self.strength, self.lock)
        self.setLayout(layout)

    def show_link(self, link: Link, palette: Sequence[Swatch]) -> None:
        """Show a link, and offer a palette for its target."""
        self.link, self._palette = link, tuple(palette)
        self.source.show_swatch(link.source)
        self.target.show_swatch(link.source if link.locked else link.target)
        if not self.strength.isSliderDown():
            silently(self.strength, lambda: self.strength.setValue(round(link.strength * 100)))
        self.strength.setToolTip(f"How far this colour goes: {link.strength * 100:.0f} %")
        self.strength.setEnabled(not link.locked)
        self.target.setEnabled(not link.locked)
        self.lock.setChecked(link.locked)
        self.lock.icon_name = "ph.lock-simple" if link.locked else "ph.lock-simple-open"
        self.dress()

    def dress(self) -> None:
        """Take the icon of the theme that was just applied."""
        self.lock.dress()

    def _offer(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for swatch in self._palette[:MOST_OFFERED]:
            entry = menu.addAction(swatch_icon(swatch), swatch.name or swatch.hex)
            entry.triggered.connect(lambda _=False, swatch=swatch: self._change(target=swatch))
        menu.popup(self.target.mapToGlobal(self.target.rect().bottomLeft()))

    def _change(self, **changes: object) -> None:
        if self.link is not None:
            self.changed.emit(replace(self.link, **changes))


class ApplyPart(QWidget):
    """The switch and what belongs to it; all signals come from the person only.

    switched(on), strengthened(0..1), recolouring(own): whether the photo's own colours are moved;
    linked(place, Link); held(bool) frames a drag; matched() asks for matching anew.
    """

    switched = Signal(bool)
    strengthened = Signal(float)
    recolouring = Signal(bool)
    linked = Signal(int, object)
    held = Signal(bool)
    matched = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.switch = QCheckBox("Colour by this palette", self)
        self.switch.setObjectName("paletteSwitch")
        self.switch.clicked.connect(self.switched)
        self.strength = QSlider(Qt.Orientation.Horizontal, self)
        self.strength.setRange(1, 100)
        self.strength.setValue(80)
        self.strength.setAccessibleName("Strength of the palette")
        self.strength.setToolTip("<b>Strength</b><br>How far all colours are drawn to the palette")
        self.strength.valueChanged.connect(self._strength_told)
        self.strength.sliderPressed.connect(lambda: self.held.emit(True))
        self.strength.sliderReleased.connect(lambda: self.held.emit(False))
        self._percent = QLabel("80 %", self, objectName="dim")
        self._percent.setFixedWidth(44)
        self._percent.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._build_ways()
        self.rows: list[LinkRow] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 6)
        self._layout.setSpacing(6)
        self._layout.addWidget(self.switch)
        self._layout.addLayout(row(dim("Strength", self, NAMES), self.strength, self._percent))
        self._layout.addWidget(self.ways)
        self._layout.addWidget(self.match)

    def _build_ways(self) -> None:
        self.ways = QWidget(self, objectName="paletteWays")
        self.anew, self.own = QToolButton(self.ways), QToolButton(self.ways)
        group = segments(self.ways, (self.anew, "New colours", "Forget the photo's colours and make new ones"),
                         (self.own, "Recolour", "Keep the photo's own colours, moved to these"))  # fmt: skip
        group.buttonClicked.connect(lambda button: self.recolouring.emit(button is self.own))
        self.ways.setLayout(row(self.anew, self.own, 1, spacing=0))
        self.match = IconButton("ph.shuffle", "Match again", "Link every colour of the photo with its nearest again",
                                self, "Match again")  # fmt: skip
        self.match.clicked.connect(self.matched)
        self.match.hide()
        self.ways.hide()

    def show_state(self, *, possible: bool, on: bool, strength: float | None, colour_photo: bool, own: bool,
                   links: Sequence[Link], palette: Sequence[Swatch]) -> None:  # fmt: skip
        """Show how the palette is applied. `strength` None leaves the slider where it is."""
        self.switch.setEnabled(possible)
        self.switch.setChecked(on)
        self.strength.setEnabled(possible and on)
        if strength is not None and not self.strength.isSliderDown():
            silently(self.strength, lambda: self.strength.setValue(round(strength * 100)))
            self._percent.setText(f"{self.strength.value()} %")
        self.ways.setVisible(possible and (colour_photo or own))
        (self.own if own else self.anew).setChecked(True)
        self._show_links(links if on else (), palette)

    def _show_links(self, links: Sequence[Link], palette: Sequence[Swatch]) -> None:
        while len(self.rows) < len(links):
            self._add_row()
        for place, line in enumerate(self.rows):
            line.setVisible(place < len(links))
            if place < len(links):
                line.show_link(links[place], palette)
        self.match.setVisible(bool(links))

    def _add_row(self) -> None:
        place = len(self.rows)
        line = LinkRow(place + 1, self)
        line.changed.connect(lambda link: self.linked.emit(place, link))
        line.held.connect(self.held)
        self.rows.append(line)
        self._layout.insertWidget(self._layout.count() - 1, line)

    def dress(self) -> None:
        """Take the icons of the theme that was just applied."""
        self.match.dress()
        for line in self.rows:
            line.dress()

    def _strength_told(self, percent: int) -> None:
        self._percent.setText(f"{percent} %")
        self.strengthened.emit(percent / 100)
