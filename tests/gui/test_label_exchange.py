"""Labels loaded and saved in the window: every format there and back, and every question on the way."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QDialogButtonBox, QFileDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from core import labelme
from core.label_maps import save_label_map
from core.label_sets import added, own_labels
from core.labels import UNSURE, LabelSet, default_label_set
from gui.features.label_exchange import FORMATS
from gui.label_mapping_dialog import MappingDialog
from gui.main_window import MainWindow
from tests.core.fakes import GRASS, SKY
from tests.gui.conftest import PATIENCE, paint

SET = default_label_set()
PERSON, CAT = SET.id("person"), SET.id("cat")
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def save(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, path: Path, form: str) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), form))
    qtbot.keyClick(window, Qt.Key.Key_S, CONTROL | SHIFT)
    qtbot.waitUntil(lambda: "Saved" in window.status.message or window.notice.text != "", timeout=PATIENCE)


def load(window: MainWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, path: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    window.actions_by_id["file.load_labels"].trigger()


def settled(window: MainWindow, qtbot: QtBot) -> None:
    """Until the file is in, or refused."""
    qtbot.waitUntil(lambda: window.label_exchange.importing is None, timeout=PATIENCE)


def asked(window: MainWindow, qtbot: QtBot, kind: type):
    """The question that is being asked."""
    def there() -> bool:
        job = window.label_exchange.importing
        return job is not None and isinstance(job.dialog, kind) and job.dialog.isVisible()

    qtbot.waitUntil(there, timeout=PATIENCE)
    return window.label_exchange.importing.dialog


def answer(qtbot: QtBot, dialog, text: str) -> None:
    button = next(b for b in dialog.findChildren(QAbstractButton) if b.text().replace("&", "").startswith(text))
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_labels_of_every_format_come_back_in_one_step(
    coloured: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = coloured.document.labels.copy()
    paint(coloured, PERSON)
    paint(coloured, CAT, 15, 15, 5)
    wanted = coloured.document.labels.copy()
    for number, form in enumerate(FORMATS):
        save(coloured, qtbot, monkeypatch, tmp_path / f"mine{number}{FORMATS[form][0]}", form)
        qtbot.waitUntil(lambda now=number: f"mine{now}" in coloured.status.message, timeout=PATIENCE)
    coloured.session.undo()
    coloured.session.undo()
    for number, form in enumerate(FORMATS):
        load(coloured, monkeypatch, qtbot, tmp_path / f"mine{number}{FORMATS[form][0]}")
        settled(coloured, qtbot)
        assert np.array_equal(coloured.document.labels, wanted), form
        assert coloured.document.undo_text.startswith(f"Load mine{number}")
        coloured.session.undo()
        assert np.array_equal(coloured.document.labels, before) and not coloured.document.can_undo


def test_another_size_offers_scaling_in_every_format(
    coloured: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    half = np.full((50, 75), SKY, np.uint8)
    half[30:] = CAT
    for number, (suffix, writer) in enumerate(FORMATS.values()):
        path = tmp_path / f"half{number}{suffix}"
        writer(path, half, SET, "a.png")
        load(coloured, monkeypatch, qtbot, path)
        box = asked(coloured, qtbot, QMessageBox)
        assert "75 × 50" in box.text() and "150 × 100" in box.text() and "stretched" not in box.text()
        answer(qtbot, box, "Scale")
        settled(coloured, qtbot)
        assert np.array_equal(coloured.document.labels, half.repeat(2, 0).repeat(2, 1))
        coloured.session.undo()


def test_another_shape_is_told_and_can_be_left(
    coloured: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    save_label_map(tmp_path / "tall.png", np.full((80, 20), SKY, np.uint8), SET)
    load(coloured, monkeypatch, qtbot, tmp_path / "tall.png")
    box = asked(coloured, qtbot, QMessageBox)
    assert "stretched" in box.text()
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    settled(coloured, qtbot)
    assert not coloured.document.can_undo


def test_unknown_labels_are_asked_about_and_never_guessed(
    coloured: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    labels = np.zeros((100, 150), np.uint8)
    labels[:30], labels[30:60], labels[60:] = 0, 1, 2
    for number, (suffix, writer) in enumerate(FORMATS.values()):
        path = tmp_path / f"other{number}{suffix}"
        writer(path, labels, LabelSet(("Persons", "dragon", "sky")), "a.png")
        load(coloured, monkeypatch, qtbot, path)
        dialog = asked(coloured, qtbot, MappingDialog)
        assert list(dialog.mapping) == ["Persons", "dragon"]
        assert "proposed" in dialog.combo("Persons").currentText()
        ok = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)
        assert not ok.isEnabled()
        qtbot.keyClicks(dialog.combo("dragon"), "cat")
        assert dialog.mapping == {"Persons": PERSON, "dragon": CAT} and ok.isEnabled()
        qtbot.mouseClick(ok, Qt.MouseButton.LeftButton)
        settled(coloured, qtbot)
        assert np.array_equal(coloured.document.labels, np.uint8([PERSON, CAT, SKY])[labels])
        coloured.session.undo()


def test_a_mapping_can_be_left_and_changes_nothing(
    coloured: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    Image.fromarray(np.full((100, 150), 200, np.uint8)).save(tmp_path / "grey.png")
    load(coloured, monkeypatch, qtbot, tmp_path / "grey.png")
    dialog = asked(coloured, qtbot, MappingDialog)
    assert list(dialog.mapping) == ["id 200"]
    answer(qtbot, dialog, "Cancel")
    settled(coloured, qtbot)
    assert not coloured.document.can_undo
    load(coloured, monkeypatch, qtbot, tmp_path / "grey.png")
    dialog = asked(coloured, qtbot, MappingDialog)
    qtbot.mouseClick(dialog.findChild(QPushButton, "restUndecided"), Qt.MouseButton.LeftButton)
    answer(qtbot, dialog, "OK")
    settled(coloured, qtbot)
    assert (coloured.document.labels == UNSURE).all()


@pytest.mark.parametrize(("button", "rest"), [("Keep", None), ("Make it", UNSURE)])
def test_what_the_file_is_silent_about_is_asked(
    coloured: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, button: str, rest: int | None
) -> None:
    before = coloured.document.labels.copy()
    labels = np.full((100, 150), UNSURE, np.uint8)
    labels[20:40, 30:60] = PERSON
    labelme.write(tmp_path / "some.json", labels, SET, "a.png")
    load(coloured, monkeypatch, qtbot, tmp_path / "some.json")
    box = asked(coloured, qtbot, QMessageBox)
    assert "96 %" in box.text()
    answer(qtbot, box, button)
    settled(coloured, qtbot)
    silent = labels == UNSURE
    assert (coloured.document.labels[~silent] == PERSON).all()
    assert np.array_equal(coloured.document.labels[silent], before[silent] if rest is None else labels[silent])


def test_every_question_of_one_file_in_turn_with_a_set_of_ones_own(
    coloured: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    document = coloured.document
    coloured.label_sets.apply(added(own_labels(), "teeth", PERSON), document)
    qtbot.waitUntil(lambda: len(document.label_set) == 61, timeout=PATIENCE)
    labels = np.full((50, 75), UNSURE, np.uint8)
    labels[:10], labels[10:20] = 0, 1
    labelme.write(tmp_path / "mouth.json", labels, LabelSet(("teeth", "gums")), "a.png")
    load(coloured, monkeypatch, qtbot, tmp_path / "mouth.json")
    dialog = asked(coloured, qtbot, MappingDialog)
    assert list(dialog.mapping) == ["gums"]
    dialog.combo("gums").setCurrentText("Leave those pixels as they are")
    answer(qtbot, dialog, "OK")
    answer(qtbot, asked(coloured, qtbot, QMessageBox), "Scale")
    qtbot.waitUntil(lambda: "nothing of" in asked(coloured, qtbot, QMessageBox).text(), timeout=PATIENCE)
    answer(qtbot, coloured.label_exchange.importing.dialog, "Keep")
    settled(coloured, qtbot)
    assert (document.labels[:20] == 60).all() and document.history()[-1] == "Load mouth.json"
    assert (document.labels[20:40] == SKY).all() and (document.labels[60:] == GRASS).all()


@pytest.mark.parametrize("over", [False, True])
def test_what_becomes_of_locked_labels_is_asked(
    coloured: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, over: bool
) -> None:
    before = coloured.document.labels.copy()
    coloured.document.view.lock(SKY)
    save_label_map(tmp_path / "cat.png", np.full((100, 150), CAT, np.uint8), SET)
    load(coloured, monkeypatch, qtbot, tmp_path / "cat.png")
    qtbot.waitUntil(lambda: "locked" in asked(coloured, qtbot, QMessageBox).text(), timeout=PATIENCE)
    answer(qtbot, coloured.label_exchange.importing.dialog, "Load over" if over else "Keep what is locked")
    settled(coloured, qtbot)
    assert np.array_equal(coloured.document.labels, np.where((before == SKY) & (not over), SKY, CAT))
    coloured.document.undo()
    assert np.array_equal(coloured.document.labels, before)


def test_a_lock_that_is_not_in_the_way_is_not_asked_about(
    coloured: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = coloured.document.labels.copy()
    coloured.document.view.lock(SKY)
    save_label_map(tmp_path / "cat.png", np.where(before == SKY, SKY, CAT).astype(np.uint8), SET)
    load(coloured, monkeypatch, qtbot, tmp_path / "cat.png")
    settled(coloured, qtbot)
    assert np.array_equal(coloured.document.labels, np.where(before == SKY, SKY, CAT))


def test_what_cannot_be_read_or_written_is_a_sentence(
    coloured: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, photos: list[Path]
) -> None:
    (tmp_path / "broken.json").write_text("{}")
    load(coloured, monkeypatch, qtbot, tmp_path / "broken.json")
    settled(coloured, qtbot)
    assert "broken.json" in coloured.notice.text
    coloured.notice.hide()
    bytes_before = photos[0].read_bytes()
    png, panoptic = next(iter(FORMATS)), next(form for form in FORMATS if "panoptic" in form)
    for path, form in ((photos[0], png), (photos[0].with_suffix(".json"), panoptic)):
        save(coloured, qtbot, monkeypatch, path, form)
        assert "photo" in coloured.notice.text
        coloured.notice.hide()
    assert photos[0].read_bytes() == bytes_before
    (tmp_path / "there.zip").write_bytes(b"kept")
    save(coloured, qtbot, monkeypatch, tmp_path / "there", next(form for form in FORMATS if "CVAT" in form))
    assert "already there" in coloured.notice.text and (tmp_path / "there.zip").read_bytes() == b"kept"
