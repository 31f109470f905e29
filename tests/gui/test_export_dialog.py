"""Export as: only what means something is asked, the preview is the file, settings get names, nothing is replaced
unasked; the coloured picture on the clipboard and on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDialog, QInputDialog, QMessageBox, QSpinBox, QToolButton
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from core.chroma import render
from core.formats import CHOICES, ExportSettings
from core.photo import load_photo
from gui import printing
from gui.export_dialog import ExportDialog, in_words
from gui.export_presets import READY, from_lines, to_lines
from gui.main_window import MainWindow
from tests.gui.conftest import PATIENCE, wait_coloured

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def dialog(coloured: MainWindow) -> Iterator[ExportDialog]:
    dialog = coloured.exports.make_dialog()
    dialog.show()
    yield dialog
    if isValid(dialog):  # whom the window asked, it has taken away
        dialog.reject()


def calm(qtbot: QtBot, dialog: ExportDialog) -> None:
    qtbot.waitUntil(lambda: not dialog.preview.busy, timeout=PATIENCE)


def choose(dialog: ExportDialog, name: str, data: object) -> None:
    box = dialog.findChild(QComboBox, name)
    box.setCurrentIndex(box.findData(data))
    box.activated.emit(box.currentIndex())


def pixels(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def test_it_proposes_a_name_beside_nothing_else(dialog: ExportDialog, tmp_path: Path) -> None:
    assert (dialog.path, dialog.settings) == (tmp_path / "out" / "a_color.png", ExportSettings())


ROWS = {
    "png": (".png", {"depth"}), "tiff": (".tiff", {"depth"}), "jpg": (".jpg", {"quality", "subsampling"}),
    "webp": (".webp", {"lossless"}), "avif": (".avif", {"quality", "subsampling"}), "same": (".png", {"depth"}),
    "ora": (".ora", {"depth"}), "psd": (".psd", {"depth"}),
}  # fmt: skip


def test_the_suffix_and_the_rows_follow_the_format(dialog: ExportDialog) -> None:
    box = dialog.findChild(QComboBox, "exportFormat")
    assert [box.itemData(at) for at in range(box.count())] == ["same", *CHOICES]
    for form, (suffix, rows) in ROWS.items():
        choose(dialog, "exportFormat", form)
        assert dialog.path.suffix == suffix and dialog.settings.format == form
        fields = {name: dialog._rows.isRowVisible(getattr(dialog, f"_{name}"))
                  for name in ("depth", "quality", "subsampling", "lossless")}  # fmt: skip
        assert {name for name, shown in fields.items() if shown} == rows


def test_a_suffix_that_is_typed_is_the_format(dialog: ExportDialog) -> None:
    dialog._path.selectAll()
    QTest.keyClicks(dialog._path, "/somewhere/else.jpg")
    assert dialog.settings.format == "jpg" and dialog.path == Path("/somewhere/else.jpg")


def test_the_preview_is_what_the_file_will_show_and_weigh(
    dialog: ExportDialog, qtbot: QtBot, coloured: MainWindow, tmp_path: Path
) -> None:
    for settings in (
        ExportSettings("jpg", quality=20, subsampling="420", strip_gps=True), ExportSettings("webp", quality=30),
        ExportSettings("avif", quality=40), ExportSettings("tiff"), ExportSettings("webp"),
    ):  # fmt: skip
        dialog.set_settings(settings)
        assert dialog.settings == settings
        calm(qtbot, dialog)
        path = tmp_path / "file"
        with qtbot.waitSignal(coloured.session.said, timeout=PATIENCE):
            coloured.session.export(path, settings)
        written = next(tmp_path.glob("file.*"))
        assert dialog._size.text() == f"File size: {in_words(written.stat().st_size)}"
        shown, box = pixels(dialog.preview.image()), dialog.preview.box
        assert (box.height, box.width) == (100, 150)  # all of it
        difference = np.abs(shown.astype(int) - load_photo(written).pixels)
        assert difference.max() <= (2 if settings.format == "avif" else 0)
        written.unlink()


def test_the_preview_is_dragged_and_goes_no_further_than_the_photo(
    open_window: Callable[..., MainWindow], samples: dict[str, Path], qtbot: QtBot
) -> None:
    window = open_window(samples["camera"])
    wait_coloured(qtbot, window, samples["camera"])
    dialog = window.exports.make_dialog()
    qtbot.addWidget(dialog)
    dialog.resize(dialog.minimumSizeHint() + QSize(0, 20))
    dialog.show()
    preview = dialog.preview
    calm(qtbot, dialog)
    before = preview.box
    assert before.width == preview.width() < 512
    QTest.mousePress(preview, LEFT, pos=QPoint(100, 100))
    QTest.mouseMove(preview, QPoint(70, 90))
    QTest.mouseRelease(preview, LEFT, pos=QPoint(70, 90))
    assert (preview.box.left, preview.box.top) == (before.left + 30, before.top + 10)
    qtbot.keyClick(preview, Qt.Key.Key_Up)
    assert preview.box.top == before.top + 10 - 48
    for _ in range(20):
        qtbot.keyClick(preview, Qt.Key.Key_Left)
    assert preview.box.left == 0
    calm(qtbot, dialog)
    photo, result = window.document.photo, window.session.result
    np.testing.assert_array_equal(pixels(preview.image()), render(photo, result.chroma, box=preview.box))


def test_settings_get_a_name_and_come_back_at_the_next_start(
    dialog: ExportDialog, coloured: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(dialog, "exportPreset", "For the web")
    assert dialog.settings == READY["For the web"] and dialog.path.suffix == ".jpg"
    dialog.findChild(QSpinBox, "exportQuality").setValue(70)
    assert dialog.findChild(QComboBox, "exportPreset").currentData() == ""  # no preset says that
    monkeypatch.setattr(QInputDialog, "getText", lambda *told, **more: (" Museum ", True))
    qtbot.mouseClick(dialog.findChild(QToolButton, "exportPresetSave"), LEFT)
    assert dialog.findChild(QComboBox, "exportPreset").currentData() == "Museum"
    choose(dialog, "exportPreset", "Archive (TIFF)")
    qtbot.mouseClick(dialog.findChild(QToolButton, "exportPresetDelete"), LEFT)
    assert dialog.settings.format == "tiff" and set(dialog.presets) == {"Museum", "For the web"}
    monkeypatch.setattr(coloured.exports, "make_dialog", lambda: dialog)
    monkeypatch.setattr(dialog, "exec", lambda: False)
    coloured.exports.ask()
    again = from_lines(coloured.settings["export.presets"])
    assert again["Museum"].quality == 70 and set(again) == {"Museum", "For the web"}


def test_lines_that_are_no_presets_are_left_out() -> None:
    broken = ["no JSON", "[]", '{"name": "x", "format": "exe"}', '{"format": "png"}', '{"name": "", "format": "png"}']
    assert from_lines([*to_lines(READY), *broken]) == READY


def test_the_last_settings_are_those_of_the_next_export(
    coloured: MainWindow, dialog: ExportDialog, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = ExportSettings("webp", quality=64, strip_gps=True)
    dialog.set_settings(wanted)
    dialog._path.setText(str(tmp_path / "there" / "x.webp"))
    monkeypatch.setattr(coloured.exports, "make_dialog", lambda: dialog)
    monkeypatch.setattr(dialog, "exec", lambda: True)
    with qtbot.waitSignal(coloured.session.said, timeout=PATIENCE):
        coloured.actions_by_id["file.export"].trigger()
    assert load_photo(tmp_path / "there" / "x.webp").format == "WEBP"
    monkeypatch.undo()
    after = coloured.exports.make_dialog()
    qtbot.addWidget(after)
    assert after.settings == wanted and after.path.parent == tmp_path / "there"


def test_replacing_is_asked_for(dialog: ExportDialog, monkeypatch: pytest.MonkeyPatch) -> None:
    dialog.path.parent.mkdir()
    dialog.path.write_bytes(b"old")
    for answer, result in (("No", QDialog.DialogCode.Rejected), ("Yes", QDialog.DialogCode.Accepted)):
        monkeypatch.setattr(QMessageBox, "question", lambda *told, to=answer: getattr(QMessageBox.StandardButton, to))
        dialog.accept()
        assert dialog.result() == result


def test_the_coloured_picture_goes_to_the_clipboard_at_full_size(coloured: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(coloured.session.said, timeout=PATIENCE):
        qtbot.keyClick(coloured, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    document, result = coloured.document, coloured.session.result
    expected = render(document.photo, result.chroma)
    mime = QGuiApplication.clipboard().mimeData()
    np.testing.assert_array_equal(pixels(mime.imageData()), expected)
    np.testing.assert_array_equal(np.asarray(Image.open(BytesIO(mime.data("image/png").data()))), expected)


def test_the_coloured_picture_is_printed_as_large_as_the_page_holds_it(
    coloured: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pypdfium2

    def to_file(parent, image: QImage, document) -> QPrinter:
        printer = printing.printer_for(image, document.path.stem)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(tmp_path / "paper.pdf"))
        return printer

    monkeypatch.setattr(printing, "asked_printer", to_file)
    with qtbot.waitSignal(coloured.session.said, timeout=PATIENCE):
        coloured.actions_by_id["file.print"].trigger()
    page = pypdfium2.PdfDocument(tmp_path / "paper.pdf")[0]
    width, height = page.get_size()
    assert width > height  # as the photo lies
    paper = np.asarray(page.render(scale=1).to_pil().convert("L"))
    rows, columns = np.nonzero(paper < 250)
    tall, wide = np.ptp(rows), np.ptp(columns)
    assert abs(wide / tall - 1.5) < 0.05 and (wide > 0.85 * width or tall > 0.85 * height)
    assert abs(rows.min() - (height - rows.max())) < 12 and abs(columns.min() - (width - columns.max())) < 12
