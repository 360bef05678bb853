"""The re-randomization test by the trial's own allocation procedure, as rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from equipoise.allocation.blocks import Blocks, allocation_list, below, octets
from equipoise.analysis.methods.rows import Found, seeded, tried
from equipoise.analysis.methods.survival import arrays
from equipoise.analysis.rerandomization import rerandomization_test
from equipoise.analysis.results import Row
from equipoise.analysis.samples.of_estimand import stratum_labels
from equipoise.analysis.samples.sample import Sample
from equipoise.analysis.survival import logrank
from equipoise.errors import InputError
from equipoise.meaning.options import RedrawOptions

DRAWS = 1999
Arms = npt.NDArray[np.int64]


def rerandomized_logrank(sample: Sample, *, name: str) -> Iterator[Row]:
    """The log-rank test, stratified as the estimand says, against what chance could have allocated.

    Subjects are allocated anew in the order in which they were randomized, within the strata of
    the allocation. For trials of two arms with permuted blocks or complete randomization.
    """
    asked = sample.read(RedrawOptions)
    seed, draws = seeded(sample, asked.seed), asked.draws
    time, event = arrays(sample)

    def statistic(arm: Arms) -> float:
        try:
            z = logrank(time, event, arm, sample.stratum).z
        except InputError:
            return float("nan")
        return float("nan") if z is None else -z

    def compute() -> Found:
        allocate = procedure(sample, seed=seed)
        found = rerandomization_test(statistic, arm=sample.arm, allocate=allocate, draws=draws)
        values = [
            ("p", found.p),
            ("p standard error", found.standard_error),
            ("as extreme", float(found.exceedances)),
            ("draws", float(found.draws)),
        ]
        return Found(values, f"two-sided, {sample.protocol.allocation.method}, seed {seed}")

    comparison = sample.comparisons[0] if sample.comparisons else ("", "")
    yield from tried(sample, name, "p", compute, comparison=" v ".join(comparison))


def procedure(sample: Sample, *, seed: int) -> Callable[[int], Arms]:
    """The trial's allocation procedure: counter to an arm for each subject, (n,) codes.

    Raises   InputError for more than two arms, or a procedure that cannot be repeated here.
    """
    plan = sample.protocol.allocation
    arms = tuple(sample.protocol.arms)
    if len(arms) != 2 or len(sample.groups) != 2:
        raise InputError("re-randomization is for trials of two arms")
    if plan.method not in ("permuted blocks", "complete"):
        raise InputError(f"allocation by {plan.method} is not repeated here")
    code = {arm: sample.groups.index(arm) for arm in arms}
    places = _places(sample)

    def allocate(counter: int) -> Arms:
        key = f"re-randomization|{seed}|{counter}".encode()
        out = np.empty(len(sample.arm), dtype=np.int64)
        for stratum, rows in places.items():
            out[rows] = [code[arm] for arm in draw(key, stratum, len(rows))]
        return out

    def draw(key: bytes, stratum: str, entries: int) -> list[str]:
        if plan.method == "permuted blocks":
            blocks = Blocks(arms, plan.ratios, plan.blocks)
            return allocation_list(blocks, key=key, stratum=stratum, entries=entries)
        source = octets(key, stratum)
        once = Blocks(arms, plan.ratios, (sum(plan.ratios),)).unshuffled(sum(plan.ratios))
        return [once[below(source, len(once))] for _ in range(entries)]

    return allocate


def _places(sample: Sample) -> dict[str, npt.NDArray[np.int64]]:
    """Allocation stratum -> its subjects' rows, in the order in which they were randomized."""
    frame = sample.frame
    if "RANDDT" not in frame.columns:
        raise InputError("the order of randomization is not known: ADSL has no column RANDDT")
    as_used = sample.estimand.model_copy(update={"stratified": "as randomized"})
    factors = list(sample.protocol.allocation.strata)
    label = stratum_labels(sample.protocol, as_used, factors, frame)
    rows = pl.DataFrame(
        {"stratum": label, "day": frame["RANDDT"], "who": frame["USUBJID"]}
    ).with_row_index("row")
    ordered = rows.sort("day", "who", nulls_last=True)
    return {
        str(name[0]): part["row"].to_numpy().astype(np.int64)
        for name, part in ordered.group_by("stratum", maintain_order=True)
    }
