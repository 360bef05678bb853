"""Tumor lesions whose sizes, read by RECIST 1.1, say what fate has set.

The series is made from the sum of diameters downwards: at each scan a whole number of millimeters
is chosen inside the bounds that RECIST 1.1 (4.3.1) sets for the response wanted there, then shared
among the lesions. So progression is first seen at the first scan attended on or after its day, and
only responders reach 70% of the baseline sum. The rules are applied by whoever derives; here only
their bounds are known.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.arrays import Bools, Floats, Ints
from equipoise.kernels.trials.responses import AT_THE_SECOND, TIME_TO_RESPONSE
from equipoise.patients.keyed_draws import choose, normals, uniform, uniforms
from equipoise.patients.people import People
from equipoise.protocol.model import Truth

MAX_TARGETS = 5
PER_ORGAN = 2
MAX_OTHERS = 3
SMALLEST = 5  # mm; below it a lesion is too small to measure
NODE = "LYMPH NODE"
_NODE_RANGE = (15, 40)
_LESION_RANGE = (12, 110)
_MEDIAN_MM, _LOG_SD = 27.0, 0.55
_GROWTH_PER_SCAN = 0.02
_TARGETS = {"1": 0.12, "2": 0.28, "3": 0.27, "4": 0.2, "5": 0.13}
_OTHERS = {"0": 0.2, "1": 0.4, "2": 0.25, "3": 0.15}


class Lesions(NamedTuple):
    """The lesions of n patients at baseline and over m scans.

    organ : (n, 5) of each target, "" beyond the patient's number
    baseline : (n, 5) mm; 0 beyond the patient's number
    size : (n, m, 5) mm at each scan; -1 where there is none
    others, other_organ : (n,) number of non-target lesions, (n, 3) their organs
    is_gone : (n, m) complete response
    sign : (n,) how progression shows: 0 target, 1 new lesion, 2 non-target
    new_organ : (n,) where a new lesion comes up
    response : (n, m) CR, PR, SD or PD as the reader finds it; "" where not scanned
    """

    organ: NDArray[np.str_]
    baseline: Ints
    size: Ints
    others: Ints
    other_organ: NDArray[np.str_]
    is_gone: Bools
    sign: Ints
    new_organ: NDArray[np.str_]
    response: NDArray[np.str_]


def lesions(who: People, truth: Truth, *, scan: Ints, is_read: Bools) -> Lesions:
    """Lesions that agree with the patients' latent days.

    scan : (n, m) study day of each planned scan
    is_read : (n, m) whether it took place; the first one on or after progression is the last
    Checked  tests/laws/test_virtual_recist.py: the rules give these responses for these sizes.
    """
    organ, first = _targets(who, truth)
    other_organ, others = _others(who, truth)
    progresses = is_read & (scan >= who.progression[:, None])
    sign = choose(
        {k: float(v) for k, v in truth.signs_of_progression.items()}, uniform(who.keys, "sign")
    )
    sign[(sign == 2) & (others == 0)] = 1
    complete = who.responds & (uniform(who.keys, "complete") < truth.complete_response)
    sign[complete] = 1
    before = is_read & ~progresses
    responded = _response_scans(who, before)
    sums = _sums(who, first, before, progresses & (sign == 0)[:, None], responded)
    is_gone = before & responded & complete[:, None]
    size = _share(who, organ, first, sums, is_read, is_gone | (progresses & complete[:, None]))
    response = _responses(first.sum(axis=1), sums, is_read, progresses, is_gone)
    new = np.array(list(truth.organs))[_pick(who, truth, "new lesion")]
    return Lesions(organ, first, size, others, other_organ, is_gone, sign, new, response)


def _pick(who: People, truth: Truth, purpose: str) -> Ints:
    return choose({k: float(v) for k, v in truth.organs.items()}, uniform(who.keys, purpose))


def _targets(who: People, truth: Truth) -> tuple[NDArray[np.str_], Ints]:
    """Organs, at most two lesions each, and baseline sizes."""
    names = np.repeat(np.array(list(truth.organs)), PER_ORGAN)
    weights = np.repeat(np.array([float(w) for w in truth.organs.values()]), PER_ORGAN)
    slots = min(len(names), MAX_TARGETS)
    # The largest u**(1/w) are a weighted sample without replacement (Efraimidis & Spirakis 2006).
    rank = uniforms(who.keys, "organ", numbers=len(names)) ** (1 / np.maximum(weights, 1e-9))
    organ = names[np.argsort(-rank, axis=1, kind="stable")[:, :slots]]
    count = np.minimum(choose(_TARGETS, uniform(who.keys, "targets")) + 1, slots)
    z = normals(who.keys, "lesion size", numbers=slots)
    size = np.clip(np.rint(_MEDIAN_MM * np.exp(_LOG_SD * z)), *_LESION_RANGE)
    size = np.where(organ == NODE, np.clip(size, *_NODE_RANGE), size).astype(np.int64)
    is_there = np.arange(slots) < count[:, None]
    return np.where(is_there, organ, ""), np.where(is_there, size, 0)


def _others(who: People, truth: Truth) -> tuple[NDArray[np.str_], Ints]:
    count = choose(_OTHERS, uniform(who.keys, "non-targets"))
    weights = {k: float(v) for k, v in truth.organs.items()}
    draws = uniforms(who.keys, "non-target organ", numbers=MAX_OTHERS)
    organ = np.array(list(weights))[choose(weights, draws.ravel()).reshape(draws.shape)]
    return np.where(np.arange(MAX_OTHERS) < count[:, None], organ, ""), count


def _response_scans(who: People, before: Bools) -> Bools:
    """The scans at which a responder has responded: from the first or second one read on."""
    nth = np.cumsum(before, axis=1)
    starts = 1 + (uniform(who.keys, TIME_TO_RESPONSE) < AT_THE_SECOND)
    starts = np.minimum(starts, np.maximum(nth[:, -1], 1))
    return np.asarray(who.responds[:, None] & before & (nth >= starts[:, None]))


def _sums(who: People, first: Ints, before: Bools, grows: Bools, responded: Bools) -> Ints:
    """The sum of diameters at each scan, (n, m), inside the bounds of the response wanted."""
    n, m = before.shape
    start, least = first.sum(axis=1), SMALLEST * (first > 0).sum(axis=1)
    sums = np.zeros((n, m), dtype=np.int64)
    nadir = start.copy()
    share = _depth(who)
    wobble = normals(who.keys, "sum of diameters", numbers=m) * 0.02
    for k in range(m):
        grown = np.minimum(1.0 + _GROWTH_PER_SCAN * k, 1.15)
        wanted = np.where(responded[:, k], share, np.maximum(share, 0.72) * grown)
        value = np.rint(start * (wanted + wobble[:, k])).astype(np.int64)
        # RECIST 1.1 4.3.1: PR at 70% of baseline or less; PD at 120% of the nadir and 5 mm more.
        worse = np.maximum(-(-6 * nadir // 5), nadir + 5)
        partial = 7 * start // 10
        value = np.where(
            responded[:, k], np.minimum(value, partial), np.maximum(value, partial + 1)
        )
        value = np.maximum(np.minimum(value, worse - 1), least)
        jump = np.rint(nadir * (0.2 + 0.25 * uniforms(who.keys, "growth")[:, 0])).astype(np.int64)
        value = np.where(grows[:, k], np.maximum(nadir + jump, worse), value)
        sums[:, k] = value
        nadir = np.where(before[:, k], np.minimum(nadir, value), nadir)
    return sums


def _depth(who: People) -> Floats:
    """The smallest share of the baseline sum that each patient's tumor comes to."""
    u = uniform(who.keys, "depth")
    return np.where(who.responds, 0.35 + 0.33 * u, 0.74 + 0.30 * u)


