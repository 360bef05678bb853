"""Kernels are compiled when they are first called, and for what they declare alone."""

import numba
import numpy as np
import pytest

from equipoise.kernels.compiled import njit


@pytest.fixture
def half():
    @njit(["float64(float64)", "int64(int64)"])
    def half(x):
        return x / 2 if isinstance(x, float) else x // 2

    return half


def test_a_declared_kernel_waits_for_its_first_call(half):
    assert half.signatures == []
    assert half(3.0) == 1.5
    assert half.signatures == [(numba.float64,), (numba.int64,)]
    assert half(3) == 1


def test_it_takes_nothing_else(half):
    with pytest.raises(TypeError, match="No matching definition"):
        half(np.ones(2))
    assert len(half.signatures) == 2


def test_another_kernel_that_calls_it_compiles_it(half):
    @njit()
    def quarter(x):
        return half(half(x))

    assert quarter(3.0) == 0.75
    assert half.signatures == [(numba.float64,), (numba.int64,)]


def test_without_a_declaration_it_is_compiled_for_its_arguments():
    @njit()
    def double(x):
        return x + x

    assert double(2) == 4
    assert double.signatures == [(numba.int64,)]
