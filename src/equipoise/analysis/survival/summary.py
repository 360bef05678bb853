"""Everything a report asks of one time-to-event endpoint, from any data frame, in one call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, NamedTuple, TypeVar

import numpy as np

from equipoise.analysis.complete import MissingRows, columns_named, complete_rows
from equipoise.analysis.survival.arrays import choice, level_checked
from equipoise.analysis.survival.asked import Data, SurvivalOptions, read_columns
from equipoise.analysis.survival.curves.kaplan_meier import AtTime, Curve, kaplan_meier
from equipoise.analysis.survival.curves.limits import LIMIT_SCALES
from equipoise.analysis.survival.curves.rmst import Rmst, RmstComparison, compare_rmst
from equipoise.analysis.survival.curves.rmst import rmst as mean_up_to
from equipoise.analysis.survival.parametric import (
    Distribution,
    ParametricTimes,
    parametric_times,
)
from equipoise.analysis.survival.plain import (
    arm_dict,
    cox_dict,
    logrank_dict,
    rmst_dict,
    times_dict,
    zph_dict,
)
from equipoise.analysis.survival.regression.cox import TIES, cox
from equipoise.analysis.survival.regression.model import Cox
from equipoise.analysis.survival.regression.proportional import Drift, zph
from equipoise.analysis.survival.tests.logrank import LogRank, logrank
from equipoise.analysis.survival.tests.weighted import (
    WEIGHT_NAMES,
    WeightName,
    weighted_logrank,
)
from equipoise.analysis.survival.types import LimitScale, Ties
from equipoise.errors import InputError
from equipoise.frames import (
    AnyTable,
    frame_of,
)

T = TypeVar("T")


class ArmSummary(NamedTuple):
    """One arm: its level, its curve, the curve at the times asked for, and its restricted mean if
    asked for and known.
    """

    arm: Any
    curve: Curve
    at: AtTime
    rmst: Rmst | None


@dataclass(frozen=True)
class Survival:
    """A time-to-event endpoint compared between arms.

    arms : control first; logrank, cox, zph, rmst : None where not estimable or not asked for
    notes : what was not estimable, and why; rows left out
    weighted : the weighted log-rank tests asked for; times : the parametric model asked for
    """

    arms: tuple[ArmSummary, ...]
    logrank: LogRank | None
    cox: Cox | None
    zph: tuple[Drift, ...] | None
    rmst: RmstComparison | None
    notes: tuple[str, ...]
    options: SurvivalOptions
    weighted: Mapping[str, LogRank] = field(default_factory=dict)
    times: ParametricTimes | None = None
    dropped: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values for JSON; None where R has NA, never NaN."""
        o = self.options
        return {
            "arms": [arm_dict(a.arm, a.curve, a.at, a.rmst) for a in self.arms],
            "logrank": logrank_dict(self.logrank),
            "cox": cox_dict(self.cox, o.ties),
            "zph": zph_dict(self.zph),
            "rmst": None if self.rmst is None else rmst_dict(self.rmst),
            "weighted": {name: logrank_dict(test) for name, test in self.weighted.items()},
            "times": None if self.times is None else times_dict(self.times),
            "control": self.arms[0].arm if len(self.arms) > 1 else None,
            "dropped": self.dropped,
            "notes": list(self.notes),
            "extend": o.extend,
            "conf": o.conf,
            "level": o.level,
            "strata": list(o.strata),
            "covariates": list(o.covariates),
        }

    def __repr__(self) -> str:
        tail = repr(self.cox) if self.cox is not None else "; ".join(self.notes)
        return f"Survival  {len(self.arms)} arms  {tail}"


def survival(
    frame: AnyTable,
    *,
    time: str,
    event: str,
    arm: str | None = None,
    control: object = None,
    strata: Sequence[str] = (),
    covariates: Sequence[str] = (),
    entry: str | None = None,
    weights: str | None = None,
    weighted: Sequence[WeightName] = (),
    distribution: Distribution | None = None,
    conf: LimitScale = "log-log",
    ties: Ties = "efron",
    at: Sequence[float] = (),
    extend: bool = False,
    rmst: float | None = None,
    missing: MissingRows = "refuse",
    level: float = 0.95,
) -> Survival:
    """Kaplan-Meier by arm, log-rank, Cox and proportional hazards of one endpoint.

    frame : a data frame of any kind narwhals knows, a mapping of columns, or the path of a file
    time, event, arm : names of columns; event is True/False or 1/0, or is written "status==2";
        without an arm, or with one arm only, there is its curve and no comparison
    control : the level that is compared against, the first one if not given
    entry : when a row comes under observation (delayed entry); weights : how many rows it counts
        as; weights that are not whole have robust variances and no log-rank test
    weighted : more log-rank tests: gehan, tarone-ware, peto-peto (R), sas-peto, modified-peto
    distribution : also fit exponential, weibull, lognormal or loglogistic times
    strata : columns that stratify the log-rank test, the Cox model and the restricted mean
    covariates : terms of the Cox model besides the arm, as `terms.design` reads them
    at : times at which survival is given; extend : True to carry an arm's last value past its last
        time, where it is not estimable if somebody was censored then
    rmst : up to when the restricted mean is taken
    missing : "drop" to leave out rows with a missing value, which are counted
    Returns  Survival; `to_dict()` gives plain values for JSON.
    Raises   InputError naming the column and row that cannot be used.
    Checked  tests/unit/analysis/test_survival_summary.py; tests/oracle/survival.
    """
    choice(conf, LIMIT_SCALES, "conf")
    choice(ties, TIES, "ties")
    if any(not 0 <= when < np.inf for when in at):
        raise InputError(f"at: {list(at)} found; expected times of 0 or more")
    for name in weighted:
        choice(name, tuple(WEIGHT_NAMES), "weighted")
    given = (tuple(strata), tuple(covariates), tuple(at), extend, rmst, tuple(weighted))
    options = SurvivalOptions(conf, ties, level_checked(level), *given, distribution)
    table = frame_of(frame)
    used = columns_named(table, time, event, arm, *strata, entry, weights, terms=covariates)
    rows = complete_rows(table, used, missing)
    found = summarized(read_columns(rows.frame, options, time, event, arm, control, entry, weights),
                       options)  # fmt: skip
    return replace(found, dropped=rows.dropped, notes=(*rows.notes, *found.notes))


