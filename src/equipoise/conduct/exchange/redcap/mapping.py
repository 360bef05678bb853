"""How REDCap's instruments become the protocol's forms: read, judged, and suggested."""

from __future__ import annotations

import difflib
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from equipoise.conduct.commands.unread import unread
from equipoise.conduct.exchange.redcap.dictionary import GROUP, RedcapExport, RedcapField
from equipoise.errors import InputError, did_you_mean
from equipoise.meaning.forms.model import CaseForm, Item
from equipoise.meaning.forms.resolve import forms_of
from equipoise.protocol import Protocol

_NEAR: Final = 0.75  # likeness of names from which one is suggested for the other


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class ItemTarget(_Part):
    """Where a field goes: an item, and what its codes are there."""

    item: str
    values: dict[str, str | int | float | bool] = {}


class FormTarget(_Part):
    """Where an instrument goes."""

    form: str
    items: dict[str, ItemTarget] = {}


class VisitTarget(_Part):
    """Which visit an event is, and the field with its day."""

    visit: str
    on: str
    encounter: int = 1


class OldAllocations(_Part):
    """The fields of allocations that were made elsewhere: a closed list takes them in."""

    arm: ItemTarget
    randomized: str
    factors: dict[str, ItemTarget]


class RedcapMap(_Part):
    """A whole map.

    site : the field with the site, or `=SITE` where there is one alone; sites : what its codes are
    left_out : fields that go nowhere, each by somebody's decision
    """

    site: str
    sites: dict[str, str] = {}
    consented: str
    allocation: OldAllocations | None = None
    events: dict[str, VisitTarget] = {}
    forms: dict[str, FormTarget] = {}
    left_out: list[str] = Field(default=[], alias="left out")

    def used(self) -> set[str]:
        """Every field that tells of the subject, its site, its visits or its allocation."""
        found = {self.consented, self.site, *(one.on for one in self.events.values())}
        if self.allocation is not None:
            factors = self.allocation.factors.values()
            found |= {self.allocation.arm.item, self.allocation.randomized}
            found |= {one.item for one in factors}
        return found


