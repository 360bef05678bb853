"""Adapters for R's survival design, conditional power, inference and graph calls."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np

from equipoise.design.bounds.boundaries import bounds
from equipoise.design.bounds.inference import repeated_interval, repeated_p, sequential_p, stagewise
from equipoise.design.monitor.conditional import (
    conditional_exits,
    conditional_power,
    predictive_power,
)
from equipoise.design.monitor.scales import score_information, z_to_hazard_ratio
from equipoise.design.size.events import size_events
from equipoise.design.size.logrank import size_logrank
from equipoise.design.size.survival import size_survival
from equipoise.meaning.expected import (
    Course,
    Steps,
    StratumCourse,
    arm_events,
    average_hazard_ratio,
    expected_events,
    time_of_events,
)
from equipoise.meaning.multiplicity import Graph, apply_graph
from support.design_r import Named, gs_name, gs_result


def _list(x: Any) -> list[float]:
    return [float(v) for v in np.atleast_1d(x)]


def steps(values: Any, durations: Any = ()) -> Steps:
    """R's rates with the lengths of all but the last interval."""
    return Steps((0.0, *np.cumsum(_list(durations)).tolist()), tuple(_list(values)))


def course(lambdaC: Any, hr: float, eta: Any, gamma: Any, R: Any, S: Any = (), ratio: float = 1.0):
    one = StratumCourse(
        steps(lambdaC, S), Steps.constant(hr), Steps.constant(eta), Steps.constant(eta)
    )
    return Course(Steps.lasting(_list(R), _list(gamma)), (one,), float(ratio))


METHODS = {
    "LachinFoulkes": "lachin-foulkes",
    "Schoenfeld": "schoenfeld",
    "Freedman": "freedman",
    "HsiehFreedman": "hsieh-freedman",
    "BernsteinLagakos": "bernstein-lagakos",
}


def sized(c: Course, hr: float, T: float, *, power: float = 0.9, **a: Any):
    return size_survival(c, hazard_ratio=hr, subjects=None, duration=T, power=power, **a)


def n_surv(*, lambdaC: Any, hr: float, eta: float, T: float, minfup: float, method: str, **a: Any):
    R = a.get("R", T - minfup)
    R = [*_list(R)[:-1], T - minfup - sum(_list(R)[:-1])]
    c = course(lambdaC, hr, eta, a.get("gamma", 1.0), R, a.get("S", ()), a["ratio"])
    size = sized(c, hr, T, alpha=a["alpha"], power=1 - a["beta"], method=METHODS[method])
    d = size.calendar.events
    return SimpleNamespace(n=size.amount, d=size.events, eDC=d.control, eDE=d.experimental, T=T)


def n_survival(*, lambda1: float, lambda2: float, Ts: float, Tr: float, eta: float, **a: Any):
    c = course(lambda1, lambda2 / lambda1, eta, 1.0, Tr, ratio=a["ratio"])
    size = sized(c, lambda2 / lambda1, Ts)
    return SimpleNamespace(n=size.amount, nEvents=size.events)


def n_events(*, hr: float, alpha: float, ratio: float, sided: int, beta: Any = None, n: Any = None):
    power = None if n is not None else 1 - beta
    size = size_events(hazard_ratio=hr, events=n, power=power, alpha=alpha, ratio=ratio)
    return size.amount if n is None else size.power


def gs_surv(*, lambdaC: Any, hr: float, eta: float, gamma: Any, R: Any, **a: Any):
    timing = [*_list(a["timing"]), 1.0]
    b = _gs_bounds(a, timing)
    c = course(lambdaC, hr, eta, gamma, R)
    size = sized(c, hr, a["T"], inflation=b.inflation)
    x = gs_result(b, size.events / b.inflation)
    x.T = [time_of_events(size.calendar.course, d) for d in x.n_I]
    x.eNC = np.array([[size.calendar.course.accrual.total(t) / 2] for t in x.T])
    x.eNE, x.gamma, x.test_type = x.eNC, size.calendar.course.accrual.values[:-1], a["test_type"]
    x.course = size.calendar.course
    return x


def _gs_bounds(a: dict[str, Any], timing: list[float], spending_time: Any = None):
    return bounds(
        timing,
        alpha=a.get("alpha", 0.025),
        efficacy=gs_name(a["sfu"].name, a.get("sfupar", 0)) if "sfu" in a else "hsd:-4",
        futility=gs_name(a["sfl"].name, a["sflpar"]) if a["test_type"] > 1 else None,
        beta=a.get("beta", 0.1),
        binding=a["test_type"] == 3,
        spending_time=spending_time,
    )


