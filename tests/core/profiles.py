"""Colour profiles made by the tests: matrix and curve ones (Display P3, Adobe RGB), grey ones, and broken ones."""

from __future__ import annotations

import struct

import numpy as np

P3 = [[0.51512, 0.29198, 0.15710], [0.24120, 0.69225, 0.06657], [-0.00105, 0.04189, 0.78407]]
ADOBE = [[0.60974, 0.20528, 0.14919], [0.31111, 0.62567, 0.06322], [0.01947, 0.06087, 0.74457]]
SRGB_CURVE = struct.pack(">4sIHH5i", b"para", 0, 3, 0, *(round(v * 65536) for v in (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)))  # noqa: E501  # fmt: skip


def gamma_curve(gamma: float) -> bytes:
    return struct.pack(">4sIIH", b"curv", 0, 1, round(gamma * 256)) + b"\0\0"


def table_curve(values: np.ndarray) -> bytes:
    return struct.pack(">4sII", b"curv", 0, len(values)) + (values * 65535).round().astype(">u2").tobytes()


def profile(tags: dict[bytes, bytes], model: bytes = b"RGB ") -> bytes:
    head, body = b"", b""
    start = 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        data += b"\0" * (-len(data) % 4)
        head += struct.pack(">4sII", name, start + len(body), len(data))
        body += data
    size = start + len(body)
    header = struct.pack(">I4sI4s4s4s12x4s", size, b"test", 0x02400000, b"mntr", model, b"XYZ ", b"acsp")
    header = header.ljust(68, b"\0") + struct.pack(">3i", 63190, 65536, 54061)
    return header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + head + body


def matrix_profile(matrix: list[list[float]], curve: bytes) -> bytes:
    tags = {b"wtpt": struct.pack(">4sI3i", b"XYZ ", 0, 63190, 65536, 54061)}
    for name, column in zip("rgb", np.transpose(matrix)):
        values = (round(value * 65536) for value in column)
        tags[f"{name}XYZ".encode()] = struct.pack(">4sI3i", b"XYZ ", 0, *values)
        tags[f"{name}TRC".encode()] = curve
    tags[b"desc"] = struct.pack(">4sII", b"desc", 0, 5) + b"test\0" + b"\0" * 78
    return profile(tags)


def gray_profile(gamma: float) -> bytes:
    white = struct.pack(">4sI3i", b"XYZ ", 0, 63190, 65536, 54061)
    return profile({b"kTRC": gamma_curve(gamma), b"wtpt": white}, b"GRAY")


DISPLAY_P3 = matrix_profile(P3, SRGB_CURVE)
ADOBE_RGB = matrix_profile(ADOBE, gamma_curve(563 / 256))
