"""The protocol as a synopsis: sections of sentences, and the schedule of activities."""

from __future__ import annotations

from equipoise.errors import expect
from equipoise.protocol.language.wording import AT_CUTOFF
from equipoise.protocol.model import Criterion, Endpoint, Protocol, Visit
from equipoise.protocol.write.regimens import regimen_words
from equipoise.reporting.documents.crf.case_report_form import case_report_form
from equipoise.reporting.documents.outline import Section, SynopsisTable
from equipoise.reporting.documents.pages import Synopsis
from equipoise.reporting.documents.statistics import estimands, hypotheses, looks, populations, size


def synopsis(protocol: Protocol) -> Synopsis:
    """What the protocol says, in sentences; sections about which it says nothing are left out."""
    expect(protocol, Protocol)
    made = (
        _identity(protocol),
        _objectives(protocol),
        _design(protocol),
        _people(protocol),
        _treatment(protocol),
        _changes(protocol),
        _schedule(protocol),
        _forms(protocol),
        _endpoints(protocol),
        estimands(protocol),
        populations(protocol),
        size(protocol),
        hypotheses(protocol),
        looks(protocol),
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
        items.append("3b")
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
    return Section("Dose modifications", ("15b",), (), SynopsisTable(head, tuple(rows)))


def _schedule(protocol: Protocol) -> Section:
    visits = protocol.visits
    activities = list(dict.fromkeys(a for v in visits.values() for a in v.do))
    head = ("Activity", *(v.label for v in visits.values()))
    rows = [("When", *(_when(v) for v in visits.values()))] if visits else []
    rows += [("Epoch", *(v.epoch or "" for v in visits.values()))] if visits else []
    for activity in activities:
        rows.append((activity, *("X" if activity in v.do else "" for v in visits.values())))
    return Section("Schedule of activities", ("18",), (), SynopsisTable(head, tuple(rows)))


def _forms(protocol: Protocol) -> Section:
    """What sites are asked, where the protocol says so itself."""
    if not protocol.forms:
        return Section("Case report form", (), ())
    made = case_report_form(protocol)
    rows = []
    for form in made.forms:
        asked = [field.label for block in form.blocks for field in block.fields]
        rows.append((form.title, form.when, form.who, ", ".join(asked)))
    words = {"stop": "refused", "ask": "queried", "note": "noted"}
    said = [f"{one.title}: {words[kind]} if {text}." for one in made.forms
            for kind, text, _ in one.checks]  # fmt: skip
    table = SynopsisTable(("Form", "When", "Whose", "Questions"), tuple(rows))
    return Section("Case report form", ("25a", "26") if said else ("25a",), tuple(said), table)


def _when(visit: Visit) -> str:
    if visit.day is not None:
        text = f"day {visit.day}"
    elif visit.with_ is not None:
        text = f"with each {visit.with_}"
    elif visit.at_any_time:
        text = "at any time"
    elif visit.at_cutoff:
        text = f"at each {AT_CUTOFF}"
    elif visit.at is not None:
        text = f"{visit.at} after {visit.from_}"
    else:
        start = f" from {visit.start}" if visit.start else ""
        text = f"every {visit.every}{start}"
    text += f" until {visit.until}" if visit.until else ""
    text += f" (± {visit.window})" if visit.window else ""
    return text + (f"; {', '.join(visit.for_)}" if visit.for_ else "")


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


def _harms(protocol: Protocol) -> Section:
    plan = protocol.safety
    sentences = []
    if plan.ctcae is not None:
        sentences.append(f"Toxicity is graded by CTCAE {plan.ctcae}.")
    if plan.population in protocol.populations:
        end = f" until {plan.emergent_until} after the last dose" if plan.emergent_until else ""
        who = protocol.populations[plan.population].label
        sentences.append(f"{who}: events count from {plan.emergent_from}{end}.")
    if plan.initial_grade:
        sentences.append("An event that began before and became worse counts too.")
    return Section("Safety", ("17",), tuple(sentences))
