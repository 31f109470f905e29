"""A reference seen large: point pairs, parts of it for labels, its label map, the gate; each a step that is undone."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDrag, QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from core.color import delta_e2000, rgb_to_lab
from core.guidance import Rule, Swatch
from gui.features.reference_view import ReferenceView
from gui.features.references import References
from gui.main_window import MainWindow
from gui.palette.mime import unpack as unpack_swatch
from gui.reference_drag import REGION, Carried, pack, unpack_all
from gui.reference_preview import ReferencePreview
from tests.core.fakes import GRASS, SKY, FakeModels
from tests.gui.brushwork import SHIFT
from tests.gui.color_seen import LEFT, drop, picture
from tests.gui.conftest import PATIENCE, paint
from tests.gui.test_references import BLUE, GRAY2COLOR, RED, Lending, calm, card, give, tab
from tests.gui.test_swatch_drops import place_of

__all__ = ["tab"]  # the fixture


@pytest.fixture
def models() -> FakeModels:
    return Lending()


@pytest.fixture
def halves(tmp_path: Path) -> Path:
    """A photo that is red at the left and blue at the right, dark above and light below."""
    pixels = np.empty((60, 80, 3), np.uint8)
    pixels[:, :40], pixels[:, 40:] = RED[::-1], BLUE[::-1]
    pixels[:30] //= 2
    path = tmp_path / "halves.png"
    cv2.imwrite(str(path), pixels)
    return path


@pytest.fixture
def view(tab: References, halves: Path, qtbot: QtBot) -> ReferenceView:
    """The two-coloured photo, seen large by a click on its thumbnail."""
    give(qtbot, tab, halves)
    seen = tab.window.reference_view
    qtbot.mouseClick(card(tab, halves).thumbnail, LEFT)
    qtbot.waitUntil(lambda: not seen.jobs.busy and not preview(seen).frame().isEmpty(), timeout=PATIENCE)
    return seen


def preview(view: ReferenceView) -> ReferencePreview:
    return view.viewer.preview


def at(view: ReferenceView, x: float, y: float) -> QPoint:
    return preview(view).point_of((x, y)).toPoint()


def choose(qtbot: QtBot, view: ReferenceView, mode: str) -> None:
    qtbot.mouseClick(view.viewer.modes[mode], LEFT)
    assert view.viewer.mode == mode


def sweep(view: ReferenceView, *places: tuple[float, float]) -> None:
    """Press at the first place, go over the others, and let go at the last."""
    QTest.mousePress(preview(view), LEFT, pos=at(view, *places[0]))
    for place in places[1:]:
        QTest.mouseMove(preview(view), at(view, *place))
    QTest.mouseRelease(preview(view), LEFT, pos=at(view, *places[-1]))


def in_photo(window: MainWindow, x: float, y: float) -> QPoint:
    photo = window.document.photo
    return window.canvas.to_widget(photo.width * x, photo.height * y, 1).toPoint()


def away(window: MainWindow, x: float, y: float, swatch: Swatch) -> float:
    """ΔE2000 of ab between the photo as it is seen at a place and a swatch, at the photo's own light."""
    rgb = picture(window)
    seen = rgb_to_lab(rgb[int(y * rgb.shape[0]), int(x * rgb.shape[1])][None].astype(np.float32) / 255)[0]
    wanted = rgb_to_lab(np.float32([[swatch.r, swatch.g, swatch.b]]))[0]
    return float(delta_e2000(seen, np.float32([seen[0], *wanted[1:]])))


def test_a_click_on_the_thumbnail_or_enter_shows_it_large_and_again_closes_it(
    view: ReferenceView, tab: References, halves: Path, qtbot: QtBot
) -> None:
    assert view.viewer.isVisible() and view.path == str(halves) and view.viewer.name.toolTip() == str(halves)
    assert preview(view).width() > 2 * card(tab, halves).thumbnail.width()
    room = tab.panel
    for widget in view.viewer.findChildren(QWidget):
        if widget.isVisible():
            assert widget.mapTo(room, QPoint(widget.width(), 0)).x() <= room.width(), widget.accessibleName()
    qtbot.mouseClick(card(tab, halves).thumbnail, LEFT)
    assert view.viewer.isHidden() and view.path == ""
    QTest.keyClick(card(tab, halves), Qt.Key.Key_Return)
    assert view.viewer.isVisible()
    QTest.keyClick(card(tab, halves), Qt.Key.Key_Delete)
    assert view.viewer.isHidden() and view.path == ""