def summarized(data: Data, options: SurvivalOptions) -> Survival:
    """Each part by itself: one that is not estimable leaves a note and the others stand."""
    notes: list[str] = []
    arms = tuple(arm_summary(data, j, options, notes) for j in range(len(data.groups.levels)))
    fit = attempt("cox", notes, lambda: fitted(data, options)) if data.model else None
    notes += fit.notes if fit is not None else ()
    drift = None
    if fit is not None and not fit.notes and options.ties != "exact":
        terms = data.model.terms if data.model is not None else None
        drift = attempt("zph", notes, lambda: zph(fit, terms=terms))
        unknown = [row.term for row in drift or () if np.isnan(row.chisq)]
        if unknown:
            notes.append(f"zph not estimable: the drift of {', '.join(unknown)}")
    test: LogRank | None = None
    others: dict[str, LogRank] = {}
    if len(arms) > 1:
        test = attempt("logrank", notes, lambda: tested_arms(data, None))
        others = weighted_tests(data, options, notes)
    mean = None
    if len(arms) == 2 and all(a.rmst is not None for a in arms):
        mean = attempt("rmst", notes, lambda: compared(data, options))
    model = None
    if options.distribution is not None and data.model is not None:
        model = attempt(options.distribution, notes, lambda: parametric(data, options))
    return Survival(
        arms, test, fit, drift, mean, tuple(dict.fromkeys(notes)), options, others, model
    )


def plain_rows_only(data: Data, what: str) -> None:
    """Refuse what has no form for late entries and weights.

    Raises   InputError naming it.
    """
    if data.start is not None or data.weight is not None:
        raise InputError(f"{what} takes neither entries nor weights")


def weighted_tests(data: Data, o: SurvivalOptions, notes: list[str]) -> dict[str, LogRank]:
    """The weighted log-rank tests asked for, without those that are not estimable."""
    found: dict[str, LogRank] = {}
    for name in o.weighted:
        test = attempt(name, notes, partial(tested_arms, data, name))
        if test is not None:
            found[name] = test
    return found


def tested_arms(data: Data, weight: WeightName | None) -> LogRank:
    """The log-rank test, or one with weights."""
    columns = (data.time, data.event, data.groups.codes, data.stratum)
    if weight is None:
        return logrank(*columns, **data.extra)
    plain_rows_only(data, "a weighted test")
    return weighted_logrank(*columns, weight=WEIGHT_NAMES[weight])


def parametric(data: Data, o: SurvivalOptions) -> ParametricTimes:
    """The parametric model of the arm and the covariates."""
    assert data.model is not None
    assert o.distribution is not None
    plain_rows_only(data, "a parametric model")
    if data.stratum is not None:
        raise InputError("a parametric model has no strata; give them as covariates")
    given = {"distribution": o.distribution, "names": data.model.names, "level": o.level}
    return parametric_times(data.time, data.event, data.model.x, **given)  # type: ignore[arg-type]


def attempt(part: str, notes: list[str], found: Callable[[], T]) -> T | None:
    """A part of the summary, or a note why there is none."""
    try:
        return found()
    except InputError as error:
        notes.append(f"{part} not estimable: {error}")
        return None


def fitted(data: Data, o: SurvivalOptions) -> Cox:
    """The Cox model of the arm and the covariates."""
    assert data.model is not None
    return cox(
        data.time,
        data.event,
        data.model.x,
        **data.extra,
        robust=data.robust,
        stratum=data.stratum,
        ties=o.ties,
        names=data.model.names,
        level=o.level,
    )


def compared(data: Data, o: SurvivalOptions) -> RmstComparison:
    """The restricted means of the two arms."""
    plain_rows_only(data, "a comparison of restricted means")
    code = data.groups.codes
    tau = float(o.tau or 0)
    return compare_rmst(data.time, data.event, code, data.stratum, tau=tau, level=o.level)


def arm_summary(data: Data, j: int, o: SurvivalOptions, notes: list[str]) -> ArmSummary:
    """One arm's curve and restricted mean."""
    mine = data.groups.codes == j
    more = {k: None if v is None else v[mine] for k, v in data.extra.items()}
    columns = (data.time[mine], data.event[mine])
    given: dict[str, Any] = {"conf": o.conf, "level": o.level, "robust": data.robust, **more}
    curve = kaplan_meier(*columns, **given)
    points, level = curve.at(o.at, extend=o.extend), data.groups.levels[j]
    told = zip(o.at, points.notes, strict=True)
    notes += [f"survival of arm {level} at {t:g} {note}" for t, note in told if note]
    mean = None
    if o.tau is not None:
        tau = float(o.tau)
        mean = attempt(f"rmst of arm {level}", notes, lambda: mean_up_to(curve, tau))
    return ArmSummary(level, curve, points, mean)
