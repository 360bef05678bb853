"""Kernels are compiled when they are first called, and for what they declare alone."""

import os
import subprocess
import sys
from pathlib import Path

import numba
import numpy as np
import pytest

from equipoise.kernels.compiled import _folder_of_version, njit


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


CALLEE = """
from equipoise.kernels.compiled import njit

@njit(cache=True)
def inner(x):
    return x + {step}
"""
CALLER = """
from inner import inner
from equipoise.kernels.compiled import njit

@njit(cache=True)
def outer(x):
    return 2.0 * inner(x)
"""
ASKED = """
import sys
from pathlib import Path
from equipoise.kernels import compiled
place = Path(sys.argv[1])
digest = compiled.sources_digest
compiled.sources_digest = lambda _: digest(place)  # as though the kernels were these
from outer import outer
print(outer(1.0))
"""


def asked(folder):
    told = subprocess.run([sys.executable, "-c", ASKED, str(folder)], capture_output=True,
                          text=True, check=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(
                              [str(folder), *sys.path])})  # fmt: skip
    return float(told.stdout)


def test_a_kernel_is_compiled_again_when_one_that_it_calls_has_changed(tmp_path):
    """numba alone answers 4 twice: the caller's own file is what it was."""
    (tmp_path / "outer.py").write_text(CALLER)
    (tmp_path / "inner.py").write_text(CALLEE.format(step="1.0"))
    assert asked(tmp_path) == asked(tmp_path) == 4.0
    (tmp_path / "inner.py").write_text(CALLEE.format(step="2.0"))
    assert asked(tmp_path) == 6.0


def test_folders_of_other_versions_are_cleared_after_a_week(tmp_path):
    old, young = tmp_path / "equipoise-old", tmp_path / "equipoise-young"
    old.mkdir()
    young.mkdir()
    os.utime(old, (0, 0))
    made = _folder_of_version(str(tmp_path))
    assert Path(made).is_dir()
    assert (old.exists(), young.exists()) == (False, True)
