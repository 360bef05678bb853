"""Chains of derived values, walked down to the records, which are looked up without `explain`."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import polars as pl

from equipoise.adam.explain.chains import Chains
from equipoise.adam.explain.dossier import Dossier
from equipoise.adam.explain.step import CollectedValue, Step
from equipoise.adam.model import ADaM
from equipoise.adam.variables import predecessor

ROUNDING = 1e-9  # of a sum of decimals, which are no binary numbers
# Dates of which a part was imputed say so in their flag.
FLAGS = {"ASTDT": "ASTDTF", "AENDT": "AENDTF", "ADT": "ADTF", "DTHDT": "DTHDTF"}
FLAGS |= {"TRTSDT": "TRTSDTF", "TRTEDT": "TRTEDTF"}
# The number of the source record, or of a record or row that a value is compared with.
LINKS = {
    "BASESEQ", "NADSEQ", "SUMSEQ", "OVRSEQ", "CONFSEQ", "TUSEQ", "LBSEQ",
    "TRSEQS", "TUSEQS", "RSSEQS", "LBSEQS",
}  # fmt: skip


class Study:
    """Derived data, with every collected record by domain, subject and number."""

    def __init__(self, data: ADaM) -> None:
        self.data = data
        self._records: dict[str, dict[tuple[str, int | None], dict[str, Any]]] = {}

    def records(self, domain: str) -> dict[tuple[str, int | None], dict[str, Any]]:
        """The records of a domain by subject and number, made when they are first asked for."""
        if domain not in self._records:
            self._records[domain] = self._recorded(domain)
        return self._records[domain]

    def _recorded(self, domain: str) -> dict[tuple[str, int | None], dict[str, Any]]:
        found: dict[tuple[str, int | None], dict[str, Any]] = {}
        table = self.data.snapshot.tables.get(domain, pl.DataFrame())
        if "USUBJID" not in table.columns:  # what was planned is of no subject
            return found
        counts: Counter[str] = Counter()
        for row in table.to_dicts():
            who = str(row.get("USUBJID"))
            counts[who] += 1
            key = row.get(f"{domain}SEQ", counts[who]) if domain != "DM" else None
            found.setdefault((who, None if key is None else int(key)), row)
        return found

    @cached_property
    def lost(self) -> list[str]:
        """What `lost_links` says, which is of the whole study whichever dataset is walked."""
        return _lost(self)

    def holds(self, subject: str, record: CollectedValue) -> bool:
        """Whether the snapshot has the record, with this value in it."""
        row = self.records(record.domain).get((subject, record.seq))
        return row is not None and row.get(record.variable) == record.value

    def derived(self, dataset: str) -> list[str]:
        """The variables of a dataset that were derived, not copied."""
        table = self.data.tables[dataset]
        return [c for c in table.columns if not predecessor(c, dataset, self.data)]

    def subjects(self, dataset: str, every: int = 1) -> list[str]:
        people = self.data.tables[dataset]["USUBJID"].unique(maintain_order=True)
        return people.to_list()[::every]


def leaves(step: Step, known: dict[int, list[Step]]) -> list[Step]:
    """The ends of a chain; `known` are those of the steps that were walked already."""
    if id(step) not in known:
        below = {id(end): end for one in step.below for end in leaves(one, known)}
        known[id(step)] = list(below.values()) or [step]
    return known[id(step)]


def faults(study: Study, dataset: str, *, every: int = 1) -> tuple[Counter[str], list[str]]:
    """What is wrong with the chains of a dataset's derived values, and how many end in what.

    every : only every so many-th subject
    Returns  counts by "values", "records" (chains that end in records alone or beside a rule) and
        "rules" (a rule and a constant decided), and one line for every fault
    """
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for by_record, told in walked(study, dataset, every=every):
        counts["values"] += 1
        counts["records" if by_record else "rules"] += 1
        wrong += told
    return counts, wrong


def walked(study: Study, dataset: str, *, every: int = 1) -> Iterator[tuple[bool, list[str]]]:
    """Of each derived value, whether its chain ends in records, and a line for every fault."""
    columns = study.derived(dataset)
    for subject in study.subjects(dataset, every):
        chains, known = Chains(Dossier(study.data, subject)), dict[int, list[Step]]()
        for at, row in enumerate(chains.dossier.rows(dataset)):
            for column in columns:
                if row[column] is None:
                    continue
                chain = chains.value(dataset, at, column)
                ends = leaves(chain, known)
                found = [e.record for e in ends if e.record]
                told = f"{subject} {dataset} {at} {column} {row[column]}"
                wrong = [f"{told}: {fault}" for fault in _broken(study, subject, ends)]
                if not _agrees(column, row, found):
                    wrong.append(f"{told}: not the value of its records")
                yield bool(found), wrong


def _broken(study: Study, subject: str, ends: list[Step]) -> Iterator[str]:
    for end in ends:
        if end.record is not None:
            if not study.holds(subject, end.record):
                yield f"no such record: {end.record}"
        elif not (end.rule or end.place == "protocol" or "more records of" in end.says):
            yield f"neither record nor rule: {end.says}"


def _agrees(column: str, row: dict[str, Any], found: list[CollectedValue]) -> bool:
    """Whether a date, or a number as it was collected, is that of a record at the chain's end."""
    value = row[column]
    if isinstance(value, dt.date):
        if row.get(FLAGS.get(column, f"{column}F")) is not None:
            return bool(found)
        return str(value) in {str(one.value)[:10] for one in found}
    if column in ("AVAL", "BASE", "NADIR"):
        numbers = [number for one in found if (number := _number(one.value)) is not None]
        if row.get("PARAMCD") == "SDIAM":
            return abs(sum(numbers) - value) < ROUNDING
        if _as_collected(row):
            return any(abs(number - value) < ROUNDING for number in numbers)
    return True