def gs_surv_calendar(*, calendarTime: Any, lambdaC: Any, hr: float, eta: float, **a: Any):
    times = _list(calendarTime)
    c = course(lambdaC, hr, eta, a["gamma"], a["R"])
    events = [expected_events(c, t).total for t in times]
    t = [d / events[-1] for d in events]
    b = _gs_bounds(a, t, [u / times[-1] for u in times])
    size = sized(c, hr, times[-1], inflation=b.inflation)
    x = gs_result(b, size.events / b.inflation)
    x.timing = t
    return x


def t_events_ia(x: Any, *, timing: float) -> SimpleNamespace:
    return SimpleNamespace(T=time_of_events(x.course, timing * x.n_I[-1]))


def e_events(*, lambda_: Any, eta: Any, gamma: Any, R: Any, T: float, S: Any = ()):
    accrual = Steps.lasting(_list(R), _list(gamma))
    d = sum(arm_events(accrual, steps(lambda_, S), steps(eta, S if np.size(eta) > 1 else ()), T))
    return SimpleNamespace(d=d, n=accrual.total(T))


def enroll(*, duration: Any, rate: Any) -> Steps:
    return Steps.lasting(_list(duration), _list(rate))


def fail(*, duration: Any, fail_rate: Any, dropout_rate: Any, hr: Any = 1.0) -> SimpleNamespace:
    S = [d for d in _list(duration) if math.isfinite(d)]
    spread = lambda v: steps(_list(v) if np.size(v) > 1 else _list(v) * (len(S) + 1), S)  # noqa: E731
    return SimpleNamespace(rate=spread(fail_rate), hr=spread(hr), dropout=spread(dropout_rate))


def _merck(enroll_rate: Steps, f: SimpleNamespace) -> Course:
    return Course(enroll_rate, (StratumCourse(f.rate, f.hr, f.dropout, f.dropout),))


def ahr(*, enroll_rate: Steps, fail_rate: Any, total_duration: float, ratio: float):
    c = _merck(enroll_rate, fail_rate)
    a = average_hazard_ratio(c, total_duration)
    return SimpleNamespace(
        n=c.accrual.total(total_duration),
        event=a.events,
        ahr=a.hazard_ratio,
        info=a.information,
        info0=a.null_information,
    )


def expected_event(*, enroll_rate: Steps, fail_rate: Any, total_duration: float) -> float:
    return sum(arm_events(enroll_rate, fail_rate.rate, fail_rate.dropout, total_duration))


def ppwe(*, x: Any, duration: Any, rate: Any) -> list[float]:
    hazard = steps(rate, _list(duration)[:-1])
    return [math.exp(-hazard.total(t)) for t in x]


def piecewise_cdf(x: Any, *, piecewiseSurvivalTime: Any, piecewiseLambda: Any) -> list[float]:
    hazard = Steps(tuple(_list(piecewiseSurvivalTime)), tuple(_list(piecewiseLambda)))
    return [1 - math.exp(-hazard.total(t)) for t in x]


def rpact_subjects(*, time: float, accrualTime: Any, accrualIntensity: Any) -> SimpleNamespace:
    accrual = Steps.lasting(np.diff(accrualTime), _list(accrualIntensity))
    return SimpleNamespace(numberOfSubjects=accrual.total(time))


def _rpact_course(a: dict[str, Any], hr: float) -> Course:
    eta = -math.log(1 - a["dropoutRate1"]) / a["dropoutTime"]
    length = np.diff(_list(a["accrualTime"]))
    return course(
        a["lambda2"],
        hr,
        eta,
        a.get("accrualIntensity", 1.0),
        length,
        ratio=a.get("allocationRatioPlanned", 1.0),
    )


def rpact_event_probabilities(*, time: float, hazardRatio: float, **a: Any) -> SimpleNamespace:
    c = _rpact_course(a, hazardRatio)
    n, d = c.subjects, expected_events(c, time)
    return SimpleNamespace(
        eventProbabilities1=d.experimental / (n / 2),
        eventProbabilities2=d.control / (n / 2),
        overallEventProbabilities=d.total / n,
    )


