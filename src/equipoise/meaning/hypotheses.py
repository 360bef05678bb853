"""Hypotheses: what each is about, whom it compares, how it is tested, and when."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.errors import InputError, did_you_mean
from equipoise.meaning.looks import Look, looks_of
from equipoise.meaning.methods import METHODS, Method
from equipoise.meaning.multiplicity import graph_of
from equipoise.protocol.language.families import extension_of
from equipoise.protocol.model import Endpoint, Estimand, HypothesisDesign, Protocol

FOLLOWED_TO = ("continuous", "questionnaire", "proportion", "count")
"""Endpoints that are known some time after randomization: at the time their estimand names."""
RATIOS = ("time to event", "count")
"""Endpoints whose arms are compared by a ratio."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One null hypothesis of the design.

    key, estimand : the question it asks; None where the protocol has none about its endpoint
    control, experimental : the two arms it compares
    share : of all randomized subjects, those in the two arms
    ratio : subjects on the experimental arm per subject on control
    level : one-sided type I error at which it is planned
    waits : whether it holds that level only once another hypothesis passes it on
    followed : days for which a subject is followed until its answer is known
    """

    name: str
    plan: HypothesisDesign
    endpoint_name: str
    endpoint: Endpoint
    key: str | None
    estimand: Estimand | None
    control: str
    experimental: str
    share: float
    ratio: float
    level: float
    waits: bool
    followed: int
    looks: tuple[Look, ...]

    @property
    def arms(self) -> tuple[str, str]:
        """Control, experimental."""
        return self.control, self.experimental

    @property
    def comparison(self) -> str:
        """How rows of results name the pair."""
        return f"{self.experimental} v {self.control}"

    @property
    def method(self) -> Method | None:
        """The test that decides it; None where the estimand names none."""
        return METHODS.get(self.estimand.test or "") if self.estimand else None

    @property
    def extension(self) -> str:
        """Whose the test and the spending are, where they are not the house's."""
        named = (self.plan.spending, self.plan.futility)
        spent = [extension_of(text) for text in named if text]
        tested = self.method.extension if self.method else ""
        return "; ".join(dict.fromkeys(filter(None, (tested, *spent))))

    @property
    def sign(self) -> int:
        """1 where a longer time, or a higher value, is better; -1 where a shorter or lower is."""
        return better_sign(self.endpoint, self.method)

    @property
    def effect_sign(self) -> int:
        """1 where a larger ratio or difference is better, -1 where a smaller one is."""
        return -self.sign if self.endpoint.type == "time to event" else self.sign

    @property
    def margin(self) -> float | None:
        """The largest loss accepted, experimental against control, on the side that is worse.

        A ratio lies above 1 where a smaller one is better and below 1 where a larger one is,
        whichever of the two the file gives; a difference has the sign of the worse side.
        """
        said = self.plan.margin
        if said is None:
            return None
        if self.endpoint.type not in RATIOS:
            return -self.sign * abs(said)
        return 1.0 / said if self.effect_sign > 0 and said > 1.0 else said

    @property
    def unit(self) -> str:
        """What its looks count: deaths, events or subjects."""
        return unit_of(self.endpoint)

    def look(self, name: str) -> Look:
        """One of its looks. Raises InputError with the list if it has none of that name."""
        for look in self.looks:
            if look.name == name:
                return look
        known = [look.name for look in self.looks]
        hint = did_you_mean(name, known)
        raise InputError(f'{self.name} has no look "{name}"; it has {", ".join(known)}{hint}')


def hypotheses(protocol: Protocol) -> tuple[Hypothesis, ...]:
    """Every hypothesis of the design, in the order of the file."""
    return tuple(hypothesis(protocol, name) for name in protocol.design.hypotheses)


