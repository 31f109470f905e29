"""The Labels panel: search, choose, recent, areas; with the keyboard and the mouse."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from core.labels import default_label_set
from gui.label_rows import LABEL, area_text
from gui.labels_panel import LabelsPanel, Swatch

LABELS = default_label_set()
SKY, GRASS, TREE = (LABELS.id(name) for name in ("sky", "grass", "tree"))


@pytest.fixture
def panel(qtbot: QtBot) -> LabelsPanel:
    panel = LabelsPanel(LABELS)
    qtbot.addWidget(panel)
    panel.resize(280, 600)
    panel.show()
    return panel


def photo_with(**areas: float) -> SimpleNamespace:
    shares = {LABELS.id(name): share for name, share in areas.items()}
    return SimpleNamespace(area=lambda label: shares.get(label, 0.0))


def listed(panel: LabelsPanel) -> list[str]:
    model = panel.list.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def chosen(panel: LabelsPanel) -> list[int]:
    heard: list[int] = []
    panel.labelChosen.connect(heard.append)
    return heard


def test_labels_in_the_photo_come_first_by_area(panel: LabelsPanel) -> None:
    panel.show_areas(photo_with(grass=0.2, sky=0.5, tree=0.3))
    names = listed(panel)
    assert names[:3] == ["sky", "tree", "grass"]
    assert sorted(names) == sorted(LABELS.names)
    panel.show_areas(None)
    assert listed(panel) == list(LABELS.names)


def test_typing_filters_and_enter_takes_the_first(panel: LabelsPanel, qtbot: QtBot) -> None:
    heard = chosen(panel)
    qtbot.keyClicks(panel.search, "gr")
    assert listed(panel) == ["grass", "background", "ground"] or listed(panel)[0] == "grass"
    assert all("gr" in name for name in listed(panel))
    assert heard == []
    qtbot.keyClick(panel.search, Qt.Key.Key_Return)
    assert heard == [GRASS]
    assert panel.current == GRASS
    assert panel.search.text() == ""
    assert len(listed(panel)) == len(LABELS)


def test_names_that_begin_with_the_letters_come_first(panel: LabelsPanel, qtbot: QtBot) -> None:
    qtbot.keyClicks(panel.search, "be")
    names = listed(panel)
    beginning = [name.startswith("be") for name in names]
    assert beginning == sorted(beginning, reverse=True)


def test_nothing_found_is_said_and_enter_does_nothing(panel: LabelsPanel, qtbot: QtBot) -> None:
    heard = chosen(panel)
    qtbot.keyClicks(panel.search, "zzz")
    qtbot.keyClick(panel.search, Qt.Key.Key_Return)
    assert heard == []
    assert panel._nothing.isVisible()
    qtbot.keyClick(panel.search, Qt.Key.Key_Escape)
    assert len(listed(panel)) == len(LABELS)


def test_a_click_in_the_list_chooses(panel: LabelsPanel, qtbot: QtBot) -> None:
    heard = chosen(panel)
    index = panel.list.model().index(4, 0)
    qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=panel.list.visualRect(index).center())
    assert heard == [index.data(LABEL)]


def test_the_list_is_walked_with_the_arrow_keys(panel: LabelsPanel, qtbot: QtBot) -> None:
    heard = chosen(panel)
    qtbot.keyClick(panel.search, Qt.Key.Key_Down)
    qtbot.keyClick(panel.list, Qt.Key.Key_Down)
    qtbot.keyClick(panel.list, Qt.Key.Key_Down)
    assert heard == [1, 2]


def test_showing_a_picked_label_is_not_a_choice(panel: LabelsPanel) -> None:
    heard = chosen(panel)
    panel.set_current(SKY)
    assert heard == []
    assert panel.list.currentIndex().data(LABEL) == SKY
    panel.set_current(255)
    assert panel.current == SKY


def test_the_choice_stays_when_areas_change_the_order(panel: LabelsPanel) -> None:
    heard = chosen(panel)
    panel.set_current(TREE)
    panel.show_areas(photo_with(sky=0.9, tree=0.1))
    assert panel.list.currentIndex().data(LABEL) == TREE
    assert heard == []


def test_recent_labels_are_one_click_away(panel: LabelsPanel, qtbot: QtBot) -> None:
    panel.set_current(SKY)
    panel.set_current(GRASS)
    heard = chosen(panel)
    chip = next(chip for chip in panel.findChildren(QToolButton) if isinstance(chip, Swatch) and chip.label == SKY)
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert heard == [SKY]


def test_filtering_away_the_current_label_does_not_change_it(panel: LabelsPanel, qtbot: QtBot) -> None:
    panel.set_current(SKY)
    heard = chosen(panel)
    qtbot.keyClicks(panel.search, "grass")
    qtbot.keyClick(panel.search, Qt.Key.Key_Escape)
    assert heard == []
    assert panel.current == SKY


@pytest.mark.parametrize(
    ("fraction", "text"),
    [(0, ""), (0.0004, "<0.1 %"), (0.004, "0.4 %"), (0.0999, "10.0 %"), (0.5, "50 %"), (1, "100 %")],
)
def test_areas_read_well(fraction: float, text: str) -> None:
    assert area_text(fraction) == text


def test_a_screen_reader_hears_names_and_areas(panel: LabelsPanel) -> None:
    panel.show_areas(photo_with(sky=0.5))
    first = panel.list.model().index(0, 0)
    assert first.data(Qt.ItemDataRole.AccessibleTextRole) == "sky, 50 %"
    assert panel.search.accessibleName()
    assert panel.list.accessibleName()