def rpact_sample_size(design: Any = None, *, hazardRatio: float, **a: Any) -> SimpleNamespace:
    c = _rpact_course(a, hazardRatio)
    T = a["accrualTime"][-1] + a["followUpTime"]
    b = design.bounds if design else None
    size = sized(
        c,
        hazardRatio,
        T,
        method=METHODS[a.get("typeOfComputation", "Schoenfeld")],
        inflation=b.inflation if b else 1.0,
    )
    out = SimpleNamespace(maxNumberOfSubjects=size.amount, eventsFixed=size.events, studyDuration=T)
    if b is None:
        return out
    out.cumulativeEventsPerStage = [t * size.events for t in b.information]
    out.criticalValuesEffectScale = [
        z_to_hazard_ratio(u, events=d)
        for u, d in zip(b.upper, out.cumulativeEventsPerStage, strict=True)
    ]
    out.criticalValuesPValueScale = b.nominal_p
    stops = b.exits(drift=b.drift).upper
    out.rejectPerStage, out.earlyStop = stops, sum(stops[:-1])
    out.expectedEventsH01 = b.expected_information(drift=b.drift / 2) * size.events
    times = [time_of_events(size.calendar.course, d) for d in out.cumulativeEventsPerStage]
    weights = [*stops[:-1], 1 - sum(stops[:-1])]
    out.studyDuration = float(np.dot(weights, times))
    return out


def rpact_power_survival(design: Any, *, hazardRatio: Any, maxNumberOfEvents: float, **a: Any):
    rows = []
    b, d = design.bounds, maxNumberOfEvents
    for hr in _list(hazardRatio):
        drift = -math.log(hr) * math.sqrt(score_information(d))
        c = _rpact_course(a, hr)
        n = [c.accrual.total(time_of_events(c, t * d)) for t in b.information]
        stops = b.exits(drift=drift).upper
        weights = [*stops[:-1], 1 - sum(stops[:-1])]
        rows.append(
            (
                sum(stops),
                stops,
                b.expected_information(drift=drift) * d,
                float(np.dot(weights, n)),
                n,
            )
        )
    return SimpleNamespace(
        overallReject=[r[0] for r in rows],
        rejectPerStage=np.array([r[1] for r in rows]).T,
        expectedNumberOfEvents=[r[2] for r in rows],
        expectedNumberOfSubjects=[r[3] for r in rows],
        numberOfSubjects=np.array([r[4] for r in rows]).T,
    )


def gs_cp(g: Any, *, theta: Any, i: int, zi: float, r: int) -> SimpleNamespace:
    per = g.n_I[-1] / g.bounds.information[-1]
    thetas = [zi / math.sqrt(g.n_I[i - 1]), 0.0, g.delta]
    found = [conditional_exits(g.bounds, look=i, z=zi, drift=th * math.sqrt(per)) for th in thetas]
    return SimpleNamespace(
        theta=thetas,
        upper=SimpleNamespace(prob=np.array([f.upper for f in found]).T),
        lower=SimpleNamespace(prob=np.array([f.lower for f in found]).T),
    )


def gs_pp(g: Any, *, i: int, zi: float, theta: Any, wgts: Any, r: int, total: bool) -> float:
    per = g.n_I[-1] / g.bounds.information[-1]
    drifts = [th * math.sqrt(per) for th in theta]
    return predictive_power(g.bounds, look=i, z=zi, drifts=drifts, weights=_list(wgts))


def cond_power(*, z1: float, n2: float, z2: Any, theta: Any, x: Any) -> float:
    """Conditional power with n2 more at the observed trend, weights of the planned design.

    Equals conditional power of the planned design with the trend scaled to the new stage size.
    """
    n1, n_total = x.n_I
    planned = math.sqrt(1.0 - n1 / n_total)
    drift = z1 / math.sqrt(n1) * math.sqrt(n2) / planned
    b = x.bounds
    return conditional_power(_no_futility(b), look=1, z=z1, drift=drift)


def _no_futility(b: Any) -> Any:
    from dataclasses import replace

    return replace(b, lower=tuple(None for _ in b.lower))


def rpact_dataset(*, cumulativeEvents: Any, cumulativeLogRanks: Any, **_: Any) -> SimpleNamespace:
    return SimpleNamespace(
        events=_list(cumulativeEvents), z=[-v for v in _list(cumulativeLogRanks)]
    )


def _padded(values: list[Any], k: int) -> list[Any]:
    return [*values, *[None] * (k - len(values))]


def rpact_rci(design: Any, data: Any, **_: Any) -> list[list[float | None]]:
    b = design.bounds
    low, high = [], []
    for k, (z, d) in enumerate(zip(data.z, data.events, strict=True)):
        i = repeated_interval(b, look=k + 1, z=z)
        root = math.sqrt(b.information[k])
        low.append(z_to_hazard_ratio(i.upper * root, events=d))
        high.append(z_to_hazard_ratio(i.lower * root, events=d))
    return [_padded(low, len(b.upper)), _padded(high, len(b.upper))]


def rpact_stage_results(design: Any, data: Any, **_: Any) -> SimpleNamespace:
    return SimpleNamespace(design=design, data=data)


