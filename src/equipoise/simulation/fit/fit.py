"""A truth that reproduces published figures, and how far each of them is from it."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np

from equipoise.arrays import Floats
from equipoise.errors import InputError, expect
from equipoise.meaning.hypotheses import comparisons
from equipoise.meaning.looks import default_look, known_look
from equipoise.patients.world import setting, truth_named
from equipoise.protocol import Protocol
from equipoise.protocol.model import CurvePoint, Hazard, Published, Truth, altered
from equipoise.simulation.fit.not_fitted import Held, out_of_reach, read_in_sources
from equipoise.simulation.fit.write_truth import marks_of, snippet, times_paths
from equipoise.simulation.object.supported import supported
from equipoise.simulation.object.without_records import figures
from equipoise.simulation.operating.published import CENTRAL_95
from equipoise.units import parse_duration

STEP = 0.05  # of a parameter, for slopes: figures of few trials move in small jumps
LARGEST_MOVE = 2.0  # a parameter's largest distance from the start, on its own scale
HOLD = 0.05  # pull toward the start, in standard errors: settles what no figure speaks of
MOST_ROUNDS = 8  # rounds of least squares
DECIMALS = 3  # decimals of a fitted probability: figures of few hundred patients say no more
NEAR_ONE = 1e-3


class FreePart(NamedTuple):
    """One number of a truth that may move.

    kind : "scale" or "shape" of a cumulative hazard, which becomes exp(scale) H ** exp(shape), or
        "rate", the shift of a response rate's log odds
    process : "progression", "death" or "response"
    """

    kind: str
    process: str
    arm: str


@dataclass(frozen=True, slots=True)
class Misfit:
    """A published figure among virtual trials of the fitted truth; None where it was not fitted.

    errors : (published - mean) in standard deviations between trials
    """

    says: str
    published: float
    mean: float | None = None
    lower: float | None = None
    upper: float | None = None
    errors: float | None = None

    @property
    def inside(self) -> bool | None:
        """Whether it lies in the central 95% of the trials."""
        if self.lower is None or self.upper is None:
            return None
        return self.lower <= self.published <= self.upper


@dataclass(frozen=True, slots=True)
class FittedTruth:
    """A fitted truth, its YAML, and every published figure beside it."""

    name: str
    truth: Truth
    misfits: tuple[Misfit, ...]
    trials: int
    yaml: str  # the lines of the truth that were fitted, each marked, to paste into the protocol

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        figures = [asdict(m) | {"inside": m.inside} for m in self.misfits]
        return {"truth": self.name, "trials": self.trials, "figures": figures, "yaml": self.yaml}

    def __repr__(self) -> str:
        known = [m for m in self.misfits if m.inside is not None]
        inside = sum(bool(m.inside) for m in known)
        figures = f"{inside} of {len(known)} figures inside 95% of {self.trials} trials"
        return f"FittedTruth  {self.name}: {figures}"


def fit_truth(
    protocol: Protocol,
    *,
    truth: str,
    seed: int,
    look: str | None = None,
    trials: int = 40,
    check: int = 400,
) -> FittedTruth:
    """Move a truth's curves and response rates until virtual trials give the published figures.

    truth : where to start; its curve points, medians and rates move, all else stays, and so does
        what was read in a source and what no patient is followed to
    look : that of the published figures; by default the one that the report names
    trials : virtual trials behind each trial value, the same ones throughout
    check : other virtual trials, from which the misfit of the rounded truth is stated
    Returns  FittedTruth; figures that need a trial's records are listed without a misfit
    Raises   InputError if no published figure says anything about progression, death or response
             that may move, a figure is none that a trial can give, or there is no such look.
    Source   least squares on the distance of each figure's mean from the published value, in
             standard deviations between trials.
    Checked  tests/unit/simulation/test_fit.py.
    """
    expect(protocol, Protocol)
    start = truth_named(protocol, truth)
    look = known_look(protocol, look or default_look(protocol))
    _refused(protocol)
    wanted = tuple(f for f in _valued(protocol) if supported(protocol, f))
    held = read_in_sources(protocol, truth) | out_of_reach(protocol, truth, look=look, seed=seed)
    parts = free_parts(protocol, start, wanted, held)
    if not parts:
        raise InputError(
            "report.published: no figure speaks of progression, death or response that may move"
        )
    aims = np.array([f.value for f in wanted], dtype=np.float64)

    def simulated(moved: Truth, first: int, count: int) -> Floats:
        return _simulated(protocol, truth, moved, wanted, look, seed, range(first, first + count))

    from scipy.optimize import least_squares  # heavy, and only a fit needs it

    spread = _spread(simulated(start, 1, trials), wanted)

    def distance(one_more: Floats) -> Floats:
        x = one_more - 1.0  # steps are relative to the value, which must not be 0
        means = np.nanmean(simulated(moved_truth(start, parts, x, held), 1, trials), axis=0)
        return np.concatenate([(means - aims) / spread, HOLD * x])

    best = least_squares(
        distance,
        np.ones(len(parts)),
        bounds=(1.0 - LARGEST_MOVE, 1.0 + LARGEST_MOVE),
        diff_step=np.full(len(parts), STEP),
        xtol=1e-2,
        ftol=1e-3,
        max_nfev=MOST_ROUNDS,
    )
    fitted = moved_truth(start, parts, best.x - 1.0, held)
    values = simulated(fitted, trials + 1, check)
    known = {f.says: _misfit(f, values[:, j]) for j, f in enumerate(wanted)}
    every = tuple(
        known.get(f.says, Misfit(f.says, float(f.value or 0.0))) for f in _valued(protocol)
    )
    how = f'fit-truth --truth "{truth}" --seed {seed} --look "{look}" --trials {trials}'
    marks = marks_of(protocol, truth, start, fitted)
    return FittedTruth(truth, fitted, every, check, snippet(truth, fitted, marks, how))


def _refused(protocol: Protocol) -> None:
    """Say so where a figure cannot be."""
    for at, figure in enumerate(_valued(protocol)):
        value = float(figure.value or 0.0)
        most = 1.0 if figure.statistic in ("survival", "rate", "p") else math.inf
        if not 0.0 <= value <= most:
            raise InputError(
                f"report.published[{at}]: {figure.says}: found {value:g}, which no trial gives; "
                f"expected 0 {'to 1' if most == 1.0 else 'or more'}"
            )


def _valued(protocol: Protocol) -> list[Published]:
    return [f for f in protocol.report.published if f.value is not None]


def free_parts(
    protocol: Protocol, truth: Truth, wanted: tuple[Published, ...], held: Held = frozenset()
) -> list[FreePart]:
    """What the figures speak of: the arm they name, or the experimental one of a comparison."""
    found: dict[FreePart, None] = {}
    for figure in wanted:
        estimand = protocol.estimands[figure.estimand]
        endpoint = protocol.endpoints[estimand.endpoint]
        compared = comparisons(protocol, estimand)[0][0]
        arms = [figure.group or compared]
        if endpoint.type == "proportion":
            for arm in arms:
                if 0.0 < truth.response.get(arm, 0.0) < 1.0 and ("response", arm) not in held:
                    found[FreePart("rate", "response", arm)] = None
            continue
        named = {source.name for source in endpoint.event}
        process = "progression" if "progression" in named else "death"
        time = getattr(truth, process)
        for arm in arms if time is not None else []:
            free = [p for p in times_paths(process, arm, time.arms[arm]) if p not in held]
            if free:
                found[FreePart("scale", process, arm)] = None
            if len(free) > 1 and time.arms[arm].curve:
                found[FreePart("shape", process, arm)] = None
    return list(found)


def moved_truth(truth: Truth, parts: list[FreePart], x: Floats, held: Held = frozenset()) -> Truth:
    """The truth with its parts moved by `x`, rounded as it will be written."""
    update: dict[str, object] = {}
    for process in ("progression", "death"):
        time = getattr(truth, process)
        own = {(p.kind, p.arm): float(v) for p, v in zip(parts, x) if p.process == process}
        if time is not None and own:
            arms = {
                arm: _moved(
                    h,
                    own.get(("scale", arm), 0.0),
                    own.get(("shape", arm), 0.0),
                    [p in held for p in times_paths(process, arm, h)],
                )
                for arm, h in time.arms.items()
            }
            update[process] = time.model_copy(update={"arms": arms})
    rates = {p.arm: float(v) for p, v in zip(parts, x) if p.kind == "rate"}
    if rates:
        update["response"] = {a: _shifted(r, rates.get(a, 0.0)) for a, r in truth.response.items()}
    return truth.model_copy(update=update)


def _moved(hazard: Hazard, scale: float, shape: float, held: list[bool]) -> Hazard:
    if scale == 0.0 and shape == 0.0:
        return hazard
    if hazard.curve:
        points = [
            p if stays else p.model_copy(update={"survival": _point(p, scale, shape)})
            for p, stays in zip(hazard.curve, held, strict=True)
        ]
        return hazard.model_copy(update={"curve": _falling(points, held)})
    if hazard.hazard_ratio is not None:
        moved = [round(float(r) * math.exp(scale), DECIMALS) for _, r in hazard.ratios]
        later = tuple(
            one.model_copy(update={"hazard_ratio": r})
            for one, r in zip(hazard.then, moved[1:], strict=True)
        )
        return hazard.model_copy(update={"hazard_ratio": moved[0], "then": later})
    assert hazard.median is not None
    median = parse_duration(f"{hazard.median.days * math.exp(-scale):.1f} days")
    return hazard.model_copy(update={"median": median})


def _falling(points: list[CurvePoint], held: list[bool]) -> tuple[CurvePoint, ...]:
    """The points with those that moved kept between the ones around them."""
    found: list[CurvePoint] = []
    for k, point in enumerate(points):
        above = found[-1].survival - NEAR_ONE if found else 1.0 - NEAR_ONE
        later = [p.survival for p, stays in zip(points[k + 1 :], held[k + 1 :]) if stays]
        below = max(later, default=0.0) + NEAR_ONE
        between = round(max(min(point.survival, above), below), DECIMALS)
        found.append(point if held[k] else point.model_copy(update={"survival": between}))
    return tuple(found)


def _point(point: CurvePoint, scale: float, shape: float) -> float:
    risk = -math.log(min(max(float(point.survival), NEAR_ONE), 1.0 - NEAR_ONE))
    moved = math.exp(-math.exp(scale) * risk ** math.exp(shape))
    return min(max(round(moved, DECIMALS), NEAR_ONE), 1.0 - NEAR_ONE)


def _shifted(rate: float, shift: float) -> float:
    odds = rate / (1.0 - rate) * math.exp(shift)
    return round(odds / (1.0 + odds), DECIMALS)


def _simulated(
    protocol: Protocol, name: str, truth: Truth, wanted: tuple[Published, ...], look: str,
    seed: int, numbers: range,
) -> Floats:  # fmt: skip
    """(trials, figures); a median not reached counts as the length of the trial."""
    moved = altered(protocol, truth={**protocol.truth, name: truth})
    where = setting(moved, truth=name)
    rows = [figures(moved, where, wanted, look=look, seed=seed, trial=k) for k in numbers]
    return np.asarray(np.minimum(np.array(rows, dtype=np.float64), float(where.days)))


def _spread(values: Floats, wanted: tuple[Published, ...]) -> Floats:
    """Standard deviation of each figure. Raises InputError for one that hardly a trial gives."""
    rare = [f.says for f, n in zip(wanted, np.isfinite(values).sum(axis=0), strict=True) if n < 2]
    if rare:
        told = f"virtual trials do not give {', '.join(rare)}"
        raise InputError(f"{told}; expected more of them, or another truth to start from")
    return np.asarray(np.maximum(np.nanstd(values, axis=0, ddof=1), 1e-9))


def _misfit(figure: Published, values: Floats) -> Misfit:
    assert figure.value is not None
    values = values[~np.isnan(values)]  # of the trials that give it
    low, high = (float(np.quantile(values, q, method="inverted_cdf")) for q in CENTRAL_95)
    mean, spread = float(values.mean()), float(values.std(ddof=1))
    errors = (float(figure.value) - mean) / spread if spread > 0 else None
    return Misfit(figure.says, float(figure.value), mean, low, high, errors)
