"""Words every section uses: the node, and scalars with units."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema

from equipoise.units import (
    Duration,
    Quantity,
    parse_duration,
    parse_number,
    parse_probability,
    parse_quantity,
    plain,
)


def spoken(name: str) -> str:
    """A field's name as a person writes it: `follow_up` is `follow up`, `from_` is `from`."""
    return name.rstrip("_").replace("_", " ")


class Node(BaseModel):
    """A part of a protocol: frozen, and no key it does not know."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=spoken,
        populate_by_name=True,
        arbitrary_types_allowed=True,
    )


def _duration(value: Any) -> Any:
    return value if isinstance(value, Duration) else parse_duration(str(value))


def _quantity(value: Any) -> Any:
    return value if isinstance(value, Quantity) else parse_quantity(str(value))


def _number(value: Any) -> Any:
    return parse_number(value) if isinstance(value, str) else value


def _probability(value: Any) -> Any:
    return parse_probability(str(value))


def _listed(value: Any) -> Any:
    """One thing may stand for a list of one."""
    return value if isinstance(value, (list, tuple)) else [value]


Span = Annotated[
    Duration,
    BeforeValidator(_duration),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["8 weeks", "18 months"]}),
]
Amount = Annotated[
    Quantity,
    BeforeValidator(_quantity),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["7.4 GBq", "30 mg"]}),
]
Number = Annotated[
    float,
    BeforeValidator(_number),
    WithJsonSchema({"type": ["number", "string"], "examples": [0.47, "14/30"]}),
]
Probability = Annotated[
    float,
    BeforeValidator(_probability),
    WithJsonSchema({"type": ["number", "string"], "examples": [0.9, "90%"]}),
]
OneOrMore = BeforeValidator(_listed)
Date = dt.date

__all__ = [
    "Amount",
    "Date",
    "Node",
    "Number",
    "OneOrMore",
    "Probability",
    "Span",
    "plain",
    "spoken",
]
