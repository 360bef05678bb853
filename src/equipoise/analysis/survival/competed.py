"""Competing risks of one endpoint, from any data frame, in one call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from equipoise.analysis.complete import MissingRows, columns_named, complete_rows
from equipoise.analysis.survival.arrays import choice, level_checked
from equipoise.analysis.survival.asked import control_first
from equipoise.analysis.survival.curves.competing import (
    INCIDENCE_SCALES,
    VARIANCES,
    GrayTest,
    Incidence,
    IncidenceAt,
    IncidenceScale,
    Variance,
    cumulative_incidence,
    gray_test,
)
from equipoise.analysis.survival.plain import known
from equipoise.analysis.survival.regression.cox import cox
from equipoise.analysis.survival.regression.finegray import fine_gray
from equipoise.analysis.survival.terms import design
from equipoise.arrays import Floats, SmallInts
from equipoise.errors import InputError, did_you_mean
from equipoise.frames import AnyTable, Frame, Labels, crossed, frame_of, labels, times


class CauseOfArm(NamedTuple):
    """One cause in one arm: its events, its incidence and that at the times asked for."""

    arm: Any
    cause: str
    n: int
    events: int
    curve: Incidence
    at: IncidenceAt


class CauseRatio(NamedTuple):
    """A hazard ratio of one arm against control."""

    estimate: float
    lower: float
    upper: float
    p: float


class ArmsByCause(NamedTuple):
    """One arm against the control for one cause; None where not estimable.

    subdistribution : Fine and Gray's; cause_specific : Cox's, other causes censored
    """

    arm: Any
    control: Any
    cause: str
    subdistribution: CauseRatio | None
    cause_specific: CauseRatio | None


@dataclass(frozen=True)
class Competing:
    """Causes of the end of event-free time, by arm and compared between arms.

    arms : control first, cause by cause; gray : by cause, None where not testable
    notes : what was not estimable, and why; rows left out
    """

    causes: tuple[str, ...]
    arms: tuple[CauseOfArm, ...]
    gray: tuple[GrayTest | None, ...]
    comparisons: tuple[ArmsByCause, ...]
    strata: tuple[str, ...]
    covariates: tuple[str, ...]
    level: float
    dropped: int
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        told = (f"{a.arm} {a.cause} {a.events} of {a.n}" for a in self.arms)
        return "Competing  " + ", ".join(told)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values for JSON; None where R has NA, never NaN."""
        tests = zip(self.causes, self.gray, strict=True)
        return {
            "causes": list(self.causes),
            "control": self.comparisons[0].control if self.comparisons else None,
            "arms": [_arm_dict(a) for a in self.arms],
            "gray": [{"cause": name, **_gray_dict(test)} for name, test in tests],
            "comparisons": [
                {
                    "arm": c.arm,
                    "control": c.control,
                    "cause": c.cause,
                    "subdistribution": _ratio_dict(c.subdistribution),
                    "cause_specific": _ratio_dict(c.cause_specific),
                }
                for c in self.comparisons
            ],
            "strata": list(self.strata),
            "covariates": list(self.covariates),
            "level": self.level,
            "dropped": self.dropped,
            "notes": list(self.notes),
        }


def _arm_dict(a: CauseOfArm) -> dict[str, Any]:
    keys = ("time", "estimate", "std_err", "lower", "upper")
    rows = zip(*(getattr(a.at, key) for key in keys), strict=True)
    points = [{key: known(v) for key, v in zip(keys, row, strict=True)} for row in rows]
    return {"arm": a.arm, "cause": a.cause, "n": a.n, "events": a.events, "at": points}


def _gray_dict(test: GrayTest | None) -> dict[str, Any]:
    if test is None:
        return dict.fromkeys(("chisq", "df", "p"))
    return {"chisq": known(test.chisq), "df": test.df, "p": known(test.p)}


def _ratio_dict(ratio: CauseRatio | None) -> dict[str, Any] | None:
    return None if ratio is None else {k: known(v) for k, v in ratio._asdict().items()}


class CauseColumns(NamedTuple):
    """The checked columns; cause : 0 censored, 1, 2, ... ; x : covariates or None."""

    time: Any
    cause: SmallInts
    groups: Labels
    stratum: SmallInts | None
    x: Floats | None


