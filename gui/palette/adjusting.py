"""Adjusting: what the Adjust part asks for, done to the palette; a drag is one step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from gui.features.palette import PaletteFeature


class Adjusting(QObject):
    """Answers the Adjust part of the panel."""

    def __init__(self, feature: PaletteFeature) -> None:
        super().__init__(feature)
        self._feature = feature
        part = feature.panel.adjust
        part.began.connect(feature.begin)
        part.ended.connect(feature.end)
        part.swatchChanged.connect(self._one)
        part.allShifted.connect(self._all)
        part.harmonised.connect(self._harmonise)
        part.harmonyMade.connect(self._make_harmony)
        part.sightChosen.connect(lambda _: self.show_seen())

    def _one(self, lch: np.ndarray) -> None:
        from core.oklch import swatch_of

        feature, at = self._feature, self._feature.panel.strip.current
        if 0 <= at < len(feature.swatches):
            feature.replace("Adjust swatch", swatch_of(lch, feature.swatches[at].name), feature.hold)

    def _all(self, hue: float, light: float, chroma: float) -> None:
        from core.oklch import adjusted_all

        feature = self._feature
        feature.change("Adjust palette", adjusted_all(feature.base, hue, light, chroma), merge_key=feature.hold)

    def _harmonise(self, kind: str) -> None:
        from core.oklch import harmonised

        self._feature.change(f"Harmony: {kind}", harmonised(self._feature.swatches, kind))

    def _make_harmony(self, kind: str) -> None:
        from core.oklch import harmony

        feature = self._feature
        if feature.swatches:
            feature.made(f"Palette: {kind}", harmony(feature.swatches[feature.panel.strip.current], kind))

    def show_seen(self) -> None:
        """Show below each swatch how the chosen eyes see it."""
        panel = self._feature.panel
        sight = panel.adjust.sight.currentData()
        if not sight:
            panel.strip.show_seen(())
            return
        from core.vision import palette_seen_by

        panel.strip.show_seen(palette_seen_by(self._feature.swatches, sight))
