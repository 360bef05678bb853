"""The tests that virtual trials know as arrays, by the names of methods."""

from __future__ import annotations

from typing import NamedTuple

from equipoise.errors import InputError
from equipoise.kernels.trials import batch
from equipoise.meaning.hypotheses import Hypothesis
from equipoise.meaning.options import (
    CombinationOptions,
    FlemingHarringtonOptions,
    RestrictedMeanOptions,
)
from equipoise.meaning.virtual.tests import unknown_test

KERNELS = {
    "log-rank": batch.LOGRANK,
    "stratified log-rank": batch.LOGRANK,
    "Fleming-Harrington": batch.WEIGHTED,
    "stratified Fleming-Harrington": batch.WEIGHTED,
    "max-combo": batch.MAX_COMBO,
    "stratified max-combo": batch.MAX_COMBO,
    "RMST": batch.RMST,
    "Fisher exact": batch.FISHER,
    "Miettinen-Nurminen": batch.SCORE,
}


class KernelTest(NamedTuple):
    """A test as the kernel takes it.

    weights : (rho, gamma) of each weighted test that it is made of
    tau : days; sign : as of the hypothesis
    """

    code: int
    stratified: bool
    weights: tuple[tuple[float, float], ...]
    tau: float
    sign: int


def kernel_test(h: Hypothesis) -> KernelTest:
    """The kernel's test of a hypothesis.

    Raises   InputError if it has none, or none with these options.
    """
    problem = unknown_test(h)
    if problem is not None:
        raise InputError(f"estimand for {h.name}: {problem.message}; {problem.expected}")
    assert h.estimand is not None
    assert h.method is not None
    code = KERNELS[h.method.name]
    weights: tuple[tuple[float, float], ...] = ()
    if code == batch.WEIGHTED:
        one = FlemingHarringtonOptions.of(h.estimand)
        weights = ((one.rho, one.gamma),)
    elif code == batch.MAX_COMBO:
        weights = CombinationOptions.of(h.estimand).weights
    tau = RestrictedMeanOptions.of(h.estimand).tau if code == batch.RMST else None
    return KernelTest(code, h.method.stratified, weights, tau or 0.0, h.sign)
