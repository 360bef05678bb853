"""The study as ODM defines it: its visits, forms, items, terms, units and conditions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from equipoise.conduct.exchange.odm.entries import columns_of, is_whole_number
from equipoise.conduct.exchange.odm.items import (
    FORM_CONTEXT,
    RECORD_CONTEXT,
    Definitions,
    form_groups,
    group_of_record,
    record_item,
    record_item_oid,
)
from equipoise.conduct.exchange.odm.xml import alias, element, lines, opened, translated, words
from equipoise.conduct.store.state import ANCHORED
from equipoise.conduct.store.tables import AUDITED, DIGESTED, SEALED
from equipoise.meaning.forms.model import CaseForm
from equipoise.meaning.forms.resolve import forms_of
from equipoise.protocol import Protocol
from equipoise.protocol.model import Visit

AT_ANY_TIME: Final = "SE.any time"
OF_CONDUCT: Final = "SE.conduct"
OF_NO_VISIT: Final = "SE.a visit that is not told"
Used = Mapping[str, Mapping[tuple[str, str], None]]
"""Form -> (item, kind) of each that the data answer."""


def study_oid(protocol: Protocol) -> str:
    """Of the study."""
    return f"ST.{protocol.trial.id}"


def version_oid(protocol: Protocol) -> str:
    """Of the protocol's version: its digest."""
    return f"MD.{protocol.digest}"


def event_oid(visit: str) -> str:
    """Of a visit of the protocol."""
    return f"SE.visit.{visit}"


def form_oid(form: str) -> str:
    """Of a form that people fill in."""
    return f"FO.form.{form}"


def record_oid(table: str) -> str:
    """Of the form that tells of a record of conduct."""
    return f"FO.record.{table}"


def study(
    protocol: Protocol, used: Used, flags: Mapping[str, list[str]], told: Collection[str] = ()
) -> Iterator[str]:
    """The element Study, a line for each definition.

    told : the tables of which the data tell a record
    flags : the terms by which the data say how something was done: each role, each command
    """
    return lines(_Study(protocol, used, Definitions(flags=flags), told).parts())


