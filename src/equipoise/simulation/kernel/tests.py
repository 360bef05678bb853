"""The tests that virtual trials know as arrays, by the names of methods."""

from __future__ import annotations

from typing import NamedTuple

from equipoise.errors import InputError
from equipoise.kernels.trials import batch
from equipoise.meaning.hypotheses import Hypothesis
from equipoise.meaning.methods import METHODS
from equipoise.meaning.options import FlemingHarringtonOptions

DEFAULT = "log-rank"
KERNELS = {
    "log-rank": batch.LOGRANK,
    "stratified log-rank": batch.LOGRANK,
    "Fleming-Harrington": batch.WEIGHTED,
    "stratified Fleming-Harrington": batch.WEIGHTED,
    "max-combo": batch.MAX_COMBO,
    "stratified max-combo": batch.MAX_COMBO,
    "Fisher exact": batch.FISHER,
    "Miettinen-Nurminen": batch.SCORE,
}


class KernelTest(NamedTuple):
    """A test as the kernel takes it."""

    code: int
    stratified: bool
    rho: float = 0.0
    gamma: float = 0.0


def kernel_test(h: Hypothesis) -> KernelTest:
    """The kernel's test of a hypothesis.

    Raises   InputError if it has none, or the kernel reads an option otherwise.
    """
    assert h.estimand is not None
    name = h.estimand.test or DEFAULT
    if name not in KERNELS:
        known = ", ".join(KERNELS)
        raise InputError(
            f'estimand for {h.name}: cannot simulate the test "{name}"; expected one of {known}'
        )
    method = METHODS[name]
    weight = FlemingHarringtonOptions.of(h.estimand)
    return KernelTest(KERNELS[name], method.stratified, weight.rho, weight.gamma)
