"""What undo keeps comes back bit for bit, and what is all the same takes one byte."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from core.packing import pack, unpack


@given(hnp.arrays(np.uint8, st.integers(1, 300), elements=st.sampled_from([0, 7, 255])))
def test_values_come_back_bit_for_bit(values: np.ndarray) -> None:
    again = unpack(pack(values), values.size)
    assert again.dtype == np.uint8 and np.array_equal(again, values)


def test_equal_values_take_one_byte_and_long_runs_little() -> None:
    assert pack(np.full(65_536, 50, np.uint8)) == b"\x32"
    assert len(pack(np.repeat(np.uint8([3, 9]), 30_000))) < 1000
