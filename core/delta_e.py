"""How far two colours look apart: CIEDE2000, as scikit-image computes it."""

from __future__ import annotations

import numpy as np


def delta_e2000(lab1: np.ndarray, lab2: np.ndarray) -> np.ndarray:
    """ΔE2000 (...) between L*a*b* colours (..., 3) that broadcast against each other.

    As Sharma, Wu and Dalal, "The CIEDE2000 Color-Difference Formula", 2005, with kL = kC = kH = 1; computed in
    float64, returned as float32.
    """
    from skimage.color import deltaE_ciede2000  # here: it costs the program's start a tenth of a second

    one, other = np.broadcast_arrays(np.asarray(lab1, np.float64), np.asarray(lab2, np.float64))
    return np.asarray(deltaE_ciede2000(one, other), np.float32)