def hypothesis(protocol: Protocol, name: str) -> Hypothesis:
    """One hypothesis of the design.

    Raises   InputError if there is none of that name, or its endpoint or arms cannot be found.
    """
    plans = protocol.design.hypotheses
    if name not in plans:
        hint = did_you_mean(name, plans)
        raise InputError(f'no hypothesis is called "{name}"; there are {", ".join(plans)}{hint}')
    plan = plans[name]
    key = estimand_key(protocol, name)
    estimand = protocol.estimands[key] if key is not None else None
    about = estimand.endpoint if estimand is not None else name
    if about not in protocol.endpoints:
        hint = did_you_mean(name, [*protocol.endpoints, *protocol.estimands])
        raise InputError(f"design.{name}: no endpoint or estimand has this name{hint}")
    experimental, control = _pair(protocol, name, estimand)
    ratios = dict(zip(protocol.arms, protocol.allocation.ratios, strict=True))
    endpoint = protocol.endpoints[about]
    followed = _followed(endpoint, estimand)
    level, waits = _level(protocol, name)
    return Hypothesis(
        name=name,
        plan=plan,
        endpoint_name=about,
        endpoint=endpoint,
        key=key,
        estimand=estimand,
        control=control,
        experimental=experimental,
        share=(ratios[control] + ratios[experimental]) / sum(ratios.values()),
        ratio=ratios[experimental] / ratios[control],
        level=level,
        waits=waits,
        followed=followed,
        looks=looks_of(name, plan, unit=unit_of(endpoint), followed=followed),
    )


def estimand_key(protocol: Protocol, name: str) -> str | None:
    """The estimand that a hypothesis is about: the one it names, or is called by, or the first of
    the endpoint that it is called by; None where there is none."""
    named = protocol.design.hypotheses[name].estimand
    if named is not None:
        return named if named in protocol.estimands else None
    if name in protocol.estimands:
        return name
    return next((k for k, e in protocol.estimands.items() if e.endpoint == name), None)


def asked_by(protocol: Protocol, key: str) -> Hypothesis | None:
    """The hypothesis that an estimand answers, or None."""
    for name in protocol.design.hypotheses:
        if estimand_key(protocol, name) == key:
            return hypothesis(protocol, name)
    return None


def comparisons(protocol: Protocol, estimand: Estimand | None) -> tuple[tuple[str, str], ...]:
    """(experimental, control) pairs that an estimand compares, in the order of the arms.

    Of arms named without the control, the last is what the others are compared with. None, as for
    safety, compares every experimental arm with the control.
    """
    named = (estimand.compare if estimand else ()) or tuple(protocol.arms)
    control = protocol.control if protocol.control in named else named[-1]
    return tuple((arm, control) for arm in protocol.arms if arm in named and arm != control)


def compared_arms(protocol: Protocol, estimand: Estimand) -> tuple[str, ...]:
    """The arms that an estimand compares, control first, the others in the order of the arms."""
    pairs = comparisons(protocol, estimand)
    return (*dict.fromkeys(control for _, control in pairs), *(arm for arm, _ in pairs))


def strata_of(protocol: Protocol, estimand: Estimand) -> tuple[str, ...]:
    """The factors by which an estimand is stratified: those it names, or all of the allocation."""
    named = estimand.strata
    return tuple(protocol.allocation.strata) if named is None else named


def is_of_everybody(protocol: Protocol, estimand: Estimand) -> bool:
    """Whether an estimand is about all who are randomized, whoever they are."""
    return protocol.populations[estimand.population].who in ("randomized", "all")


def better_sign(endpoint: Endpoint, method: Method | None) -> int:
    """1 where more of what a method compares is better: a longer time, a higher value; else -1.

    What is better of a questionnaire is its score; a later deterioration is always better.
    """
    if endpoint.type == "questionnaire" and method is not None and method.for_times:
        return 1
    return -1 if endpoint.better in ("shorter", "lower") else 1


def unit_of(endpoint: Endpoint) -> str:
    """What is counted of an endpoint: deaths, events or subjects."""
    if endpoint.type != "time to event":
        return "subjects"
    return "deaths" if [source.name for source in endpoint.event] == ["death"] else "events"


def _pair(protocol: Protocol, name: str, estimand: Estimand | None) -> tuple[str, str]:
    pairs = comparisons(protocol, estimand)
    if not pairs:
        raise InputError(f"design.{name}: there is no experimental arm to compare")
    return pairs[0]


def _followed(endpoint: Endpoint, estimand: Estimand | None) -> int:
    """Days until a subject's answer is known, where the estimand names the time."""
    if estimand is None or endpoint.type not in FOLLOWED_TO or not estimand.at:
        return 0
    return max(span.whole_days for span in estimand.at)


def _level(protocol: Protocol, name: str) -> tuple[float, bool]:
    """The level it holds at the start, or the whole if it waits for another to pass it on."""
    plan = protocol.design
    if plan.multiplicity == "none":
        said = plan.hypotheses[name].alpha
        return (plan.alpha if said is None else said) / plan.sides, False
    graph = graph_of(protocol)
    weight = graph.weights[graph.names.index(name)]
    whole = plan.alpha / plan.sides
    return (whole * weight, False) if weight > 0.0 else (whole, True)