def read_map(text: str, name: str) -> RedcapMap:
    """A map as it was edited. Raises InputError with every fault, by its place in the map."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError

    try:
        said = YAML(typ="safe").load(text)
        return RedcapMap.model_validate(said if said is not None else {})
    except MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else 1
        raise InputError(f"{name}:{line}: {problem.problem}") from None
    except ValidationError as problem:
        faults = (f"{name}: {unread(one)}" for one in problem.errors())
        raise InputError("\n".join(faults)) from None


def map_faults(protocol: Protocol, export: RedcapExport, plan: RedcapMap, name: str) -> list[str]:
    """Everything in a map that cannot be, and every field that goes nowhere."""
    return [f"{name}: {one}" for one in _faults(protocol, export, plan)]


def _faults(protocol: Protocol, export: RedcapExport, plan: RedcapMap) -> Iterator[str]:
    forms, told = forms_of(protocol), {*plan.used(), *plan.left_out, export.key, GROUP}
    for used in sorted(plan.used()):
        if not used.startswith("=") and used not in export.columns:
            yield f"{used} is no column of {export.file}{did_you_mean(used, export.columns)}"
    for instrument, target in plan.forms.items():
        if instrument not in export.instruments:
            hint = did_you_mean(instrument, export.instruments)
            yield f"forms.{instrument} is no instrument of the dictionary{hint}"
        if target.form not in forms:
            hint = did_you_mean(target.form, [*forms])
            yield f"forms.{instrument}.form: there is no form {target.form}{hint}"
            continue
        told |= set(target.items)
        yield from _item_faults(export, forms[target.form], instrument, target)
    for event, visit in plan.events.items():
        if visit.visit not in protocol.visits:
            hint = did_you_mean(visit.visit, [*protocol.visits])
            yield f"events.{event}.visit: there is no visit {visit.visit}{hint}"
    for field in export.fields.values():
        if field.name not in told:
            yield f"{field.name} ({field.instrument}) goes nowhere; map it, or say `left out`"


def _item_faults(
    export: RedcapExport, form: CaseForm, instrument: str, target: FormTarget
) -> Iterator[str]:
    for name, to in target.items.items():
        where, item, field = (
            f"forms.{instrument}.items.{name}",
            form.item(to.item),
            export.fields.get(name),
        )
        if field is None or field.instrument != instrument:
            yield f"{where}: {name} is no field of {instrument}"
            continue
        if name not in export.columns:
            yield f"{where}: {name} is no column of {export.file}"
        if item is None and not form.free:
            keys = [one.key for one in form.asked]
            yield f"{where}: {form.key} has no item {to.item}{did_you_mean(to.item, keys)}"
        strange = [code for code in to.values if field.codes and code not in field.codes]
        yield from (f"{where}.values: {name} has no code {code}" for code in strange)
        for code in field.codes:
            if to.values and code not in to.values:
                yield f"{where}.values: the code {code} ({field.codes[code]}) goes nowhere"


def suggested_map(protocol: Protocol, export: RedcapExport) -> tuple[str, list[str]]:
    """A map to edit, as text, and what no suggestion was found for."""
    from ruamel.yaml import YAML

    forms, open_questions = forms_of(protocol), list[str]()
    made: dict[str, Any] = {"site": GROUP if GROUP in export.columns else "=SITE", "consented": "?"}
    made["consented"] = (
        _near("consent date", {f.name: f.label for f in export.fields.values()}) or "?"
    )
    made["forms"] = {}
    left = []
    for instrument in export.instruments:
        fields = [f for f in export.fields.values() if f.instrument == instrument]
        form, items = _best(forms, instrument, fields)
        if form is not None and items:
            made["forms"][instrument] = {"form": form, "items": items}
        for field in fields:
            if field.identifies:
                left.append(field.name)
            elif field.name not in items and field.name not in (export.key, made["consented"]):
                open_questions.append(f"{field.name} ({instrument}): {field.label}")
    made["left out"] = left
    stream = io.StringIO()
    writer = YAML()
    writer.default_flow_style = False
    writer.dump(made, stream)
    return stream.getvalue(), open_questions


def _best(
    forms: Mapping[str, CaseForm], instrument: str, fields: list[RedcapField]
) -> tuple[str | None, dict[str, Any]]:
    """The form that has a home for most of an instrument's fields, and those homes."""
    best: tuple[float, str | None, dict[str, Any]] = (0, None, {})
    for key, form in forms.items():
        items = {f.name: to for f in fields if (to := _target(form, f)) and not f.identifies}
        likeness = difflib.SequenceMatcher(None, _plain(instrument), _plain(key)).ratio()
        score = len(items) + likeness if items else 0
        best = max(best, (score, key, items), key=lambda one: one[0])
    return best[1], best[2]


def _target(form: CaseForm, field: RedcapField) -> dict[str, Any] | None:
    for item in form.asked:
        if _plain(field.name) == _plain(item.key) or _plain(field.label) == _plain(item.label):
            values = _values(item, field)
            return {"item": item.key, **({"values": values} if values else {})}
    return None


def _values(item: Item, field: RedcapField) -> dict[str, str]:
    """What each code is among the terms of an item, by its label."""
    terms = {_plain(word): one.code for one in item.choices for word in (one.label, one.code)}
    found = {
        code: terms.get(_plain(label), terms.get(_plain(code)))
        for code, label in field.codes.items()
    }
    return (
        {code: term if term is not None else "?" for code, term in found.items()} if terms else {}
    )


def _near(wanted: str, names: Mapping[str, str]) -> str | None:
    """The name that is called so, or nearly."""
    plain = {_plain(word): name for name, label in names.items() for word in (label, name)}
    found = difflib.get_close_matches(_plain(wanted), plain, n=1, cutoff=_NEAR)
    return plain[found[0]] if found else None


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", text.lower())
