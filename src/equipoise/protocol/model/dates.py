"""What the dates of a subject mean: who was alive when, and how partial dates are completed."""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar, Final

from pydantic import (
    AfterValidator,
    BeforeValidator,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)

from equipoise.protocol.language.completion import Completion, parse_completion
from equipoise.protocol.model.base import Node, OneOrMore, text_of

_CONTACT: Final = re.compile(r"^([A-Z][A-Z0-9]{1,7})\.([A-Z][A-Z0-9]*DTC?)$")


def _completion(value: Any) -> Any:
    if isinstance(value, Completion):
        return value
    return parse_completion(text_of(value, "a rule for partial dates", "first"))


def _of_death(value: Completion) -> Completion:
    if "death" in value.bounds:
        raise ValueError("the date of death cannot bound itself; expected another date")
    return value


Complete = Annotated[
    Completion,
    BeforeValidator(_completion),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["first", "last, not after death or cut-off"]}),
]


class Contact(Node):
    """Dates on which a subject was alive: of `from_`, where `where` holds.

    Short form: `AE.AESTDTC`. A domain that was not collected has none.
    """

    short: ClassVar[dict[str, Any] | None] = {"type": "string", "pattern": _CONTACT.pattern}

    from_: str
    date: str
    where: str | None = None
    impute: Complete = Completion("nothing")

    @model_validator(mode="before")
    @classmethod
    def _sentence(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        found = _CONTACT.match(value)
        if found is None:
            raise ValueError(
                f'"{value}" names no date; expected a dataset and its variable, as in AE.AESTDTC'
            )
        return {"from": found[1], "date": found[2]}


_ALIVE: Final = (
    "SV.SVSTDTC", "EX.EXSTDTC", "EX.EXENDTC", "LB.LBDTC", "VS.VSDTC", "QS.QSDTC", "TR.TRDTC",
    "RS.RSDTC", {"from": "DS", "date": "DSSTDTC", "where": 'not DSDECOD = "DEATH"'}, "AE.AESTDTC",
    {"from": "AE", "date": "AEENDTC", "where": 'not AEOUT = "FATAL"'}, "CM.CMSTDTC", "EG.EGDTC",
    "DM.RFSTDTC", "SS.SSDTC",
)  # fmt: skip


class DatePlan(Node):
    """Last known alive, and how a --DTC with a part missing becomes a date.

    `alive` are the dates of which the last is the last day known alive. `death` completes the date
    of death; `start` and `end` those of everything that begins or ends; `adverse_event` the start
    of an adverse event, which by default is no earlier than the origin of emergence.
    """

    alive: Annotated[tuple[Contact, ...], OneOrMore] = tuple(
        Contact.model_validate(said) for said in _ALIVE
    )
    death: Annotated[Complete, AfterValidator(_of_death)] = Completion(
        "first", ("randomization", "last known alive")
    )
    start: Complete = Completion("first")
    end: Complete = Completion("last", (), ("death", "cut-off"))
    adverse_event: Complete | None = None
