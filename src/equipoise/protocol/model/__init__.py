"""The protocol as frozen data. Reading, resolving and checking it are verbs of the rooms beside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import PrivateAttr

from equipoise.errors import InputError
from equipoise.notebook import card
from equipoise.protocol.language.activities import Activity
from equipoise.protocol.model.allocation import AllocationPlan, Factor, Minimization
from equipoise.protocol.model.base import Node, OneOrMore
from equipoise.protocol.model.conduct import ConductPlan
from equipoise.protocol.model.dates import Contact, DatePlan
from equipoise.protocol.model.design import (
    Accrual,
    Assumptions,
    CurvePoint,
    DesignPlan,
    GraphPlan,
    Hazard,
    HypothesisDesign,
    LaterRatio,
    LookPlan,
)
from equipoise.protocol.model.digests import body, digest
from equipoise.protocol.model.endpoints import (
    AnalysisPopulation,
    DateSource,
    Endpoint,
    Estimand,
    IntercurrentEvent,
    QuestionnairePlan,
    RecistOptions,
    Subgroup,
)
from equipoise.protocol.model.forms import CheckPlan, FormItem, FormPlan
from equipoise.protocol.model.frozen import FrozenDict, Younger, thawed
from equipoise.protocol.model.report import (
    Characteristic,
    LabGrade,
    OrganDose,
    Published,
    Query,
    ReportPlan,
    SafetyPlan,
)
from equipoise.protocol.model.treatment import Arm, DoseRule, Regimen, StopRule
from equipoise.protocol.model.trial import (
    Criterion,
    Eligibility,
    Epoch,
    Population,
    Source,
    Trial,
    Visit,
)
from equipoise.protocol.model.truth import (
    EventTruth,
    LabTruth,
    MeasureTruth,
    Normal,
    Occurrence,
    RecurrentTruth,
    ScenarioGrid,
    Share,
    TimeTruth,
    Truth,
)


class Protocol(Node):
    """One trial, as promised. Arms stand in the order of the file."""

    equipoise: Literal["1"] = "1"
    trial: Trial
    sources: dict[str, Source] = {}
    population: Population
    arms: dict[str, Arm]
    epochs: dict[str, Epoch] = {}
    visits: dict[str, Visit] = {}
    forms: Annotated[dict[str, FormPlan], Younger] = {}
    checks: Annotated[tuple[CheckPlan, ...], OneOrMore, Younger] = ()
    conduct: Annotated[ConductPlan | None, Younger] = None
    allocation: AllocationPlan = AllocationPlan()
    dates: DatePlan = DatePlan()
    questionnaires: dict[str, QuestionnairePlan] = {}
    endpoints: dict[str, Endpoint] = {}
    populations: dict[str, AnalysisPopulation] = {}
    estimands: dict[str, Estimand] = {}
    subgroups: dict[str, Subgroup] = {}
    safety: SafetyPlan = SafetyPlan()
    design: DesignPlan = DesignPlan()
    assume: Assumptions = Assumptions()
    truth: dict[str, Truth] = {}
    scenarios: dict[str, ScenarioGrid] = {}
    report: ReportPlan = ReportPlan()

    _digest: str = PrivateAttr(default="")
    _provenance: FrozenDict = PrivateAttr(default_factory=FrozenDict)
    _text: str = PrivateAttr(default="")
    _folder: Path | None = PrivateAttr(default=None)  # of the file, with the version it amends
    _remade: Remade | None = PrivateAttr(default=None)

    @property
    def digest(self) -> str:
        """SHA-256 of the resolved form without truth and scenarios, as a blinded copy has it."""
        if not self._digest:
            self._digest = digest(body(self))
        return self._digest

    @property
    def provenance(self) -> dict[str, Any]:
        """JSON pointer -> {"kind": yours | default | derived, "sources": [...]}."""
        return self._provenance

    def with_(self, path: str | Sequence[str | int], value: object) -> Protocol:
        """Another protocol, with one thing set: read, checked and sealed as if it had been written.

        path : as in messages, "population.randomize" or "arms.new.give[0]", or its parts one by one
        value : as a protocol says it: 800, "8 weeks", True, a list, a mapping; None takes it away
        Raises   ProtocolError with every fault; InputError if there is no place for it.
        """
        if self._remade is None:
            raise InputError("only a protocol that `equipoise.read` made can be changed")
        return self._remade(self, path, value)

    def to_dict(self) -> dict[str, Any]:
        """The whole resolved form, truth and provenance with it; `read` takes it back."""
        return {
            **self.model_dump(mode="json", by_alias=True),
            "provenance": thawed(self.provenance),
        }

    def to_yaml(self) -> str:
        """The text of a protocol file; comments are those of the file that it came from."""
        if not self._text:
            raise InputError("only a protocol that `equipoise.read` made has a text")
        return self._text

    def model_copy(self, *, update: Any = None, deep: bool = False) -> Protocol:
        """Not with changes: they would pass the rules by. `with_` makes another protocol."""
        if update:
            raise InputError(
                f"a protocol is changed by `with_`, not by a copy: {', '.join(update)}"
            )
        return super().model_copy(deep=deep)

    @classmethod
    def model_construct(cls, *args: object, **values: object) -> Protocol:
        """Never: it would pass the rules by."""
        raise InputError("a protocol is made by `equipoise.read`")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Protocol) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash(self.digest)

    @property
    def control(self) -> str:
        """The arm that others are compared with. Raises InputError if no arm has that role."""
        found = next((k for k, arm in self.arms.items() if arm.role == "control"), None)
        if found is None:
            raise InputError("no arm has the role of control")
        return found

    @property
    def experimental(self) -> tuple[str, ...]:
        return tuple(k for k, arm in self.arms.items() if arm.role == "experimental")

    def visits_for(self, activity: Activity) -> dict[str, Visit]:
        """The rows of the schedule at which something is planned, in the order of the file."""
        planned = {key: visit for key, visit in self.visits.items() if not visit.at_any_time}
        return {key: visit for key, visit in planned.items() if activity in visit.do}

    def _repr_html_(self) -> str:
        design = self.design.hypotheses.items()
        looks = [f"{name}: {', '.join(plan.looks)}" for name, plan in design if plan.looks]
        rows = [
            ("title", self.trial.title),
            *((arm.label, f"{arm.role}, {key}") for key, arm in self.arms.items()),
            ("patients", self.population.randomize),
            ("end points", ", ".join(self.endpoints)),
            ("looks", "; ".join(looks)),
            ("digest", self.digest),
        ]
        return card(repr(self), ("", ""), rows)

    def __str__(self) -> str:
        return repr(self)

    def __repr__(self) -> str:
        arms = " v ".join(self.arms[k].label for k in (*self.experimental, self.control))
        return f"Protocol  {self.trial.id}: {arms}, {self.population.randomize} patients"


Remade = Callable[[Protocol, "str | Sequence[str | int]", object], Protocol]
"""What makes another protocol of one: it reads again, which is done above this room."""


def altered(protocol: Protocol, **sections: Any) -> Protocol:
    """A copy for virtual trials and tests, with whole sections set and no rule asked.

    It has the digest of what it says, and no text.
    """
    copy = Node.model_copy(protocol, update=sections)
    copy._digest, copy._text, copy._remade = "", "", None
    return copy


__all__ = [
    "Accrual",
    "AllocationPlan",
    "AnalysisPopulation",
    "Arm",
    "Assumptions",
    "Characteristic",
    "CheckPlan",
    "ConductPlan",
    "Contact",
    "Criterion",
    "CurvePoint",
    "DatePlan",
    "DateSource",
    "DesignPlan",
    "DoseRule",
    "Eligibility",
    "Endpoint",
    "Epoch",
    "Estimand",
    "EventTruth",
    "Factor",
    "FormItem",
    "FormPlan",
    "GraphPlan",
    "Hazard",
    "HypothesisDesign",
    "IntercurrentEvent",
    "LabGrade",
    "LabTruth",
    "LaterRatio",
    "LookPlan",
    "MeasureTruth",
    "Minimization",
    "Node",
    "Normal",
    "Occurrence",
    "OrganDose",
    "Population",
    "Protocol",
    "Published",
    "Query",
    "QuestionnairePlan",
    "RecistOptions",
    "RecurrentTruth",
    "Regimen",
    "ReportPlan",
    "SafetyPlan",
    "ScenarioGrid",
    "Share",
    "Source",
    "StopRule",
    "Subgroup",
    "TimeTruth",
    "Trial",
    "Truth",
    "Visit",
    "altered",
]
