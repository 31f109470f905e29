"""Contrast against WCAG's numbers, colour-blind sight against what Machado's tables say."""

from __future__ import annotations

import numpy as np
import pytest

from core.guidance import Swatch
from core.palette import lab_of
from core.vision import DEFICIENCIES, contrast, seen_by, swatch_seen_by

WHITE, BLACK = Swatch.from_hex("#ffffff"), Swatch.from_hex("#000000")


def test_contrast_has_wcags_values() -> None:
    assert contrast(WHITE, BLACK) == pytest.approx(21)
    assert contrast(WHITE, WHITE) == pytest.approx(1)
    assert contrast(Swatch.from_hex("#777777"), WHITE) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_greys_look_alike_to_everyone(deficiency: str) -> None:
    greys = np.repeat(np.linspace(0, 1, 9, dtype=np.float32)[:, None], 3, axis=1)
    assert np.abs(seen_by(greys, deficiency) - greys).max() < 1e-3


def test_red_and_green_come_together_for_deutans_and_not_for_tritans() -> None:
    red, green = Swatch.from_hex("#c05030"), Swatch.from_hex("#7a8a20")

    def apart(deficiency: str, severity: float = 1.0) -> float:
        lab = lab_of([swatch_seen_by(one, deficiency, severity) for one in (red, green)])
        return float(np.hypot(*(lab[0] - lab[1])[1:]))

    assert apart("deutan") < apart("deutan", 0.5) < apart("deutan", 0.0)
    assert apart("deutan") < 0.4 * apart("tritan")
