"""Everything a report asks of one time-to-event endpoint, from any data frame, in one call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import numpy as np

from equipoise.analysis.survival.arrays import choice, level_checked
from equipoise.analysis.survival.curves.kaplan_meier import AtTime, Curve, kaplan_meier
from equipoise.analysis.survival.curves.limits import LIMIT_SCALES
from equipoise.analysis.survival.curves.rmst import Rmst, RmstComparison, compare_rmst
from equipoise.analysis.survival.curves.rmst import rmst as mean_up_to
from equipoise.analysis.survival.plain import arm_dict, cox_dict, logrank_dict, rmst_dict, zph_dict
from equipoise.analysis.survival.regression.cox import TIES, cox
from equipoise.analysis.survival.regression.model import Cox
from equipoise.analysis.survival.regression.proportional import Drift, zph
from equipoise.analysis.survival.terms import ModelTerms, design
from equipoise.analysis.survival.tests.logrank import LogRank, logrank
from equipoise.analysis.survival.types import LimitScale, Ties
from equipoise.arrays import Bools, SmallInts
from equipoise.errors import InputError
from equipoise.frames import (
    AnyTable,
    Frame,
    Labels,
    crossed,
    flags,
    frame_of,
    is_value,
    labels,
    times,
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
class SurvivalOptions:
    """What was asked for besides the columns."""

    conf: LimitScale
    ties: Ties
    level: float
    strata: tuple[str, ...]
    covariates: tuple[str, ...]
    at: tuple[float, ...]
    extend: bool
    tau: float | None


class Data(NamedTuple):
    """The checked columns."""

    time: Any
    event: Bools
    groups: Labels
    stratum: SmallInts | None
    model: ModelTerms


@dataclass(frozen=True)
class Survival:
    """A time-to-event endpoint compared between arms.

    arms : control first; logrank, cox, zph, rmst : None where not estimable or not asked for
    notes : what was not estimable, and why
    """

    arms: tuple[ArmSummary, ...]
    logrank: LogRank | None
    cox: Cox | None
    zph: tuple[Drift, ...] | None
    rmst: RmstComparison | None
    notes: tuple[str, ...]
    options: SurvivalOptions

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values for JSON; None where R has NA, never NaN."""
        o = self.options
        return {
            "arms": [arm_dict(a.arm, a.curve, a.at, a.rmst) for a in self.arms],
            "logrank": logrank_dict(self.logrank),
            "cox": cox_dict(self.cox, o.ties),
            "zph": zph_dict(self.zph),
            "rmst": None if self.rmst is None else rmst_dict(self.rmst),
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
    arm: str,
    control: object = None,
    strata: Sequence[str] = (),
    covariates: Sequence[str] = (),
    conf: LimitScale = "log-log",
    ties: Ties = "efron",
    at: Sequence[float] = (),
    extend: bool = False,
    rmst: float | None = None,
    level: float = 0.95,
) -> Survival:
    """Kaplan-Meier by arm, log-rank, Cox and proportional hazards of one endpoint.

    frame : a data frame of any kind narwhals knows, a mapping of columns, or the path of a file
    time, event, arm : names of columns; event is True/False or 1/0, or is written "status==2"
    control : the level that is compared against, the first one if not given
    strata : columns that stratify the log-rank test, the Cox model and the restricted mean
    covariates : terms of the Cox model besides the arm, as `terms.design` reads them
    at : times at which survival is given; extend : True to carry an arm's last value past its last
        time, where it is not estimable if somebody was censored then
    rmst : up to when the restricted mean is taken
    Returns  Survival; `to_dict()` gives plain values for JSON.
    Raises   InputError naming the column and row that cannot be used.
    Checked  tests/unit/analysis/test_survival_summary.py; tests/oracle/survival.
    """
    choice(conf, LIMIT_SCALES, "conf")
    choice(ties, TIES, "ties")
    if any(not 0 <= when < np.inf for when in at):
        raise InputError(f"at: {list(at)} found; expected times of 0 or more")
    given = (tuple(strata), tuple(covariates), tuple(at), extend, rmst)
    options = SurvivalOptions(conf, ties, level_checked(level), *given)
    table = frame_of(frame)
    groups = control_first(labels(table, arm), arm, control)
    stratum = crossed(table, strata).codes if strata else None
    model = arm_terms(table, arm, groups, covariates)
    data = Data(times(table, time), events_of(table, event), groups, stratum, model)
    return summarized(data, options)


