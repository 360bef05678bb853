"""A monitored hypothesis in sentences a monitoring committee can read."""

from __future__ import annotations

from equipoise.calendar import months
from equipoise.design.monitor.model import Monitored, Monitoring
from equipoise.design.plan.figures import percent, small

DECISIONS = {
    "continue": "continue",
    "stop for efficacy": "stop for efficacy: the null hypothesis is rejected",
    "stop for futility": "stop for futility",
    "stop for harm": "stop for harm: the experimental arm does worse",
}


def in_words(found: Monitoring) -> str:
    """One paragraph per hypothesis."""
    parts = [_one(h) for h in found.hypotheses]
    if found.graph is not None and found.graph.order:
        parts.append(f"Rejected so far, in order: {', '.join(found.graph.order)}.")
    return "\n\n".join(parts)


def _one(h: Monitored) -> str:
    text = (
        f"{h.name}, look {h.look}: Z {h.z:.2f} (one-sided P {small(h.p)}) with {h.amount:g} "
        f"seen, {percent(round(h.information, 3))} of the planned information. "
    )
    if h.bound is None or h.bound_p is None:
        text += "This look does not test efficacy. "
    else:
        text += (
            f"The bound at one-sided {percent(h.level)} is Z {h.bound:.2f}, "
            f"one-sided P {small(h.bound_p)}. "
        )
    if h.futility_bound is not None:
        text += f"The futility bound is Z {h.futility_bound:.2f}. "
    if h.waits_for:
        text += f"It is tested only once {' or '.join(h.waits_for)} is rejected. "
    return f"{text}Decision: {_decision(h)}.{_outlook(h)}{_inference(h)}"


def _decision(h: Monitored) -> str:
    if h.last and h.decision == "stop for futility":
        return "the last look does not reject the null hypothesis"
    return DECISIONS[h.decision]


def _outlook(h: Monitored) -> str:
    if h.decision != "continue" or h.conditional_power is None:
        return ""
    told = [
        f"{percent(round(v, 3))} under the {k if k != 'assumed' else 'assumption'}"
        for k, v in h.conditional_power.items()
        if v is not None
    ]
    text = f" Conditional power is {', '.join(told)}"
    if h.predictive_power is not None:
        text += f"; predictive power {percent(round(h.predictive_power, 3))}"
    text += "."
    return text + _forecast(h)


def _forecast(h: Monitored) -> str:
    if h.forecast is None:
        return ""
    if h.forecast.time is None:
        return f" At the rates so far the next look, {h.next_look}, may never be reached."
    text = f" The next look, {h.next_look}, is forecast for month {months(h.forecast.time):.1f}"
    if h.forecast.early is not None:
        late = "no end" if h.forecast.late is None else f"{months(h.forecast.late):.1f}"
        text += f" (95% prediction interval {months(h.forecast.early):.1f} to {late})"
    return text + "."


def _inference(h: Monitored) -> str:
    low, high = h.repeated_interval
    text = ""
    if h.effect is not None and low is not None and high is not None:
        text += f" Estimate {h.effect:.3g}, repeated confidence interval {low:.3g} to {high:.3g}."
    if h.adjusted is not None and h.adjusted["estimate"] is not None:
        a = h.adjusted
        text += (
            " Adjusted for the looks (stage-wise ordering, observed information): "
            f"P {small(a['p'] or 0.0)}, median-unbiased estimate {a['estimate']:.3g}"
        )
        if a["lower"] is not None and a["upper"] is not None:
            text += f", limits {a['lower']:.3g} to {a['upper']:.3g}"
        text += "."
    return text
