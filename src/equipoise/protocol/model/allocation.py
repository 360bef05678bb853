"""Who gets what: ratio, method, strata."""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from equipoise.protocol.language.scope import IN_SCOPE, SINGLE_ARM, refused
from equipoise.protocol.model.base import (
    Node,
    Number,
    OneOrMore,
    Positive,
    Probability,
    Whole,
)

AllocationMethod = Literal[
    "permuted blocks", "block urn", "minimization", "complete", "biased coin", "big stick"
]


_RATIO: Final = re.compile(r"^[1-9][0-9]{0,2}(:[1-9][0-9]{0,2}){1,99}$")


def _ratio(value: Any) -> Any:
    if isinstance(value, (str, int)) and str(value).isdecimal():
        raise ValueError(f'"{value}" is the ratio of one arm; {refused(SINGLE_ARM)}; {IN_SCOPE}')
    if isinstance(value, str) and not _RATIO.match(value):
        raise ValueError(f'"{value}" is no ratio; expected whole numbers, as in 1:1 or 2:1')
    return value


Ratio = Annotated[
    str,
    BeforeValidator(_ratio),
    WithJsonSchema({"type": "string", "examples": ["1:1", "2:1", "1:1:1"]}),
]


class Factor(Node):
    """A stratification factor.

    `variable` names the column of DM, SUPPDM or SC with its level as it is known, corrected where
    it had to be; `randomized` the one with the level by which the subject was randomized. Where
    that was not collected, nothing was corrected.
    """

    short: ClassVar[dict[str, Any] | None] = {"type": "array", "items": {"type": "string"}}

    label: str = ""
    variable: str | None = None
    randomized: str | None = None
    levels: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _list(cls, value: Any) -> Any:
        return {"levels": value} if isinstance(value, (list, tuple)) else value


class Minimization(Node):
    """Pocock and Simon's method: imbalance measure, weights, probability of the preferred arm.

    `form: biased coin` is Han's, which keeps an unequal ratio; `probability` is then that of the
    arm with the smallest share, where it is preferred.
    """

    probability: Probability = 0.8
    measure: Literal["range", "variance", "marginal"] = "range"
    weights: dict[str, Number] = {}
    form: Literal["Pocock-Simon", "biased coin"] = "Pocock-Simon"


class AllocationPlan(Node):
    """How patients are allocated. `ratio` is in the order of `arms`, as in 1:1.

    `probability` is that of the arm behind, for a biased coin; `limit` the largest difference
    between the arms, for a big stick.
    """

    ratio: Ratio = "1:1"
    method: AllocationMethod = "permuted blocks"
    blocks: Annotated[tuple[Whole, ...], OneOrMore] = ()
    strata: dict[str, Factor] = {}
    minimization: Minimization | None = None
    probability: Probability | None = None
    limit: Positive | None = None

    @property
    def ratios(self) -> tuple[int, ...]:
        return tuple(int(part) for part in self.ratio.split(":"))