def competing(
    frame: AnyTable,
    *,
    time: str,
    cause: str,
    arm: str | None = None,
    control: object = None,
    censored: object = 0,
    strata: Sequence[str] = (),
    covariates: Sequence[str] = (),
    at: Sequence[float] = (),
    extend: bool = False,
    variance: Variance = "delta",
    conf: IncidenceScale = "log-log",
    missing: MissingRows = "refuse",
    level: float = 0.95,
) -> Competing:
    """Cumulative incidence by cause and arm, Gray's test, Fine-Gray and cause-specific models.

    frame : a data frame of any kind narwhals knows, a mapping of columns, or the path of a file
    time : the column of times to the first event of any cause, or to censoring
    cause : the column of what came first; censored : its value where nothing came
    arm : the column of arms; without one, or with one arm only, there are its curves
    control : the level that is compared against, the first one if not given
    strata : columns that stratify Gray's test and the cause-specific model
    covariates : terms of both models besides the arm
    at : times at which incidence is given; extend : as `Incidence.at`
    variance : "delta" (R survival) or "aalen" (cmprsk)
    missing : "drop" to leave out rows with a missing value, which are counted
    Raises   InputError naming the column and row that cannot be used.
    Checked  tests/unit/analysis/test_competing_table.py; tests/oracle/tables (R cmprsk, coxph).
    """
    choice(variance, VARIANCES, "variance")
    choice(conf, INCIDENCE_SCALES, "conf")
    level_checked(level)
    if any(not 0 <= when < np.inf for when in at):
        raise InputError(f"at: {list(at)} found; expected times of 0 or more")
    table = frame_of(frame)
    used = columns_named(table, time, cause, arm, *strata, terms=covariates)
    rows = complete_rows(table, used, missing)
    codes, names = causes_named(rows.frame, cause, censored)
    groups = Labels(np.zeros(codes.size, np.int32), ("all",))
    if arm is not None:
        groups = control_first(labels(rows.frame, arm), arm, control)
    stratum = crossed(rows.frame, strata).codes if strata else None
    x = design(rows.frame, covariates).x if covariates else None
    data = CauseColumns(times(rows.frame, time), codes, groups, stratum, x)
    notes = list(rows.notes)
    curves = _curves(data, names, at, extend, variance, conf, level, notes)
    gray, comparisons = _compared(data, names, level, notes)
    given = (tuple(strata), tuple(covariates), level, rows.dropped)
    return Competing(names, curves, gray, comparisons, *given, tuple(dict.fromkeys(notes)))


def causes_named(table: Frame, name: str, censored: object) -> tuple[SmallInts, tuple[str, ...]]:
    """(n,) 0 where censored, else 1, 2, ... of the causes by name.

    Raises   InputError if no row is censored so and nobody could be, or no cause is left.
    """
    found = labels(table, name)
    words = [_word(level) for level in found.levels]
    out = _word(censored)
    kept = tuple(word for word in words if word != out)
    if not kept:
        raise InputError(f"column {name}: every row is {out}, censored; expected a cause")
    if out not in words and out != "0":
        hint = did_you_mean(out, words)
        raise InputError(f"censored: {out} found{hint}; column {name} has {', '.join(words)}")
    place = {word: k for k, word in enumerate(kept, start=1)}
    code = np.array([place.get(word, 0) for word in words], np.int32)
    return code[found.codes], kept


def _word(level: object) -> str:
    """A level as written: 1.0 is 1."""
    return f"{level:g}" if isinstance(level, float) else str(level)


def _curves(
    data: CauseColumns,
    names: tuple[str, ...],
    at: Sequence[float],
    extend: bool,
    variance: Variance,
    conf: IncidenceScale,
    level: float,
    notes: list[str],
) -> tuple[CauseOfArm, ...]:
    """Each arm's incidence of each cause."""
    out = []
    for j, arm in enumerate(data.groups.levels):
        mine = data.groups.codes == j
        time, cause = data.time[mine], data.cause[mine]
        for k, name in enumerate(names, start=1):
            curve = cumulative_incidence(
                time, cause, of=k, variance=variance, conf=conf, level=level
            )
            points = curve.at(list(at), extend=extend)
            told = zip(at, points.notes, strict=True)
            notes += [f"incidence of arm {arm} at {t:g} {note}" for t, note in told if note]
            out.append(
                CauseOfArm(arm, name, int(mine.sum()), int((cause == k).sum()), curve, points)
            )
    return tuple(out)


def _compared(
    data: CauseColumns, names: tuple[str, ...], level: float, notes: list[str]
) -> tuple[tuple[GrayTest | None, ...], tuple[ArmsByCause, ...]]:
    """Gray's tests by cause, and both hazard ratios of each experimental arm."""
    arms = data.groups.levels
    if len(arms) < 2:
        return tuple(None for _ in names), ()
    tests: list[GrayTest | None] = []
    ratios: list[ArmsByCause] = []
    for k, name in enumerate(names, start=1):
        try:
            tests.append(gray_test(data.time, data.cause, data.groups.codes, data.stratum, of=k))
        except InputError as problem:
            tests.append(None)
            notes.append(f"Gray's test of {name} not estimable: {problem}")
        whole, own = _models(data, k, name, level, notes)
        ratios += [
            ArmsByCause(arms[j + 1], arms[0], name, _ratio(whole, j), _ratio(own, j))
            for j in range(len(arms) - 1)
        ]
    return tuple(tests), tuple(ratios)


def _models(
    data: CauseColumns, k: int, name: str, level: float, notes: list[str]
) -> tuple[Any, Any]:
    """Fine and Gray's model and the cause-specific one; None where not estimable, with a note."""
    others = range(1, len(data.groups.levels))
    x = np.column_stack([(data.groups.codes == j).astype(np.float64) for j in others])
    if data.x is not None:
        x = np.column_stack((x, data.x))
    found: list[Any] = []
    event = data.cause == k
    for word, fit in (
        ("Fine-Gray model", lambda: fine_gray(data.time, data.cause, x, of=k, level=level)),
        (
            "cause-specific model",
            lambda: cox(data.time, event, x, stratum=data.stratum, level=level),
        ),
    ):
        try:
            found.append(fit())
            notes += [f"{word} of {name}: {note}" for note in getattr(found[-1], "notes", ())]
        except InputError as problem:
            found.append(None)
            notes.append(f"{word} of {name} not estimable: {problem}")
    return found[0], found[1]


def _ratio(fit: Any, j: int) -> CauseRatio | None:
    if fit is None or np.isnan(fit.coef[j]):
        return None
    return CauseRatio(*(float(v[j]) for v in (fit.hr, fit.lower, fit.upper, fit.p)))
