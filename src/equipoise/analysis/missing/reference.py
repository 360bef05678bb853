"""Reference-based multiple imputation of a repeated continuous endpoint.

A subject who leaves the experimental arm is imputed as if, from then on, it were treated as the
reference: "jump to reference" moves its mean there at once, "copy reference" takes the reference
for its whole course, "copy increments" adds the reference's changes to where it stood. "mar" keeps
its own arm. Gaps before the last visit seen are imputed within the course the method gives.

Each imputation has its own parameters, from the model refitted to a bootstrap of every arm.

Source   Carpenter, Roger & Kenward 2013, J Biopharm Stat 23:1352; Little & Rubin 2020 (bootstrap).
Checked  tests/byhand/test_missing.py (means by hand); tests/laws/test_missing.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from equipoise.analysis.continuous.ancova import ancova
from equipoise.analysis.continuous.mmrm.fit import mmrm
from equipoise.analysis.missing.rubin import Pooled, rubin
from equipoise.arrays import Floats
from equipoise.errors import InputError
from equipoise.frames import Labels
from equipoise.streams import Stream

ReferenceBased = Literal["mar", "jump to reference", "copy reference", "copy increments"]


class FittedCourse(NamedTuple):
    """Means by arm and visit at a baseline of 0, their slope on baseline by visit, covariance."""

    means: Floats  # (arms, m)
    slopes: Floats  # (m,)
    covariance: Floats  # (m, m)


@dataclass(frozen=True, slots=True)
class Repeated:
    """Subjects' courses: y (n, m) with NaN where missing, baseline (n,), arm labels (n,)."""

    y: Floats
    baseline: Floats
    arm: Labels

    def __post_init__(self) -> None:
        if self.y.ndim != 2 or not len(self.y) == len(self.baseline) == len(self.arm.codes):
            raise InputError("y, baseline and arm: expected one row for each subject")
        if not np.isfinite(self.baseline).all():
            row = int(np.argmax(~np.isfinite(self.baseline)))
            raise InputError(f"baseline, row {row + 1}: missing; expected a number")
        if not np.isfinite(self.y).any(axis=0).all() or self.y.shape[1] < 2:
            raise InputError("y: expected two visits or more, each with a number")


def fit_course(data: Repeated) -> FittedCourse:
    """Maximum restricted likelihood of arm by visit means, baseline by visit, one covariance.

    Raises   InputError if an arm has no number at a visit or the fit has no optimum.
    """
    n, m = data.y.shape
    k = len(data.arm.levels)
    visit = np.tile(np.arange(m), n)
    cell = np.repeat(data.arm.codes, m) * m + visit
    x = np.concatenate(
        [np.eye(k * m)[cell], np.eye(m)[visit] * np.repeat(data.baseline, m)[:, None]], axis=1
    )
    names = tuple(f"{a} at visit {v + 1}" for a in data.arm.levels for v in range(m))
    names += tuple(f"baseline at visit {v + 1}" for v in range(m))
    subject = np.repeat(np.arange(n), m)
    fit = mmrm(data.y.ravel(), x, subject=subject, visit=visit, names=names)
    return FittedCourse(fit.beta[: k * m].reshape(k, m), fit.beta[k * m :], fit.covariance)


def mean_course(
    course: FittedCourse, method: ReferenceBased, arm: int, reference: int, last: int
) -> Floats:
    """The (m,) means, at baseline 0, of a subject of `arm` last seen at `last` (-1: never)."""
    own: Floats = course.means[arm]
    other: Floats = course.means[reference]
    if method == "mar" or arm == reference:
        return own
    if method == "copy reference":
        return other
    after = np.arange(len(own)) > last
    if method == "jump to reference":
        return np.asarray(np.where(after, other, own))
    if last < 0:
        return other
    return np.asarray(np.where(after, own[last] + other - other[last], own))


def impute(
    data: Repeated,
    course: FittedCourse,
    *,
    method: ReferenceBased,
    reference: int,
    key: int,
    seed: int,
) -> Floats:
    """One completed (n, m) matrix; `key` counts the imputations, draws are keyed by subject."""
    out = data.y.copy()
    for i in np.flatnonzero(~np.isfinite(data.y).all(axis=1)):
        seen = np.isfinite(data.y[i])
        last = int(np.flatnonzero(seen)[-1]) if seen.any() else -1
        mean = mean_course(course, method, int(data.arm.codes[i]), reference, last)
        mean = mean + course.slopes * data.baseline[i]
        v = course.covariance
        pull = v[np.ix_(~seen, seen)] @ np.linalg.inv(v[np.ix_(seen, seen)])
        center = mean[~seen] + pull @ (data.y[i, seen] - mean[seen])
        spread = v[np.ix_(~seen, ~seen)] - pull @ v[np.ix_(seen, ~seen)]
        stream = Stream.of(seed=seed, trial=key, subject=int(i), purpose="impute")
        normal = ndtri([stream.uniform() for _ in center])
        out[i, ~seen] = center + np.linalg.cholesky(spread) @ normal
    return out


def imputations(
    data: Repeated, *, method: ReferenceBased, reference: int = 0, count: int = 100, seed: int
) -> Iterator[Floats]:
    """Completed data sets, (n, m) each, one after another.

    Raises   InputError if the method is not known or an arm has no number at a visit.
    """
    if method not in get_args(ReferenceBased):
        raise InputError(
            f'method "{method}": expected one of {", ".join(get_args(ReferenceBased))}'
        )
    for key in range(count):
        course = fit_course(_resampled(data, seed, key))
        yield impute(data, course, method=method, reference=reference, key=key, seed=seed)


def _resampled(data: Repeated, seed: int, key: int) -> Repeated:
    """Subjects drawn with replacement within each arm."""
    stream = Stream.of(seed=seed, trial=key, purpose="bootstrap")
    rows = []
    for arm in range(len(data.arm.levels)):
        members = np.flatnonzero(data.arm.codes == arm)
        rows += [int(members[stream.below(len(members))]) for _ in members]
    return Repeated(
        data.y[rows], data.baseline[rows], Labels(data.arm.codes[rows], data.arm.levels)
    )


def reference_based(
    y: npt.ArrayLike,
    *,
    baseline: npt.ArrayLike,
    arm: Labels,
    method: ReferenceBased,
    count: int = 100,
    seed: int,
    level: float = 0.95,
) -> tuple[Pooled, ...]:
    """Impute, compare arms at the last visit by ANCOVA on baseline, pool by Rubin's rules.

    y : (n, m) response by visit, NaN where missing; baseline : (n,); the first arm is the reference
    Returns  one pooled difference for each arm but the first.
    Raises   InputError if count < 2, a baseline is missing or the model cannot be fitted.
    """
    data = Repeated(np.asarray(y, dtype=float), np.asarray(baseline, dtype=float), arm)
    found: list[list[tuple[float, float]]] = [[] for _ in arm.levels[1:]]
    df = float(len(data.y) - len(arm.levels) - 1)
    for whole in imputations(data, method=method, count=count, seed=seed):
        fit = ancova(whole[:, -1], arm=arm, covariates={"baseline": data.baseline})
        for pairs, d in zip(found, fit.differences):
            pairs.append((d.value.estimate, d.value.standard_error**2))
    return tuple(
        rubin([q for q, _ in pairs], [u for _, u in pairs], df=df, level=level) for pairs in found
    )
