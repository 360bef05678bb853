"""Words every section uses: the node, and scalars with units."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, core_schema

from equipoise.protocol.language.points import checked_end
from equipoise.protocol.language.wording import ANY_TIME, AT_CUTOFF
from equipoise.protocol.model.frozen import frozen
from equipoise.units import (
    Duration,
    Quantity,
    parse_duration,
    parse_number,
    parse_probability,
    parse_quantity,
    plain,
)

_HYPHENED: Final = {"e_mail": "e-mail"}
_INTEGER: Final = re.compile(r"^[+-]?[0-9]{1,15}$")
_ISO_DATE: Final = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")


def spoken(name: str) -> str:
    """A field's name as a person writes it: `follow_up` is `follow up`, `from_` is `from`."""
    return _HYPHENED.get(name, name.rstrip("_").replace("_", " "))


class Node(BaseModel):
    """A part of a protocol: frozen, and no key it does not know.

    `short` is the JSON Schema of a short form that the human form allows in its place.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=spoken,
        populate_by_name=True,
        arbitrary_types_allowed=True,
        allow_inf_nan=False,
    )
    short: ClassVar[dict[str, Any] | None] = None

    def model_post_init(self, context: Any, /) -> None:
        """Mappings are frozen as well."""
        for fields in (self.__dict__, self.__pydantic_extra__ or {}):
            for name, value in fields.items():
                if isinstance(value, dict | list | tuple):
                    fields[name] = frozen(value)

    def __dir__(self) -> list[str]:
        """The parts of a protocol, without what the library behind it adds."""
        own = {n for kind in type(self).__mro__ if issubclass(kind, Node) for n in vars(kind)}
        named = (own | set(type(self).model_fields)) - set(dir(BaseModel)) - {"short"}
        return sorted(name for name in named if not name.startswith("_"))

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        schema = handler(core)
        if cls.short is None or handler.mode == "serialization":
            return schema
        return {"anyOf": [cls.short, schema]}


class OneOrMoreOf:
    """One thing may stand for a list of one."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_listed, handler(source))

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        schema = handler(core)
        if handler.mode == "serialization":
            return schema
        return {"anyOf": [schema, schema["items"]]}


LONGEST_YEARS: Final = 200
LONGEST_SPAN: Final = LONGEST_YEARS * 366  # days; tables of days are made as long as a span


class AlsoMapping:
    """A list that the human form may write as a mapping, in the order of its keys."""

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        schema = handler(core)
        if handler.mode == "serialization":
            return schema
        return {"anyOf": [schema, {"type": "object"}]}


def _listed(value: Any) -> Any:
    return value if isinstance(value, (list, tuple)) else [value]


def text_of(value: Any, what: str, example: str) -> str:
    """A scalar as text. Raises ValueError, which says what is wanted, for anything else."""
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        return str(value)
    raise ValueError(
        f"a {_kind(value)} stands where {what} is wanted; expected one such as {example}"
    )


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "mapping"
    return "list" if isinstance(value, (list, tuple)) else "nothing"


def _duration(value: Any) -> Any:
    if isinstance(value, Duration):
        return value
    found = parse_duration(text_of(value, "a duration", "8 weeks"))
    if found.value < 0:
        raise ValueError(f'"{value}" is less than nothing; expected 0 days or more')
    if found.days > LONGEST_SPAN:
        most = f"expected {LONGEST_YEARS} years at most"
        raise ValueError(f'"{value}" is longer than any trial; {most}')
    return found


def _moment(value: Any) -> Any:
    if value in (AT_CUTOFF, ANY_TIME):
        return value
    try:
        return _some_time(value)
    except ValueError as problem:
        raise ValueError(f"{problem}, or {AT_CUTOFF}") from None


def _some_time(value: Any) -> Any:
    found = _duration(value)
    if found.value == 0:
        raise ValueError(f'"{value}" is no time at all; expected more than 0 days')
    return found


