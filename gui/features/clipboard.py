"""Pictures from the clipboard and from the screen: opened as photos that are in no folder yet.

    Edit > Paste photo         a copied picture, or copied files and folders; so is what is dropped on the window
    File > Screenshot          the screen as it is without the window, a moment later

Such a picture is kept in the program's cache under the hash of its content, so that it stays while it is worked on,
and counts as unsaved work until a result or a project of it was saved.

Ctrl+V has other meanings where panels take what is pasted. Qt would call two shortcuts that fit ambiguous and carry
out neither; so the one of the window is put away while the keyboard is in such a panel.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QMimeData, QRect, Qt, QTimer
from PySide6.QtGui import QAction, QGuiApplication, QImage, QKeySequence, QPainter, QPixmap, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from core.errors import PhotoError
from gui.background import Background
from gui.features.base import Feature

if TYPE_CHECKING:
    from core.document import Document
    from gui.main_window import MainWindow

PASTED, SCREENSHOT = "Pasted picture.png", "Screenshot.png"
NOTHING = "That holds no picture and no photo files; copy a picture or a file first."
NO_SCREEN = "The screen cannot be read here; take a screenshot with the system's own key and paste it (Ctrl+V)."
HOMELESS = "is in no folder of yours yet: save the result, or a project."
GONE_MS = 400  # until the window has left the screen, with the animations of all desktops


class Clipboard(Feature):
    """Opens what was copied or is on the screen."""

    name = "clipboard"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.jobs = Background(self)
        self._keys: list[QKeySequence] = []
        self._opened: set[Path] = set()

    def start(self) -> None:
        self._keys = self._action.shortcuts()
        QApplication.instance().focusChanged.connect(self._focus_moved)
        self.window.session.documentChanged.connect(self._document_came)

    def stop(self) -> None:
        QApplication.instance().focusChanged.disconnect(self._focus_moved)
        self.jobs.stop()

    def paste(self) -> None:
        """Open what was copied: files, folders or a picture."""
        self.take(QGuiApplication.clipboard().mimeData())

    def take(self, data: QMimeData | None) -> None:
        """Open what is in `data`; None is an empty clipboard, to some window systems."""
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()] if data else []
        image = QImage(data.imageData()) if data and not paths and data.hasImage() else QImage()
        if paths:
            self.window.open(paths)
        elif not image.isNull():
            self._open(image, PASTED)
        else:
            self.window.session.failed.emit(NOTHING)

    def screenshot(self) -> None:
        """Open what is on the screens, without this window."""
        self.window.hide()
        QTimer.singleShot(GONE_MS, self, self._shoot)

    def _shoot(self) -> None:
        try:
            image = grab_screens()
        finally:
            self.window.show()
        if image.isNull():
            self.window.session.failed.emit(NO_SCREEN)
        else:
            self._open(image, SCREENSHOT)

    def _open(self, image: QImage, name: str) -> None:
        self.jobs.run(lambda: kept(image, name), self._came, self.window.session.failed.emit)

    def _came(self, path: Path) -> None:
        self._opened.add(path)
        self.window.open([path], remember=False)

    def _document_came(self, document: Document | None) -> None:
        if document is not None and document.path in self._opened:
            self._opened.discard(document.path)
            document.mark_saved(False)
            self.window.session.said.emit(f"{document.path.stem} {HOMELESS}")
            self.window.refresh()

    # -- the key

    @property
    def _action(self) -> QAction:
        return self.window.actions_by_id["edit.paste_photo"]

    def _focus_moved(self, _: QWidget | None, now: QWidget | None) -> None:
        self._action.setShortcuts([] if takes_paste(now) else self._keys)


def takes_paste(widget: QWidget | None) -> bool:
    """Whether the widget stands in a panel that has a use of its own for what is pasted."""
    paste = QKeySequence(QKeySequence.StandardKey.Paste)
    while widget is not None and not widget.isWindow():
        own = widget.findChildren(QShortcut, options=Qt.FindChildOption.FindDirectChildrenOnly)
        if any(shortcut.key() == paste for shortcut in own):
            return True
        widget = widget.parentWidget()
    return False


def kept(image: QImage, name: str) -> Path:
    """Put a picture into the cache; where it is. PhotoError where it cannot be a PNG, ProjectError where the cache
    cannot be written."""
    from core.project_files import put_down

    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG"):
        raise PhotoError("The picture cannot be taken out of the clipboard; save it as a file and open that.")
    return put_down(bytes(buffer.data()), name)


def grab_screens() -> QImage:
    """All screens as they lie beside each other; a null image where the window system forbids it (Wayland)."""
    screens = QGuiApplication.screens()
    shots: list[tuple[QRect, QPixmap]] = [(screen.geometry(), screen.grabWindow(0)) for screen in screens]
    if any(shot.isNull() for _, shot in shots):
        return QImage()
    if len(shots) == 1:
        return shots[0][1].toImage().convertToFormat(QImage.Format.Format_RGB32)
    whole = QRect()
    for place, _ in shots:
        whole = whole.united(place)
    image = QImage(whole.size(), QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    for place, shot in shots:
        painter.drawPixmap(place.translated(-whole.topLeft()), shot)
    painter.end()
    return image
