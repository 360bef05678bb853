"""The forms of a protocol as biomedical concepts of USDM: what is observed, and how it is told."""

from __future__ import annotations

from typing import Any, Final

from equipoise.meaning.forms.model import CaseForm, Item
from equipoise.meaning.forms.resolve import forms_of
from equipoise.protocol.exchange.usdm.codes import Ids
from equipoise.protocol.model import Protocol

_TYPES: Final = {
    "text": "string", "choice": "string", "number": "float", "whole": "integer", "date": "date",
    "partial date": "date", "date time": "datetime", "truth": "boolean",
}  # fmt: skip
_RESULT: Final = "ORRES"


def biomedical_concepts(ids: Ids, protocol: Protocol) -> dict[str, list[dict[str, Any]]]:
    """Form -> its concepts; none where the protocol has no forms of its own.

    A test is a concept of its own with its result, unit and limits as properties; what a form asks
    beside its tests is one concept, called as the form. Its codes are the names that SDTM has for
    it (LBTESTCD, variables): a code of a terminology is given where the protocol says one, never
    guessed. `reference` says where SDTM has the answer.
    Source   USDM 4.0, classes BiomedicalConcept and BiomedicalConceptProperty.
    Checked  tests/unit/protocol/test_exports.py (CDISC's API schema).
    """
    forms = forms_of(protocol) if protocol.forms else {}
    return {key: [*_of_form(ids, form)] for key, form in forms.items()}


def _of_form(ids: Ids, form: CaseForm) -> list[dict[str, Any]]:
    tests = [item for item in form.items if _is_test(item)]
    own = {item.key for item in tests}
    rest = [item for item in form.items if item.key not in own and item.of not in own]
    found = [
        _concept(ids, test.home.code, test.label, str(test.home),
                 [test, *(item for item in form.items if item.of == test.key)])
        for test in tests
    ]  # fmt: skip
    domains = ", ".join(dict.fromkeys(item.home.domain for item in rest))
    return found + ([_concept(ids, form.key, form.label, domains, rest)] if rest else [])


def _is_test(item: Item) -> bool:
    """A finding that SDTM calls by a code of its own, such as HGB."""
    return bool(item.home.code) and item.home.variable == f"{item.home.domain}{_RESULT}"


def _concept(ids: Ids, name: str, label: str, reference: str, items: list[Item]) -> dict[str, Any]:
    properties = [_property(ids, item) for item in items]
    return ids.make(
        "BiomedicalConcept",
        name=name,
        label=label,
        reference=reference,
        properties=properties,
        code=ids.alias(ids.word({}, name)),
    )


def _property(ids: Ids, item: Item) -> dict[str, Any]:
    choices = [(one.code, one.label) for one in item.choices]
    choices = choices or [(unit, unit) for unit in item.units]
    responses = [
        ids.make("ResponseCode", name=code, label=label, isEnabled=True, code=ids.word({}, code))
        for code, label in choices
    ]
    return ids.make(
        "BiomedicalConceptProperty",
        name=item.key,
        label=item.label,
        isRequired=item.needed,
        isEnabled=True,
        datatype=_TYPES[item.kind],
        responseCodes=responses,
        code=ids.alias(ids.word({}, str(item.home))),
    )
