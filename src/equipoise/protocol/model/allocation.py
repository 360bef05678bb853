"""Who gets what: ratio, method, strata."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from equipoise.protocol.model.base import Node, Number, OneOrMore, Probability, Whole

Method = Literal["permuted blocks", "block urn", "minimization", "complete"]


class Factor(Node):
    """A stratification factor; `variable` names the column that carries it in SDTM or ADSL."""

    short: ClassVar[dict[str, Any] | None] = {"type": "array", "items": {"type": "string"}}

    label: str = ""
    variable: str | None = None
    levels: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _list(cls, value: Any) -> Any:
        return {"levels": value} if isinstance(value, (list, tuple)) else value


class Minimization(Node):
    """Pocock and Simon's method: imbalance measure, weights, probability of the preferred arm."""

    probability: Probability = 0.8
    measure: Literal["range", "variance"] = "range"
    weights: dict[str, Number] = {}


class AllocationPlan(Node):
    """How patients are allocated. `ratio` is in the order of `arms`, as in 1:1."""

    ratio: str = "1:1"
    method: Method = "permuted blocks"
    blocks: Annotated[tuple[Whole, ...], OneOrMore] = ()
    strata: dict[str, Factor] = {}
    minimization: Minimization | None = None

    @property
    def ratios(self) -> tuple[int, ...]:
        return tuple(int(part) for part in self.ratio.split(":"))
