"""What a report says of the design: facts with an address each, from the protocol and the dates.

What it says in the same words in every style is kept for a report in another one: `SaidBefore`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from equipoise.analysis.results import Results
from equipoise.design.plan.sizes import sizes
from equipoise.meaning.hypotheses import hypotheses
from equipoise.protocol import Protocol
from equipoise.protocol.write.regimens import regimen_words
from equipoise.reporting.documents.synopsis import synopsis
from equipoise.reporting.labels import design_line, lowered
from equipoise.reporting.model import Display, Line
from equipoise.reporting.tables.reconciliation import reconciliation_table


class DesignFact(NamedTuple):
    """A fact: its address, its name, and a line or several."""

    key: str
    name: str
    lines: tuple[str, ...]


def design_facts(results: Results) -> list[DesignFact]:
    """What stands open in the section on the design."""
    protocol = results.data.protocol
    made = [
        DesignFact("trial-design", "Design", (design_line(protocol),)),
        DesignFact("randomization", "Randomization", (_randomization(protocol),)),
        DesignFact("population", "Population", (protocol.population.condition,)),
        *_arms(protocol),
        DesignFact("registration", "Registration", tuple(_registers(protocol))),
        DesignFact("recruitment", "Randomized", tuple(_dates(results))),
        DesignFact("amendments", "Amendment", tuple(_amended(protocol))),
    ]
    return [fact for fact in made if any(fact.lines)]


def folded_facts(protocol: Protocol) -> list[DesignFact]:
    """What is long, and folded on the screen."""
    people = next((s for s in synopsis(protocol).sections if s.heading == "Patients"), None)
    criteria = [s for s in (people.sentences if people else ()) if "clusion " in s]
    made = [
        DesignFact("eligibility", "Eligibility", tuple(criteria)),
        DesignFact("sample-size", "Sample size", tuple(sizes(protocol))),
        DesignFact("looks", "Looks", tuple(_looks(protocol))),
    ]
    return [fact for fact in made if fact.lines]


def harm_facts(protocol: Protocol) -> tuple[str, ...]:
    """How adverse events are graded and counted."""
    return next((s.sentences for s in synopsis(protocol).sections if s.heading == "Safety"), ())


def _randomization(protocol: Protocol) -> str:
    plan = protocol.allocation
    factors = " and ".join(lowered(f.label or k) for k, f in plan.strata.items())
    return f"{plan.ratio} by {plan.method}" + (f", stratified by {factors}" if factors else "")


def _arms(protocol: Protocol) -> Iterator[DesignFact]:
    for i, arm in enumerate(protocol.arms.values()):
        given = tuple(regimen_words(regimen) for regimen in arm.give)
        key = "interventions" if not i else f"interventions-{i + 1}"
        yield DesignFact(key, f"{arm.label} ({arm.role})", given or ("no drug of the trial",))


def _registers(protocol: Protocol) -> Iterator[str]:
    yield from (f"{name} {number}" for name, number in protocol.trial.registers.items())


def _dates(results: Results) -> Iterator[str]:
    """The first and last day of randomization."""
    table = results.data.tables.get("ADSL")
    days: Any = table["RANDDT"].drop_nulls() if table is not None else ()
    if len(days):
        first, last = days.min(), days.max()
        yield f"{first.day} {first:%B %Y} to {last.day} {last:%B %Y}"


def _amended(protocol: Protocol) -> Iterator[str]:
    if protocol.trial.amends:
        yield f"version {protocol.trial.version} amends {protocol.trial.amends}"


def _looks(protocol: Protocol) -> Iterator[str]:
    for h in hypotheses(protocol):
        for look in h.looks:
            yield f"{h.name}, {look.name}: {look.says}"


@dataclass(frozen=True, slots=True)
class SaidBefore:
    """What takes long to find and has no number with a style.

    folded : eligibility, sizes as planned, looks; assessed : how harms are graded and counted
    reconciliation : the table that counts every row of the data
    Checked  tests/unit/reporting/test_said_before.py
    """

    folded: tuple[DesignFact, ...]
    assessed: tuple[str, ...]
    reconciliation: Display

    @classmethod
    def of(cls, results: Results) -> SaidBefore:
        """As it is of some results: the design planned, the data counted."""
        protocol = results.data.protocol
        folded, assessed = folded_facts(protocol), harm_facts(protocol)
        return cls(tuple(folded), assessed, reconciliation_table(results))

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; `from_dict` reads them back."""
        return {
            "folded": [fact._asdict() for fact in self.folded],
            "assessed": list(self.assessed),
            "reconciliation": asdict(self.reconciliation),
        }

    @classmethod
    def from_dict(cls, said: Mapping[str, Any]) -> SaidBefore:
        facts = (DesignFact(**{**fact, "lines": tuple(fact["lines"])}) for fact in said["folded"])
        return cls(tuple(facts), tuple(said["assessed"]), _display(said["reconciliation"]))


def _display(said: Mapping[str, Any]) -> Display:
    lines = [Line(of["label"], _cells(of["cells"]), of["indent"]) for of in said["lines"]]
    lists = {name: tuple(said[name]) for name in ("notes", "shares")}
    return Display(**{**said, **lists, "heads": _cells(said["heads"]), "lines": tuple(lines)})


def _cells(said: list[list[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(cell) for cell in said)