def test_a_spot_there_and_a_spot_in_the_photo_are_a_pair(view: ReferenceView, halves: Path, qtbot: QtBot) -> None:
    window, before = view.window, picture(view.window)
    choose(qtbot, view, "pair")
    assert window.canvas.tool.name == "hint" and not window.references.panel.visibleRegion().isEmpty()
    qtbot.mouseClick(preview(view), LEFT, pos=at(view, 0.25, 0.8))
    assert preview(view).waiting is not None and "Now click in the photo" in view.viewer.line.text()
    qtbot.mouseClick(window.canvas, LEFT, pos=in_photo(window, 0.7, 0.3))
    calm(qtbot, window)
    (hint,) = window.document.hints
    assert hint.spot.path == str(halves) and hint.swatch.hex == "#d03020"
    assert abs(hint.spot.x - 0.25) < 0.02 and abs(hint.points[0][0] - 0.7) < 0.02
    assert window.document.history()[1:] == ["Point pair"] and preview(view).waiting is None
    assert [(pin.number, pin.color.name()) for pin in preview(view).pins] == [(1, "#d03020")]
    assert away(window, 0.7, 0.3, hint.swatch) < 12
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    calm(qtbot, window)
    assert not preview(view).pins and np.array_equal(picture(window), before)


def test_the_other_way_round_and_two_of_them_and_delete(view: ReferenceView, qtbot: QtBot) -> None:
    window = view.window
    choose(qtbot, view, "pair")
    window.set_tool("brush")
    qtbot.mouseClick(preview(view), LEFT, pos=at(view, 0.2, 0.2))
    assert window.canvas.tool.name == "hint", "a spot takes the tool that the other half needs"
    choose_again = view.viewer.modes["pair"]
    for _ in range(2):  # down and up: the half that was begun is forgotten
        qtbot.mouseClick(choose_again, LEFT)
    window.hints.tool.select(None)
    qtbot.mouseClick(window.canvas, LEFT, pos=in_photo(window, 0.3, 0.4))
    assert window.document.hints[0].spot is None and "Now click in the reference" in view.viewer.line.text()
    qtbot.mouseClick(preview(view), LEFT, pos=at(view, 0.75, 0.8))
    assert window.document.hints[0].swatch.hex == "#283cc8"
    qtbot.mouseClick(preview(view), LEFT, pos=at(view, 0.2, 0.8))  # that one is whole: another begins
    qtbot.mouseClick(window.canvas, LEFT, pos=in_photo(window, 0.8, 0.8))
    assert [pin.number for pin in preview(view).pins] == [1, 2] and preview(view).held == 2
    qtbot.mouseClick(preview(view), LEFT, pos=at(view, preview(view).pins[0].x, preview(view).pins[0].y))
    assert preview(view).held == 1 and window.hints.tool.selected == 0
    preview(view).setFocus()
    QTest.keyClick(preview(view), Qt.Key.Key_Delete)
    assert [hint.swatch.hex for hint in window.document.hints] == ["#d03020"]
    window.document.undo()
    assert [pin.number for pin in preview(view).pins] == [1, 2]


def test_another_colour_parts_a_pair_and_without_the_reference_it_goes(
    view: ReferenceView, tab: References, halves: Path, qtbot: QtBot
) -> None:
    window = view.window
    choose(qtbot, view, "pair")
    for x in (0.2, 0.6):
        qtbot.mouseClick(preview(view), LEFT, pos=at(view, 0.25, 0.8))
        qtbot.mouseClick(window.canvas, LEFT, pos=in_photo(window, x, 0.5))
    window.hints.tool.change("Recolour hint", swatch=Swatch(0, 1, 0))
    assert [hint.spot is None for hint in window.document.hints] == [False, True]
    tab.remove(str(halves))
    assert [hint.swatch.hex for hint in window.document.hints] == ["#00ff00"]
    window.document.undo()
    assert len(window.document.hints) == 2


