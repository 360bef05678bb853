"""What happened as ODM tells it: under its subject, its visit and its form, with who did it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from equipoise.conduct.exchange.odm.definitions import (
    AT_ANY_TIME,
    OF_CONDUCT,
    OF_NO_VISIT,
    event_oid,
    form_oid,
    record_oid,
)
from equipoise.conduct.exchange.odm.entries import EnteredAnswer, OdmEntry, key_spelled
from equipoise.conduct.exchange.odm.items import FLAGS, group_oid, item_oid, record_item_oid
from equipoise.conduct.exchange.odm.xml import element, words
from equipoise.conduct.store.canonical import SITE, canonical
from equipoise.conduct.store.state import Recalled
from equipoise.meaning.forms.model import CaseForm

CLOCK_NOTE: Final = "clock "
Signed = Mapping[tuple[str, str], Mapping[str, Any]]
"""Form and time -> the signature that was given then; the time is "" of those that stand."""
_Event = tuple[str, str | None]


@dataclass(frozen=True)
class ElementWriter:
    """Writes entries as elements.

    known : every record, to find the visit of a form and the form of an answer
    meanings : of signatures, by what they mean; signed : signatures by the form and time
    """

    forms: Mapping[str, CaseForm]
    known: Recalled
    meanings: Mapping[str, str]
    signed: Signed

    def reference(self, entry: OdmEntry) -> str:
        """Of no subject: an ItemGroupData."""
        said = {"ItemGroupOID": f"IG.record.{entry.table}", "TransactionType": _kind(entry),
                "ItemGroupRepeatKey": key_spelled(entry.key) if entry.key else "-"}  # fmt: skip
        return element("ItemGroupData", said, *self._act(entry), *_columns(entry))

    def subject(self, entries: Iterable[OdmEntry]) -> str:
        """Entries of one subject: a SubjectData."""
        placed = [(self._event(one), one) for one in entries]
        first = placed[0][1]
        is_one = first.act is not None
        kind = "Context" if is_one and first.table != "subject" else _kind(first)
        site = first.site.removeprefix(SITE) if is_one and first.site.startswith(SITE) else None
        if not is_one:
            site = self.known.tables["subject"].get((first.subject,), {}).get("site")
        where = () if site is None else (element("SiteRef", {"LocationOID": f"LO.{SITE}{site}"}),)
        events = (
            self._events(event, [one for _, one in group])
            for event, group in itertools.groupby(placed, lambda one: one[0])
        )
        said = {"SubjectKey": first.subject, "TransactionType": kind}
        return element("SubjectData", said, *where, *events)

    def _events(self, event: _Event, entries: list[OdmEntry]) -> str:
        oid, repeat = event
        kind = "Context" if entries[0].act is not None else None
        if entries[0].table == "visit":
            kind = _kind(entries[0])
        said = {"StudyEventOID": oid, "StudyEventRepeatKey": repeat, "TransactionType": kind}
        return element("StudyEventData", said, *(self._form(one) for one in entries))

    def event_order(self, entry: OdmEntry) -> tuple[str, str, str, str]:
        """Where an entry stands in a snapshot."""
        oid, repeat = self._event(entry)
        return entry.subject, oid, repeat or "", key_spelled(entry.key)

    def _event(self, entry: OdmEntry) -> _Event:
        visits = self.known.tables["visit"]
        if entry.table == "visit":
            return event_oid(str(visits[entry.key]["key"])), str(entry.key[0])
        if entry.table != "form":
            return OF_CONDUCT, None
        row = self.known.tables["form"][entry.key]
        found, form = visits.get((row.get("visit"),)), self.forms.get(str(row["key"]))
        if found is not None:
            return event_oid(str(found["key"])), str(row["visit"])
        return (OF_NO_VISIT if form and form.at_visit else AT_ANY_TIME), None

    def _form(self, entry: OdmEntry) -> str:
        groups = [(f"IG.record.{entry.table}", _columns(entry))]
        oid = record_oid(entry.table)
        if entry.table == "form":
            key = str(self.known.tables["form"][entry.key]["key"])
            oid, groups = form_oid(key), [*groups, *self._answers(entry, key)]
        inside = [_group(entry, n, *one) for n, one in enumerate(groups, 1) if one[1]]
        said = {"FormOID": oid, "FormRepeatKey": key_spelled(entry.key),
                "TransactionType": _kind(entry)}  # fmt: skip
        return element("FormData", said, *self._act(entry), *inside)

    def _answers(self, entry: OdmEntry, key: str) -> Iterator[tuple[str, list[str]]]:
        """The group and its answers, in the order in which they were given."""
        form = self.forms.get(key)
        placed = [
            (group_oid(form, key, item), _answer(item_oid(form, key, item, told[0]), told))
            for item, told in entry.values.items()
        ]
        for oid, own in itertools.groupby(placed, lambda one: one[0]):
            yield oid, [text for _, text in own]

    def _act(self, entry: OdmEntry) -> Iterator[str]:
        """Who did it and why; the signature that it was; as what and by which command."""
        act = entry.act
        if act is not None:
            yield element(
                "AuditRecord", {}, *_whence(act.by, entry.site, act.at),
                words("ReasonForChange", act.reason) if act.reason else "",
                words("SourceID", _place(act.place)) if act.place else "",
            )  # fmt: skip
        if (signed := self._signature(entry)) is not None:
            ref = element("SignatureRef", {"SignatureOID": self.meanings[signed["meaning"]]})
            site = self.known.tables["subject"][(entry.subject,)]["site"]
            who, where, at = _whence(signed["by"], f"{SITE}{site}", signed["at"])
            yield element("Signature", {"ID": signed["ID"]}, who, where, ref, at)
        if act is not None:
            clock = words("Comment", f"{CLOCK_NOTE}{act.clock}") if act.clock else ""
            flags = [_flag(name, getattr(act, name)) for name in FLAGS]
            if clock or any(flags):
                yield element("Annotation", {"SeqNum": "1"}, clock, *flags)

    def _signature(self, entry: OdmEntry) -> Mapping[str, Any] | None:
        if entry.table != "form":
            return None
        return self.signed.get((str(entry.key[0]), entry.act.at if entry.act else ""))


def _whence(by: str, chain: str, at: str) -> tuple[str, str, str]:
    return (
        element("UserRef", {"UserOID": f"US.{by}"}),
        element("LocationRef", {"LocationOID": f"LO.{chain}"}),
        words("DateTimeStamp", at),
    )


def _place(place: tuple[str, int, str]) -> str:
    chain, n, hash_ = place
    return f"{n} {hash_} {chain}"


def _flag(name: str, value: str) -> str:
    if not value:
        return ""
    said = words("FlagValue", value, {"CodeListOID": f"CL.{name}"})
    return element("Flag", {}, said, words("FlagType", name, {"CodeListOID": "CL.flag"}))


def _kind(entry: OdmEntry) -> str | None:
    if entry.act is None:
        return None
    return "Insert" if entry.is_new else "Update"


def _group(entry: OdmEntry, number: int, oid: str, items: list[str]) -> str:
    kind = "Insert" if entry.is_new else "Upsert"
    said = {"ItemGroupOID": oid, "ItemGroupRepeatKey": str(number),
            "TransactionType": None if entry.act is None else kind}  # fmt: skip
    return element("ItemGroupData", said, *items)


def _columns(entry: OdmEntry) -> list[str]:
    told = [_cell(entry.table, name, value) for name, value in entry.columns.items()]
    if entry.arm is not None:
        told.append(_item(record_item_oid("allocation", "arm"), entry.arm))
    return told


def _cell(table: str, column: str, value: Any) -> str:
    """A column; what stands for it, where the audit does not tell it."""
    if not isinstance(value, dict):
        text = None if value is None else str(value)
        return _item(record_item_oid(table, column), text)
    if column == "heads":
        return _item(record_item_oid(table, column, "json"), canonical(value))
    ((how, text),) = value.items()
    return _item(record_item_oid(table, column, how), text)


def _item(oid: str, value: str | None, *inside: str) -> str:
    is_null = "Yes" if value is None else None
    return element("ItemData", {"ItemOID": oid, "Value": value, "IsNull": is_null}, *inside)


def _answer(oid: str, told: EnteredAnswer) -> str:
    _, value, unit, missing = told
    inside = []
    if unit is not None:
        inside.append(element("MeasurementUnitRef", {"MeasurementUnitOID": f"MU.{unit}"}))
    if missing is not None:
        inside.append(element("Annotation", {"SeqNum": "1"}, words("Comment", missing)))
    return _item(oid, value, *inside)
