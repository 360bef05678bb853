"""Items as ODM defines them: what is asked, in which units, of which terms, within which limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from equipoise.conduct.exchange.odm.xml import alias, element, translated, words
from equipoise.meaning.forms.model import CaseForm, Choice, FormCheck, Item
from equipoise.protocol.language.conditions import names

FORM_CONTEXT: Final = "Equipoise form"
RECORD_CONTEXT: Final = "Equipoise record"
ITEM_CONTEXT: Final = "Equipoise item"
KIND_CONTEXT: Final = "Equipoise kind"
FLAGS: Final = ("role", "command", "through")
_DATA_TYPE: Final = {
    "text": "text", "number": "float", "whole": "integer", "date": "date", "choice": "text",
    "date time": "partialDatetime", "partial date": "partialDate", "truth": "boolean",
}  # fmt: skip
_SOFT: Final = {"stop": "Hard", "ask": "Soft"}
_BESIDE: Final = "beside"


@dataclass
class Definitions:
    """What is defined once, by OID."""

    units: dict[str, str] = field(default_factory=dict)
    items: dict[str, str] = field(default_factory=dict)
    conditions: dict[str, str] = field(default_factory=dict)
    methods: dict[str, str] = field(default_factory=dict)
    terms: dict[tuple[Choice, ...], str] = field(default_factory=dict)
    flags: Mapping[str, list[str]] = field(default_factory=dict)

    def unit(self, name: str) -> str:
        """The OID of a unit."""
        oid = f"MU.{name}"
        said = {"OID": oid, "Name": name}
        self.units[oid] = element("MeasurementUnit", said, translated("Symbol", name))
        return oid

    def list_of(self, item: Item) -> str:
        """The OID of the terms that an item's answer is of."""
        return self.terms.setdefault(item.choices, f"CL.{item.key}.{len(self.terms) + 1}")

    def code_lists(self) -> Iterator[str]:
        """Terms of items, then those that say how something was done."""
        for choices, oid in self.terms.items():
            inside = [
                element("CodeListItem", {"CodedValue": c}, translated("Decode", label or c))
                for c, label in choices
            ]
            name = oid.split(".", 1)[1]
            yield element("CodeList", {"OID": oid, "Name": name, "DataType": "text"}, *inside)
        for name, values in {"flag": FLAGS, **self.flags}.items():
            inside = [element("EnumeratedItem", {"CodedValue": one}) for one in values]
            said = {"OID": f"CL.{name}", "Name": name, "DataType": "text"}
            yield element("CodeList", said, *inside)


def item_oid(form: CaseForm | None, key: str, item: str, kind: str) -> str:
    """Of an item; one that is answered in another kind than it asks for is another."""
    found = form.item(item) if form else None
    own = found is not None and found.kind == kind
    return f"IT.form.{key}.{item}" + ("" if own else f".{kind}")


def group_oid(form: CaseForm | None, key: str, item: str) -> str:
    """Of the group of a form that an item stands in."""
    parts = form.parts if form else ()
    at = next((n for n, p in enumerate(parts, 1) if any(i.key == item for i in p.items)), _BESIDE)
    return f"IG.form.{key}.{at}"


def form_groups(
    key: str, form: CaseForm | None, used: Iterable[tuple[str, str]], made: Definitions
) -> Iterator[tuple[str, str]]:
    """OID and definition of each group of a form; what data answer and no form asks comes last."""
    placed: dict[str, dict[str, str | None]] = {}
    for n, part in enumerate(form.parts if form else (), 1):
        group = placed.setdefault(f"IG.form.{key}.{n}", {})
        for item in part.items:
            oid = f"IT.form.{key}.{item.key}"
            made.items[oid] = _item(oid, item, form, made)
            group[oid] = _method(oid, item, made)
    for item_key, kind in used:
        oid = item_oid(form, key, item_key, kind)
        if oid not in made.items:
            made.items[oid] = _plain(oid, item_key, kind)
        placed.setdefault(group_oid(form, key, item_key), {}).setdefault(oid, None)
    for oid, items in placed.items():
        refs = [element("ItemRef", {"ItemOID": one, "Mandatory": "No", "MethodOID": method})
                for one, method in items.items()]  # fmt: skip
        said = {"OID": oid, "Name": oid.split(".", 2)[2], "Repeating": "Yes"}
        yield oid, element("ItemGroupDef", said, *refs)


