"""Parts of a statistical analysis plan: populations, censoring, methods, multiplicity, looks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from equipoise.calendar import months
from equipoise.design.plan.sizes import sizes
from equipoise.errors import EquipoiseError
from equipoise.meaning.hypotheses import comparisons, strata_of
from equipoise.meaning.multiplicity import graph_of
from equipoise.protocol import Protocol
from equipoise.protocol.language.families import family_in_words
from equipoise.protocol.model import Estimand, Subgroup
from equipoise.reporting.documents.paper.model import Block, Sentence
from equipoise.reporting.documents.plan.formulas import formula
from equipoise.reporting.labels import population_label
from equipoise.reporting.model import Display, Line, balanced
from equipoise.reporting.words import NumberText, rounded

if TYPE_CHECKING:
    from equipoise.design.model import Design, HypothesisPlan

_WORDS = NumberText()


def words_table(
    key: str, number: str, title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]
) -> Display:
    """A table of texts; the first cell of each row is its label."""
    lines = tuple(Line(row[0], tuple((cell,) for cell in row[1:])) for row in rows)
    words = [("", *heads), *rows]
    return Display(
        key, number, title, tuple((h,) for h in heads), lines, name=f"Table {number}", words=True,
        shares=balanced(words),
    )  # fmt: skip


def populations_part(protocol: Protocol) -> Iterator[Block]:
    """Who is analyzed, and under which arm."""
    rows = [(p.label or k, p.who, p.arm, p.variable(k)) for k, p in protocol.populations.items()]
    if rows:
        heads = ("Who", "Arm", "Flag in ADSL")
        yield words_table("populations", "2", "Analysis populations", heads, rows)
    groups = [_group(key, group) for key, group in protocol.subgroups.items()]
    if groups:
        yield Sentence((f"Subgroups of the primary estimands: {'; '.join(groups)}.",))


def _group(key: str, group: Subgroup) -> str:
    cuts = f", cut at {', '.join(f'{cut:g}' for cut in group.cut)}" if group.cut else ""
    return f"{group.label or key} ({group.variable}{cuts})"


def censoring_part(protocol: Protocol) -> Iterator[Block]:
    """What is an event and what censors, in the order in which sources are asked."""
    rows = []
    for key, estimand in protocol.estimands.items():
        endpoint = protocol.endpoints[estimand.endpoint]
        if endpoint.type != "time to event" and endpoint.worse_by is None:
            continue
        events = [s.says or s.name for s in endpoint.event]
        if endpoint.worse_by is not None:
            events = [f"{endpoint.parameter} worse by {endpoint.worse_by:g}"]
        censor = [s.says or s.name for s in endpoint.censor]
        inter = [f"{e.name}: {_dealt(e.strategy)}" for e in estimand.intercurrent_events]
        said = estimand.label or key
        rows.append((said, endpoint.from_, "; ".join(events), "; ".join(censor), "; ".join(inter)))
    if rows:
        heads = ("From", "Event, the first of", "Censored at, the first of", "Intercurrent events")
        yield words_table("censoring", "3", "Events and censoring", heads, rows)
    alive = ", ".join(f"{c.from_}.{c.date}" for c in protocol.dates.alive)
    if alive:
        yield Sentence((f"Last known alive is the latest date of {alive}.",))
    yield Sentence((f"A partial date of death is completed as: {protocol.dates.death}.",))


def _dealt(strategy: str) -> str:
    """What a strategy does to a time."""
    return {
        "treatment policy": "treatment policy, follow-up goes on",
        "hypothetical": "hypothetical, censored before it",
        "composite": "composite, an event",
        "while on treatment": "while on treatment, censored at it",
    }.get(strategy, strategy)


def methods_part(protocol: Protocol, roles: Sequence[str] = ()) -> Iterator[Block]:
    """Each estimand's test and estimators with their formulas and options.

    roles : of the estimands, where not all are wanted
    """
    for i, (key, estimand) in enumerate(protocol.estimands.items(), 1):
        if roles and estimand.role not in roles:
            continue
        named = dict.fromkeys(filter(None, [estimand.test, *estimand.estimator]))
        rows = [(name, formula(name), _options(protocol, estimand, name)) for name in named]
        if rows:
            title = f"Methods: {estimand.label or key} ({estimand.role})"
            yield words_table(f"methods-{i}", f"4.{i}", title, ("Formula", "With"), rows)


def _options(protocol: Protocol, estimand: Estimand, method: str) -> str:
    said = [f"{key}: {value}" for key, value in estimand.options.items()]
    strata = strata_of(protocol, estimand) if method.startswith("stratified") else ()
    said += [f"strata {', '.join(strata)}, {estimand.stratified}"] if strata else []
    said += [f"covariates {', '.join(estimand.covariates)}"] if estimand.covariates else []
    said += [f"ties: {estimand.ties}"] if "Cox" in method else []
    said += [f"scale of limits: {estimand.interval}"] if estimand.interval else []
    said += [f"at {', '.join(map(str, estimand.at))}"] if estimand.at else []
    return "; ".join(said) or "nothing further"


def multiplicity_part(protocol: Protocol) -> Iterator[Block]:
    """The error of the trial, and how hypotheses pass it on."""
    design = protocol.design
    sides = "two-sided" if design.sides == 2 else "one-sided"
    yield Sentence((f"The type I error of the trial is {100 * design.alpha:.6g}%, {sides}.",))
    if not design.hypotheses:
        yield Sentence(("The protocol plans no hypothesis.",))
        return
    if design.multiplicity == "none":
        yield Sentence(("No adjustment is made for the number of hypotheses.",))
        return
    graph = graph_of(protocol)
    rows = [
        (name, f"{weight:.4g}", *(f"{share:.4g}" if share else "0" for share in arrows))
        for name, weight, arrows in zip(graph.names, graph.weights, graph.transitions, strict=True)
    ]
    heads = ("Weight at the start", *(f"passes to {name}" for name in graph.names))
    yield words_table("graph", "5", f"Graph of hypotheses ({design.multiplicity})", heads, rows)


def looks_part(protocol: Protocol) -> Iterator[Block]:
    """Each hypothesis with its looks and bounds in one sentence, and all of them as a table."""
    if not protocol.design.hypotheses:
        yield Sentence(("The protocol plans no look.",))
        return
    from equipoise.design.plan.plan import plan

    try:
        design = plan(protocol)
    except EquipoiseError as problem:
        yield Sentence((f"Bounds cannot be worked out: {_flat(problem)}.",))
        return
    told = [*sizes(protocol), *design.notes]
    for h in design.hypotheses:
        mine = [text for text in told if text.startswith(f"{h.name}: ")]
        yield Sentence((_in_a_sentence(h, [text.split(": ", 1)[1] for text in mine]),))
        told = [text for text in told if text not in mine]
    yield words_table("looks", "6", "Looks and bounds", _HEADS, [*_look_rows(design)])
    yield from (Sentence((f"{name} is not planned: {why}.",)) for name, why in design.not_planned)
    yield from (Sentence((text,)) for text in told)
    yield Sentence(("At a look, bounds are worked out anew for the information that is there.",))


def _flat(problem: EquipoiseError) -> str:
    return "; ".join(line.strip() for line in str(problem).splitlines()).rstrip(".")


_HEADS = ("When", "Information", "Month", "Efficacy: Z", "Efficacy: P", "Futility: Z")


def _ends(last: bool) -> str:
    """What a bound that is crossed means: a last look has nothing left to stop."""
    return "efficacy is shown" if last else "stops for efficacy"


def _in_a_sentence(h: HypothesisPlan, more: Sequence[str]) -> str:
    """Everything about a hypothesis that a change of one bound would change."""
    looks = [
        f"{look.name} ({look.says}, {_ends(look is h.looks[-1])} at a one-sided P of {_p(p)})"
        for look, p in zip(h.looks, h.bounds.nominal_p, strict=True)
    ]
    spent = family_in_words(h.bounds.efficacy) if len(h.looks) > 1 else "spent at one look"
    futility = ""
    if h.bounds.futility:
        binds = "binding" if h.bounds.binding else "non-binding"
        futility = f", {binds} futility with {family_in_words(h.bounds.futility)}"
    parts = [
        f"{h.name}: one-sided level {100 * h.alpha:.6g}%, {spent}{futility}",
        f"looks: {'; '.join(looks)}",
        *(text.rstrip(".") for text in more),
    ]
    return "; ".join(parts) + "."


def _look_rows(design: Design) -> Iterator[tuple[str, ...]]:
    for h in design.hypotheses:
        parts = zip(h.looks, h.bounds.upper, h.bounds.nominal_p, h.bounds.lower, strict=True)
        for look, z, p, low in parts:
            month = "" if look.day.time is None else rounded(months(look.day.time), 1)
            yield (
                f"{h.name}, {look.name}", look.says, rounded(look.information, 3), month,
                "none" if z is None else rounded(z, 4), _p(p),
                "none" if low is None or h.bounds.sides == 2 else rounded(low, 4),
            )  # fmt: skip


def _p(p: float | None) -> str:
    return "none" if p is None else _WORDS.bound(p)


def code_part(protocol: Protocol) -> Iterator[Block]:
    """The R call of each analysis, before there are data."""
    # A checklist asks this module for its headings alone, without any method's solver.
    from equipoise.reporting.calls.call import planned_call

    rows, without = [], []
    for key, estimand in protocol.estimands.items():
        for name in dict.fromkeys(filter(None, [estimand.test, *estimand.estimator])):
            experimental, control = comparisons(protocol, estimand)[0]
            pair = f"{experimental} v {control}"
            row = {"analysis": key, "method": name, "subgroup": "", "comparison": pair}
            call = planned_call(protocol, row)
            if call:
                rows.append((f"{key}: {name}", call))
            else:
                without.append(f"{key}: {name}")
    if rows:
        yield words_table("code", "8", "Calls in R", ("Call",), rows)
        yield Sentence((_ABOUT_CALLS,))
    if without:
        yield Sentence((f"Without a call in R: {'; '.join(without)}.",))


_ABOUT_CALLS: Final = (
    "d has a row for each subject, or each subject and visit, as the programs of the submission "
    "make it; x and n are those with the outcome and all, x1 and n1 of the experimental arm, x2 "
    "and n2 of control, by stratum where the method goes over strata. Functions that R does not "
    "have are in the programs."
)


def among(protocol: Protocol, estimand: Estimand) -> str:
    """The label of an estimand's population."""
    return population_label(protocol, estimand.population)