def rpact_repeated_p(x: Any, **_: Any) -> list[float | None]:
    b = x.design.bounds
    found = [repeated_p(b, look=k + 1, z=z) for k, z in enumerate(x.data.z)]
    return _padded(found, len(b.upper))


def _stopped(design: Any, data: Any) -> int | None:
    b = design.bounds
    for k, z in enumerate(data.z):
        if z >= b.upper[k] or k + 1 == len(b.upper):
            return k + 1
    return None


def rpact_final_p(x: Any) -> SimpleNamespace:
    stage = _stopped(x.design, x.data)
    if stage is None:
        return SimpleNamespace(finalStage=None, pFinal=None)
    found = stagewise(x.design.bounds, look=stage, z=x.data.z[stage - 1])
    return SimpleNamespace(finalStage=stage, pFinal=found.p)


def rpact_final_ci(design: Any, data: Any, **_: Any) -> SimpleNamespace:
    stage = _stopped(design, data)
    b = design.bounds
    if stage is None:
        return SimpleNamespace(
            finalStage=len(b.upper), medianUnbiased=None, finalConfidenceInterval=[None, None]
        )
    found = stagewise(b, look=stage, z=data.z[stage - 1])
    d, root = data.events[stage - 1], math.sqrt(b.information[stage - 1])
    hr = lambda drift: z_to_hazard_ratio(drift * root, events=d)  # noqa: E731
    return SimpleNamespace(
        finalStage=stage,
        medianUnbiased=hr(found.estimate),
        finalConfidenceInterval=[hr(found.interval.upper), hr(found.interval.lower)],
    )


def rpact_conditional_power(x: Any, *, nPlanned: float, thetaH1: float) -> SimpleNamespace:
    b, k = x.design.bounds, len(x.data.z)
    rest = b.information[-1] - b.information[k - 1]
    drift = -math.log(thetaH1) * math.sqrt(score_information(nPlanned)) / math.sqrt(rest)
    cp = conditional_power(b, look=k, z=x.data.z[-1], drift=drift)
    return SimpleNamespace(conditionalPower=[*[None] * (len(b.upper) - 1), cp])


def rpact_crp(x: Any) -> list[float | None]:
    b = x.design.bounds
    zs = x.data.z[: len(b.upper) - 1]
    found = [conditional_power(b, look=k + 1, z=z, drift=0.0) for k, z in enumerate(zs)]
    return _padded(found, len(b.upper))


def rpact_futility_scale(
    z: float, *, design: Any, information: Any, sourceScale: str, targetScale: str
) -> float:
    b = design.bounds
    if targetScale == "predictivePower":
        return predictive_power(b, look=1, z=z)
    return conditional_power(b, look=1, z=z, drift=z / math.sqrt(b.information[0]))


def sequential_p_value(*, gsD: Any, n_I: Any, Z: Any, interval: Any) -> float:
    return sequential_p(gsD.bounds, _list(Z))


def graph_test(graph: Any, *, p: Any, alpha: float) -> SimpleNamespace:
    m = len(graph[0])
    g = Graph(
        tuple(f"H{i + 1}" for i in range(m)),
        tuple(_list(graph[0])),
        tuple(tuple(_list(row)) for row in graph[1]),
    )
    found = apply_graph(g, _list(p), alpha=alpha)
    return SimpleNamespace(outputs=Named(adjusted_p=found.adjusted, rejected=found.rejected))


def gs_design_ahr(*, enroll_rate: Steps, fail_rate: Any, analysis_time: Any, **a: Any):
    d = size_logrank(_merck(enroll_rate, fail_rate), times=_list(analysis_time))
    return SimpleNamespace(
        analysis=SimpleNamespace(
            n=[d.subjects] * len(d.times),
            event=[x.events for x in d.looks],
            ahr=[x.hazard_ratio for x in d.looks],
        ),
        bound=SimpleNamespace(z=d.upper, probability=d.crossing),
    )


def gs_hr(*, z: Any, i: Any, x: Any) -> list[float]:
    return [z_to_hazard_ratio(v, events=d) for v, d in zip(z, x.n_I, strict=True)]


def lr_get_bound(
    *,
    k: int,
    informationRates: Any,
    alpha: float,
    typeAlphaSpending: str,
    parameterAlphaSpending: float,
) -> Any:
    name = {"sfHSD": "hsd", "sfKD": "kim-demets"}[typeAlphaSpending]
    return bounds(_list(informationRates), efficacy=f"{name}:{parameterAlphaSpending}").upper


