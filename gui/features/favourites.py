"""Ten favourite labels on the number keys. They are remembered by name, so another label set keeps those it has."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu

from core.labels import LabelSet
from gui import theme
from gui.features.base import Feature

DIGITS = "1234567890"


class Favourites(Feature):
    """Answers the number keys. `names` says which label each digit chooses."""

    name = "favourites"

    def start(self) -> None:
        """Show the keys in the rows, whatever label set they show."""
        window = self.window
        self.names: dict[str, str] = {}
        for entry in window.settings["labels.favourites"]:
            digit, _, name = entry.partition("=")
            if digit and digit in DIGITS and name:
                self.names[digit] = name
        window.labels_panel.list.model().modelReset.connect(self._show)
        window.session.documentChanged.connect(lambda _: self._show())
        self._show()

    def choose(self, digit: str) -> None:
        """Paint with the favourite of a number key."""
        name, labels = self.names.get(digit), self._labels()
        if name in labels.names:
            self.window.news.label_chosen(labels.id(name))
            self.window.status.say(f"{digit}: {name}")
        else:
            self.window.status.say(f"Key {digit} has no label here; Ctrl+Alt+{digit} gives it the current one.")

    def assign(self, digit: str, label: int | None = None) -> None:
        """Give a number key a label, by default the current one, which leaves the key it had."""
        name = self._labels().name(self.window.labels_panel.current if label is None else label)
        self.names = {key: other for key, other in self.names.items() if other != name} | {digit: name}
        self._remember()
        self.window.status.say(f"Key {digit} chooses “{name}”.")

    def remove(self, label: int) -> None:
        """Take its number key from a label."""
        name = self._labels().name(label)
        self.names = {key: other for key, other in self.names.items() if other != name}
        self._remember()

    def fill_menu(self, menu: QMenu, label: int) -> None:
        """Which key a label gets."""
        keys = menu.addMenu(theme.icon("ph.number-circle-one"), "Number key")
        own = self._labels().name(label)
        for digit in DIGITS:
            has = self.names.get(digit)
            entry = keys.addAction(f"&{digit}   {has or '–'}", lambda digit=digit: self.assign(digit, label))
            entry.setCheckable(True)
            entry.setChecked(has == own)
        keys.addSeparator()
        keys.addAction("No key", lambda: self.remove(label)).setEnabled(own in self.names.values())

    def _remember(self) -> None:
        self.window.settings["labels.favourites"] = [f"{digit}={name}" for digit, name in sorted(self.names.items())]
        self._show()

    def _show(self) -> None:
        labels = self._labels()
        self.window.labels_panel.show_keys(
            {labels.id(name): digit for digit, name in self.names.items() if name in labels.names}
        )
        for digit in DIGITS:
            name = self.names.get(digit)
            self.window.actions_by_id[f"labels.favourite.{digit}"].setText(f"Paint “{name}”" if name else
                                                                           f"Favourite {digit}")  # fmt: skip

    def _labels(self) -> LabelSet:
        return self.window.document.label_set if self.window.document else self.window.session.label_set
