"""The counts that calls of shares and of totals are filled with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from equipoise.analysis.results import Results
from equipoise.errors import InputError

if TYPE_CHECKING:
    from equipoise.analysis.samples.sample import Sample

RCounts = dict[str, str]


def counts_of(
    results: Results, row: Mapping[str, Any], *, names: tuple[str, str]
) -> RCounts | None:
    """Two statistics of the arms that a row is about; None unless each arm has both, once.

    names : what they are called in a call, as x and n
    """
    arms = str(row["comparison"]).split(" v ") if row["comparison"] else [str(row["group"])]
    found = [_count(results, row, arm) for arm in arms]
    if any(one is None for one in found) or len(found) > 2:
        return None
    whole = [(f"{x:.0f}", f"{n:.0f}") for x, n in (one for one in found if one is not None)]
    ends = [""] if len(whole) == 1 else ["1", "2"]
    pairs = zip(ends, whole)
    return {f"{name}{end}": text for end, one in pairs for name, text in zip(names, one)}


def _count(results: Results, row: Mapping[str, Any], arm: str) -> tuple[float, float] | None:
    about = {"analysis": row["analysis"], "group": arm, "subgroup": row["subgroup"]}
    name, term, whole = "responders", "", "n"
    if row["analysis"] in ("safety", "harms"):
        kind = str(row["statistic"]).partition(" risk difference")[0].removesuffix(" p")
        name = "patients" if row["analysis"] == "harms" else f"{kind} patients"
        term = str(row["term"])
    elif not results.select(**about, method="count", statistic="days at risk").is_empty():
        name, whole = "events", "days at risk"
    x = results.select(statistic=name, term=term, **about)["value"]
    n = results.select(statistic=whole, term="", **about)["value"]
    return (x[0], n[0]) if len(x) == 1 and len(n) == 1 else None


@lru_cache(maxsize=8)
def sample_of(results: Results, key: str) -> Sample:
    """The subjects of an estimand.

    Raises   InputError if there are none.
    """
    from equipoise.analysis.samples.of_estimand import whole_sample

    return whole_sample(results.data, key)


def strata_counts(results: Results, row: Mapping[str, Any]) -> RCounts | None:
    """RCounts by stratum, as vectors of R's, of the strata that the method goes over."""
    # What gathers subjects imports every method, which few calls need.
    from equipoise.analysis.methods.response import stratified_table

    try:
        sample = sample_of(results, str(row["analysis"]))
        if row["group"]:
            return _of_arm(sample, str(row["group"]))
        two, arm = sample.pair(*str(row["comparison"]).split(" v "))
        table, _ = stratified_table(two, arm)
    except InputError:
        return None
    return dict(zip(("x1", "n1", "x2", "n2"), map(_vector, table)))


def _of_arm(sample: Sample, group: str) -> RCounts:
    """Of one arm, with the subjects of all arms as weights of its strata."""
    import numpy as np

    from equipoise.analysis.methods.response import responders

    responded, k = responders(sample), int(sample.stratum.max(initial=0)) + 1
    mine = sample.arm == sample.groups.index(group)
    n = np.bincount(sample.stratum[mine], minlength=k)
    x = np.bincount(sample.stratum[mine & responded], minlength=k)
    w = np.bincount(sample.stratum, minlength=k)
    kept = n > 0
    return {"x": _vector(x[kept]), "n": _vector(n[kept]), "w": _vector(w[kept])}


def _vector(values: Iterable[int]) -> str:
    return f"c({', '.join(str(int(v)) for v in values)})"
