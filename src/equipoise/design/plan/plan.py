"""From a protocol to its design: how many, and when we look."""

from __future__ import annotations

from equipoise.design.model import Design, HypothesisPlan
from equipoise.design.plan.answer import Answer
from equipoise.design.plan.inputs import inputs
from equipoise.design.plan.look_times import planned_looks
from equipoise.design.plan.maximum import Settled, settle
from equipoise.design.plan.notes import notes
from equipoise.design.plan.sentences import in_words
from equipoise.design.plan.sizing import answer
from equipoise.errors import Finding, InputError, ProtocolError, expect
from equipoise.meaning.hypotheses import Hypothesis, hypotheses, hypothesis
from equipoise.meaning.multiplicity import graph_of
from equipoise.meaning.rates import accrual
from equipoise.protocol import Protocol


def plan(protocol: Protocol) -> Design:
    """The design a protocol implies.

    Times are days since the first patient. One hypothesis per key of the protocol's `design`.
    Raises   ProtocolError with every hypothesis that cannot be designed, and why.
    """
    expect(protocol, Protocol)
    if not protocol.design.hypotheses:
        told = "no hypothesis is designed"
        raise ProtocolError([Finding("design", told, "name an endpoint there")])
    done: dict[str, HypothesisPlan] = {}
    faults: list[Finding] = []
    left_out: dict[str, str] = {}
    for name in protocol.design.hypotheses:
        try:
            _hypothesis(protocol, name, done, ())
        except InputError as error:
            faults.append(Finding(place=f"design.{name}", message=str(error)))
            if _may_be_left_out(protocol, name):
                left_out[name] = str(error)
    if len(faults) > len(left_out) or not done:
        raise ProtocolError(faults)
    found = tuple(done[name] for name in protocol.design.hypotheses if name in done)
    return Design(
        trial=protocol.trial.id,
        protocol_digest=protocol.digest,
        subjects=protocol.population.randomize,
        ratio=protocol.allocation.ratio,
        accrual_days=_accrual_days(protocol),
        alpha=protocol.design.alpha,
        sides=protocol.design.sides,
        multiplicity=protocol.design.multiplicity,
        graph=graph_of(protocol),
        hypotheses=found,
        inputs=inputs(protocol, found),
        says=in_words,
        not_planned=tuple(left_out.items()),
        notes=notes(protocol, found),
    )


def _may_be_left_out(protocol: Protocol, name: str) -> bool:
    """Whether a plan can do without a hypothesis: no power is asked, and nothing is assumed."""
    try:
        h = hypothesis(protocol, name)
    except InputError:
        return False
    return h.plan.power is None and h.endpoint_name not in protocol.assume.endpoints


def _hypothesis(
    protocol: Protocol,
    name: str,
    done: dict[str, HypothesisPlan],
    waiting: tuple[str, ...],
) -> HypothesisPlan:
    """Plan one hypothesis, after those whose looks it follows."""
    if name in waiting:
        raise InputError(f"looks wait for each other in a circle: {' for '.join(waiting)}")
    if name in done:
        return done[name]
    h = hypothesis(protocol, name)
    a = answer(protocol, h)

    def day_of(reference: str) -> float | None:
        other, look = _referred(protocol, reference)
        theirs = _hypothesis(protocol, other, done, (*waiting, name))
        if theirs.course is None and theirs.unit != "subjects":
            raise InputError(f"its looks follow {reference}; say what is assumed about {other}")
        return next(x.day.time for x in theirs.looks if x.name == look)

    done[name] = _planned(h, a, settle(protocol, h, a, planned_looks(protocol, h, a, day_of)))
    return done[name]


def _planned(h: Hypothesis, a: Answer, settled: Settled) -> HypothesisPlan:
    """What sizing and looks come to, as one plan."""
    return HypothesisPlan(
        name=h.name,
        endpoint=h.endpoint_name,
        estimand=h.key,
        test=h.estimand.test if h.estimand else None,
        control=h.control,
        experimental=h.experimental,
        share=h.share,
        label=h.endpoint.label,
        scale=a.scale,
        unit=a.unit,
        alpha=h.level,
        method=a.method,
        effect=None if a.effect is None else a.effect(settled.maximum),
        sign=h.effect_sign,
        margin=a.margin,
        assumed=a.says,
        needed=settled.needed,
        maximum=settled.maximum,
        planned_power=h.plan.power,
        power=None if a.drift is None else settled.bounds.power(drift=a.drift(settled.maximum)),
        ratio=a.ratio,
        standard_error=None if a.standard_error is None else a.standard_error(settled.maximum),
        spend_by=h.plan.spend_by,
        looks=settled.looks,
        bounds=settled.bounds,
        course=a.course,
    )


def _referred(protocol: Protocol, reference: str) -> tuple[str, str]:
    """Hypothesis and look of a reference such as `PFS final`."""
    every = {look.label: (h.name, look.name) for h in hypotheses(protocol) for look in h.looks}
    if reference not in every:
        raise InputError(f'no look is called "{reference}"; looks are {", ".join(every)}')
    return every[reference]


def _accrual_days(protocol: Protocol) -> float | None:
    try:
        return accrual(protocol.assume.accrual, protocol.population.randomize).starts[-1]
    except InputError:
        return None
