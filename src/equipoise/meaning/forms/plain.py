"""The plain forms: the record's own tables, for a protocol that says nothing of forms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from equipoise.meaning.forms.asked import DEMOGRAPHICS, Asker
from equipoise.meaning.forms.model import CaseForm, FormPart, Home, Item, RecordCell
from equipoise.protocol.language.conditions import ConditionError, names, parse_condition
from equipoise.protocol.model import FormItem, Protocol
from equipoise.shipped import table

BASELINE = "baseline"


def plain_forms(protocol: Protocol) -> dict[str, CaseForm]:
    """A form for each table of the record that people fill in; baseline takes any variable."""
    forms = table(__package__, "plain.json")["forms"]
    return {key: _form(protocol, key, said) for key, said in forms.items()}


def _form(protocol: Protocol, key: str, said: dict[str, Any]) -> CaseForm:
    visits = [k for k, v in protocol.visits.items() if said.get("activity") in v.do]
    label = key[:1].upper() + key[1:]
    if key == BASELINE:
        items = tuple(_baseline_items(protocol))
        return CaseForm(key, label, (FormPart("one", items),), any_time=True, table="subjects",
                        free=True)  # fmt: skip
    items = tuple(_column(said["table"], name, one) for name, one in said["items"].items())
    return CaseForm(
        key, label, (FormPart("many", items),), tuple(visits),
        any_time="activity" not in said, table=said["table"],
    )  # fmt: skip


def _column(table: str, name: str, said: dict[str, Any]) -> Item:
    domain, _, rest = said["home"].partition(".")
    variable, _, code = rest.rstrip("]").partition("[")
    cells = (RecordCell(table, name),)
    return Item(name, said["asks"], said["kind"], Home(domain, variable, code), cells,
                needed=bool(said.get("needed")))  # fmt: skip


def _baseline_items(protocol: Protocol) -> Iterator[Item]:
    """Factors, what the report describes, and what eligibility rules ask of a person."""
    asked = [line.variable for line in protocol.report.baseline]
    asked += [one.variable for one in protocol.subgroups.values()]
    asker = Asker(protocol)
    for name in dict.fromkeys((*protocol.allocation.strata, *asked, *_ruled(protocol))):
        found = tuple(asker.items(FormItem(item=name), ()))
        if found and any(cell.table == "subjects" for cell in found[0].cells):
            yield found[0]


def _ruled(protocol: Protocol) -> Iterator[str]:
    listed = protocol.population.eligibility
    for criterion in (*listed.include, *listed.exclude):
        try:
            yield from names(parse_condition(criterion.rule)) if criterion.rule else ()
        except (ConditionError, RecursionError):  # a rule of the protocol says so
            continue


__all__ = ["BASELINE", "DEMOGRAPHICS", "plain_forms"]
