"""The object tool in a person's hands: a click, a box, corrections, Tab, Enter and Escape on a real photo."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core import objects
from core.document import Document
from core.photo import photo_from_array
from gui.canvas import Canvas, View
from gui.main_window import MainWindow
from gui.tools import ObjectTool
from tests.gui.brushwork import CONTROL, GRASS, LEFT, NONE, SHIFT, SKY, at, shot, stroke
from tests.gui.conftest import PATIENCE

TOOL = "object"
CUP, SAUCER, TABLE = (300, 150), (180, 300), (40, 380)
OPENING = (290, 112), (120, 100)  # of the cup: an ellipse's middle and half axes


@pytest.fixture(scope="module")
def looks() -> dict[bytes, objects.Look]:
    return {}


@pytest.fixture(autouse=True)
def look_once(monkeypatch: pytest.MonkeyPatch, looks: dict[bytes, objects.Look]) -> None:
    """The photo of these tests is looked at once for all of them."""
    real = objects.look

    def look(luminance: np.ndarray, features: np.ndarray | None) -> objects.Look:
        key = luminance.tobytes() + (b"" if features is None else features.tobytes())
        if key not in looks:
            looks[key] = real(luminance, features)
        return looks[key]

    monkeypatch.setattr(objects, "look", look)


@pytest.fixture
def tool(canvas: Canvas) -> ObjectTool:
    return canvas.tools["object"]


def click(canvas: Canvas, place: tuple[int, int], keys: Qt.KeyboardModifier = NONE) -> None:
    stroke(canvas, at(canvas, *place), keys=keys)


def proposed(qtbot: QtBot, tool: ObjectTool, since: object = None) -> np.ndarray:
    """The proposal as a mask of the photo, once there is another than `since`."""
    qtbot.waitUntil(lambda: tool.proposals not in ((), since), timeout=PATIENCE)
    return tool.proposal.full((400, 600))


def overlap(first: np.ndarray, second: np.ndarray) -> float:
    return (first & second).sum() / (first | second).sum()


def opening() -> np.ndarray:
    y, x = np.mgrid[:400, :600] + 0.5
    (x0, y0), (rx, ry) = OPENING
    return ((x - x0) / rx) ** 2 + ((y - y0) / ry) ** 2 <= 1


def test_a_click_proposes_the_thing_and_enter_writes_it_as_one_step(
    canvas: Canvas, document: Document, tool: ObjectTool, qtbot: QtBot
) -> None:
    before = document.labels.copy()
    click(canvas, CUP)
    mask = proposed(qtbot, tool)
    assert max(overlap(region.full(before.shape), opening()) for region in tool.proposals) > 0.85
    assert mask[CUP[1], CUP[0]]
    assert np.array_equal(document.labels, before) and document.history() == []
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    after = np.where(mask, SKY, before)
    assert np.array_equal(document.labels, after)
    assert document.history() == [f"Object: {document.label_set.name(SKY)}"]
    assert tool.proposal is None and not tool.busy
    document.undo()
    assert np.array_equal(document.labels, before)
    document.redo()
    assert np.array_equal(document.labels, after)


def test_tab_goes_finer_and_shift_tab_coarser_and_around(canvas: Canvas, tool: ObjectTool, qtbot: QtBot) -> None:
    click(canvas, CUP)
    proposed(qtbot, tool)
    areas = [region.area for region in tool.proposals]
    assert len(areas) > 2 and areas == sorted(areas, reverse=True)
    first = tool.proposals.index(tool.proposal)
    for step in range(1, len(areas) + 1):
        QTest.keyClick(canvas, Qt.Key.Key_Tab)
        assert tool.proposal is tool.proposals[(first + step) % len(areas)]
    QTest.keyClick(canvas, Qt.Key.Key_Backtab, SHIFT)
    assert tool.proposal is tool.proposals[first - 1]


def test_without_a_proposal_tab_goes_to_the_next_widget(coloured: MainWindow, qtbot: QtBot) -> None:
    coloured.activateWindow()
    coloured.canvas.setFocus()
    coloured.set_tool("object")
    QTest.keyClick(coloured.canvas, Qt.Key.Key_Tab)
    assert not coloured.canvas.hasFocus()


def test_a_box_proposes_what_stands_in_it(
    canvas: Canvas, document: Document, tool: ObjectTool, qtbot: QtBot
) -> None:
    before = document.labels.copy()
    stroke(canvas, at(canvas, 155, 2), at(canvas, 300, 100), at(canvas, 430, 235))
    mask = proposed(qtbot, tool)
    assert overlap(mask, opening()) > 0.7
    QTest.keyClick(canvas, Qt.Key.Key_Enter)
    assert np.array_equal(document.labels, np.where(mask, SKY, before))


def test_shift_click_adds_control_click_takes_away_and_backspace_takes_the_point_back(
    canvas: Canvas, tool: ObjectTool, qtbot: QtBot
) -> None:
    click(canvas, CUP)
    proposed(qtbot, tool)
    one = tool.proposals
    click(canvas, SAUCER, SHIFT)
    both = proposed(qtbot, tool, one)
    assert both[CUP[1], CUP[0]] and both[SAUCER[1], SAUCER[0]]
    two = tool.proposals
    click(canvas, TABLE, CONTROL)
    proposed(qtbot, tool, two)
    for region in tool.proposals:
        mask = region.full((400, 600))
        assert mask[SAUCER[1], SAUCER[0]] and not mask[TABLE[1], TABLE[0]]
    three = tool.proposals
    QTest.keyClick(canvas, Qt.Key.Key_Backspace)
    proposed(qtbot, tool, three)
    assert [region.area for region in tool.proposals] == [region.area for region in two]


def test_undo_takes_the_last_point_back_and_then_the_proposal(
    canvas: Canvas, document: Document, tool: ObjectTool, qtbot: QtBot
) -> None:
    stroke(canvas, at(canvas, 500, 50))
    canvas.set_tool("fill")
    click(canvas, TABLE)
    canvas.set_tool("object")
    painted = document.labels.copy()
    click(canvas, CUP)
    proposed(qtbot, tool)
    one = tool.proposals
    click(canvas, SAUCER, SHIFT)
    proposed(qtbot, tool, one)
    two = tool.proposals
    QTest.keyClick(canvas, Qt.Key.Key_Z, CONTROL)
    proposed(qtbot, tool, two)
    assert [region.area for region in tool.proposals] == [region.area for region in one]
    QTest.keyClick(canvas, Qt.Key.Key_Z, CONTROL)
    assert tool.proposal is None and not tool.busy
    assert np.array_equal(document.labels, painted)


def test_escape_drops_the_proposal_and_nothing_is_seen_of_it(
    canvas: Canvas, document: Document, tool: ObjectTool, qtbot: QtBot
) -> None:
    QTest.mouseMove(canvas, at(canvas, *CUP))
    plain, before = shot(canvas), document.labels.copy()
    click(canvas, CUP)
    mask = proposed(qtbot, tool)
    assert mask.sum() > 500
    assert not np.array_equal(shot(canvas), plain)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert tool.proposal is None and not tool.busy
    assert np.array_equal(shot(canvas), plain)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert np.array_equal(document.labels, before) and document.history() == []


def test_a_double_click_writes_what_the_first_click_proposes(
    canvas: Canvas, document: Document, tool: ObjectTool, qtbot: QtBot
) -> None:
    before = document.labels.copy()
    click(canvas, CUP)
    QTest.mouseDClick(canvas, LEFT, NONE, at(canvas, *CUP))
    qtbot.waitUntil(lambda: bool(document.history()), timeout=PATIENCE)
    changed = document.labels != before
    assert changed[CUP[1], CUP[0]] and (document.labels[changed] == SKY).all()
    assert document.history() == [f"Object: {document.label_set.name(SKY)}"]
    document.undo()
    assert np.array_equal(document.labels, before)


def test_the_mask_has_the_labels_colour_and_shows_in_every_pane(
    canvas: Canvas, tool: ObjectTool, qtbot: QtBot
) -> None:
    canvas.set_view(View.SIDE)
    canvas.set_overlay_opacity(0)
    plain = shot(canvas).astype(int)
    click(canvas, CUP)
    mask = proposed(qtbot, tool)
    inside = np.argwhere(mask & ~np.roll(mask, 40, 0) | mask)  # any place of it
    y, x = inside[len(inside) // 3]
    color = np.array(canvas.document.label_set.color(SKY))
    drawn = shot(canvas).astype(int)
    for pane in (0, 1):
        place = at(canvas, x + 0.5, y + 0.5, pane)
        was, now = plain[place.y(), place.x()], drawn[place.y(), place.x()]
        assert np.abs(now - color).sum() < np.abs(was - color).sum()
    canvas.set_label(GRASS)
    assert not np.array_equal(shot(canvas).astype(int), drawn)


def test_another_tool_or_another_photo_drops_the_proposal(
    canvas: Canvas, document: Document, tool: ObjectTool, qtbot: QtBot
) -> None:
    before = document.labels.copy()
    click(canvas, CUP)
    proposed(qtbot, tool)
    canvas.set_tool("brush")
    canvas.set_tool("object")
    assert tool.proposal is None
    click(canvas, CUP)
    proposed(qtbot, tool)
    other = Document(photo_from_array(np.full((90, 120, 3), 80, np.uint8)), document.label_set)
    canvas.set_document(other)
    assert tool.proposal is None
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert np.array_equal(document.labels, before) and other.history() == []


def test_a_locked_label_is_not_written_over(
    canvas: Canvas, document: Document, tool: ObjectTool, qtbot: QtBot
) -> None:
    before = document.labels.copy()
    locked = int(before[CUP[1], CUP[0]])
    document.view.lock(locked)
    click(canvas, CUP)
    mask = proposed(qtbot, tool)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert np.array_equal(document.labels, np.where(mask & (before != locked), SKY, before))


def test_control_click_alone_and_clicks_beside_the_photo_propose_nothing(
    canvas: Canvas, tool: ObjectTool, qtbot: QtBot
) -> None:
    said: list[str] = []
    canvas.message.connect(said.append)
    click(canvas, CUP, CONTROL)
    assert "first" in said[-1] and not tool.busy
    stroke(canvas, QPoint(2, 2))
    assert not tool.busy


def test_the_network_is_asked_and_the_key_takes_the_tool(coloured: MainWindow, qtbot: QtBot, models) -> None:
    coloured.activateWindow()
    coloured.canvas.setFocus()
    heard: list[object] = []
    coloured.worker.seen.connect(lambda *answer: heard.append(answer))
    QTest.keyClick(coloured.canvas, Qt.Key.Key_A)
    tool = coloured.canvas.tool
    assert isinstance(tool, ObjectTool) and coloured.actions_by_id["tool.object"].isChecked()
    before = coloured.document.labels.copy()
    click(coloured.canvas, (75, 50))
    qtbot.waitUntil(lambda: tool.proposal is not None, timeout=PATIENCE)
    assert heard[0][1] is not None
    mask = tool.proposal.full(before.shape)
    QTest.keyClick(coloured.canvas, Qt.Key.Key_Return)
    assert np.array_equal(coloured.document.labels, np.where(mask, coloured.options.label, before))
