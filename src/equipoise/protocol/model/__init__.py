"""The protocol as frozen data. Reading, resolving and checking it are verbs of the rooms beside."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import PrivateAttr

from equipoise.errors import InputError
from equipoise.protocol.language.activities import Activity
from equipoise.protocol.model.allocation import AllocationPlan, Factor, Minimization
from equipoise.protocol.model.base import Node
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
    _provenance: dict[str, Any] = PrivateAttr(default_factory=dict)

    @property
    def digest(self) -> str:
        """SHA-256 of the resolved form without truth and scenarios, as a blinded copy has it."""
        return self._digest

    @property
    def provenance(self) -> dict[str, Any]:
        """JSON pointer -> {"kind": yours | default | derived, "sources": [...]}."""
        return self._provenance

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
        """The rows of the schedule at which something is done, in the order of the file."""
        return {key: visit for key, visit in self.visits.items() if activity in visit.do}

    def __str__(self) -> str:
        return repr(self)

    def __repr__(self) -> str:
        arms = " v ".join(self.arms[k].label for k in (*self.experimental, self.control))
        return f"Protocol  {self.trial.id}: {arms}, {self.population.randomize} patients"


__all__ = [
    "Accrual",
    "AllocationPlan",
    "AnalysisPopulation",
    "Arm",
    "Assumptions",
    "Characteristic",
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
]
