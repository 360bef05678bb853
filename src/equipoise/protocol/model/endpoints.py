"""What is measured: endpoints with their event and censor sources in order of precedence."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import model_validator

from equipoise.protocol.language.completion import Completion
from equipoise.protocol.model.base import (
    AlsoMapping,
    Node,
    Number,
    OneOrMore,
    PositiveSpan,
    Span,
    Whole,
    YesNo,
)
from equipoise.protocol.model.dates import Complete
from equipoise.questionnaires.forms import FormName as QuestionnaireName
from equipoise.units import Duration, parse_duration

_OF_TUMORS: Final = ("ADRS", "ADTR", "RS", "TR", "TU")

EndpointType = Literal["time to event", "proportion", "continuous", "count", "questionnaire"]


class DateSource(Node):
    """Where an event or censoring date comes from.

    Rows of `from_` where `where` holds; of these the `pick` by `date`, a partial date completed by
    `impute`. `says` becomes EVNTDESC; of a date of censoring `date_says` becomes CNSDTDSC, by
    default the same. `cite` names the rule. A bare name stands for a source of the built-in list
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
    impute: Complete = Completion("first")
    says: str = ""
    date_says: str = ""
    cite: str = ""

    @model_validator(mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        from equipoise.protocol.language.sources import named_source

        return named_source(value) if isinstance(value, str) else value


# What holds where a protocol does not say: RECIST 1.1, 4.6.1 and 4.6.2 (SD: 6 to 8 weeks), and the
# 4 weeks after which iRECIST may confirm progression.
CONFIRM_AFTER: Final = parse_duration("28 days")
MINIMUM_SD: Final = parse_duration("42 days")
CONFIRM_PROGRESSION: Final = parse_duration("28 days")


class RecistOptions(Node):
    """The judgement points of RECIST 1.1 that a protocol must settle.

    reader : investigator, central, or the name of one reader
    adjudicator, undecided : of several central readers, whose word decides where they differ; what
        counts at a scan on which nobody decided
    impute : a partial date of a scan as its first or last possible day, or not at all
    reappearance : a target seen again after complete response is judged by the sum, or is PD
    backdate_equivocal : a doubtful new lesion that proves to be one is PD from its first date
    progression_date, response_date : which scan of a visit dates PD, and any other response
    confirm, confirm_after, confirm_within : CR and PR need a second reading, not before, not after;
        by default they need none, as in every randomized trial (RECIST 1.1, 4.6)
    ne_between, sd_between : readings of NE and SD that may stand between the two
    keep_pr : PR, CR, PR is a confirmed PR
    cr_then_pr : what a CR followed by PR is best taken as (Table 3, note a)
    minimum_sd, pr_then_sd_needs_minimum : how long after the start SD is SD; after a PR too
    same_day : of two readings on one day, which counts
    after_new_therapy : readings after new anticancer therapy
    missing : what a subject without a reading counts as
    benefit : how long SD is clinical benefit; by default as long as `minimum_sd`
    confirm_progression : iRECIST: how long after it progression may first be confirmed
    Source   Eisenhauer 2009, sections 4.3 to 4.6; Seymour 2017.
    """

    version: Literal["1.1", "iRECIST"] = "1.1"
    reader: str | None = None
    adjudicator: str = "ADJUDICATOR"
    undecided: Literal["not evaluable", "worst", "best"] = "not evaluable"
    impute: Literal["first", "last", "none"] = "first"
    reappearance: Literal["by sum", "PD"] = "by sum"
    backdate_equivocal: YesNo = True
    progression_date: Literal["first", "last"] = "first"
    response_date: Literal["first", "last"] = "last"
    confirm: YesNo = False
    confirm_after: Span | None = None
    confirm_within: Span | None = None
    ne_between: Whole = 1
    sd_between: Whole = 0
    keep_pr: YesNo = False
    cr_then_pr: Literal["SD", "PD", "PR"] = "SD"
    minimum_sd: Span | None = None
    pr_then_sd_needs_minimum: YesNo = False
    same_day: Literal["worst", "best", "last"] = "worst"
    after_new_therapy: Literal["use", "ignore"] = "ignore"
    missing: Literal["MISSING", "NE"] = "MISSING"
    benefit: Span | None = None
    confirm_progression: Span | None = None

    @property
    def confirmation_days(self) -> int:
        """The second reading comes at least so late."""
        return _days(self.confirm_after, CONFIRM_AFTER)

    @property
    def confirmation_limit(self) -> int | None:
        """The second reading comes at most so late; None without a limit."""
        return None if self.confirm_within is None else self.confirm_within.whole_days

    @property
    def minimum_sd_days(self) -> int:
        """SD, and non-CR/non-PD, count so long after the start."""
        return _days(self.minimum_sd, MINIMUM_SD)

    @property
    def benefit_days(self) -> int:
        """SD so long after the start is clinical benefit."""
        return self.minimum_sd_days if self.benefit is None else self.benefit.whole_days

    @property
    def progression_days(self) -> int:
        """iRECIST: the scan that confirms progression comes at least so late after it."""
        return _days(self.confirm_progression, CONFIRM_PROGRESSION)


def _days(said: Duration | None, default: Duration) -> int:
    return (default if said is None else said).whole_days


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
    event: Annotated[tuple[DateSource, ...], OneOrMore] = ()
    censor: Annotated[tuple[DateSource, ...], OneOrMore] = ()
    data: str | None = None
    parameter: str | None = None
    responder: str | None = None
    recist: RecistOptions | None = None
    scale: str | None = None
    worse_by: Number | None = None
    better: Literal["longer", "shorter", "higher", "lower"] | None = None

    @property
    def reads_tumors(self) -> bool:
        """Whether it rests on tumor assessments: progression, a response, or RECIST at all."""
        sources = (*self.event, *((self.among,) if self.among else ()))
        named = any(s.name != "death" and s.from_ in _OF_TUMORS for s in sources)
        return named or self.recist is not None or self.data in _OF_TUMORS


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
    impute: Complete | None = None
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
    compare: Annotated[tuple[str, ...], OneOrMore] = ()
    population: str
    intercurrent_events: Annotated[tuple[IntercurrentEvent, ...], AlsoMapping()] = ()
    summary: Annotated[tuple[str, ...], OneOrMore] = ()
    test: str | None = None
    estimator: Annotated[tuple[str, ...], OneOrMore] = ()
    at: Annotated[tuple[PositiveSpan, ...], OneOrMore] = ()
    strata: Annotated[tuple[str, ...], OneOrMore] | None = None
    stratified: Literal["as randomized", "as corrected"] = "as randomized"
    ties: Literal["efron", "breslow", "exact"] = "efron"
    interval: str | None = None
    covariates: Annotated[tuple[str, ...], OneOrMore] = ()
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

    def variable(self, key: str) -> str:
        """The ADSL variable that says who is in it; without a `flag` it is called after the key."""
        letters = "".join(sign for sign in key.upper() if sign.isascii() and sign.isalnum())
        return self.flag or f"{letters[:6]}FL"


class Subgroup(Node):
    """A baseline variable whose levels are analyzed apart."""

    label: str = ""
    variable: str
    cut: Annotated[tuple[Number, ...], OneOrMore] = ()
