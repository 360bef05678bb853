"""What is derived from answers: doses from activities that were measured."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, localcontext
from typing import Any, Final

from equipoise.concepts.tables import variable_concepts
from equipoise.meaning.forms.asked import Asker
from equipoise.meaning.forms.model import CaseForm, FormPart, Item
from equipoise.protocol.language.items import (
    Decayed,
    Formula,
    FormulaError,
    FormulaNumber,
    ItemAnswer,
    Reckoned,
    items_of,
    parse_formula,
)
from equipoise.protocol.model import FormItem, FormPlan, Protocol
from equipoise.protocol.rules.base import unknown

NO_FORMULA = "P82"
_DIGITS: Final = 28
_PLACES: Final = Decimal("0.001")  # of what is derived: 1 MBq of a GBq


def derived_items(asker: Asker, form: CaseForm, plan: FormPlan) -> tuple[FormPart, ...]:
    """The form's parts, with the items that are derived at the end of the first."""
    made: list[Item] = []
    known = [item.key for item in form.items]
    for name, text in plan.derive.items():
        path = ("forms", form.key, "derive", name)
        try:
            formula = parse_formula(text)
        except FormulaError as problem:
            said, _, expected = str(problem).partition("; ")
            asker.tell(NO_FORMULA, path, said, expected)
            continue
        for asked in dict.fromkeys(items_of(formula)):
            if asked not in known:
                found = unknown(path, f"item of {form.key}", asked, known)
                asker.problems.append(found._replace(rule=NO_FORMULA))
        if _decays(formula) and half_life_of(asker.protocol, form) is None:
            message = f"{name} decays, and no drug of the form has a half life"
            asker.tell(NO_FORMULA, path, message, "expected `half life` of the drug in `arms`")
        if name not in variable_concepts():
            asker.no_concept(path, "variable", name, variable_concepts())
            continue
        (item,) = asker.items(FormItem(item=name), path)
        unit = next((i.units for i in form.items if i.key in items_of(formula) and i.units), ())
        made.append(replace(item, formula=formula, units=item.units or unit, needed=False))
    if not made:
        return form.parts
    first, *rest = form.parts or (FormPart("one", ()),)
    return (replace(first, items=(*first.items, *made)), *rest)


def half_life_of(protocol: Protocol, form: CaseForm) -> Decimal | None:
    """Days in which a form's drug loses half of its activity: of the arms that the form is for."""
    arms = form.arms or tuple(protocol.arms)
    given = [one for arm in arms for one in protocol.arms[arm].give if one.half_life is not None]
    return Decimal(str(given[0].half_life.days)) if given and given[0].half_life else None


def derive_answers(protocol: Protocol, form: CaseForm, row: Mapping[str, Any]) -> dict[str, float]:
    """What follows from a row's answers; an item that rests on an answer not given is not there.

    Numbers are rounded to three places, half up; times of activities are hours and minutes.
    Checked  tests/unit/meaning/test_forms.py.
    """
    half_life = half_life_of(protocol, form)
    found = {}
    for item in form.items:
        if item.formula is None:
            continue
        with localcontext() as context:
            context.prec = _DIGITS
            value = _value(item.formula, row, half_life)
            if value is not None:
                found[item.key] = float(value.quantize(_PLACES, "ROUND_HALF_UP"))
    return found


def _value(formula: Formula, row: Mapping[str, Any], half_life: Decimal | None) -> Decimal | None:
    match formula:
        case FormulaNumber(text):
            return Decimal(text)
        case ItemAnswer(item):
            said = row.get(item)
            return None if said is None else Decimal(str(said))
        case Decayed(item, start, end):
            return _decayed(row.get(item), row.get(start), row.get(end), half_life)
        case Reckoned(left, op, right):
            one, other = _value(left, row, half_life), _value(right, row, half_life)
            return None if one is None or other is None else _reckoned(one, op, other)


def _reckoned(one: Decimal, op: str, other: Decimal) -> Decimal | None:
    if op == "/":
        return one / other if other else None
    return {"+": one + other, "-": one - other, "*": one * other}[op]


def _decayed(activity: Any, start: Any, end: Any, half_life: Decimal | None) -> Decimal | None:
    if activity is None or start is None or end is None or half_life is None:
        return None
    try:
        gone = dt.datetime.fromisoformat(str(end)) - dt.datetime.fromisoformat(str(start))
    except (ValueError, TypeError):  # no times, or one with a zone and one without
        return None
    days = Decimal(gone // dt.timedelta(seconds=1)) / Decimal(86_400)
    return Decimal(str(activity)) * Decimal(2) ** (-days / half_life)


def _decays(formula: Formula) -> bool:
    match formula:
        case Decayed():
            return True
        case Reckoned(left, _, right):
            return _decays(left) or _decays(right)
        case _:
            return False
