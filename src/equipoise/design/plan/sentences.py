"""A design as paragraphs: what a protocol's statistics section says."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, floor

from equipoise.calendar import months
from equipoise.design.bounds.boundaries import bounds
from equipoise.design.bounds.model import Bounds
from equipoise.design.model import Design, HypothesisPlan, LookDesign
from equipoise.design.plan.error_shared import error_shared
from equipoise.design.plan.figures import percent, small
from equipoise.design.size.events import BY_EVENTS
from equipoise.meaning.expected import WhenExpected, expected_events
from equipoise.protocol.language.families import family_in_words

_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500)
MOST_ROWS = 4  # of bounds quoted for a look whose amount is not fixed


def in_words(design: Design) -> str:
    """The paragraphs for the statistics section, then every input with its origin."""
    parts = [_opening(design), *(hypothesis_in_words(h, design) for h in design.hypotheses)]
    parts += [f"{name} is not planned: {reason}." for name, reason in design.not_planned]
    if design.notes:
        parts.append("Note. " + " ".join(design.notes))
    parts.append(_inputs(design))
    return "\n\n".join(parts)


def _opening(design: Design) -> str:
    first = f"{design.trial}. {design.subjects} patients are randomized {design.ratio}"
    if design.accrual_days is not None:
        first += f" over {months(design.accrual_days):.3g} months"
    side = "two-sided" if design.sides == 2 else "one-sided"
    text = f"{first}. The type I error is {side} {percent(design.alpha)}"
    if design.sides == 2:
        text += f", that is {percent(design.alpha / 2)} in favor of the experimental arm"
    return f"{text}. {error_shared(design)}".strip()


def hypothesis_in_words(h: HypothesisPlan, design: Design) -> str:
    """One paragraph: size, power, looks."""
    sentences = [f"{h.label} ({h.name}). {size_in_words(h)}"]
    if len(h.looks) == 1:
        sentences.append(_only_look(h))
    else:
        sentences.append(
            f"There are {len(h.looks)} looks, with {family_in_words(h.bounds.efficacy)}"
            f"{_spent_by(h)}."
        )
        if h.bounds.futility is not None:
            kind = "binding" if h.bounds.binding else "non-binding"
            sentences.append(f"Futility is {kind}, with {family_in_words(h.bounds.futility)}.")
        sentences.extend(_look(h, k, design) for k in range(len(h.looks)))
    return " ".join(sentences)


def size_in_words(h: HypothesisPlan, arms: Mapping[str, str] | None = None) -> str:
    """What the last look comes with, and the power that it has.

    arms : arm -> label, where labels are read and not keys
    """
    labels = arms or {}
    counted = f"{_whole(h.maximum)} {h.unit}"
    if h.power is None or h.effect is None:
        return f"The last look comes at {counted}."
    against = f"a {h.scale} of {h.effect:.3g} ({h.assumed})"
    if h.margin not in (0.0, 1.0):
        against += f" with a margin of {h.margin:g}"
    pair = " and ".join(labels.get(arm, arm) for arm in (h.experimental, h.control))
    text = f"{counted} in {pair} give {percent(round(h.power, 3))} power "
    text += f"against {against}, at one-sided {percent(h.alpha)}"
    if h.needed is not None and h.planned_power is not None:
        text += f"; {h.needed:.1f} are needed for {percent(h.planned_power)} ({_named(h.method)})"
    return text + "."


def _named(method: str) -> str:
    """A formula by the name of who found it."""
    return method.replace("-", " and ").title() if method in BY_EVENTS else method


def _whole(amount: float) -> str:
    return f"{amount:.0f}" if abs(amount - round(amount)) < 1e-9 else f"{amount:.1f} expected"


def _spent_by(h: HypothesisPlan) -> str:
    by = {
        "calendar": " by calendar time",
        "smaller of planned and actual": " by the smaller of planned and actual information",
    }
    return by.get(h.spend_by, "")


def _when(day: WhenExpected, h: HypothesisPlan) -> str:
    if day.time is None:
        return "" if h.course is None else "not expected before follow-up ends"
    text = f"expected at month {months(day.time):.1f}"
    if day.early is not None:
        late = "no end" if day.late is None else f"{months(day.late):.1f}"
        text += f" (95% prediction interval {months(day.early):.1f} to {late})"
    return text


def _only_look(h: HypothesisPlan) -> str:
    look = h.looks[0]
    when = _when(look.day, h)
    at = f"at {_whole(look.amount)} {h.unit}" + (f", {when}" if when else "")
    return f"There is one analysis, {look.name}, {at}: {_reject(h, h.bounds, 0, look.amount)}."


def _reject(h: HypothesisPlan, b: Bounds, k: int, amount: float) -> str:
    """The upper bound of look k in words."""
    z = b.upper[k]
    if z is None:
        return "efficacy is not tested"
    p = b.nominal_p[k]
    text = f"Z {z:.2f}, one-sided P {small(0.0 if p is None else p)}"
    if h.standard_error is not None:
        effect = h.effect_at(z / (amount / h.maximum) ** 0.5)
        text += f", {h.scale} {effect:.3f}"
    return text


def _look(h: HypothesisPlan, k: int, design: Design) -> str:
    look = h.looks[k]
    when = _when(look.day, h)
    amount = f"{look.amount:.0f}"
    of = (
        f"{amount} of {_whole(h.maximum)} {h.unit}"
        if k + 1 < len(h.looks)
        else f"{_whole(h.maximum)} {h.unit}"
    )
    head = look.name[:1].upper() + look.name[1:]
    if not look.fixed:
        head += f", {look.says}"
    text = f"{head}: at {of} ({percent(round(look.information, 3))} of the information"
    text += f"; {when}): " if when else "): "
    efficacy = _reject(h, h.bounds, k, look.amount)
    text += efficacy if h.bounds.upper[k] is None else f"stop for efficacy at {efficacy}"
    lower = h.bounds.lower[k]
    if lower is not None and k + 1 < len(h.looks):
        text += f"; stop for futility at Z {lower:.2f} or below"
    text += "."
    rows = _rows(h, k, design)
    if rows:
        text += f" The amount is not fixed; the bound follows what is seen: {'; '.join(rows)}."
    return text


def _rows(h: HypothesisPlan, k: int, design: Design) -> list[str]:
    """Bounds at round amounts within reach, for a look whose amount the calendar decides."""
    look = h.looks[k]
    if look.fixed or k + 1 == len(h.looks) or h.course is None:
        return []
    low, high = _reach(h, look, design)
    step = next(s for s in _STEPS if (high - low) / s <= MOST_ROWS - 1)
    rows = []
    for amount in range(step * floor(low / step), step * ceil(high / step) + 1, step):
        b = bounds_seen(h, k, float(amount))
        if b is not None:
            rows.append(f"at {amount} of {_whole(h.maximum)} {h.unit} {_reject(h, b, k, amount)}")
    return rows


def _reach(h: HypothesisPlan, look: LookDesign, design: Design) -> tuple[float, float]:
    """Amounts expected at the early and the late end of the look this one comes with."""
    leader = next(
        (
            other.day
            for g in design.hypotheses
            for other in g.looks
            if look.says == f"with {g.name} {other.name}"
        ),
        look.day,
    )
    if h.course is not None and leader.early is not None and leader.late is not None:
        return expected_events(h.course, leader.early).total, expected_events(
            h.course, leader.late
        ).total
    spread = 2.0 * look.amount**0.5
    return max(look.amount - spread, 1.0), look.amount + spread


def bounds_seen(h: HypothesisPlan, k: int, amount: float) -> Bounds | None:
    """The upper bounds if look k has `amount`; None if they hang on more than that amount.

    A binding futility bound moves them too, and an amount must lie between its neighbors.
    """
    if h.bounds.binding:
        return None
    t = list(h.bounds.information)
    t[k] = amount / h.maximum
    if any(later <= earlier for earlier, later in zip([0.0, *t], t, strict=False)):
        return None
    active = [i + 1 for i, u in enumerate(h.bounds.upper) if u is not None]
    return bounds(t, alpha=h.bounds.alpha, efficacy=h.bounds.efficacy, efficacy_looks=active)


def _inputs(design: Design) -> str:
    lines = ["Inputs:"]
    for i in design.inputs:
        source = f" ({', '.join(i.sources)})" if i.sources else ""
        lines.append(f"  {i.name}: {i.value}  [{i.kind}{source}]")
    return "\n".join(lines)
