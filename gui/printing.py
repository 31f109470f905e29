"""Paper: the printer is asked for, the page lies as the picture does, and the picture fills it."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPageLayout, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QWidget

from core.document import Document
from core.errors import ExportError


def asked_printer(parent: QWidget, image: QImage, document: Document | None) -> QPrinter | None:
    """The printer that the person chose, None if none."""
    printer = printer_for(image, document.path.stem if document and document.path else "Huesmith")
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle("Print")
    return printer if dialog.exec() else None


def printer_for(image: QImage, title: str) -> QPrinter:
    """A printer whose page is as wide or as tall as the picture is."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(title)
    wide = image.width() > image.height()
    printer.setPageOrientation(QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait)
    return printer


def draw(printer: QPrinter, image: QImage) -> None:
    """Print `image` in the middle of the page, as large as its margins allow. Raises ExportError."""
    painter = QPainter()
    if not painter.begin(printer):
        raise ExportError("The printer does not take the picture; check that it is there, or print to a file.")
    try:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(fitted(painter.viewport(), image), image)
    finally:
        painter.end()


def fitted(page: QRect, image: QImage) -> QRect:
    """Where an image lies on a page that it fits, in the middle."""
    scale = min(page.width() / image.width(), page.height() / image.height())
    width, height = max(1, round(image.width() * scale)), max(1, round(image.height() * scale))
    return QRect(page.x() + (page.width() - width) // 2, page.y() + (page.height() - height) // 2, width, height)
