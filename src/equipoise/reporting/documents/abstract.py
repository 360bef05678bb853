"""A structured abstract: the items of CONSORT for abstracts in as many words as a journal allows.

Source  Hopewell et al., PLoS Med 2008;5:e20 (items of CONSORT for abstracts), in our own words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from equipoise.analysis.results import Results
from equipoise.errors import InputError, expect
from equipoise.protocol.write.regimens import regimen_words
from equipoise.reporting.abstract import compared, estimand_sentences
from equipoise.reporting.documents.paper.model import Chapter, PaperDocument, PeoplesText, Sentence
from equipoise.reporting.documents.people import to_write
from equipoise.reporting.labels import lowered
from equipoise.reporting.model import Cell, listed, plain, run
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.words import NumberText
from equipoise.reporting.writers.page import Stamp

_HARMS = (
    ("grade 3 or higher", "Adverse events of grade 3 or higher"),
    ("severe or worse", "Severe or worse adverse events"),
    ("serious", "Serious adverse events"),
    ("fatal", "Fatal adverse events"),
)
WITHOUT_LIMIT = 1_000_000
"""So many words that nothing is left out."""
_MUST = 0  # the rank of what no abstract may leave out


class _Told(NamedTuple):
    """A sentence for a chapter; the higher its rank, the sooner it is left out."""

    chapter: str
    rank: int
    item: str
    text: Cell


def abstract(
    results: Results,
    *,
    words: int = 250,
    style: str = "regulator",
    text: Mapping[str, str] | None = None,
) -> PaperDocument:
    """The structured abstract of a look, in as many words as are allowed.

    words : the most; sentences that may be left out are, the least needed first, and are told
    text : people's texts by key: abstract.background, abstract.conclusions, abstract.funding
    Every number is a row of `results`.
    Raises   InputError if even the sentences that must stand have more words, or for a style.
    """
    expect(results, Results)
    return abstract_of(Numbers(results, NumberText.named(style).style), words=words, text=text)


def abstract_of(
    numbers: Numbers, *, words: int = 250, text: Mapping[str, str] | None = None
) -> PaperDocument:
    """As `abstract`, of numbers whose texts are known already."""
    results = numbers.results
    told = list(_sentences(results, numbers))
    people = _people(text or {})
    fixed = sum(len(one.text.split()) for one in people.values())
    told, dropped = _fitting(told, fixed, words)
    chapters = [
        _chapter("background", "Background", told, people),
        _chapter("methods", "Methods", told, people),
        _chapter("results", "Results", told, people),
        _chapter("conclusions", "Conclusions", told, people),
        _chapter("funding", "Funding and registration", told, people),
    ]
    stamp = Stamp.of(results)
    used = fixed + sum(_count(one.text) for one in told)
    left = f"; left out: {', '.join(dict.fromkeys(one.item for one in dropped))}" if dropped else ""
    under = (stamp.head, f"{used} of {words} words{left}")
    title = results.data.protocol.report.title or results.data.protocol.trial.title
    foot = f"Equipoise: {stamp.digests}"
    return PaperDocument("abstract", title, tuple(chapters), under, stamp.head, foot)


def _people(text: Mapping[str, str]) -> dict[str, PeoplesText]:
    asked = {
        "background": "why the trial was done",
        "conclusions": "what the results mean, benefits and harms in balance",
        "funding": "who paid",
    }
    return {key: to_write(text, f"abstract.{key}", asks) for key, asks in asked.items()}


def _chapter(
    key: str, title: str, told: Sequence[_Told], people: Mapping[str, PeoplesText]
) -> Chapter:
    sentences = [Sentence(one.text, one.item) for one in told if one.chapter == key]
    return Chapter(key, title, (*([people[key]] if key in people else []), *sentences))


def _count(text: Cell) -> int:
    return len(plain(text).split())


def _fitting(told: list[_Told], fixed: int, words: int) -> tuple[list[_Told], list[_Told]]:
    """The sentences that fit beside so many fixed words, and those that had to go."""
    dropped: list[_Told] = []
    while fixed + sum(_count(one.text) for one in told) > words:
        last = max(range(len(told)), key=lambda i: (told[i].rank, i))
        if told[last].rank == _MUST:
            least = fixed + sum(_count(one.text) for one in told)
            raise InputError(
                f"words: found {words}, but what no abstract may leave out has {least}; "
                f"expected --words {least} or more, or shorter texts of your own"
            )
        dropped.append(told.pop(last))
    return told, dropped[::-1]


def _sentences(results: Results, numbers: Numbers) -> Iterator[_Told]:
    yield from _methods(results)
    yield from _recruited(results, numbers)
    for role, rank in (("primary", 0), ("secondary", 3)):
        for key, estimand in results.data.protocol.estimands.items():
            if estimand.role == role:
                yield from _outcome(results, numbers, key, rank)
    yield from _harms(results, numbers)
    yield from _laboratory(results, numbers)
    yield from _registered(results)


def _methods(results: Results) -> Iterator[_Told]:
    protocol = results.data.protocol
    trial, people = protocol.trial, protocol.population
    arms = [(arm.label,) for arm in protocol.arms.values()]
    who = f"patients with {people.condition}" if people.condition else "patients"
    told = {
        k: protocol.provenance.get(f"/trial/{k}", {}).get("kind") != "default"
        for k in ("phase", "masking")
    }
    kind = ", ".join(
        [
            *([f"phase {trial.phase}"] if told["phase"] else []),
            *([trial.masking] if told["masking"] else []),
            f"randomized {trial.framework}",
        ]
    )
    ratio = protocol.allocation.ratio
    yield _Told(
        "methods", _MUST, "trial design",
        run(f"In this {kind} trial, {who} were assigned in a {ratio} ratio to ",
            listed(arms, " or "), "."),
    )  # fmt: skip
    yield _Told("methods", 4, "randomization", (f"Allocation was by {_allocation(results)}.",))
    given = [
        f"{arm.label}: {'; '.join(regimen_words(r) for r in arm.give)}."
        for arm in protocol.arms.values()
        if arm.give
    ]
    yield from (_Told("methods", 5, "interventions", (text,)) for text in given)
    for role, rank in (("primary", _MUST), ("secondary", 4)):
        labels = [
            lowered(e.label or protocol.endpoints[e.endpoint].label)
            for e in protocol.estimands.values()
            if e.role == role
        ]
        if labels:
            verb = "end points were" if len(labels) > 1 else "end point was"
            text = run(f"The {role} {verb} ", listed([(label,) for label in labels], "; and "), ".")
            yield _Told("methods", rank, f"{role} outcome", text)


def _allocation(results: Results) -> str:
    plan = results.data.protocol.allocation
    factors = " and ".join(lowered(f.label or k) for k, f in plan.strata.items())
    return plan.method + (f", stratified by {factors}" if factors else "")


def _recruited(results: Results, numbers: Numbers) -> Iterator[_Told]:
    protocol, data = results.data.protocol, results.data
    arms = [
        run(numbers.cell("flow", "randomized", group=key), f" to {arm.label}")
        for key, arm in protocol.arms.items()
    ]
    total = numbers.cell("flow", "randomized", group="all")
    text = run(total, " patients were randomized: ", listed(arms), ".")
    yield _Told("results", _MUST, "numbers randomized", text)
    if data.date:
        when = f"The data cut-off was {data.date.day} {data.date:%B %Y} ({data.look})."
        yield _Told("results", 2, "trial status", (when,))
    for key, estimand in protocol.estimands.items():
        if estimand.role == "primary":
            seen = [
                run(numbers.cell(key, "n", group=k), f" with {arm.label}")
                for k, arm in protocol.arms.items()
                if numbers.find(key, "n", group=k)
            ]
            if seen:
                text = run("The primary analysis included ", listed(seen), ".")
                yield _Told("results", 2, "numbers analyzed", text)


def _outcome(results: Results, numbers: Numbers, key: str, rank: int) -> Iterator[_Told]:
    """How the arms compare, which must stand for a primary outcome, and each arm by itself."""
    protocol = results.data.protocol
    estimand = protocol.estimands[key]
    label = lowered(estimand.label or protocol.endpoints[estimand.endpoint].label)
    effects = [plain(cell) for cell in compared(results, numbers, key, label)]
    for cell in estimand_sentences(results, numbers, key):
        must = plain(cell) in effects
        yield _Told("results", rank if must else rank + 1, f"{label}, by arm", cell)


def _harms(results: Results, numbers: Numbers) -> Iterator[_Told]:
    arms = results.data.protocol.arms
    for i, (kind, words) in enumerate(_HARMS):
        if numbers.find("safety", f"{kind} patients", group=next(iter(arms))) is None:
            continue
        names = (f"{kind} patients", f"{kind} proportion")
        shares = [
            run(numbers.share("safety", *names, group=k), f" with {arm.label}")
            for k, arm in arms.items()
        ]
        text = run(f"{words} occurred in ", listed(shares), ".")
        must = not i or kind == "fatal"
        yield _Told("results", _MUST if must else 2, lowered(words), text)


def _laboratory(results: Results, numbers: Numbers) -> Iterator[_Told]:
    """Toxicities by laboratory value, which the coded events may not show."""
    arms = results.data.protocol.arms
    for toxicity in results.data.protocol.safety.labs:
        kind = f"laboratory grade {'-'.join(str(g) for g in toxicity.grades)}"
        term = toxicity.label
        if numbers.find("safety", f"{kind} proportion", group=next(iter(arms)), term=term) is None:
            continue
        names = (f"{kind} patients", f"{kind} proportion")
        shares = [
            run(numbers.share("safety", *names, group=k, term=term), f" with {arm.label}")
            for k, arm in arms.items()
        ]
        grades = " or ".join(str(g) for g in toxicity.grades)
        told = f"{term} of grade {grades} by laboratory value: "
        yield _Told("results", 4, f"{lowered(term)} by laboratory value",
                    run(told, listed(shares), "."))  # fmt: skip


def _registered(results: Results) -> Iterator[_Told]:
    trial = results.data.protocol.trial
    if trial.sponsor:
        yield _Told("funding", 1, "sponsor", (f"Sponsor: {trial.sponsor}.",))
    names = ", ".join(f"{name} {id_}" for name, id_ in trial.registers.items())
    if names:
        yield _Told("funding", _MUST, "trial registration", (f"Registered as {names}.",))
