"""The session: walking through photos, keeping edits, saving under free names, never stopping for one bad file."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from core.formats import ExportSettings
from core.label_maps import load_label_map
from core.photo import load_photo
from gui import session
from gui.features.label_exchange import FORMATS
from gui.main_window import MainWindow
from gui.saving import free_names, suffix_for
from tests.core.fakes import GRASS, SKY
from tests.gui.conftest import PATIENCE, paint, wait_coloured

PNG = next(iter(FORMATS))


def test_a_folder_opens_with_its_first_photo_segmented_and_coloured(coloured: MainWindow, photos: list[Path]) -> None:
    assert coloured.session.paths == photos
    labels = coloured.document.labels
    assert labels.shape == (100, 150)
    assert (labels[:48] == SKY).all() and (labels[52:] == GRASS).all()
    assert coloured.session.result.chroma.shape == (100, 150, 2)


def test_skip_walks_to_the_last_photo_and_stays_there(coloured: MainWindow, photos: list[Path], qtbot: QtBot) -> None:
    for path in photos[1:]:
        coloured.actions_by_id["file.skip"].trigger()
        wait_coloured(qtbot, coloured, path)
    coloured.actions_by_id["file.skip"].trigger()
    assert "last photo" in coloured.status.message
    assert coloured.document.path == photos[-1]
    assert coloured.isVisible()
    coloured.actions_by_id["file.previous"].trigger()
    wait_coloured(qtbot, coloured, photos[1])


def test_save_writes_photo_and_labels_and_never_over_them(coloured: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    out = tmp_path / "out"
    for expected in ("a_color.png", "a_color-2.png"):
        with qtbot.waitSignal(coloured.session.photoDone, timeout=PATIENCE):
            coloured.actions_by_id["file.save"].trigger()
        assert (out / expected).is_file()
    names = {path.name for path in out.iterdir()}
    assert names == {"a_color.png", "a_labels.png", "a_color-2.png", "a_labels-2.png"}
    saved = load_photo(out / "a_color.png")
    assert (saved.height, saved.width, saved.depth) == (100, 150, 8)
    assert np.array_equal(load_label_map(out / "a_labels.png"), coloured.document.labels)


def test_saving_waits_for_the_colours_of_the_last_stroke(coloured: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    paint(coloured, 7)
    assert coloured.session.recolour.pending
    with qtbot.waitSignal(coloured.session.photoDone, timeout=PATIENCE):
        coloured.actions_by_id["file.save"].trigger()
    assert (load_label_map(tmp_path / "out" / "a_labels.png")[10:30, 10:30] == 7).all()
    chroma = coloured.session.result.chroma
    assert np.allclose(chroma[20, 20], (7, -3.5))
    assert not coloured.document.modified


def test_save_and_next_saves_and_goes_on(
    coloured: MainWindow, photos: list[Path], tmp_path: Path, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(coloured.session.photoDone, timeout=PATIENCE) as done:
        coloured.actions_by_id["file.save_next"].trigger()
    assert done.args == [photos[0]]
    wait_coloured(qtbot, coloured, photos[1])
    assert (tmp_path / "out" / "a_color.png").is_file()


def test_saving_the_last_photo_says_that_it_was_the_last(
    open_window: Callable[..., MainWindow], photos: list[Path], qtbot: QtBot
) -> None:
    window = open_window(photos[0])
    wait_coloured(qtbot, window, photos[0])
    said = []
    window.session.said.connect(said.append)
    window.actions_by_id["file.save_next"].trigger()
    qtbot.waitUntil(lambda: bool(said) and "a_color.png" in said[-1], timeout=PATIENCE)
    assert "last photo" in said[-1]
    assert window.isVisible()


def test_edits_come_back_with_the_photo_and_can_still_be_undone(
    coloured: MainWindow, photos: list[Path], qtbot: QtBot
) -> None:
    before = coloured.document.labels.copy()
    paint(coloured, 7)
    edited = coloured.document.labels.copy()
    coloured.session.skip()
    wait_coloured(qtbot, coloured, photos[1])
    assert coloured.session.unsaved() == [photos[0]]
    coloured.session.previous()
    wait_coloured(qtbot, coloured, photos[0])
    assert np.array_equal(coloured.document.labels, edited)
    assert np.allclose(coloured.session.result.chroma[20, 20], (7, -3.5))
    coloured.session.undo()
    assert np.array_equal(coloured.document.labels, before)
    assert coloured.session.unsaved() == []


def test_a_photo_that_was_only_looked_at_is_not_kept(coloured: MainWindow, photos: list[Path], qtbot: QtBot) -> None:
    coloured.session.skip()
    wait_coloured(qtbot, coloured, photos[1])
    assert coloured.session.unsaved() == []
    assert coloured.session._shelf == {}


def test_an_unreadable_photo_is_one_sentence_and_the_rest_goes_on(
    open_window: Callable[..., MainWindow], photos: list[Path], qtbot: QtBot
) -> None:
    photos[0].write_bytes(b"no photo")
    window = open_window(photos[0].parent)
    qtbot.waitUntil(lambda: photos[0].name in window.notice.text, timeout=PATIENCE)
    assert window.document is None
    welcome = window.findChild(QLabel, "welcome")
    assert welcome.text() == f"{photos[0].name} cannot be shown"
    window.actions_by_id["file.skip"].trigger()
    wait_coloured(qtbot, window, photos[1])
    assert window.notice.text == ""


def test_an_empty_folder_is_a_sentence(open_window: Callable[..., MainWindow], tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "nothing").mkdir()
    window = open_window(tmp_path / "nothing")
    qtbot.waitUntil(lambda: "nothing" in window.notice.text, timeout=PATIENCE)
    assert window._stack.currentWidget() is window._empty


def test_one_bad_path_does_not_keep_the_good_ones_out(
    open_window: Callable[..., MainWindow], photos: list[Path], tmp_path: Path, qtbot: QtBot
) -> None:
    window = open_window(tmp_path / "missing.png", photos[2])
    wait_coloured(qtbot, window, photos[2])
    assert "missing.png" in window.notice.text
    assert window.session.paths == [photos[2]]


def test_the_newest_choice_wins_when_photos_are_skipped_fast(
    coloured: MainWindow, photos: list[Path], qtbot: QtBot
) -> None:
    shown: list[Path] = []
    coloured.session.documentChanged.connect(lambda document: shown.append(document.path))
    coloured.session.skip()
    coloured.session.skip()
    wait_coloured(qtbot, coloured, photos[2])
    assert shown == [photos[2]]


def test_a_label_map_is_taken_back_exactly_and_undone_in_one_step(
    coloured: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    paint(coloured, 7)
    wanted = coloured.document.labels.copy()
    coloured.label_exchange.write(tmp_path / "mine.png", PNG)
    qtbot.waitUntil((tmp_path / "mine.png").exists, timeout=PATIENCE)
    coloured.session.undo()
    before = coloured.document.labels.copy()
    coloured.label_exchange.read(tmp_path / "mine.png")
    qtbot.waitUntil(lambda: np.array_equal(coloured.document.labels, wanted), timeout=PATIENCE)
    coloured.session.undo()
    assert np.array_equal(coloured.document.labels, before)


def test_reset_throws_painting_away_and_segmenting_again_keeps_it(coloured: MainWindow, qtbot: QtBot) -> None:
    segmented = coloured.document.labels.copy()
    paint(coloured, 7)
    painted = coloured.document.labels.copy()
    with qtbot.waitSignal(coloured.worker.segmented, timeout=PATIENCE):
        coloured.actions_by_id["labels.resegment"].trigger()
    assert np.array_equal(coloured.document.labels, painted)
    coloured.actions_by_id["labels.reset"].trigger()
    assert np.array_equal(coloured.document.labels, segmented)


def test_a_map_too_large_for_the_event_loop_is_reset_from_a_thread(
    coloured: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "AT_ONCE", 0)
    document, refused = coloured.document, []
    document.refused.connect(refused.append)
    segmented, reset = document.labels.copy(), coloured.actions_by_id["labels.reset"]
    paint(coloured, 7)
    painted = document.labels.copy()
    reset.trigger()
    qtbot.waitUntil(lambda: np.array_equal(document.labels, segmented), timeout=PATIENCE)
    assert document.undo_text == "Reset labels"
    document.undo()
    assert np.array_equal(document.labels, painted)
    document.view.lock(7, True)
    reset.trigger()
    qtbot.waitUntil(lambda: refused == [(7,)], timeout=PATIENCE)
    assert np.array_equal(document.labels, painted)


@pytest.mark.parametrize("size", [256, 768])
def test_another_work_size_colours_anew_and_is_remembered(coloured: MainWindow, size: int, qtbot: QtBot) -> None:
    labels = coloured.document.labels.copy()
    with qtbot.waitSignal(coloured.session.recolour.settled, timeout=PATIENCE):
        coloured.actions_by_id[f"colour.work_size.{size}"].trigger()
    assert coloured.session.result.request.work_size == size
    assert np.array_equal(coloured.document.labels, labels)
    assert coloured.settings["colour.work_size"] == size
    with qtbot.waitSignal(coloured.session.recolour.settled, timeout=PATIENCE):
        paint(coloured, 7)
    assert coloured.session.result.request.work_size == size


def test_a_work_size_chosen_while_a_photo_is_loaded_holds_for_it(
    coloured: MainWindow, photos: list[Path], qtbot: QtBot
) -> None:
    coloured.session.skip()
    coloured.set_work_size(512)
    wait_coloured(qtbot, coloured, photos[1])
    qtbot.waitUntil(lambda: coloured.session.result.request.work_size == 512, timeout=PATIENCE)


def test_the_other_colorizer_colours_at_once(coloured: MainWindow, models, qtbot: QtBot) -> None:
    with qtbot.waitSignal(coloured.session.coloured, timeout=PATIENCE) as news:
        coloured.actions_by_id["colour.colorizer.prior"].trigger()
    assert news.args[0].request.colorizer == "prior"
    assert coloured.status.field("colorizer") == "Label prior"


def test_a_folder_that_cannot_be_written_is_a_sentence_and_edits_stay_unsaved(
    coloured: MainWindow, tmp_path: Path, photos: list[Path], qtbot: QtBot
) -> None:
    (tmp_path / "out").write_text("a file where the folder should be")
    paint(coloured, 7)
    coloured.actions_by_id["file.save"].trigger()
    qtbot.waitUntil(lambda: str(tmp_path / "out") in coloured.notice.text, timeout=PATIENCE)
    assert coloured.session.unsaved() == [photos[0]]


def test_export_goes_where_it_is_told_and_replaces_only_what_was_asked_for(
    coloured: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    target = tmp_path / "elsewhere.jpg"
    target.write_bytes(b"old")
    with qtbot.waitSignal(coloured.session.said, timeout=PATIENCE):
        coloured.session.export(target, ExportSettings("jpg", quality=90))
    assert load_photo(target).format == "JPEG"


def test_export_makes_the_folder_it_suggests(coloured: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    target = tmp_path / "not" / "there" / "yet.png"
    with qtbot.waitSignal(coloured.session.said, timeout=PATIENCE):
        coloured.session.export(target, ExportSettings("png"))
    assert load_photo(target).width == coloured.document.photo.width


def test_what_is_to_be_known_about_a_photo_is_shown_while_it_is_in_work(
    coloured: MainWindow, photos: list[Path], tmp_path: Path, qtbot: QtBot
) -> None:
    cmyk = tmp_path / "cmyk.jpg"
    Image.open(photos[1]).convert("CMYK").save(cmyk)
    coloured.open([cmyk, photos[0]])
    wait_coloured(qtbot, coloured, cmyk)
    assert coloured.notice.text == " ".join(coloured.document.photo.notes) != ""
    coloured.session.skip()
    wait_coloured(qtbot, coloured, photos[0])
    assert coloured.notice.text == ""


@pytest.mark.parametrize(("answer", "closes"), [("Cancel", False), ("Don’t save", True)])
def test_quitting_with_unsaved_edits_asks_once(
    answer: str, closes: bool, coloured: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(coloured.project.ask, "ask", lambda question, *_: asked.append(question) or answer)
    paint(coloured, 7)
    assert coloured.close() is closes
    assert len(asked) == 1 and "a.png" in asked[0]


def test_quitting_without_edits_asks_nothing(coloured: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coloured.project.ask, "ask", lambda *_: pytest.fail("asked"))
    assert coloured.close()


def test_names_share_the_first_free_number(tmp_path: Path) -> None:
    assert [path.name for path in free_names(tmp_path, "a", ".jpg")] == ["a_color.jpg", "a_labels.png"]
    (tmp_path / "a_labels.png").touch()
    assert [path.name for path in free_names(tmp_path, "a", ".jpg")] == ["a_color-2.jpg", "a_labels-2.png"]


def test_results_keep_the_photo_s_suffix_where_it_can_be_written(photos: list[Path]) -> None:
    assert suffix_for(load_photo(photos[1])) == ".jpg"
    assert suffix_for(load_photo(photos[0]), "tiff") in (".tif", ".tiff")


def test_a_click_in_the_strip_opens_and_done_marks_stay(coloured: MainWindow, photos: list[Path], qtbot: QtBot) -> None:
    from gui.folder_strip import CURRENT, DONE

    with qtbot.waitSignal(coloured.session.photoDone, timeout=PATIENCE):
        coloured.session.save()
    strip = coloured.strip
    place = strip.visualRect(strip.photos.index(2, 0)).center()
    qtbot.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=place)
    wait_coloured(qtbot, coloured, photos[2])
    assert strip.photos.index(0, 0).data(DONE)
    assert strip.photos.index(2, 0).data(CURRENT)


def test_a_photo_that_went_away_is_a_sentence_when_it_is_gone_back_to(
    coloured: MainWindow, photos: list[Path], qtbot: QtBot
) -> None:
    paint(coloured, 7)
    coloured.session.skip()
    wait_coloured(qtbot, coloured, photos[1])
    moved = shutil.move(photos[0], photos[0].with_suffix(".moved"))
    coloured.session.previous()
    qtbot.waitUntil(lambda: photos[0].name in coloured.notice.text, timeout=PATIENCE)
    assert coloured.session.unsaved() == [photos[0]]
    shutil.move(moved, photos[0])
    coloured.session.go_to(0)
    wait_coloured(qtbot, coloured, photos[0])
    assert coloured.document.label_at(20, 20) == 7
