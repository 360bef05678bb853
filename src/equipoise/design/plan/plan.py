"""From a protocol to its design: how many, and when we look."""

from __future__ import annotations

from math import ceil

from equipoise.calendar import months
from equipoise.design.model import Design, HypothesisPlan
from equipoise.design.plan.inputs import inputs
from equipoise.design.plan.look_times import planned_looks
from equipoise.design.plan.maximum import settle
from equipoise.design.plan.questions import question
from equipoise.design.plan.sentences import in_words
from equipoise.design.plan.sizing import answer
from equipoise.errors import Finding, InputError, ProtocolError
from equipoise.meaning import rates as assumed
from equipoise.meaning.expected import expected_events
from equipoise.meaning.multiplicity import Graph, bonferroni, fixed_sequence, holm
from equipoise.protocol import Protocol


def plan(protocol: Protocol) -> Design:
    """The design a protocol implies.

    Times are days since the first patient. One hypothesis per key of the protocol's `design`.
    Raises   ProtocolError with every hypothesis that cannot be designed, and why.
    """
    if not protocol.design.hypotheses:
        told = "no hypothesis is designed"
        raise ProtocolError([Finding("design", told, "name an endpoint there")])
    graph = multiplicity(protocol)
    done: dict[str, HypothesisPlan] = {}
    faults: list[Finding] = []
    for name in protocol.design.hypotheses:
        try:
            _hypothesis(protocol, name, graph, done, ())
        except InputError as error:
            faults.append(Finding(place=f"design.{name}", message=str(error)))
    if faults:
        raise ProtocolError(faults)
    found = tuple(done[name] for name in protocol.design.hypotheses)
    return Design(
        trial=protocol.trial.id,
        protocol_digest=protocol.digest,
        subjects=protocol.population.randomize,
        ratio=protocol.allocation.ratio,
        accrual_days=_accrual_days(protocol),
        alpha=protocol.design.alpha,
        sides=protocol.design.sides,
        multiplicity=protocol.design.multiplicity,
        graph=graph,
        hypotheses=found,
        inputs=inputs(protocol, found),
        says=in_words,
        notes=tuple(note for h in found for note in _notes(protocol, h)),
    )


def multiplicity(protocol: Protocol) -> Graph:
    """The graph by which alpha passes between hypotheses; with `none` it is not used.

    Raises   InputError if the weights or arrows make no graph.
    """
    said = protocol.design
    names = list(said.order or said.hypotheses)
    if said.multiplicity == "graph" and said.graph is not None:
        names = list(said.graph.weights)
        arrows = said.graph.transitions
        rows = tuple(tuple(arrows.get(a, {}).get(b, 0.0) for b in names) for a in names)
        return Graph(tuple(names), tuple(said.graph.weights.values()), rows)
    make = {"holm": holm, "bonferroni": bonferroni}.get(said.multiplicity, fixed_sequence)
    return make(names)


def planning_level(protocol: Protocol, name: str, graph: Graph) -> float:
    """One-sided level at which a hypothesis is planned.

    The level it holds at the start, or the whole alpha if it must wait for another.
    """
    said = protocol.design.hypotheses[name].alpha
    whole = (protocol.design.alpha if said is None else said) / protocol.design.sides
    if said is not None or name not in graph.names or protocol.design.multiplicity == "none":
        return whole
    weight = graph.weights[graph.names.index(name)]
    return whole * weight if weight > 0.0 else whole


def _hypothesis(
    protocol: Protocol,
    name: str,
    graph: Graph,
    done: dict[str, HypothesisPlan],
    waiting: tuple[str, ...],
) -> HypothesisPlan:
    """Plan one hypothesis, after those whose looks it follows."""
    if name in waiting:
        raise InputError(f"looks wait for each other in a circle: {' for '.join(waiting)}")
    if name in done:
        return done[name]
    q = question(protocol, name, planning_level(protocol, name, graph))
    a = answer(protocol, q)

    def day_of(reference: str) -> float | None:
        other, look = _referred(protocol, reference)
        theirs = _hypothesis(protocol, other, graph, done, (*waiting, name))
        if theirs.course is None and theirs.unit != "subjects":
            raise InputError(f"its looks follow {reference}; say what is assumed about {other}")
        return next(x.day.time for x in theirs.looks if x.name == look)

    drafts = planned_looks(protocol, q, a, day_of)
    settled = settle(protocol, q, a, drafts)
    done[name] = HypothesisPlan(
        name=name,
        endpoint=q.endpoint_name,
        label=q.endpoint.label,
        scale=a.scale,
        unit=a.unit,
        alpha=q.level,
        method=a.method,
        effect=None if a.effect is None else a.effect(settled.maximum),
        margin=a.margin,
        assumed=a.says,
        needed=settled.needed,
        maximum=settled.maximum,
        planned_power=q.plan.power,
        power=None if a.drift is None else settled.bounds.power(drift=a.drift(settled.maximum)),
        ratio=a.ratio,
        standard_error=None if a.standard_error is None else a.standard_error(settled.maximum),
        spend_by=q.plan.spend_by,
        looks=settled.looks,
        bounds=settled.bounds,
        course=a.course,
    )
    return done[name]


def _referred(protocol: Protocol, reference: str) -> tuple[str, str]:
    """Hypothesis and look of a reference such as `PFS final`."""
    every = {
        f"{name} {look}": (name, look)
        for name, said in protocol.design.hypotheses.items()
        for look in list(said.looks) or ["final"]
    }
    if reference not in every:
        raise InputError(f'no look is called "{reference}"; looks are {", ".join(every)}')
    return every[reference]


def _accrual_days(protocol: Protocol) -> float | None:
    try:
        return assumed.accrual(protocol.assume.accrual, protocol.population.randomize).starts[-1]
    except InputError:
        return None


def _notes(protocol: Protocol, h: HypothesisPlan) -> list[str]:
    """What the assumptions and the plan have against each other."""
    notes = []
    if h.needed is not None and h.planned_power is not None and h.maximum < h.needed - 1e-6:
        notes.append(
            f"{h.name}: {ceil(h.needed - 1e-9)} {h.unit} are needed for {h.planned_power:.0%} "
            f"power, and {h.maximum:g} are planned."
        )
    follow_up = protocol.assume.follow_up
    if h.course is not None and follow_up is not None:
        end = h.course.accrual.starts[-1] + follow_up.days
        reached = expected_events(h.course, end).total
        if reached < h.maximum - 0.5:
            notes.append(
                f"{h.name}: {h.maximum:g} {h.unit} are asked for, but under these assumptions "
                f"{reached:.0f} are expected by month {months(end):.0f}, when follow-up ends."
            )
    return notes
