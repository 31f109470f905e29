"""References in the window: dropped, weighed, ordered, given to labels, lent to the next photos; every step undone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDrag, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from core.asked import Asked
from core.color import rgb_to_lab
from core.colorizers import COMPACT, GUIDED, LABELS, PRIOR, UNDECIDED, ColorizerInfo
from core.guidance import Reference, Rule
from gui.batch_dialog import BatchDialog
from gui.features.references import References
from gui.main_window import MainWindow
from gui.reference_card import ReferenceCard
from gui.reference_drag import pack, unpack
from tests.core.fakes import GRASS, SKY, FakeModels, FakeNetwork
from tests.gui.color_seen import LEFT, drop, picture, settled
from tests.gui.conftest import PATIENCE, wait_coloured
from tests.gui.test_swatch_drops import place_of

RED, BLUE = (208, 48, 32), (40, 60, 200)
GRAY2COLOR = COMPACT["gray2color"]
PLAIN = replace(GUIDED, takes=frozenset({LABELS, UNDECIDED}))  # this one does not look at references


class Lender(FakeNetwork):
    """Colours the photo evenly in the mean chroma of its references, by their weights; without any it is grey."""

    def colorize(
        self, encoded: np.ndarray, luminance: np.ndarray, labels: np.ndarray, sure: np.ndarray,
        asked: Asked | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
        self.asked, told = asked, asked.seen if asked else ()
        means = [(lab if mask is None else lab[mask])[..., 1:].reshape(-1, 2).mean(axis=0) for lab, _, mask in told]
        chroma = sum((weight * mean for (_, weight, _), mean in zip(told, means)), np.zeros(2))
        mean = chroma / max(sum(weight for _, weight, _ in told), 1e-6)
        return np.broadcast_to(np.float32(mean), (*luminance.shape, 2)).copy(), np.ones(luminance.shape, np.float32)


class Lending(FakeModels):
    """The fakes, and a colorizer that takes references."""

    def __init__(self, *told, **named) -> None:
        super().__init__(*told, **named)
        self.lender = Lender(self.device, GRAY2COLOR)
        self.lender.network = "none"
        self.guided.info = PLAIN

    def infos(self) -> tuple[ColorizerInfo, ...]:
        return PLAIN, PRIOR, GRAY2COLOR

    def colorizer(self, name: str) -> FakeNetwork:
        return self.lender if name == "gray2color" else super().colorizer(name)


@pytest.fixture
def models() -> FakeModels:
    return Lending()


@pytest.fixture
def lenders(tmp_path: Path) -> dict[str, Path]:
    """A red, a blue and a grey photo, and a file that is none."""
    folder = tmp_path / "lenders"
    folder.mkdir()
    for name, colour in (("red", RED), ("blue", BLUE), ("grey", (120, 120, 120))):
        pixels = np.full((60, 80, 3), colour[::-1], np.uint8)
        pixels[:20] //= 2
        cv2.imwrite(str(folder / f"{name}.png"), pixels)
    (folder / "text.png").write_text("no photo")
    return {path.stem: path for path in folder.iterdir()}


@pytest.fixture
def tab(coloured: MainWindow, qtbot: QtBot) -> References:
    """The tab in front, with the colorizer that takes references."""
    coloured.actions_by_id["colour.colorizer.gray2color"].trigger()
    coloured.actions_by_id["references.show"].trigger()
    qtbot.waitUntil(lambda: coloured.references.has_panel, timeout=PATIENCE)
    calm(qtbot, coloured)
    return coloured.references


def calm(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.references.jobs.busy, timeout=PATIENCE)
    settled(qtbot, window)


def files(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def give(qtbot: QtBot, tab: References, *paths: Path) -> None:
    """Drop photos on the panel."""
    assert drop(tab.panel, tab.panel.rect().center(), files(*paths))
    calm(qtbot, tab.window)


def card(tab: References, path: Path) -> ReferenceCard:
    return tab.panel.cards[str(path)]


def order(tab: References) -> list[str]:
    return [Path(one.path).stem for one in tab.listed]


def hue(window: MainWindow) -> tuple[float, float]:
    """Mean a* and b* of the result."""
    a, b = window.session.result.chroma.reshape(-1, 2).mean(axis=0)
    return float(a), float(b)


def test_a_dropped_photo_lends_its_colours_and_undo_takes_them_back_to_the_bit(
    tab: References, lenders: dict[str, Path], qtbot: QtBot
) -> None:
    before = picture(tab.window)
    give(qtbot, tab, lenders["red"])
    assert tab.document.wishes.references == (Reference(str(lenders["red"])),)
    assert tab.document.history() == ["Add reference red.png"]
    assert hue(tab.window)[0] > 30
    assert card(tab, lenders["red"]).thumbnail.pixmap is not None
    assert "#d03020" in card(tab, lenders["red"]).stripe.accessibleDescription()
    QTest.keyClick(tab.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    calm(qtbot, tab.window)
    assert not tab.panel.cards and np.array_equal(picture(tab.window), before)


def test_one_drag_of_the_weight_is_one_step_and_moves_the_colours_live(
    tab: References, lenders: dict[str, Path], qtbot: QtBot
) -> None:
    give(qtbot, tab, lenders["red"], lenders["blue"])
    assert tab.document.history() == ["Add 2 references"]
    both, slider = hue(tab.window), card(tab, lenders["red"]).weight
    handle, y = slider.width() - 8, slider.height() // 2
    QTest.mousePress(slider, LEFT, pos=QPoint(handle, y))
    for share in (0.8, 0.5, 0.3):
        QTest.mouseMove(slider, QPoint(round(handle * share), y))
    QTest.mouseRelease(slider, LEFT, pos=QPoint(round(handle * 0.3), y))
    calm(qtbot, tab.window)
    weight = tab.document.wishes.references[0].weight
    assert 0.1 < weight < 0.5 and card(tab, lenders["red"]).percent.text() == f"{weight * 100:.0f} %"
    assert tab.document.history() == ["Add 2 references", "Weight of red.png"]
    assert hue(tab.window)[1] < both[1] - 5  # bluer
    tab.document.undo()
    calm(qtbot, tab.window)
    assert hue(tab.window) == both and slider.value() == 100


def test_switched_off_it_lends_nothing_and_comes_back_with_its_weight(
    tab: References, lenders: dict[str, Path], qtbot: QtBot
) -> None:
    give(qtbot, tab, lenders["red"])
    tab.weigh(str(lenders["red"]), 0.6)
    one = card(tab, lenders["red"])
    one.setFocus()
    QTest.keyClick(one, Qt.Key.Key_Space)
    calm(qtbot, tab.window)
    assert hue(tab.window) == (0, 0) and not one.on.isChecked() and not one.weight.isEnabled()
    qtbot.mouseClick(one.on, LEFT, pos=QPoint(8, one.on.height() // 2))
    calm(qtbot, tab.window)
    assert tab.document.wishes.references == (Reference(str(lenders["red"]), 0.6),) and hue(tab.window)[0] > 30


def test_keys_and_drops_change_the_order_and_delete_removes(
    tab: References, lenders: dict[str, Path], qtbot: QtBot
) -> None:
    give(qtbot, tab, lenders["red"], lenders["blue"])
    assert "first reference only" in tab.panel.offered.text() and not tab.panel.switch.isVisible()
    QTest.keyClick(card(tab, lenders["blue"]), Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert order(tab) == ["blue", "red"] and list(tab.panel.cards) == [one.path for one in tab.listed]
    QApplication.processEvents()
    below = tab.panel.mapFromGlobal(card(tab, lenders["red"]).mapToGlobal(QPoint(20, 70)))
    assert drop(tab.panel, below, pack(str(lenders["blue"])))
    assert order(tab) == ["red", "blue"]
    QTest.keyClick(card(tab, lenders["red"]), Qt.Key.Key_Delete)
    assert order(tab) == ["blue"]
    assert tab.document.history()[1:] == ["Order of references"] * 2 + ["Remove reference red.png"]


def test_dropped_on_a_row_or_on_the_photo_it_is_that_labels_own(
    tab: References, lenders: dict[str, Path], qtbot: QtBot
) -> None:
    give(qtbot, tab, lenders["red"], lenders["blue"])
    window, red, blue = tab.window, str(lenders["red"]), str(lenders["blue"])
    assert drop(window.labels_panel.list.viewport(), place_of(window, GRASS), pack(red))
    sky = window.canvas.to_widget(window.document.photo.width / 2, 5, 1).toPoint()
    assert drop(window.canvas, sky, pack(blue))
    assert set(window.document.recipe.rules) == {Rule(GRASS, reference=red), Rule(SKY, reference=blue)}
    assert window.options.label == SKY
    calm(qtbot, window)
    labels = np.asarray(window.document.labels)
    height, width = window.session.result.chroma.shape[:2]
    small = cv2.resize(labels, (width, height), interpolation=cv2.INTER_NEAREST)
    grass, sky = (np.median(window.session.result.chroma[small == label], axis=0) for label in (GRASS, SKY))
    assert grass[1] > 20 and sky[1] < -20  # red below, blue above
    part = window.colour.panel.label
    window.findChild(type(window.colour.space.parentWidget()), "dock.colour").raise_()
    qtbot.waitUntil(part.reference.isVisible, timeout=PATIENCE)
    assert part.reference_name.text() == "blue.png"
    qtbot.mouseClick(part.free, LEFT)
    assert window.document.recipe.rules == (Rule(GRASS, reference=red),) and part.reference.isHidden()
    window.document.undo()
    assert not part.reference.isHidden()


def test_for_this_label_only_takes_it_from_the_rest(tab: References, lenders: dict[str, Path], qtbot: QtBot) -> None:
    give(qtbot, tab, lenders["red"])
    tab.window.options.set_label(GRASS)
    one = card(tab, lenders["red"])
    qtbot.mouseClick(one.bind, LEFT)
    assert tab.document.wishes.references == () and tab.listed[0].labels == (GRASS,)
    name = tab.window.session.label_set.name(GRASS)
    assert tab.document.undo_text == f"Reference of {name} only"
    (chip,) = one._labels.values()
    assert chip.text() == name
    qtbot.mouseClick(chip, LEFT)
    assert tab.document.recipe.rules == () and [one.on for one in tab.listed] == [False]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("grey", "grey.png has no colours to lend"), ("text", "text.png"), ("gone", "gone.png is gone")],
)
def test_what_cannot_lend_is_a_sentence_and_changes_nothing(
    tab: References, lenders: dict[str, Path], qtbot: QtBot, name: str, sentence: str
) -> None:
    give(qtbot, tab, lenders.get(name, lenders["red"].with_name("gone.png")))
    assert sentence in tab.window.notice.text
    assert tab.document.history() == [] and not tab.panel.cards


def test_one_that_goes_away_later_says_so_on_its_card(
    tab: References, lenders: dict[str, Path], qtbot: QtBot
) -> None:
    give(qtbot, tab, lenders["red"])
    lenders["red"].unlink()
    tab.space.come_forward()
    calm(qtbot, tab.window)
    assert "gone" in card(tab, lenders["red"]).said.text() and card(tab, lenders["red"]).thumbnail.broken


def test_a_colorizer_that_does_not_look_is_told_and_exchanged_by_one_click(
    tab: References, lenders: dict[str, Path], qtbot: QtBot
) -> None:
    tab.window.actions_by_id["colour.colorizer.prior"].trigger()
    assert not tab.panel.offer.isVisible()
    give(qtbot, tab, lenders["red"])
    assert tab.panel.offered.text() == "Label prior does not look at references."
    qtbot.mouseClick(tab.panel.switch, LEFT)
    calm(qtbot, tab.window)
    assert tab.window.session.recolour.colorizer == "gray2color" and tab.panel.offer.isHidden()
    assert hue(tab.window)[0] > 30


def test_by_key_and_clipboard(
    tab: References, lenders: dict[str, Path], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(lenders["red"])], ""))
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(tab.window, Qt.Key.Key_I, keys)
    calm(qtbot, tab.window)
    assert tab.window.settings["references.folder"] == str(lenders["red"].parent)
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.blue)
    QGuiApplication.clipboard().setImage(image)
    tab.panel.setFocus()
    QTest.keyClick(tab.panel, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    calm(qtbot, tab.window)
    qtbot.waitUntil(lambda: len(tab.listed) == 2, timeout=PATIENCE)
    assert Path(tab.listed[1].path).exists() and order(tab)[0] == "red"
    QGuiApplication.clipboard().setText("a word")
    tab.paste()
    assert "no photo in what was given" in tab.window.notice.text


def test_the_strip_offers_its_photos_as_references(
    tab: References, photos: list[Path], qtbot: QtBot
) -> None:
    strip = tab.window.strip
    place = strip.visualRect(strip.photos.index(2, 0)).center()
    strip.customContextMenuRequested.emit(place)
    menu = next(menu for menu in strip.findChildren(QMenu) if menu.objectName() == "stripMenu")
    assert [action.text() for action in menu.actions()] == ["Use as reference"]
    menu.setActiveAction(menu.actions()[0])
    QTest.keyClick(menu, Qt.Key.Key_Return)
    calm(qtbot, tab.window)
    assert [one.path for one in tab.listed] == [str(photos[2])]


def test_a_result_is_the_reference_of_the_photos_after_it_until_that_is_stopped(
    tab: References, photos: list[Path], lenders: dict[str, Path], qtbot: QtBot
) -> None:
    window = tab.window
    window.session.skip()
    wait_coloured(qtbot, window, photos[1])
    give(qtbot, tab, lenders["red"])
    own = hue(window)
    qtbot.mouseClick(tab.panel.buttons["lend_result"], LEFT)
    calm(qtbot, window)
    assert tab.panel.album.text() == "The next photos take their colours from b.jpg."
    window.session.skip()
    wait_coloured(qtbot, window, photos[2])
    calm(qtbot, window)
    (reference,) = window.document.wishes.references
    assert Path(reference.path).name.startswith("b-") and not window.document.modified
    assert hue(window)[0] > own[0] / 3
    assert window.document.history() == ["Reference: b.jpg"]
    window.document.undo()
    assert window.document.wishes.references == ()
    window.session.go_to(0)  # before it, so not one of the next
    wait_coloured(qtbot, window, photos[0])
    assert window.document.history() == []
    qtbot.mouseClick(tab.panel.forget, LEFT)
    window.actions_by_id["references.lend_all"].trigger()
    calm(qtbot, window)
    assert tab.panel.album.text() == "All other photos take their colours from a.png."
    window.session.go_to(2)  # it has a history of its own
    wait_coloured(qtbot, window, photos[2])
    assert window.document.history() == ["Reference: b.jpg"]
    qtbot.mouseClick(tab.panel.forget, LEFT)
    assert tab.album is None and not window.actions_by_id["references.stop"].isEnabled()


def test_a_batch_takes_its_colours_from_the_references_of_the_window_or_a_photo(
    tab: References, lenders: dict[str, Path], photos: list[Path], tmp_path: Path, qtbot: QtBot
) -> None:
    give(qtbot, tab, lenders["red"])
    tab.window.actions_by_id["file.batch_export"].trigger()
    dialog = tab.window.findChild(BatchDialog)
    dialog.source.setText(str(photos[0].parent))
    dialog.target.setText(str(tmp_path / "results"))
    box = dialog.reference
    assert [box.itemText(at) for at in range(box.count())] == [
        "None", "Those of the photo in the window", "Choose a photo…"]  # fmt: skip
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert box.source == tab.document.wishes.references
    qtbot.mouseClick(dialog.start_button, LEFT)
    qtbot.waitUntil(lambda: not dialog.running, timeout=PATIENCE)
    made = rgb_to_lab(cv2.imread(str(tmp_path / "results" / "c.png"))[..., ::-1].astype(np.float32) / 255)
    assert np.median(made[..., 1]) > 25
    box.choose(lenders["grey"])
    qtbot.mouseClick(dialog.start_button, LEFT)
    qtbot.waitUntil(lambda: not dialog.running, timeout=PATIENCE)
    assert "no colours to lend" in dialog.summary.text()


def test_the_tab_comes_with_the_first_reference(
    coloured: MainWindow, lenders: dict[str, Path], qtbot: QtBot
) -> None:
    assert not coloured.references.has_panel
    coloured.references.add([lenders["red"]])
    calm(qtbot, coloured)
    qtbot.waitUntil(lambda: coloured.references.has_panel, timeout=PATIENCE)
    assert list(coloured.references.panel.cards) == [str(lenders["red"])]
    room = coloured.references.panel
    qtbot.waitUntil(lambda: not room.visibleRegion().isEmpty(), timeout=PATIENCE)
    for widget in room.cards[str(lenders["red"])].findChildren(QWidget):
        if widget.isVisible():
            assert widget.mapTo(room, QPoint(widget.width(), 0)).x() <= room.width(), widget.accessibleName()


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"x" * 20_000])
def test_a_drag_that_only_says_so_carries_no_reference(raw: bytes) -> None:
    data = QMimeData()
    data.setData("application/x-huesmith-reference", raw)
    assert unpack(data) is None and unpack(QMimeData()) is None


def test_a_thumbnail_is_dragged_away_with_the_path_and_a_click_only_takes_the_keys(
    tab: References, lenders: dict[str, Path], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(qtbot, tab, lenders["red"], lenders["blue"])
    carried: list[str | None] = []
    monkeypatch.setattr(QDrag, "exec", lambda drag, *_: carried.append(unpack(drag.mimeData())))
    picture_of = card(tab, lenders["red"]).thumbnail
    qtbot.mouseClick(picture_of, LEFT)
    assert carried == [] and card(tab, lenders["red"]).hasFocus()
    QTest.mousePress(picture_of, LEFT, pos=QPoint(5, 5))
    QTest.mouseMove(picture_of, QPoint(40, 30))
    QTest.mouseRelease(picture_of, LEFT, pos=QPoint(40, 30))
    assert carried == [str(lenders["red"])]
