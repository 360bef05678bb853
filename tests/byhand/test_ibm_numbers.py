"""IBM floating point, worked by hand: sign and exponent byte, then a fraction of base 16.

1        = 0.1 (hex) x 16^1: exponent 64 + 1 = 0x41, fraction 1000...
-118.625 = -76.A (hex) = -0.76A x 16^2: sign 0x80 + exponent 0x42 = 0xC2, fraction 76A0...
0.5      = 0.8 (hex) x 16^0: exponent 0x40, fraction 8000...
1/256    = 0.1 (hex) x 16^-1: exponent 0x3F, fraction 1000...
"""

import math

import numpy as np
import pytest

from equipoise.sdtm.read.xpt import from_ibm


@pytest.mark.parametrize(
    ("bits", "value"),
    [
        (0x4110000000000000, 1.0),
        (0xC276A00000000000, -118.625),
        (0x4080000000000000, 0.5),
        (0x3F10000000000000, 1 / 256),
        (0x0000000000000000, 0.0),
    ],
)
def test_numbers(bits: int, value: float) -> None:
    assert from_ibm(np.array([bits], dtype=np.uint64))[0] == value


@pytest.mark.parametrize("mark", [".", "_", "A", "Z"])
def test_sas_missing_values_are_no_numbers(mark: str) -> None:
    bits = np.array([ord(mark) << 56], dtype=np.uint64)
    assert math.isnan(from_ibm(bits)[0])
