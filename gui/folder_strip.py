"""The folder strip: thumbnails of the opened photos, with done marks, one click from being opened.

Ten thousand files cost no more than ten: the model knows paths, the view asks only for what it shows, and a
thumbnail is read in a thread of its own when it is asked for. Asked last is read first, and what has been
scrolled away before its turn is never read at all. The newest thousand thumbnails are kept. A page of a scan is a
photo like the others; one that cannot be read bears a mark, and its tip says why.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRunnable,
    QSize,
    Qt,
    QThread,
    QThreadPool,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from core.photo_pages import name_of
from gui import theme

PATH = Qt.ItemDataRole.UserRole
DONE = Qt.ItemDataRole.UserRole + 1
CURRENT = Qt.ItemDataRole.UserRole + 2
BROKEN = Qt.ItemDataRole.UserRole + 3

THUMBNAIL = QSize(104, 70)
KEPT = 1000
WAITING = 80  # more than a wide screen shows
NO_PARENT = QModelIndex()
QT_READS = {".jpg", ".jpeg", ".png", ".webp", ".bmp"}


def read_thumbnail(path: Path, size: QSize) -> tuple[QImage, str]:
    """The photo at `path`, upright, to cover `size`; a null image, and why, where it cannot be read.

    Qt's reader shrinks a JPEG while decoding it; what it cannot read goes through the program's own loader.
    """
    if path.suffix.lower() in QT_READS:
        reader = QImageReader(str(path))
        reader.setAutoTransform(True)
        full = reader.size()
        if full.isValid():
            turned = reader.transformation().value & 4  # a quarter turn is among the steps
            cover = full.scaled(size.transposed() if turned else size, Qt.AspectRatioMode.KeepAspectRatioByExpanding)
            if max(cover.width(), cover.height()) <= 8 * size.width():  # not for a 1 x 5000 photo
                reader.setScaledSize(cover)
                image = reader.read()
                if not image.isNull():
                    return image, ""
    return _load_thumbnail(path, size)


def _load_thumbnail(path: Path, size: QSize) -> tuple[QImage, str]:
    from core.errors import UserError
    from core.photo_thumbnail import load_thumbnail

    try:
        rgb = load_thumbnail(path, 2 * max(size.width(), size.height()))
    except UserError as error:
        return QImage(), str(error)
    height, width = rgb.shape[:2]
    return QImage(rgb.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy(), ""


class _Reader(QRunnable):
    """Reads what was asked for last until nothing is waiting."""

    def __init__(self, take: Callable[[], Path | None], give: Callable[[Path, QImage, str], None], size: QSize) -> None:
        super().__init__()
        self._take, self._give, self._size = take, give, size

    def run(self) -> None:
        while (path := self._take()) is not None:
            self._give(path, *read_thumbnail(path, self._size))


class Thumbnails(QObject):
    """Thumbnails by path, read in the background; `ready(path, why)` when one has come: why says what is wrong with a
    photo that cannot be read."""

    ready = Signal(object, str)
    _read = Signal(object, QImage, str)

    def __init__(self, parent: QObject | None = None, size: QSize = THUMBNAIL) -> None:
        super().__init__(parent)
        self._pixmaps: OrderedDict[Path, QPixmap] = OrderedDict()
        self._lock = Lock()  # over the three below, which the reader's thread shares
        self._waiting: list[Path] = []
        self._being_read: set[Path] = set()
        self._running = False
        self._size = size
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)  # the other core paints and colours
        self._pool.setThreadPriority(QThread.Priority.LowPriority)
        self._read.connect(self._keep)

    def get(self, path: Path) -> QPixmap | None:
        """The thumbnail, a null one for an unreadable file, or None while it is being read."""
        if path in self._pixmaps:
            self._pixmaps.move_to_end(path)
            return self._pixmaps[path]
        with self._lock:
            if path in self._being_read:
                return None
            waiting = [other for other in self._waiting if other != path]
            self._waiting = [*waiting, path][-WAITING:]
            start, self._running = not self._running, True
        if start:
            self._pool.start(_Reader(self._take, self._read.emit, self._size * 2))
        return None

    def forget(self, path: Path) -> None:
        """Read it anew when it is asked for again, if it could not be read."""
        if path in self._pixmaps and self._pixmaps[path].isNull():
            del self._pixmaps[path]

    def stop(self) -> None:
        """Read nothing more, and wait for the one being read."""
        with self._lock:
            self._waiting = []
        self._pool.waitForDone()

    def _take(self) -> Path | None:
        with self._lock:
            if not self._waiting:
                self._running = False
                return None
            path = self._waiting.pop()
            self._being_read.add(path)
            return path

    def _keep(self, path: Path, image: QImage, why: str) -> None:
        with self._lock:
            self._being_read.discard(path)
        self._pixmaps[path] = QPixmap.fromImage(image)
        while len(self._pixmaps) > KEPT:
            self._pixmaps.popitem(last=False)
        self.ready.emit(path, why)


class PhotoModel(QAbstractListModel):
    """One row a photo: its path, thumbnail, and whether it is done, current or unreadable."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.thumbnails = Thumbnails(self)
        self.thumbnails.ready.connect(self._thumbnail_ready)
        self._paths: list[Path] = []
        self._rows: dict[Path, int] = {}
        self._done: set[Path] = set()
        self._broken: dict[Path, str] = {}  # why
        self._current = -1

    def set_paths(self, paths: list[Path]) -> None:
        """Show these photos; marks of photos that stay are kept."""
        self.beginResetModel()
        self._paths = list(paths)
        self._rows = {path: row for row, path in enumerate(paths)}
        self._current = -1
        self.endResetModel()

    def set_current(self, row: int) -> None:
        """Mark the photo that is open; -1 for none."""
        old, self._current = self._current, row
        self._changed(old)
        self._changed(row)

    def mark(self, path: Path, *, done: bool = False, broken: str | None = None) -> None:
        """Put a done mark on a photo, or say why it cannot be read; "" takes that back."""
        if done:
            self._done.add(path)
        if broken:
            self._broken[path] = broken
        elif broken is not None and self._broken.pop(path, None) is not None:
            self.thumbnails.forget(path)
        self._changed(self._rows.get(path, -1))

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._paths)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole):
        if not index.isValid():
            return None
        path = self._paths[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return name_of(path)
        if role == Qt.ItemDataRole.ToolTipRole:
            told = (self._broken.get(path, ""), "Done" if path in self._done else "")
            return "\n".join((str(path.with_name(name_of(path))), *filter(None, told)))
        if role == Qt.ItemDataRole.DecorationRole:
            return self.thumbnails.get(path)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            marks = [word for word, there in (("done", path in self._done), ("cannot be read", path in self._broken))
                     if there]  # fmt: skip
            return ", ".join([name_of(path), *marks])
        answers = {PATH: path, DONE: path in self._done, BROKEN: path in self._broken}
        return index.row() == self._current if role == CURRENT else answers.get(role)

    def _changed(self, row: int) -> None:
        if 0 <= row < len(self._paths):
            index = self.index(row, 0)
            self.dataChanged.emit(index, index)

    def _thumbnail_ready(self, path: Path, why: str) -> None:
        self.mark(path, broken=why or None)


class ThumbnailDelegate(QStyledItemDelegate):
    """A thumbnail with rounded frame; the current one is framed in the accent, a done one bears a check."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(THUMBNAIL.width() + 10, THUMBNAIL.height() + option.fontMetrics.height() + 14)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        look = theme.current()
        frame = QRect(option.rect.topLeft(), THUMBNAIL).translated(5, 5)
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.field))
        painter.drawRect(frame)  # fillRect would make Qt for Python learn all of gradients first
        pixmap = index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(pixmap, QPixmap) and not pixmap.isNull():
            painter.drawPixmap(frame, pixmap, _cover(pixmap.size(), frame.size()))
        elif pixmap is not None or index.data(BROKEN):
            painter.drawPixmap(_centred(frame, 22), theme.icon("ph.warning").pixmap(22, 22))
        current = index.data(CURRENT)
        if current:
            painter.setPen(QPen(QColor(look.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame.adjusted(-2, -2, 1, 1), 3, 3)
        if index.data(DONE):
            _paint_check(painter, frame, look)
        painter.setPen(QColor(look.text if current else look.dim))
        name = option.fontMetrics.elidedText(index.data(), Qt.TextElideMode.ElideMiddle, frame.width())
        below = QRect(frame.left(), frame.bottom() + 4, frame.width(), option.fontMetrics.height())
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, name)
        painter.restore()


def _cover(size: QSize, frame: QSize) -> QRect:
    """The middle part of a picture of `size` that has the frame's proportions."""
    part = frame.scaled(size, Qt.AspectRatioMode.KeepAspectRatio)
    return QRect((size.width() - part.width()) // 2, (size.height() - part.height()) // 2, part.width(), part.height())


def _centred(frame: QRect, side: int) -> QRect:
    return QRect(frame.center().x() - side // 2, frame.center().y() - side // 2, side, side)


def _paint_check(painter: QPainter, frame: QRect, look: theme.Theme) -> None:
    spot = QRect(frame.right() - 21, frame.top() + 4, 17, 17)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(look.window))
    painter.drawEllipse(spot)
    painter.setPen(QPen(QColor(look.good), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    middle = spot.center()
    painter.drawPolyline([middle + type(middle)(*step) for step in ((-3, 1), (-1, 3), (4, -3))])


class FolderStrip(QListView):
    """The strip; `photoChosen(int)` is the row a person clicked or entered."""

    photoChosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("folderStrip")
        self.setAccessibleName("Photos")
        self.photos = PhotoModel(self)
        self.setModel(self.photos)
        self.setItemDelegate(ThumbnailDelegate(self))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        height = self.sizeHintForRow(0) if self.photos.rowCount() else THUMBNAIL.height() + 32
        self.setFixedHeight(height + 16)
        self.clicked.connect(lambda index: self.photoChosen.emit(index.row()))
        self.activated.connect(lambda index: self.photoChosen.emit(index.row()))

    def set_current(self, row: int) -> None:
        """Mark and show the open photo."""
        self.photos.set_current(row)
        index = self.photos.index(row, 0)
        if index.isValid():
            self.setCurrentIndex(index)
            QTimer.singleShot(0, self, lambda: self.scrollTo(self.currentIndex()))

    def wheelEvent(self, event) -> None:
        """The common wheel turns up and down; the strip runs sideways."""
        turn = event.angleDelta()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - (turn.x() or turn.y()))
        event.accept()