def _share(
    who: People,
    organ: NDArray[np.str_],
    first: Ints,
    sums: Ints,
    is_read: Bools,
    is_gone: Bools,
) -> Ints:
    """Whole millimeters for each lesion that add up to the sum, none below 5 mm."""
    is_there = first > 0
    count = is_there.sum(axis=1)
    tilt = np.exp(0.15 * normals(who.keys, "lesion growth", numbers=first.shape[1]))
    weight = np.where(is_there, np.maximum(first - SMALLEST, 1) * tilt, 0.0)
    edges = np.cumsum(weight, axis=1) / weight.sum(axis=1, keepdims=True)
    rest = np.maximum(sums - SMALLEST * count[:, None], 0)
    upto = np.rint(edges[:, None, :] * rest[:, :, None]).astype(np.int64)
    size = np.diff(upto, axis=2, prepend=0) + SMALLEST
    gone = np.where(organ == NODE, SMALLEST + 2, 0)
    size = np.where(is_gone[:, :, None], gone[:, None, :], size)
    return np.where(is_read[:, :, None] & is_there[:, None, :], size, -1)


def _responses(
    start: Ints, sums: Ints, is_read: Bools, progresses: Bools, is_gone: Bools
) -> NDArray[np.str_]:
    partial = 10 * sums <= 7 * start[:, None]
    found = np.where(partial, "PR", "SD")
    found = np.where(is_gone, "CR", found)
    return np.where(is_read, np.where(progresses, "PD", found), "")
