"""What is measured: endpoints with their event and censor sources in order of precedence."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import model_validator

from equipoise.protocol.model.base import AlsoMapping, Node, Number, OneOrMore, Span, Whole, YesNo
from equipoise.questionnaires.forms import Name as QuestionnaireName

EndpointType = Literal["time to event", "proportion", "continuous", "count", "questionnaire"]


class DateSource(Node):
    """Where an event or censoring date comes from.

    Rows of `from_` where `where` holds; of these the `pick` by `date`. `says` becomes EVNTDESC or
    CNSDTDSC, `cite` names the rule. A bare name stands for a source of the built-in list
    (`protocol/sources.yaml`), written out in the resolved form.
    """

    short: ClassVar[dict[str, Any] | None] = {
        "type": "string",
        "examples": ["progression", "death", "last adequate assessment"],
    }

    name: str
    from_: str
    where: str | None = None
    date: str
    pick: Literal["first", "last"] = "first"
    says: str = ""
    cite: str = ""

    @model_validator(mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        from equipoise.protocol.sources import named_source

        return named_source(value) if isinstance(value, str) else value


class RecistOptions(Node):
    """The judgement points of RECIST 1.1 that a protocol must settle."""

    version: Literal["1.1", "iRECIST"] = "1.1"
    reader: str | None = None
    confirm: YesNo = False
    confirm_after: Span | None = None
    confirm_within: Span | None = None
    ne_between: Whole = 1
    minimum_sd: Span | None = None
    same_day: Literal["worst", "last"] = "worst"
    after_new_therapy: Literal["use", "ignore"] = "ignore"
    keep_pr: YesNo = False


class QuestionnairePlan(Node):
    """A form that subjects fill in, found in QS under its `category` (QSCAT).

    With `scored_by` the answers to its items become the scales of that manual; without, scores
    are taken as they were collected. Of two answers to an item at a visit one counts.
    """

    label: str = ""
    category: str = ""
    scored_by: QuestionnaireName | None = None
    answered_twice: Literal["last", "first"] = "last"


class Endpoint(Node):
    """A variable of the trial.

    time to event: from `from_` (randomization, first dose, a date of ADSL, or a built-in source
    such as response) to `event`, else `censor`, for subjects who have an `among`; or, with
    `worse_by`, to the first change of `parameter` by so much for the worse. proportion: `responder`
    is a condition over `data`. continuous, questionnaire: `parameter` of `data` at visits, change
    from baseline; `scale` names the questionnaire that the parameter is a scale of.
    """

    label: str
    type: EndpointType
    code: str | None = None
    from_: str = "randomization"
    count_from: Literal["day 1", "day 0"] = "day 1"
    among: DateSource | None = None
    assessed_at: str | None = None
    event: tuple[DateSource, ...] = ()
    censor: tuple[DateSource, ...] = ()
    data: str | None = None
    parameter: str | None = None
    responder: str | None = None
    recist: RecistOptions | None = None
    scale: str | None = None
    worse_by: Number | None = None
    better: Literal["longer", "shorter", "higher", "lower"] | None = None


class IntercurrentEvent(Node):
    """An event after randomization that affects the variable, and its strategy (ICH E9(R1)).

    `where`/`from_`/`date` say how it is recognized; a name of the built-in list suffices.
    """

    name: str
    strategy: Literal[
        "treatment policy", "hypothetical", "composite", "while on treatment", "principal stratum"
    ]
    from_: str | None = None
    where: str | None = None
    date: str | None = None
    says: str = ""
    cite: str = ""
    missed: Whole | None = None


class Estimand(Node):
    """A question in the five words of ICH E9(R1), with the methods that answer it."""

    label: str = ""
    endpoint: str
    role: Literal["primary", "secondary", "sensitivity", "supplementary", "exploratory"] = (
        "secondary"
    )
    compare: tuple[str, ...] = ()
    population: str
    intercurrent_events: Annotated[tuple[IntercurrentEvent, ...], AlsoMapping()] = ()
    summary: Annotated[tuple[str, ...], OneOrMore] = ()
    test: str | None = None
    estimator: Annotated[tuple[str, ...], OneOrMore] = ()
    at: Annotated[tuple[Span, ...], OneOrMore] = ()
    strata: tuple[str, ...] | None = None
    ties: Literal["efron", "breslow", "exact"] = "efron"
    interval: str | None = None
    covariates: tuple[str, ...] = ()
    options: dict[str, Any] = {}

    @model_validator(mode="before")
    @classmethod
    def _events(cls, value: Any) -> Any:
        """`{new therapy: hypothetical}` is the short form of the list."""
        key = "intercurrent events"
        if isinstance(value, dict) and isinstance(value.get(key), dict):
            listed = [
                {"name": k, **(v if isinstance(v, dict) else {"strategy": v})}
                for k, v in value[key].items()
            ]
            return {**value, key: listed}
        return value


class AnalysisPopulation(Node):
    """Who is analyzed, and under which arm.

    `who` is `randomized`, `treated`, `all`, or a condition over ADSL.
    """

    label: str = ""
    who: str
    flag: str | None = None
    arm: Literal["as randomized", "as treated"] = "as randomized"


class Subgroup(Node):
    """A baseline variable whose levels are analyzed apart."""

    label: str = ""
    variable: str
    cut: tuple[Number, ...] = ()
