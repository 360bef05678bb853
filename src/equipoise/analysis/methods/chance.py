"""The re-randomization test by the trial's own allocation procedure, as rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from equipoise.allocation.redraw import redrawn, stratum_numbers
from equipoise.analysis.methods.rows import Found, in_words, seeded, tried
from equipoise.analysis.methods.survival import arrays, competing_note
from equipoise.analysis.rerandomization import Rerandomization, rerandomization_test
from equipoise.analysis.results import Row
from equipoise.analysis.samples.of_estimand import stratum_labels
from equipoise.analysis.samples.sample import Sample
from equipoise.analysis.survival import logrank, permutation_logrank
from equipoise.arrays import Ints
from equipoise.errors import InputError
from equipoise.meaning.options import RedrawOptions


def rerandomized_logrank(sample: Sample, *, name: str) -> Iterator[Row]:
    """The log-rank test, stratified as the estimand says, against what chance could have allocated.

    Subjects are allocated anew in the order in which they were randomized, within the strata of
    the allocation and by its method. For trials of two arms.
    """
    asked = sample.read(RedrawOptions)
    seed, draws = seeded(sample, asked.seed), asked.draws

    def compute() -> Found:
        found = against_chance(sample, allocate=procedure(sample, seed=seed), draws=draws)
        values = [
            ("p", found.p),
            ("p standard error", found.standard_error),
            ("as extreme", float(found.exceedances)),
            ("draws", float(found.draws)),
        ]
        return Found(values, f"two-sided, {sample.protocol.allocation.method}, seed {seed}")

    comparison = sample.comparisons[0] if sample.comparisons else ("", "")
    yield from tried(sample, name, "p", compute, comparison=" v ".join(comparison))


def permuted_logrank(sample: Sample, *, name: str, stratified: bool) -> Iterator[Row]:
    """The log-rank scores with the arms shuffled (within strata): by the normal distribution, or
    with a seed by allocations drawn.
    """
    asked = sample.read(RedrawOptions)
    draws = asked.draws if asked.seed is not None else 0
    for comparison, two, arm in sample.pairs():

        def compute(two: Sample = two, arm: Ints = arm) -> Found:
            stratum = two.stratum if stratified else None
            found = permutation_logrank(*arrays(two), arm, stratum, draws=draws, seed=asked.seed)
            drawn = f"{draws} draws, seed {asked.seed}" if draws else "by the normal distribution"
            where = "within strata" if stratified else ""
            values = [("z", found.z), ("p", found.p)]
            return Found(values, in_words("arms shuffled", where, drawn, competing_note(two)))

        yield from tried(sample, name, "p", compute, comparison=comparison)


def against_chance(
    sample: Sample, *, allocate: Callable[[int], Ints], draws: int
) -> Rerandomization:
    """The log-rank statistic of the sample among those of allocations that could have been."""
    time, event = arrays(sample)

    def statistic(arm: Ints) -> float:
        try:
            z = logrank(time, event, arm, sample.stratum).z
        except InputError:
            return float("nan")
        return float("nan") if z is None else -z

    return rerandomization_test(statistic, arm=sample.arm, allocate=allocate, draws=draws)


class Arrival(NamedTuple):
    """One subject of a ledger, in order of allocation."""

    subject: str
    stratum: tuple[str, ...]
    arm: str


def from_ledger(sample: Sample, ledger: Sequence[Arrival], *, seed: int) -> Callable[[int], Ints]:
    """As `procedure`, for everybody who was ever allocated, in the order of the ledger.

    Raises   InputError for subjects of the sample that the ledger lacks or has in another arm.
    """
    plan, arms = sample.protocol.allocation, tuple(sample.protocol.arms)
    if len(arms) != 2 or len(sample.groups) != 2:
        raise InputError("re-randomization is for trials of two arms")
    place = {one.subject: number for number, one in enumerate(ledger)}
    who = sample.frame["SUBJID" if "SUBJID" in sample.frame.columns else "USUBJID"].to_list()
    lost = [subject for subject in who if subject not in place]
    if lost:
        raise InputError(f"the ledger lacks {len(lost)} subjects, the first {lost[0]}")
    own = np.array([place[subject] for subject in who], dtype=np.int64)
    code = np.array([sample.groups.index(arm) for arm in arms], dtype=np.int64)
    told = code[[arms.index(one.arm) for one in ledger]][own]
    for subject in (who[k] for k in np.flatnonzero(told != sample.arm)):
        raise InputError(f"{subject}: the arm of the ledger is not that of the data")
    strata = stratum_numbers(plan, [one.stratum for one in ledger])

    def allocate(counter: int) -> Ints:
        return code[redrawn(plan, strata, seed=seed, number=counter)][own]

    return allocate


def procedure(sample: Sample, *, seed: int) -> Callable[[int], Ints]:
    """The trial's allocation procedure: counter to an arm for each subject, (n,) codes.

    Raises   InputError for more than two arms, or subjects whose stratum or day is not known.
    """
    plan, arms = sample.protocol.allocation, tuple(sample.protocol.arms)
    if len(arms) != 2 or len(sample.groups) != 2:
        raise InputError("re-randomization is for trials of two arms")
    order, strata = _arrivals(sample)
    code = np.array([sample.groups.index(arm) for arm in arms], dtype=np.int64)

    def allocate(counter: int) -> Ints:
        out = np.empty(len(sample.arm), dtype=np.int64)
        out[order] = code[redrawn(plan, strata, seed=seed, number=counter)]
        return out

    return allocate


def _arrivals(sample: Sample) -> tuple[Ints, Ints]:
    """Rows in the order of randomization, and the stratum by which each was randomized."""
    frame = sample.frame
    if "RANDDT" not in frame.columns:
        raise InputError("the order of randomization is not known: ADSL has no column RANDDT")
    as_used = sample.estimand.model_copy(update={"stratified": "as randomized"})
    levels = [
        stratum_labels(sample.protocol, as_used, [factor], frame).to_list()
        for factor in sample.protocol.allocation.strata
    ]
    rows = frame.select("RANDDT", "USUBJID").with_row_index("row")
    order = rows.sort("RANDDT", "USUBJID", nulls_last=True)["row"].to_numpy().astype(np.int64)
    own = list(zip(*levels, strict=True)) if levels else [()] * frame.height
    return order, stratum_numbers(sample.protocol.allocation, own)[order]
