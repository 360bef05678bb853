"""What sites are asked: forms, the items of each, and what is checked of their answers."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import model_validator

from equipoise.protocol.language.items import parse_item
from equipoise.protocol.model.base import Node, Number, OneOrMore, YesNo

RowsOf = Literal["one", "many", "lesions"]
AskedKind = Literal["text", "number", "whole", "date", "date time", "partial date", "choice"]
ShownBeside = Literal["response by rule", "previous value", "grade"]


class FormItem(Node):
    """A question of a form, named by the variable of CDISC that its answer becomes.

    Short forms: `AGE`, `AESTDTC partial`, `{planned: ECDOSE}`, `{AEREL: per drug}`.
    tests : several at once, by TESTCD; rows, has : a part of the form that has rows
    domain : of a question that is nobody's concept, with `kind` and `label`
    """

    short: ClassVar[dict[str, Any] | None] = {
        "anyOf": [{"type": "string", "examples": ["AGE", "AESTDTC partial"]}, {"type": "object"}]
    }

    item: str | None = None
    word: str = ""
    label: str = ""
    domain: str | None = None
    kind: AskedKind | None = None
    unit: Annotated[tuple[str, ...], OneOrMore] = ()
    at_least: Number | None = None
    at_most: Number | None = None
    terms: str | None = None
    choices: Annotated[tuple[str, ...], OneOrMore] = ()
    partial: YesNo = False
    optional: YesNo = False
    needed: YesNo = False
    per: Literal["drug"] | None = None
    within: Literal["visit"] | None = None
    shown_beside: ShownBeside | None = None
    tests: Annotated[tuple[str, ...], OneOrMore] = ()
    rows: RowsOf | None = None
    has: Annotated[tuple[FormItem, ...], OneOrMore] = ()

    @model_validator(mode="before")
    @classmethod
    def _sentence(cls, value: Any) -> Any:
        return parse_item(value)


class FormPlan(Node):
    """A form: where it is opened, whom it is for, and what it asks.

    at : visits that open it, or `any time`; a visit whose `do` names the form opens it too
    from_ : `questionnaire`, whose items are those of its manual
    derive : item -> a formula over others
    """

    label: str = ""
    at: Annotated[tuple[str, ...], OneOrMore] = ()
    for_: Annotated[tuple[str, ...], OneOrMore] = ()
    rows: Literal["one", "many"] = "one"
    from_: Literal["questionnaire"] | None = None
    by: Literal["site", "patient"] = "site"
    items: Annotated[tuple[FormItem, ...], OneOrMore] = ()
    derive: dict[str, str] = {}


class CheckPlan(Node):
    """A condition on a form: `stop` refuses the answers, `ask` raises a query, `note` is shown.

    say : what people read; {ITEM} is the answer to an item
    """

    on: str
    stop: str | None = None
    ask: str | None = None
    note: str | None = None
    say: str = ""