def summarized(data: Data, options: SurvivalOptions) -> Survival:
    """Each part by itself: one that is not estimable leaves a note and the others stand."""
    notes: list[str] = []
    arms = tuple(arm_summary(data, j, options, notes) for j in range(len(data.groups.levels)))
    fit = attempt("cox", notes, lambda: fitted(data, options))
    notes += fit.notes if fit is not None else ()
    drift = None
    if fit is not None and not fit.notes and options.ties != "exact":
        drift = attempt("zph", notes, lambda: zph(fit, terms=data.model.terms))
        unknown = [row.term for row in drift or () if np.isnan(row.chisq)]
        if unknown:
            notes.append(f"zph not estimable: the drift of {', '.join(unknown)}")
    test = attempt(
        "logrank", notes, lambda: logrank(data.time, data.event, data.groups.codes, data.stratum)
    )
    mean = None
    if len(arms) == 2 and all(a.rmst is not None for a in arms):
        mean = attempt("rmst", notes, lambda: compared(data, options))
    return Survival(arms, test, fit, drift, mean, tuple(dict.fromkeys(notes)), options)


def attempt(part: str, notes: list[str], found: Callable[[], T]) -> T | None:
    """A part of the summary, or a note why there is none."""
    try:
        return found()
    except InputError as error:
        notes.append(f"{part} not estimable: {error}")
        return None


def fitted(data: Data, o: SurvivalOptions) -> Cox:
    """The Cox model of the arm and the covariates."""
    return cox(
        data.time,
        data.event,
        data.model.x,
        stratum=data.stratum,
        ties=o.ties,
        names=data.model.names,
        level=o.level,
    )


def compared(data: Data, o: SurvivalOptions) -> RmstComparison:
    """The restricted means of the two arms."""
    code = data.groups.codes
    tau = float(o.tau or 0)
    return compare_rmst(data.time, data.event, code, data.stratum, tau=tau, level=o.level)


def arm_summary(data: Data, j: int, o: SurvivalOptions, notes: list[str]) -> ArmSummary:
    """One arm's curve and restricted mean."""
    mine = data.groups.codes == j
    curve = kaplan_meier(data.time[mine], data.event[mine], conf=o.conf, level=o.level)
    points, level = curve.at(o.at, extend=o.extend), data.groups.levels[j]
    told = zip(o.at, points.notes, strict=True)
    notes += [f"survival of arm {level} at {t:g} {note}" for t, note in told if note]
    mean = None
    if o.tau is not None:
        tau = float(o.tau)
        mean = attempt(f"rmst of arm {level}", notes, lambda: mean_up_to(curve, tau))
    return ArmSummary(level, curve, points, mean)


def events_of(table: Frame, event: str) -> Bools:
    """The event column, or whether a column has the value named in "column==value"."""
    name, _, value = event.partition("==")
    return is_value(table, name.strip(), value.strip()) if value else flags(table, event)


def control_first(groups: Labels, name: str, control: Any) -> Labels:
    """The arms with control moved to the front, the others in their own order.

    Raises   InputError if there is one arm only, or no such level.
    """
    if len(groups.levels) < 2:
        raise InputError(f"column {name}: one arm only ({groups.levels[0]}); expected two or more")
    if control is None:
        return groups
    texts = [str(level) for level in groups.levels]
    if str(control) not in texts:
        raise InputError(f"control: {control} found; column {name} has {', '.join(texts)}")
    first = texts.index(str(control))
    order = [first, *(j for j in range(len(texts)) if j != first)]
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order))
    return Labels(place[groups.codes], tuple(groups.levels[j] for j in order))


def arm_terms(table: Frame, name: str, groups: Labels, covariates: Sequence[str]) -> ModelTerms:
    """The model's columns: each experimental arm against control, then the covariates."""
    others = range(1, len(groups.levels))
    arms = np.column_stack([(groups.codes == j).astype(np.float64) for j in others])
    names = tuple(f"{name}{groups.levels[j]}" for j in others)
    terms = {name: tuple(range(len(names)))}
    if not covariates:
        return ModelTerms(arms, names, terms)
    more = design(table, covariates)
    shifted = {t: tuple(c + len(names) for c in columns) for t, columns in more.terms.items()}
    return ModelTerms(np.column_stack((arms, more.x)), names + more.names, {**terms, **shifted})