@dataclass(frozen=True)
class _Study:
    protocol: Protocol
    used: Used
    made: Definitions
    told: Collection[str]

    @property
    def _records(self) -> list[str]:
        """The tables that are defined: all, but for those that few trials tell anything of."""
        return [one for one in _RECORDS if one not in _IF_TOLD or one in self.told]

    @property
    def forms(self) -> Mapping[str, CaseForm]:
        return forms_of(self.protocol)

    def parts(self) -> Iterator[str]:
        trial, inner = self.protocol.trial, [*self._version()]
        yield opened("Study", {"OID": study_oid(self.protocol)})
        yield element(
            "GlobalVariables", {}, words("StudyName", trial.id),
            words("StudyDescription", trial.title or trial.id), words("ProtocolName", trial.id),
        )  # fmt: skip
        if units := "".join(self.made.units.values()):
            yield element("BasicDefinitions", {}, units)
        yield from inner
        yield "</Study>"

    def _version(self) -> Iterator[str]:
        name = f"Protocol {self.protocol.digest[:12]}"
        yield opened("MetaDataVersion", {"OID": version_oid(self.protocol), "Name": name})
        keys = (*self.forms, *self._unknown())
        groups = {key: dict(self._groups(key)) for key in keys}
        refs = [element("StudyEventRef", {"StudyEventOID": oid, "Mandatory": "No",
                                          "CollectionExceptionConditionOID": unless})
                for oid, unless in self._events()]  # fmt: skip
        yield element("Protocol", {}, *refs)
        yield from self._event_defs()
        yield from self._form_defs(groups)
        yield from (text for own in groups.values() for text in own.values())
        records = {one: dict(_items_of(one)) for one in self._records}
        yield from (group_of_record(table, items) for table, items in records.items())
        yield from self.made.items.values()
        yield from (text for items in records.values() for text in items.values())
        yield from self.made.code_lists()
        yield from self.made.conditions.values()
        yield from self.made.methods.values()
        yield "</MetaDataVersion>"

    def _unknown(self) -> list[str]:
        """Forms that the data have and the protocol does not: of criteria, of another version."""
        return [key for key in self.used if key not in self.forms]

    def _groups(self, key: str) -> Iterator[tuple[str, str]]:
        yield from form_groups(key, self.forms.get(key), self.used.get(key, {}), self.made)

    def _events(self) -> Iterator[tuple[str, str | None]]:
        for key, visit in self.protocol.visits.items():
            yield event_oid(key), self._unless(self._arms_of(visit))
        yield from ((oid, None) for oid in (AT_ANY_TIME, OF_CONDUCT, OF_NO_VISIT))

    def _arms_of(self, visit: Visit) -> list[str]:
        arms = [*self.protocol.arms]
        own = [arm for arm in arms if visit.is_for(arm)]
        return [] if own == arms else own

    def _unless(self, arms: list[str]) -> str | None:
        """The condition under which something is not asked: the arm is another."""
        if not arms:
            return None
        oid = f"CD.not {' or '.join(arms)}"
        text = f"The subject is not in {' or '.join(self.protocol.arms[a].label for a in arms)}"
        rule = " and ".join(f'arm != "{arm}"' for arm in arms)
        self.made.conditions[oid] = element(
            "ConditionDef", {"OID": oid, "Name": text}, translated("Description", text),
            _formal(rule),
        )  # fmt: skip
        return oid

    def _event_defs(self) -> Iterator[str]:
        for key, visit in self.protocol.visits.items():
            forms = [one for one in self.forms.values() if key in one.visits]
            refs = [self._form_ref(one) for one in forms]
            refs.append(_ref(record_oid("visit"), None))
            kind = "Unscheduled" if visit.at_any_time else "Scheduled"
            name = (visit.label or key).capitalize()
            yield _event(event_oid(key), name, kind, refs)
        own = [self._form_ref(one) for one in self.forms.values()]
        own += [_ref(form_oid(key), None) for key in self._unknown()]
        yield _event(AT_ANY_TIME, "Any time", "Common", own)
        records = [_ref(record_oid(table), None) for table in self._records]
        yield _event(OF_CONDUCT, "Conduct", "Common", records)
        yield _event(OF_NO_VISIT, "A visit that is not told", "Common", own)

    def _form_ref(self, form: CaseForm) -> str:
        return _ref(form_oid(form.key), self._unless(list(form.arms)))

    def _form_defs(self, groups: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
        for key, own in groups.items():
            form = self.forms.get(key)
            refs = [_group_ref(oid) for oid in (*own, f"IG.record.{_FORM}")]
            label = form.label if form else key
            yield element(
                "FormDef", {"OID": form_oid(key), "Name": label, "Repeating": "Yes"}, *refs,
                alias(FORM_CONTEXT, key),
            )  # fmt: skip
        for table in self._records:
            yield element(
                "FormDef", {"OID": record_oid(table), "Name": table, "Repeating": "Yes"},
                _group_ref(f"IG.record.{table}"), alias(RECORD_CONTEXT, table),
            )  # fmt: skip


_FORM: Final = "form"
_IF_TOLD: Final = ("range",)
_RECORDS: Final = (*(one for one in AUDITED if one != "value"), ANCHORED)


def _items_of(table: str) -> Iterator[tuple[str, str]]:
    """The items of a record: each column, and beside it how it is told where it is not itself."""
    for column in columns_of(table):
        ways = ["json" if (table, column) == (ANCHORED, "heads") else ""]
        ways += ["sealed"] if column in SEALED.get(table, ()) else []
        ways += ["sha256"] if column in DIGESTED else []
        for how in ways:
            kind = "integer" if is_whole_number(table, column) else "text"
            yield record_item_oid(table, column, how), record_item(table, column, kind, how)


def _event(oid: str, name: str, kind: str, refs: list[str]) -> str:
    said: dict[str, Any] = {"OID": oid, "Name": name, "Repeating": "Yes", "Type": kind}
    return element("StudyEventDef", said, *refs)


def _ref(form: str, unless: str | None) -> str:
    said = {"FormOID": form, "Mandatory": "No", "CollectionExceptionConditionOID": unless}
    return element("FormRef", said)


def _group_ref(oid: str) -> str:
    return element("ItemGroupRef", {"ItemGroupOID": oid, "Mandatory": "No"})


def _formal(rule: str) -> str:
    return words("FormalExpression", rule, {"Context": "Equipoise"})
