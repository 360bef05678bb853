"""Which published figures can be had without the records of a trial."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.adam.time.handling import handling
from equipoise.meaning.hypotheses import hypotheses, is_of_everybody, strata_of
from equipoise.meaning.looks import AtEndOfStudy, AtEvents, AtInformation, LaterOf, Trigger
from equipoise.meaning.methods import METHODS, Method
from equipoise.meaning.options import TimeOptions
from equipoise.meaning.responders import responder_of
from equipoise.patients.world import DEATH, PROGRESSION
from equipoise.protocol import Protocol
from equipoise.protocol.model import Endpoint, Estimand, Published
from equipoise.simulation.kernel.course import LAST_DAY, THERAPY
from equipoise.simulation.object.sweep import sweeps

SURVIVAL_FIGURES = ("survival", "median", "median months", "events")
WITH_A_SCAN = 'BORFL = "Y"'
TESTED = {"hazard ratio": "Cox", "p": "log-rank"}
"""Statistics of a pair, and the method that they come from."""

_OF_EVENTS = {AtEvents, AtInformation}


def supported(protocol: Protocol, figure: Published) -> bool:
    """Whether a figure can be had without records: progression, death and response.

    Survival itself needs a visit at the data cut-off: then it is known up to there.
    """
    estimand = protocol.estimands.get(figure.estimand)
    return estimand is not None and _is_had(protocol, estimand, figure.statistic)


def looks_supported(protocol: Protocol) -> bool:
    """Whether the date of every look can be had without records: of events, they must be such."""
    for h in hypotheses(protocol):
        counts = h.unit != "subjects" and h.endpoint.type == "time to event"
        had = h.estimand is not None and _is_had(protocol, h.estimand, "events")
        for look in h.looks:
            kinds = {type(one) for one in _single(look.trigger)}
            if AtEndOfStudy in kinds or (kinds & _OF_EVENTS and not (counts and had)):
                return False
    return True


def _single(trigger: Trigger) -> Iterator[Trigger]:
    if isinstance(trigger, LaterOf):
        for one in trigger.triggers:
            yield from _single(one)
    else:
        yield trigger


def _is_had(protocol: Protocol, estimand: Estimand, statistic: str) -> bool:
    endpoint = protocol.endpoints[estimand.endpoint]
    if endpoint.type == "proportion":
        return statistic == "rate" and _is_best_response(protocol, estimand)
    if not is_of_everybody(protocol, estimand) or not _from_randomization(estimand, endpoint):
        return False
    named = {source.name for source in endpoint.event}
    if not named or not named <= {PROGRESSION, DEATH} or not _by_scans(protocol, estimand, named):
        return False
    if named == {DEATH} and not sweeps(protocol):
        return statistic == "events"
    if statistic in TESTED:
        return method_of(protocol, estimand, statistic) is not None
    return statistic in SURVIVAL_FIGURES


def _is_best_response(protocol: Protocol, estimand: Estimand) -> bool:
    """Whether CR or PR at a scan decides, among all or among those with a scan after baseline."""
    who = protocol.populations[estimand.population].who
    among = is_of_everybody(protocol, estimand) or who == WITH_A_SCAN
    return among and responder_of(protocol, estimand.endpoint).is_best_response


def _from_randomization(estimand: Estimand, endpoint: Endpoint) -> bool:
    origin = (endpoint.from_, endpoint.count_from, endpoint.among, endpoint.worse_by)
    is_plain = origin == ("randomization", "day 1", None, None)
    return is_plain and not TimeOptions.of(estimand).competing


def method_of(protocol: Protocol, estimand: Estimand, statistic: str) -> Method | None:
    """The method that a hazard ratio or a P value comes from, if times and strata are enough."""
    named = [estimand.test or "", *(() if statistic == "p" else estimand.estimator)]
    found = next((name for name in named if name.endswith(TESTED[statistic])), None)
    if found not in (TESTED[statistic], f"stratified {TESTED[statistic]}"):
        return None
    method, whole = METHODS[found], tuple(protocol.allocation.strata)
    strata = not method.stratified or set(strata_of(protocol, estimand)) == set(whole)
    is_plain = estimand.ties == "efron" and not estimand.covariates
    return method if strata and is_plain else None


def _by_scans(protocol: Protocol, estimand: Estimand, named: set[str]) -> bool:
    """Whether no intercurrent event asks for more than scans and the last day of observation."""
    rules = handling(estimand, protocol.endpoints[estimand.endpoint], protocol)
    # Therapy follows the scan that shows progression: it changes nothing where that is an event.
    harmless = {THERAPY} if PROGRESSION in named else set()
    ending, composite = ({s.name for s in some} for some in (rules.ending, rules.composite))
    is_known = rules.missed is None or PROGRESSION in named
    return is_known and ending <= {*harmless, *LAST_DAY} and composite <= harmless