def _quantity(value: Any) -> Any:
    if isinstance(value, Quantity):
        return value
    found = parse_quantity(text_of(value, "an amount", "7.4 GBq"))
    if found.value < 0:
        raise ValueError(f'"{value}" is less than nothing; expected 0 {found.unit} or more')
    return found


def _number(value: Any) -> Any:
    return parse_number(text_of(value, "a number", "0.47"))


def _probability(value: Any) -> Any:
    return parse_probability(text_of(value, "a probability", "90%"))


def _whole(value: Any) -> Any:
    text = text_of(value, "a whole number", "4")
    if not _INTEGER.match(text):
        raise ValueError(f'"{text}" is no whole number; expected one such as 4')
    return int(text)


def _yes_no(value: Any) -> Any:
    words = {"yes": True, "true": True, "no": False, "false": False}
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in words:
        return words[value]
    shown = f'"{value}"' if isinstance(value, str) else f"a {_kind(value)}"
    raise ValueError(f"{shown} is neither yes nor no; expected yes or no")


def _date(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value
    text = text_of(value, "a date", "2015-07-24")
    if not _ISO_DATE.match(text):
        raise ValueError(f'"{text}" is no date; expected year, month and day, as in 2015-07-24')
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ValueError(f'there is no day "{text}"; expected a date such as 2015-07-24') from None


def number_schema(kind: str, *examples: Any) -> WithJsonSchema:
    """A number that may also be written as text, for example with a unit or a source mark."""
    return WithJsonSchema({"type": [kind, "string"], "examples": list(examples)}, mode="validation")


Span = Annotated[
    Duration,
    BeforeValidator(_duration),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["8 weeks", "18 months"]}),
]
Moment = Annotated[  # a span, the data cut-off of each look, or whenever there is need
    Duration | Literal["data cut-off", "any time"],
    BeforeValidator(_moment),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["6 months", AT_CUTOFF, ANY_TIME]}),
]
PositiveSpan = Annotated[  # a span that is more than nothing
    Duration,
    BeforeValidator(_some_time),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["8 weeks", "18 months"]}),
]
End = Annotated[  # a point in time, or an event in words
    str,
    BeforeValidator(checked_end),
    WithJsonSchema({"type": "string", "examples": ["week 24", "progression"]}),
]
Amount = Annotated[
    Quantity,
    BeforeValidator(_quantity),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["7.4 GBq", "30 mg"]}),
]
Number = Annotated[float, BeforeValidator(_number), number_schema("number", 0.47, "14/30")]
PositiveNumber = Annotated[
    float, Field(gt=0), BeforeValidator(_number), number_schema("number", 0.47, "14/30")
]
Probability = Annotated[float, BeforeValidator(_probability), number_schema("number", 0.9, "90%")]
ErrorRate = Annotated[
    float,
    Field(gt=0, lt=1),
    BeforeValidator(_probability),
    number_schema("number", 0.05, "5%"),
]
Whole = Annotated[int, BeforeValidator(_whole), number_schema("integer", 4, "4")]
Positive = Annotated[
    int,
    Field(gt=0),
    BeforeValidator(_whole),
    WithJsonSchema({"type": ["integer", "string"], "examples": [4, "4"]}, mode="validation"),
]
YesNo = Annotated[
    bool,
    BeforeValidator(_yes_no),
    WithJsonSchema({"enum": [True, False, "yes", "no"]}, mode="validation"),
]
OneOrMore = OneOrMoreOf()
Date = Annotated[
    dt.date,
    BeforeValidator(_date),
    WithJsonSchema({"type": "string", "format": "date"}),
]

__all__ = [
    "AlsoMapping",
    "Amount",
    "Date",
    "End",
    "ErrorRate",
    "Moment",
    "Node",
    "Number",
    "OneOrMore",
    "Positive",
    "PositiveNumber",
    "PositiveSpan",
    "Probability",
    "Span",
    "Whole",
    "YesNo",
    "plain",
    "spoken",
    "text_of",
]