def _as_collected(row: dict[str, Any]) -> bool:
    """Whether the row's value stands in a record as it is, in its unit and not scored."""
    rule = str(row.get("RULE"))
    return rule == "as measured" or (rule.startswith("CTCAE") and len(rule.split()) == 2)


def _number(value: object) -> float | None:
    try:
        return float(str(value))
    except ValueError:
        return None


def lost_links(study: Study) -> list[str]:
    """Sequence numbers in any row of any dataset that name no record and no row."""
    return study.lost


def _lost(study: Study) -> list[str]:
    wrong = []
    for name, table in study.data.tables.items():
        rows = table.to_dicts() if {"SRCDOM", *LINKS} & set(table.columns) else []
        for row in rows:
            for domain, number in _numbers(name, row):
                if not _known(study, domain, str(row["USUBJID"]), number):
                    wrong.append(f"{name} of {row['USUBJID']}: {domain} {number}")
    return wrong


def _numbers(dataset: str, row: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """Each dataset or domain, and the number in it, that a row names."""
    for number in (row.get("SRCSEQ"), *(row.get("SRCSEQS") or ())):
        if number is not None:
            yield row["SRCDOM"], number
    for link in LINKS & set(row):
        where = {"TR": "TR", "TU": "TU", "RS": "RS", "LB": "LB"}.get(link[:2], dataset)
        if dataset == "ADRS" and link in ("SUMSEQ", "BASESEQ", "NADSEQ"):
            where = "ADTR"
        elif link in ("OVRSEQ", "CONFSEQ"):
            where = "ADRS"
        elif link == "LBSEQ" and dataset == "ADLB":
            continue  # its own number
        numbers = row[link] if isinstance(row[link], list) else [row[link]]
        yield from ((where, int(n)) for n in numbers if n is not None)


def _known(study: Study, name: str, subject: str, number: int) -> bool:
    if name in study.data.tables:
        return (name, subject, number) in _rows(study)
    return (subject, number) in study.records(name)


def _rows(study: Study) -> set[tuple[str, str, int]]:
    if "_rows" not in vars(study):
        vars(study)["_rows"] = {
            (name, who, int(number))
            for name, table in study.data.tables.items()
            for key in ("ASEQ", f"{name[2:]}SEQ")
            if key in table.columns
            for who, number in table.select("USUBJID", pl.col(key)).drop_nulls().iter_rows()
        }
    found: set[tuple[str, str, int]] = vars(study)["_rows"]
    return found