def lr_exit(*, b: Any, a: Any, theta: float, I: Any) -> SimpleNamespace:
    from equipoise.design.bounds.model import exits

    return SimpleNamespace(exitProbUpper=exits(I, a, b, theta)[0])


def _lr_bounds(rates: Any) -> Any:
    t = _list(rates)
    return bounds(t if t[-1] == 1.0 else [*t, 1.0])


def lr_ci(*, L: int, zL: float, IMax: float, informationRates: Any, **_: Any) -> SimpleNamespace:
    found = stagewise(_lr_bounds(informationRates), look=L, z=zL)
    root = math.sqrt(IMax)
    return SimpleNamespace(
        pvalue=found.p,
        thetahat=found.estimate / root,
        lower=found.interval.lower / root,
        upper=found.interval.upper / root,
    )


def lr_rci(*, L: int, zL: float, IMax: float, informationRates: Any, **_: Any) -> SimpleNamespace:
    b, root = _lr_bounds(informationRates), math.sqrt(IMax)
    i = repeated_interval(b, look=L, z=zL)
    return SimpleNamespace(
        pvalue=repeated_p(b, look=L, z=zL),
        thetahat=zL / math.sqrt(b.information[L - 1]) / root,
        lower=i.lower / root,
        upper=i.upper / root,
    )


def lr_size(**a: Any) -> SimpleNamespace:
    c = course(
        a["lambda2"],
        a["lambda1"] / a["lambda2"],
        a["gamma1"],
        a["accrualIntensity"],
        a["accrualDuration"],
    )
    size = size_survival(
        c,
        hazard_ratio=a["lambda1"] / a["lambda2"],
        subjects=c.subjects,
        duration=None,
        power=0.9,
        method="schoenfeld",
    )
    overall = Named(
        numberOfEvents=size.events,
        numberOfSubjects=size.amount,
        studyDuration=size.calendar.duration,
    )
    return SimpleNamespace(resultsUnderH1=SimpleNamespace(overallResults=overall))


def extend(names: dict[str, Any]) -> dict[str, Any]:
    """The namespace with every survival adapter added."""
    gs, rpact = names["gsDesign"], names["rpact"]
    for name, f in {
        "nSurv": n_surv,
        "nSurvival": n_survival,
        "nEvents": n_events,
        "gsSurv": gs_surv,
        "gsSurvCalendar": gs_surv_calendar,
        "eEvents": e_events,
        "gsCP": gs_cp,
        "gsPP": gs_pp,
        "condPower": cond_power,
        "z2NC": None,
        "tEventsIA": t_events_ia,
        "gsHR": gs_hr,
        "sequentialPValue": sequential_p_value,
    }.items():
        setattr(gs, name, f)
    for name, f in {
        "getEventProbabilities": rpact_event_probabilities,
        "getNumberOfSubjects": rpact_subjects,
        "getPiecewiseExponentialDistribution": piecewise_cdf,
        "getSampleSizeSurvival": rpact_sample_size,
        "getPowerSurvival": rpact_power_survival,
        "getRepeatedConfidenceIntervals": rpact_rci,
        "getDataset": rpact_dataset,
        "getStageResults": rpact_stage_results,
        "getRepeatedPValues": rpact_repeated_p,
        "getFinalPValue": rpact_final_p,
        "getFinalConfidenceInterval": rpact_final_ci,
        "getConditionalPower": rpact_conditional_power,
        "getConditionalRejectionProbabilities": rpact_crp,
        "getFutilityBounds": rpact_futility_scale,
    }.items():
        setattr(rpact, name, f)
    names["gsDesign2"] = SimpleNamespace(
        ahr=ahr,
        define_enroll_rate=enroll,
        define_fail_rate=fail,
        ppwe=ppwe,
        expected_event=expected_event,
        gs_design_ahr=gs_design_ahr,
        gs_spending_bound=None,
        gs_b=None,
        expected_accrual=lambda time, enroll_rate: enroll_rate.total(time),
    )
    names["graphicalMCP"] = SimpleNamespace(
        graph_create=lambda w, g: (w, g),
        graph_test_shortcut=graph_test,
        graph_test_closure=graph_test,
    )
    names["lrstat"] = SimpleNamespace(
        getBound=lr_get_bound, exitprob=lr_exit, getCI=lr_ci, getRCI=lr_rci, lrsamplesize=lr_size
    )
    names.update(
        rbind=lambda *rows: list(rows),
        sum=lambda x: float(np.sum(x)),
        max=max,
        rowSums=lambda x: np.sum(x, axis=1),
        seq=lambda a, b, by: np.arange(a, b + by / 2, by),
    )
    return names
