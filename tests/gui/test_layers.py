"""Export layers and comparisons: the dialog, what it writes, how it is stopped."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from core import also_kinds, psd
from core.photo import load_photo
from gui.layers_dialog import LayersDialog
from gui.main_window import MainWindow
from tests.core.openraster import violations
from tests.gui.conftest import PATIENCE, paint, wait_coloured


@pytest.fixture
def asked(coloured: MainWindow, qtbot: QtBot) -> LayersDialog:
    """The dialog as Export layers opens it."""
    return opened(coloured, qtbot, "file.export_layers")


def opened(window: MainWindow, qtbot: QtBot, action: str) -> LayersDialog:
    window.actions_by_id[action].trigger()
    qtbot.waitUntil(lambda: window.layers.dialog is not None and window.layers.dialog.wipe.has_pair, timeout=PATIENCE)
    return window.layers.dialog


def button(dialog: LayersDialog, name: str) -> QPushButton:
    return dialog.findChild(QPushButton, name)


def click(qtbot: QtBot, dialog: LayersDialog, name: str) -> None:
    qtbot.mouseClick(button(dialog, name), Qt.MouseButton.LeftButton)


def finished(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.layers.dialog is None, timeout=PATIENCE)


def test_layers_are_written_with_the_labels_of_the_document(
    asked: LayersDialog, coloured: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    assert asked.kinds == ("ora",) and asked.note.text() == "1 file: a_layers.ora"
    said: list[str] = []
    coloured.session.said.connect(said.append)
    click(qtbot, asked, "alsoExport")
    finished(qtbot, coloured)
    path = tmp_path / "out" / "a_layers.ora"
    assert violations(path) == [] and load_photo(path).size == coloured.document.photo.size
    assert said[-1] == f"Saved a_layers.ora in {tmp_path / 'out'}"


def test_a_second_export_gets_a_number(asked: LayersDialog, coloured: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    for _ in range(2):
        dialog = opened(coloured, qtbot, "file.export_comparison") if coloured.layers.dialog is None else asked
        for kind, box in dialog.boxes.items():
            box.setChecked(kind in ("labels", "side-by-side"))
        click(qtbot, dialog, "alsoExport")
        finished(qtbot, coloured)
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["a-2_labels.png", "a-2_side-by-side.jpg", "a_labels.png", "a_side-by-side.jpg"]


def test_each_action_remembers_what_was_ticked(coloured: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = opened(coloured, qtbot, "file.export_comparison")
    assert dialog.kinds == ("side-by-side", "animation")
    box = dialog.boxes["animation"]
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    assert dialog.kinds == ("side-by-side",)
    dialog.stem.setText("mill")
    dialog.folder.setText(str(tmp_path / "elsewhere"))
    assert dialog.note.text() == "1 file: mill_side-by-side.jpg"
    qtbot.keyClick(dialog.stem, Qt.Key.Key_Return)
    finished(qtbot, coloured)
    assert [path.name for path in (tmp_path / "elsewhere").iterdir()] == ["mill_side-by-side.jpg"]
    again = opened(coloured, qtbot, "file.export_comparison")
    assert again.kinds == ("side-by-side",) and again.folder.text() == str(tmp_path / "elsewhere")
    again.reject()
    assert opened(coloured, qtbot, "file.export_layers").kinds == ("ora",)


def test_nothing_ticked_or_no_name_cannot_be_exported(asked: LayersDialog, qtbot: QtBot) -> None:
    asked.boxes["ora"].setChecked(False)
    assert not button(asked, "alsoExport").isEnabled() and asked.note.text() == "Tick what to write."
    asked.boxes["palette"].setChecked(True)
    for name in ("", "  ", "a/b", "..", "con"):
        asked.stem.setText(name)
        assert not button(asked, "alsoExport").isEnabled(), name
    asked.stem.setText("mill")
    assert button(asked, "alsoExport").isEnabled()


def test_what_is_written_can_be_stopped(
    asked: LayersDialog, coloured: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    for box in asked.boxes.values():
        box.setChecked(True)
    click(qtbot, asked, "alsoExport")
    assert not asked.boxes["ora"].isEnabled() and button(asked, "alsoCancel").text() == "Stop"
    click(qtbot, asked, "alsoCancel")
    qtbot.waitUntil(lambda: not asked.working, timeout=PATIENCE)
    assert asked.note.text() == "Stopped. Files that were finished are kept." and asked.isVisible()
    assert not (tmp_path / "out" / "a_animation.gif").exists()
    assert asked.boxes["ora"].isEnabled() and button(asked, "alsoCancel").text() == "Cancel"


def test_what_goes_wrong_is_told_in_the_dialog_which_stays(
    asked: LayersDialog, coloured: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    asked.folder.setText(str(tmp_path / "file" / "below"))
    click(qtbot, asked, "alsoExport")
    qtbot.waitUntil(lambda: not asked.working, timeout=PATIENCE)
    assert "cannot be made" in asked.note.text() and asked.isVisible()
    qtbot.keyClick(asked, Qt.Key.Key_Escape)
    finished(qtbot, coloured)


def test_without_psd_tools_its_box_says_what_to_type(
    coloured: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psd, "find_spec", lambda name: None)
    dialog = opened(coloured, qtbot, "file.export_layers")
    assert not dialog.boxes["psd"].isEnabled()
    assert "pip install psd-tools" in dialog.boxes["psd"].toolTip()
    dialog.boxes["psd"].setChecked(True)
    assert dialog.kinds == ("ora",)


def test_the_wipe_moves_while_it_is_seen_and_rests_when_not(asked: LayersDialog, qtbot: QtBot) -> None:
    wipe = asked.wipe
    assert wipe._timer.isActive()
    qtbot.waitUntil(lambda: 0.05 < wipe.share() < 0.95, timeout=PATIENCE)
    seen = wipe.grab().toImage()
    middle = seen.height() // 2
    left, right = (seen.pixelColor(int(seen.width() * share), middle) for share in (0.03, 0.97))
    assert left.isValid() and right.isValid() and left != right
    asked.hide()
    assert not wipe._timer.isActive()


def test_it_waits_for_the_colours_of_the_newest_labels(
    coloured: MainWindow, qtbot: QtBot, photos: list[Path]
) -> None:
    coloured.session.go_to(1)
    wait_coloured(qtbot, coloured, photos[1])
    paint(coloured, 7)
    assert coloured.session.recolour.pending
    coloured.actions_by_id["file.export_layers"].trigger()
    assert coloured.layers.dialog is None
    qtbot.waitUntil(lambda: coloured.layers.dialog is not None, timeout=PATIENCE)
    assert not coloured.session.recolour.pending and coloured.layers.dialog.stem.text() == "b"
    assert set(coloured.layers.dialog.boxes) == set(also_kinds.KINDS)
