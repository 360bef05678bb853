"""The rules of queries over what a store holds: they become queries of the trial's own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, NamedTuple

import polars as pl

from equipoise.adam.queries.raise_ import QUERY_RULES, queries
from equipoise.conduct.commands.entering.by_rules import AskedByRule, follow_rules
from equipoise.conduct.commands.findings import UNENTERED
from equipoise.conduct.exchange.arm_words import arm_words
from equipoise.conduct.recorded import recorded
from equipoise.conduct.store.served.whole import known_now
from equipoise.conduct.store.state import Recalled, known_at
from equipoise.conduct.store.store import Store
from equipoise.meaning.forms.resolve import forms_of
from equipoise.protocol import Protocol
from equipoise.sdtm.model import SDTM
from equipoise.sdtm.tabulate.tabulate import tabulated

_RULES: Final = tuple(rule.id for rule in QUERY_RULES)
_OF_ARMS: Final = ("EX", "EC", "SE")
_DATES: Final = ("STDTC", "DTC")


class AskedOfSites(NamedTuple):
    """What was asked. left : what could not be put to a site, and why, in words"""

    raised: list[str]
    closed: list[str]
    left: list[str]


def ask_by_rules(
    store: Store,
    protocol: Protocol,
    *,
    subjects: Collection[str] | None = None,
    beside: Callable[[SDTM], None] = lambda _: None,
) -> AskedOfSites:
    """Run every rule over the data as they are, and raise or close their queries.

    subjects : of these alone; by default of everybody
    beside : is given the same data afterwards, so that they are tabulated once
    No query tells an arm or a drug: in a trial that is open it says the day alone, in a masked one
    it is not raised, and is told in `left`, for whoever may have the data by arm.
    Raises   StoreError.
    Checked  tests/unit/adam/test_asked.py (each rule, entered and imported).
    """
    with store.reading() as unit:
        known = known_at(unit.connection) if subjects is None else known_now(unit, subjects)
    data, forms = tabulated(recorded(protocol, known, with_forms=True))
    found = queries(data, protocol=protocol)
    asking = _Asking(protocol, known, forms, data.tables)
    wanted: dict[str, list[AskedByRule]] = defaultdict(list)
    for row in found.iter_rows(named=True):
        asking.put(row, wanted)
    raised: list[str] = []
    closed: list[str] = []
    for person in known.rows("subject"):
        done = follow_rules(store, person["id"], wanted[person["id"]], rules=_RULES)
        raised, closed = raised + done.raised, closed + done.closed
        if done.is_shut and wanted[person["id"]]:
            asking.left.append(f"{person['id']}: the data are frozen")
    beside(data)
    return AskedOfSites(raised, closed, asking.left)


class _Asking:
    """Where each query belongs: the form that a row came from, or one of the same day."""

    def __init__(
        self,
        protocol: Protocol,
        known: Recalled,
        forms: Mapping[str, pl.Series],
        tables: Mapping[str, pl.DataFrame],
    ) -> None:
        self.protocol, self.forms, self.tables = protocol, forms, tables
        self.words = arm_words(protocol)
        self.left: list[str] = []
        held = {one["id"]: one["held"] for one in known.rows("visit")}
        self.on: dict[tuple[str, str], str] = {}
        self.first: dict[str, str] = {}
        once = {key for key, form in forms_of(protocol).items() if "subjects" in form.tables()}
        entered = [one for one in known.rows("form") if one["state"] not in UNENTERED]
        for one in sorted(entered, key=lambda one: (one["key"] not in once, one["seq"])):
            self.first.setdefault(one["subject"], one["id"])
            self.on.setdefault((one["subject"], held.get(one.get("visit")) or ""), one["id"])

    def put(self, row: Mapping[str, Any], wanted: dict[str, list[AskedByRule]]) -> None:
        """One finding, to the subject whom it is about, or to what is left."""
        domain, at = row["FILE"], None if row["ROW"] is None else row["ROW"] - 1
        subject = (row["USUBJID"] or "").removeprefix(f"{self.protocol.trial.id}-")
        form = self._form(domain, at, subject)
        words = self._words(domain, at, row)
        if form is None or words is None:
            why = "it tells an arm" if words is None else "no form was entered that it is about"
            told = f" {row['FOUND']}" if words is not None else ""
            self.left.append(f"{row['QUERY']} {row['TITLE']}, {subject or 'data'}:{told} ({why})")
            return
        wanted[subject].append(AskedByRule(row["QUERY"], form, *words))

    def _form(self, domain: str, at: int | None, subject: str) -> str | None:
        own = self.forms.get(domain)
        if own is not None and at is not None and own[at] is not None:
            return str(own[at])
        day = self._day(domain, at)
        return self.on.get((subject, day)) or self.first.get(subject)

    def _day(self, domain: str, at: int | None) -> str:
        """The day of a row, empty where it has none."""
        table = self.tables.get(domain)
        names = [f"{domain}{end}" for end in _DATES]
        found = next((n for n in names if table is not None and n in table.columns), None)
        if table is None or at is None or found is None:
            return ""
        return str(table[found][at] or "")[:10]

    def _words(self, domain: str, at: int | None, row: Mapping[str, Any]) -> tuple[str, str] | None:
        """What stands there and what is asked, without an arm; None where nothing is left."""
        said = (row["FOUND"], row["ASK"])
        if domain not in _OF_ARMS and not any(self._tells(text) for text in said):
            return row["FOUND"], f"{row['FOUND']}: {row['ASK']}"
        if self.protocol.trial.masking != "open label":
            return None
        day = self._day(domain, at) or "a day that is not told"
        return f"{domain} {at} {day}", f"{row['TITLE']}: the dose of {day}. Is the record right?"

    def _tells(self, text: str) -> bool:
        small = text.lower()
        return any(word in small for word in self.words if len(word) > 1)
