"""Paints the page of words and the palettes they give: docs/images/words.png and docs/WORDS.md.

    python docs/words.py        after a change of core/data or of core/words; then look at the picture

Forty texts, half of them Chinese, as the window's word field and `--words` answer them: five colours, seed 0.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QGuiApplication, QImage, QPainter

from core.words import Spoken, words_to_palette

HERE = Path(__file__).resolve().parent
TEXTS = (
    "red and green", "红配绿",
    "old rose", "老玫瑰",
    "deep sea at night", "深海的夜晚",
    "punk", "朋克",
    "autumn forest in rain", "雨中的秋天森林",
    "a lemon on a blue plate", "蓝盘子里的柠檬",
    "morning fog over a lake", "湖上的晨雾",
    "desert at dusk", "大漠孤烟直，长河落日圆",
    "cherry blossom", "樱花",
    "neon lights in Tokyo", "霓虹灯下的城市",
    "my grandmother's kitchen", "外婆家的老照片",
    "pale lavender", "淡紫色",
    "volcano", "火山",
    "wedding in the snow", "雪中的婚礼",
    "a field of sunflowers under a stormy sky", "暴风雨前的向日葵田",
    "dark chocolate and raspberries", "黑巧克力和草莓",
    "lonely winter morning", "孤独的冬天",
    "northern lights", "极光",
    "a rusty ship in the harbour", "竹林里的寺庙",
    "happy birthday", "春节快乐",
)  # fmt: skip
"""The texts, two a row: a thought in English, and the same or a like one in Chinese."""

ROW, WIDTH, SWATCH, MARGIN = 62, 620, 46, 16


def spoken(text: str) -> Spoken:
    """What the program answers."""
    return words_to_palette(text)


def picture() -> QImage:
    """The page: two columns of texts with their swatches."""
    image = QImage(2 * WIDTH, len(TEXTS) // 2 * ROW + 2 * MARGIN, QImage.Format.Format_RGB32)
    image.fill(QColor("#777777"))  # neutral, as around the canvas
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    for at, text in enumerate(TEXTS):
        _cell(painter, at % 2 * WIDTH + MARGIN, at // 2 * ROW + MARGIN, text)
    painter.end()
    return image


def _cell(painter: QPainter, left: int, top: int, text: str) -> None:
    answer = spoken(text)
    wide = WIDTH - 2 * MARGIN - 5 * SWATCH - 12
    for at, swatch in enumerate(answer.swatches):
        painter.fillRect(QRect(left + at * SWATCH, top, SWATCH, ROW - 12), QColor(swatch.hex))
    font = QFont("sans-serif")
    understood = " · ".join(f"{one.text}" for one in answer.understood)
    for line, size, color, under in ((text, 15, "#ffffff", 4), (understood, 11, "#d8d8d8", 27)):
        font.setPixelSize(size)
        painter.setFont(font)
        painter.setPen(QColor(color))
        line = QFontMetrics(font).elidedText(line, Qt.TextElideMode.ElideRight, wide)
        place = QRect(left + 5 * SWATCH + 12, top + under, wide, 20)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, line)


def page() -> str:
    """The same as text."""
    lines = [
        "# Words and the palettes they give", "",
        "Painted by `python docs/words.py`: five colours a text, seed 0, no network and no connection. The small",
        "line under a text is what was understood of it. `python run.py --palette-only --words TEXT` prints the same",
        "codes.", "", "![Forty texts with their palettes](images/words.png)", "", "| words | palette |", "|---|---|",
    ]  # fmt: skip
    for text in TEXTS:
        codes = " ".join(f"`{swatch.hex}`" for swatch in spoken(text).swatches)
        lines.append(f"| {text} | {codes} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write both files."""
    application = QGuiApplication.instance() or QGuiApplication([])
    picture().save(str(HERE / "images" / "words.png"))
    (HERE / "WORDS.md").write_text(page(), encoding="utf-8")
    application.quit()


if __name__ == "__main__":
    main()
