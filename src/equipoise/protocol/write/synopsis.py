"""The protocol as a synopsis: sections of sentences, and the schedule of activities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from equipoise.protocol.language.wording import AT_CUTOFF, format_look
from equipoise.protocol.model import (
    Criterion,
    Endpoint,
    Estimand,
    Graph,
    HypothesisDesign,
    Protocol,
    Visit,
)
from equipoise.protocol.write.regimens import regimen_words

# SPIRIT 2025 (Chan et al., BMJ 2025;389:e081477), short names of its items
SPIRIT: Final = {
    "1a": "title",
    "2": "protocol version",
    "4": "trial registration",
    "3": "roles and responsibilities",
    "10": "objectives",
    "12": "trial design",
    "14a": "eligibility criteria",
    "15a": "intervention and comparator",
    "15b": "modifying interventions",
    "16": "outcomes",
    "17": "harms",
    "18": "participant timeline",
    "19": "sample size",
    "21b": "type of randomization",
    "24a": "blinding",
    "27a": "statistical methods",
    "27b": "who is in each analysis",
    "27c": "missing data and intercurrent events",
    "27d": "additional analyses",
    "28b": "interim analyses",
    "31": "amendments",
}


class Table(NamedTuple):
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Section(NamedTuple):
    """A part of the synopsis, with the SPIRIT 2025 items that it covers."""

    heading: str
    items: tuple[str, ...]
    sentences: tuple[str, ...]
    table: Table | None = None


class Synopsis(NamedTuple):
    title: str
    digest: str
    sections: tuple[Section, ...]

    @property
    def items(self) -> tuple[str, ...]:
        """The SPIRIT 2025 items covered, in the order of the checklist."""
        found = {item for section in self.sections for item in section.items}
        return tuple(item for item in sorted(SPIRIT, key=_checklist) if item in found)


def _checklist(item: str) -> tuple[int, str]:
    number = item.rstrip("abcd")
    return int(number), item[len(number) :]


def synopsis(protocol: Protocol, planned: Sequence[str] = ()) -> Synopsis:
    """What the protocol says, in sentences; sections about which it says nothing are left out.

    planned : what the plan's sizes come to (`design.plan.sentences.sizes`)
    """
    made = (
        _identity(protocol),
        _objectives(protocol),
        _design(protocol),
        _people(protocol),
        _treatment(protocol),
        _changes(protocol),
        _schedule(protocol),
        _endpoints(protocol),
        _estimands(protocol),
        _populations(protocol),
        _size(protocol, planned),
        _looks(protocol),
        _harms(protocol),
    )
    kept = tuple(s for s in made if s.sentences or (s.table and s.table.rows))
    return Synopsis(protocol.trial.title, protocol.digest, kept)


def _identity(protocol: Protocol) -> Section:
    trial = protocol.trial
    registers = ", ".join(f"{k} {v}" for k, v in trial.registers.items())
    since = f", in force from {trial.in_force}" if trial.in_force else ""
    sentences = [f"Trial {trial.id}, protocol version {trial.version}{since}."]
    items = ["1a", "2"]
    if registers:
        sentences.append(f"Registered as {registers}.")
        items.append("4")
    if trial.sponsor:
        sentences.append(f"Sponsor: {trial.sponsor}.")
        items.append("3")
    if trial.amends:
        sentences.append(f"This version amends {trial.amends}.")
        items.append("31")
    return Section("Trial", tuple(items), tuple(sentences))


def _objectives(protocol: Protocol) -> Section:
    sentences = []
    for role in ("primary", "secondary"):
        labels = [e.label for e in protocol.estimands.values() if e.role == role]
        if labels:
            sentences.append(f"{role.capitalize()}: {'; '.join(labels)}.")
    return Section("Objectives", ("10",), tuple(sentences))


def _design(protocol: Protocol) -> Section:
    plan, trial = protocol.allocation, protocol.trial
    arms = " and ".join(arm.label for arm in protocol.arms.values())
    blocks = f" in blocks of {' or '.join(map(str, plan.blocks))}" if plan.blocks else ""
    sentences = [
        f"A phase {trial.phase}, {trial.masking}, randomized {trial.framework} trial of "
        f"{len(protocol.arms)} arms: {arms}.",
        f"Patients are allocated {plan.ratio} by {plan.method}{blocks}.",
    ]
    strata = [f"{f.label} ({', '.join(f.levels)})" for f in plan.strata.values()]
    sentences.append(f"Strata: {'; '.join(strata)}." if strata else "Allocation is not stratified.")
    return Section("Design", ("12", "21b", "24a"), tuple(sentences))


def _people(protocol: Protocol) -> Section:
    people = protocol.population
    condition = f" with {people.condition}" if people.condition else ""
    sentences = [f"{people.randomize} patients{condition} are randomized."]
    listed = people.eligibility
    for kind, group in (("Inclusion", listed.include), ("Exclusion", listed.exclude)):
        sentences += [f"{kind} {_criterion(c)}" for c in group]
    items = ("14a",) if listed.include or listed.exclude else ()
    return Section("Patients", items, tuple(sentences))


def _criterion(criterion: Criterion) -> str:
    check = f" (checked as `{criterion.rule}`)" if criterion.rule else ""
    return f"{criterion.id}: {criterion.text}{check}."


def _treatment(protocol: Protocol) -> Section:
    sentences = []
    for arm in protocol.arms.values():
        given = "; ".join(regimen_words(r) for r in arm.give) or "no drug of the trial"
        sentences.append(f"{arm.label} ({arm.role}): {given}.")
    return Section("Treatment", ("15a",), tuple(sentences))


def _changes(protocol: Protocol) -> Section:
    rows = []
    for arm in protocol.arms.values():
        for regimen in arm.give:
            for rule in regimen.modify:
                then = "stop for good" if rule.stop else str(rule.then_dose or "as before")
                rows.append((regimen.drug, rule.when, rule.hold_until or "", then, rule.note))
            rows += [(regimen.drug, s.when, "", "stop for good", "") for s in regimen.stop]
    head = ("Drug", "Trigger", "Hold until", "Then", "Note")
    return Section("Dose modifications", ("15b",), (), Table(head, tuple(rows)))


def _schedule(protocol: Protocol) -> Section:
    visits = protocol.visits
    activities = list(dict.fromkeys(a for v in visits.values() for a in v.do))
    head = ("Activity", *(v.label for v in visits.values()))
    rows = [("When", *(_when(v) for v in visits.values()))] if visits else []
    rows += [("Epoch", *(v.epoch or "" for v in visits.values()))] if visits else []
    for activity in activities:
        rows.append((activity, *("X" if activity in v.do else "" for v in visits.values())))
    return Section("Schedule of activities", ("18",), (), Table(head, tuple(rows)))


def _when(visit: Visit) -> str:
    if visit.day is not None:
        text = f"day {visit.day}"
    elif visit.at_cutoff:
        text = f"at each {AT_CUTOFF}"
    elif visit.at is not None:
        text = f"{visit.at} after {visit.from_}"
    else:
        start = f" from {visit.start}" if visit.start else ""
        text = f"every {visit.every}{start}"
    text += f" until {visit.until}" if visit.until else ""
    return text + (f" (± {visit.window})" if visit.window else "")


def _endpoints(protocol: Protocol) -> Section:
    sentences = [f"{e.label} ({k}): {_observed(e)}." for k, e in protocol.endpoints.items()]
    if any(e.type == "time to event" for e in protocol.endpoints.values()):
        seen = ", ".join(f"{c.from_}.{c.date}" for c in protocol.dates.alive)
        sentences.append(f"Last known alive: the latest date of {seen or 'nothing'}.")
        sentences.append(f"A partial date of death is completed as: {protocol.dates.death}.")
    return Section("Endpoints", ("16",), tuple(sentences))


def _observed(endpoint: Endpoint) -> str:
    if endpoint.type == "time to event":
        events = ", else ".join(s.name for s in endpoint.event)
        if endpoint.worse_by is not None:
            events = f"{endpoint.parameter} worse by {endpoint.worse_by:g}"
        censor = ", else ".join(s.name for s in endpoint.censor)
        options = endpoint.recist
        criteria = "iRECIST" if options and options.version == "iRECIST" else "RECIST 1.1"
        read = f", {criteria}" if options else ""
        by = f"{read} read by the {options.reader} reader" if options and options.reader else read
        return f"time from {endpoint.from_} to {events}; censored at {censor}{by}"
    if endpoint.responder:
        return f"proportion of patients with {endpoint.responder}"
    return f"{endpoint.type} variable {endpoint.parameter or endpoint.code}"


def _estimands(protocol: Protocol) -> Section:
    sentences = []
    for key, estimand in protocol.estimands.items():
        sentences.append(f"{key} ({estimand.role}): {_asked(protocol, estimand)}")
    return Section("Estimands and analyses", ("27a", "27c"), tuple(sentences))


def _asked(protocol: Protocol, estimand: Estimand) -> str:
    population = protocol.populations[estimand.population].label
    summary = " and ".join(estimand.summary) or "no summary measure"
    test = f", tested by {estimand.test}" if estimand.test else ""
    text = f"{estimand.label}; {population}; {summary}{test}."
    if estimand.intercurrent_events:
        handled = ", ".join(f"{e.name} by {e.strategy}" for e in estimand.intercurrent_events)
        text += f" Intercurrent events: {handled}."
    return text


def _populations(protocol: Protocol) -> Section:
    rows = tuple((k, p.label, p.who, p.arm) for k, p in protocol.populations.items())
    groups = [s.label for s in protocol.subgroups.values()]
    sentences = (f"Subgroups: {', '.join(groups)}.",) if groups else ()
    items = ("27b", "27d") if groups else ("27b",)
    head = ("Population", "Label", "Who", "Arm")
    return Section("Analysis populations", items, sentences, Table(head, rows))


def _size(protocol: Protocol, planned: Sequence[str]) -> Section:
    plan = protocol.design
    if not plan.hypotheses:
        return Section("Sample size", ("19",), ())
    sides = "two-sided" if plan.sides == 2 else "one-sided"
    sentences = [f"Type I error {100 * plan.alpha:.6g}%, {sides}."]
    if plan.multiplicity == "fixed sequence":
        sentences.append(f"Hypotheses are tested in the order {', '.join(plan.order)}.")
    elif plan.multiplicity != "none":
        sentences.append(f"Multiplicity: {plan.multiplicity}.")
    for key, hypothesis in plan.hypotheses.items():
        if hypothesis.alpha is not None:
            sentences.append(f"{key} has {100 * hypothesis.alpha:.6g}% of its own.")
    if plan.graph is not None:
        sentences += _graph(plan.graph)
    return Section("Sample size", ("19",), (*sentences, *(planned or _wanted(protocol))))


def _graph(graph: Graph) -> list[str]:
    """Weights and arrows, one sentence for each hypothesis that passes its error on."""
    shares = ", ".join(f"{name} {100 * weight:.4g}%" for name, weight in graph.weights.items())
    passed = [
        f"Once {name} is rejected, it passes "
        + " and ".join(f"{100 * share:.4g}% to {to}" for to, share in row.items())
        + "."
        for name, row in graph.transitions.items()
        if row
    ]
    return [f"The error starts as {shares}.", *passed]


def _wanted(protocol: Protocol) -> list[str]:
    """The powers that are asked for, where no plan says what they come to."""
    plans = protocol.design.hypotheses.items()
    return [
        f"Power asked for {key}: {100 * plan.power:.6g}%."
        for key, plan in plans
        if plan.power is not None
    ]


def _looks(protocol: Protocol) -> Section:
    rows: list[tuple[str, ...]] = []
    for key, hypothesis in protocol.design.hypotheses.items():
        rows += _look_rows(key, hypothesis)
    head = ("Hypothesis", "Look", "When", "Spending", "Futility")
    return Section("Looks", ("28b",), (), Table(head, tuple(rows)))


def _look_rows(key: str, hypothesis: HypothesisDesign) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for name, look in hypothesis.looks.items():
        said = look.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        cutoff = said.pop("cutoff", None)
        if "information" in said:
            said["information"] = f"{100 * said['information']:.6g}%"
        when = format_look(said) or ", ".join(f"{k} {v}" for k, v in said.items())
        when += f" (cut-off {cutoff})" if cutoff else ""
        rows.append((key, name, when, hypothesis.spending or "", hypothesis.futility or ""))
    return rows


def _harms(protocol: Protocol) -> Section:
    plan = protocol.safety
    sentences = []
    if plan.ctcae is not None:
        sentences.append(f"Toxicity is graded by CTCAE {plan.ctcae}.")
    if plan.population in protocol.populations:
        end = f" until {plan.emergent_until} after the last dose" if plan.emergent_until else ""
        who = protocol.populations[plan.population].label
        sentences.append(f"{who}: events count from {plan.emergent_from}{end}.")
    return Section("Safety", ("17",), tuple(sentences))