def test_a_box_colours_the_label_it_is_dropped_on_and_no_other(
    view: ReferenceView, tab: References, halves: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = view.window
    tab.switch(str(halves), False)
    calm(qtbot, window)
    plain = window.session.result.chroma
    carried: list[QMimeData] = []
    monkeypatch.setattr(QDrag, "exec", lambda drag, *_: carried.append(drag.mimeData()))
    choose(qtbot, view, "box")
    sweep(view, (0.6, 0.55), (0.8, 0.7), (0.95, 0.95))
    assert len(preview(view).region) == 4 and not carried
    QTest.mousePress(preview(view), LEFT, pos=at(view, 0.8, 0.8))
    QTest.mouseMove(preview(view), at(view, 0.3, 0.3))
    QTest.mouseRelease(preview(view), LEFT, pos=at(view, 0.3, 0.3))
    what = unpack_all(carried[0])
    assert what.path == str(halves) and what.region == preview(view).region
    rows = window.labels_panel.list.viewport()
    assert drop(rows, place_of(window, GRASS), pack(what.path, what.region))
    assert window.document.recipe.rules == (Rule(GRASS, reference=str(halves), region=what.region),)
    assert window.document.undo_text.startswith("Part of a reference for")
    calm(qtbot, window)
    after = window.session.result.chroma
    height = after.shape[0]
    assert np.array_equal(after[: height // 2 - 5], plain[: height // 2 - 5])  # the sky
    assert after[-5:, :, 1].mean() < -40  # blue alone, of a photo that is red too


def test_a_part_dropped_on_the_photo_is_for_the_label_there_and_escape_forgets_the_lasso(
    view: ReferenceView, halves: Path, qtbot: QtBot
) -> None:
    window = view.window
    choose(qtbot, view, "lasso")
    sweep(view, (0.1, 0.6), (0.3, 0.6), (0.3, 0.9), (0.1, 0.9))
    region = preview(view).region
    assert len(region) >= 4
    assert drop(window.canvas, in_photo(window, 0.5, 0.1), pack(str(halves), region))
    assert window.options.label == SKY and window.document.recipe.rules[0].region == region
    assert preview(view).region == region
    window.document.undo()
    sweep(view, (0.6, 0.2), (0.9, 0.2), (0.9, 0.4))
    preview(view).setFocus()
    QTest.keyClick(preview(view), Qt.Key.Key_Escape)
    assert preview(view).region == ()


def test_with_shift_only_the_region_it_falls_on_takes_its_colours(
    view: ReferenceView, tab: References, halves: Path, qtbot: QtBot
) -> None:
    window = view.window
    tab.switch(str(halves), False)
    paint(window, SKY, top=70, left=60, size=20)  # an island of sky in the grass
    calm(qtbot, window)
    data, place = pack(str(halves), ((0.6, 0.6), (0.9, 0.6), (0.9, 0.9))), in_photo(window, 70 / 150, 80 / 100)
    for kind in (QDragEnterEvent, QDragMoveEvent):
        event = kind(place, Qt.DropAction.CopyAction, data, LEFT, SHIFT)
        QApplication.sendEvent(window.canvas, event)
        assert event.isAccepted()
    fall = QDropEvent(place.toPointF(), Qt.DropAction.CopyAction, data, LEFT, SHIFT, QEvent.Type.Drop)
    QApplication.sendEvent(window.canvas, fall)
    calm(qtbot, window)
    (graft,) = window.document.wishes.grafts
    assert graft.path == str(halves) and len(graft.region) == 3 and window.document.recipe.rules == ()
    after = window.session.result.chroma
    height, width = after.shape[:2]
    assert after[int(0.8 * height), int(70 / 150 * width), 1] < -40 and abs(after[2, 2]).max() < 1
    one = card(tab, halves)
    assert one.regions.isVisible() and one.regions.text() == "1 region"
    qtbot.mouseClick(one.regions, LEFT)
    assert window.document.wishes.grafts == () and one.regions.isHidden()
    window.document.undo()
    assert window.document.wishes.grafts == (graft,)


def test_the_button_gives_the_part_or_all_of_it_to_the_current_label(
    view: ReferenceView, halves: Path, qtbot: QtBot
) -> None:
    window = view.window
    window.options.set_label(SKY)
    name = window.session.label_set.name(SKY)
    assert view.viewer.use.accessibleName() == f"Colour {name} with it"
    qtbot.mouseClick(view.viewer.use, LEFT)
    assert window.document.recipe.rules == (Rule(SKY, reference=str(halves)),)
    choose(qtbot, view, "box")
    sweep(view, (0.1, 0.1), (0.4, 0.4))
    assert view.viewer.use.accessibleName() == f"This part for {name}"
    qtbot.mouseClick(view.viewer.use, LEFT)
    assert len(window.document.recipe.rules[0].region) == 4


def test_its_labels_are_shown_named_carried_away_and_put_right(
    view: ReferenceView, halves: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, name = view.window, view.window.session.label_set.name
    choose(qtbot, view, "labels")
    qtbot.waitUntil(lambda: view._labels() is not None and preview(view)._overlay is not None, timeout=PATIENCE)
    QTest.mouseMove(preview(view), at(view, 0.5, 0.2))
    assert view.viewer.line.text() == name(SKY).capitalize()
    carried: list[Carried | None] = []
    monkeypatch.setattr(QDrag, "exec", lambda drag, *_: carried.append(unpack_all(drag.mimeData())))
    sweep(view, (0.5, 0.9), (0.2, 0.2))
    assert min(y for _, y in carried[0].region) > 0.45  # the lower half
    window.options.set_label(3)
    qtbot.mouseClick(preview(view), LEFT, pos=at(view, 0.5, 0.9))
    menu = next(menu for menu in view.viewer.findChildren(QMenu) if menu.objectName() == "referenceLabelMenu")
    assert [action.text() for action in menu.actions()] == [name(3), name(SKY), "Another label"]
    menu.setActiveAction(menu.actions()[0])
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert window.document.undo_text == f"Reference: {name(3)}"
    assert (view._labels()[35:] == 3).all() and (view._labels()[:25] == SKY).all()
    window.document.undo()
    assert (view._labels()[35:] == GRASS).all()


def test_the_gate_is_one_step_a_drag_and_reaches_the_colorizer(
    view: ReferenceView, models: FakeModels, qtbot: QtBot
) -> None:
    window, box = view.window, view.window.references.panel.gate
    assert box.isVisible() and box.whole.value() == 100 and not box.own.isEnabled()
    y, start = box.whole.height() // 2, box.whole.width() - 8
    QTest.mousePress(box.whole, LEFT, pos=QPoint(start, y))
    for share in (0.8, 0.5, 0.3):
        QTest.mouseMove(box.whole, QPoint(round(start * share), y))
    QTest.mouseRelease(box.whole, LEFT, pos=QPoint(round(start * 0.3), y))
    calm(qtbot, window)
    gate = window.document.settings.gate
    assert 0.1 < gate < 0.5 and window.document.history()[1:] == ["Gate"]
    assert models.lender.asked.gate == gate
    window.options.set_label(SKY)
    qtbot.mouseClick(box.apart, LEFT, pos=QPoint(8, box.apart.height() // 2))
    assert window.document.recipe.rules == (Rule(SKY, gate=gate),) and box.own.isEnabled()
    box.own.setFocus()
    QTest.keyClick(box.own, Qt.Key.Key_Home)
    assert window.document.recipe.rules == (Rule(SKY, gate=0.0),)
    assert window.document.undo_text == f"Gate of {window.session.label_set.name(SKY)}"
    window.options.set_label(GRASS)
    assert not box.apart.isChecked() and box.own.value() == box.whole.value()
    window.document.jump_to(1)
    assert box.whole.value() == 100
    window.actions_by_id["colour.colorizer.prior"].trigger()
    qtbot.waitUntil(box.isHidden, timeout=PATIENCE)  # it has no gate


def test_who_colours_by_references_is_chosen_in_the_panel_with_its_limits_in_a_line(
    view: ReferenceView, qtbot: QtBot
) -> None:
    window, network = view.window, view.window.references.panel.network
    assert [network.box.itemText(at) for at in range(network.box.count())] == [GRAY2COLOR.title]
    assert network.box.currentText() == GRAY2COLOR.title and network.limits.text().startswith("By one reference alone")
    window.actions_by_id["colour.colorizer.prior"].trigger()
    qtbot.waitUntil(lambda: network.box.currentIndex() == -1, timeout=PATIENCE)
    assert network.box.placeholderText() == "Label prior" and network.limits.isHidden()
    network.box.setFocus()
    QTest.keyClick(network.box, Qt.Key.Key_Down)
    assert window.session.recolour.colorizer == "gray2color"
    qtbot.waitUntil(lambda: network.limits.isVisible(), timeout=PATIENCE)


def test_a_colour_of_its_palette_is_dragged_away(
    view: ReferenceView, tab: References, halves: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    carried: list[Swatch | None] = []
    monkeypatch.setattr(QDrag, "exec", lambda drag, *_: carried.append(unpack_swatch(drag.mimeData())))
    stripe = card(tab, halves).stripe
    QTest.mousePress(stripe, LEFT, pos=QPoint(4, 7))
    QTest.mouseMove(stripe, QPoint(60, 7))
    QTest.mouseRelease(stripe, LEFT, pos=QPoint(60, 7))
    assert carried[0].hex == stripe._look.palette[0].hex


@pytest.mark.parametrize("raw", [b"", b"{}", b"[[0,0],[1,1]]", b"[[0,0],[1,0],[1,2]]", b'[["a",0],[1,0],[1,1]]',
                                 b"[[0,0],[1,0],[NaN,1]]", b"[" * 100_000])  # fmt: skip
def test_a_region_that_makes_no_sense_is_no_drag(raw: bytes) -> None:
    data = pack("a.png")
    assert unpack_all(data) == Carried("a.png") and unpack_all(QMimeData()) is None
    data.setData(REGION, raw)
    assert unpack_all(data) is None


def test_places_and_points_are_each_others_inverse(view: ReferenceView) -> None:
    for place in ((0.1, 0.2), (0.5, 0.5), (0.99, 0.01)):
        assert np.allclose(preview(view).place_of(preview(view).point_of(place)), place)
    assert preview(view).place_of(QPointF(-3, 5)) is None