def group_of_record(table: str, items: Iterable[str]) -> str:
    """The group of a record's columns."""
    refs = [element("ItemRef", {"ItemOID": one, "Mandatory": "No"}) for one in items]
    oid = f"IG.record.{table}"
    return element("ItemGroupDef", {"OID": oid, "Name": table, "Repeating": "Yes",
                                    "IsReferenceData": None}, *refs)  # fmt: skip


def record_item_oid(table: str, column: str, how: str = "") -> str:
    """Of a column of a record; `how` it is told, where it is not told itself."""
    return f"IT.record.{table}.{column}" + (f".{how}" if how else "")


def record_item(table: str, column: str, kind: str, how: str) -> str:
    """A column of a record."""
    oid = record_item_oid(table, column, how)
    said = {"OID": oid, "Name": column, "DataType": kind}
    inside = [alias(RECORD_CONTEXT, f"{table}.{column}")]
    inside += [alias(KIND_CONTEXT, how)] if how else []
    return element("ItemDef", said, *inside)


def _item(oid: str, item: Item, form: CaseForm | None, made: Definitions) -> str:
    refs = [element("MeasurementUnitRef", {"MeasurementUnitOID": made.unit(unit)})
            for unit in item.units]  # fmt: skip
    refs += _limits(item)
    refs += [_check(one) for one in _checks(form, item) if one.severity in _SOFT]
    if item.choices and not item.open:
        refs.append(element("CodeListRef", {"CodeListOID": made.list_of(item)}))
    refs += [alias("SDTM", str(item.home)), alias(ITEM_CONTEXT, item.key)]
    said = {
        "OID": oid, "Name": item.key, "DataType": _DATA_TYPE[item.kind],
        "Length": None if item.length is None else str(item.length),
        "Comment": "; ".join(_beside(form, item)) or None,
    }  # fmt: skip
    refs.append(alias(KIND_CONTEXT, item.kind))
    return element("ItemDef", said, translated("Question", item.label), *refs)


def _plain(oid: str, key: str, kind: str) -> str:
    """An item that data answer, and that the protocol's version does not ask so."""
    said = {"OID": oid, "Name": key, "DataType": _DATA_TYPE[kind]}
    return element("ItemDef", said, alias(ITEM_CONTEXT, key), alias(KIND_CONTEXT, kind))


def _limits(item: Item) -> list[str]:
    found = []
    for limit, sign in ((item.low, "GE"), (item.high, "LE")):
        if limit is not None:
            said = {"Comparator": sign, "SoftHard": "Hard"}
            found.append(element("RangeCheck", said, words("CheckValue", f"{limit:g}")))
    return found


def _checks(form: CaseForm | None, item: Item) -> list[FormCheck]:
    """The checks of a form that begin with an item."""
    if form is None:
        return []
    found = []
    for check in form.checks:
        asked = [name for name in names(check.condition) if form.item(name.split()[0]) is not None]
        if asked and asked[0].split()[0] == item.key:
            found.append(check)
    return found


def _check(check: FormCheck) -> str:
    """What holds where the answers are not in order, as the protocol writes it."""
    rule = words("FormalExpression", f"not ({check.text})", {"Context": "Equipoise"})
    said = translated("ErrorMessage", check.say or check.text)
    return element("RangeCheck", {"SoftHard": _SOFT[check.severity]}, rule, said)


def _beside(form: CaseForm | None, item: Item) -> Iterator[str]:
    if item.choices and item.open:
        yield f"terms such as {', '.join(one.code for one in item.choices)}; others are taken"
    if item.in_window:
        yield "lies in the window of the visit"
    if item.needed:
        yield "is needed"
    for one in _checks(form, item):
        if one.severity not in _SOFT:
            yield f"{one.severity}: {one.text}: {one.say}"


def _method(oid: str, item: Item, made: Definitions) -> str | None:
    if item.formula is None:
        return None
    name, text = f"MT.{oid}", f"{item.key} is derived by the protocol"
    said = {"OID": name, "Name": item.key, "Type": "Computation"}
    made.methods[name] = element("MethodDef", said, translated("Description", text))
    return name
