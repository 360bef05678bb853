"""The chain of one derived value: what it is made from, down to collected records or to a rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from equipoise.adam.explain.dossier import Dossier, key_of
from equipoise.adam.explain.records import Fields
from equipoise.adam.explain.step import Step
from equipoise.adam.variables import MadeFrom, inputs_of, method_of, predecessor
from equipoise.protocol.language.completion import BOUNDS, Completion

_SHOWN = 3  # records of one domain behind a value of ADSL that are told; a panel has dozens
_BY_RULE = ("AVAL", "AVALC")  # of these the row itself says which rule gave them


class Chains:
    """The chains of one subject's values; one that several others rest on is told once."""

    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier
        self._told: dict[tuple[str, int, str], Step] = {}
        self._open: set[tuple[str, int, str]] = set()
        self._made: dict[tuple[str, str], tuple[str, str, tuple[MadeFrom, ...]]] = {}

    def value(self, dataset: str, at: int, variable: str) -> Step:
        """Why a variable of a row is what it is.

        at : the place of the row among the subject's rows of the dataset
        """
        key = (dataset, at, variable)
        if key not in self._told:
            row = self.dossier.rows(dataset)[at]
            copied, method, inputs = self._how(dataset, variable)
            rule = str(row.get("RULE") or method) if variable in _BY_RULE else method
            below: Iterable[Step] = ()
            if key not in self._open:  # a date may bound the one that bounds it
                self._open.add(key)
                found = self._copied(copied, key) if copied else self._inputs(inputs, key)
                below = {id(step): step for step in found}.values()
                self._open.discard(key)
            says, place = f"{variable} {shown(row[variable])}", place_of(dataset, row)
            self._told[key] = Step(says, rule.rstrip("."), place, tuple(below))
        return self._told[key]

    def source(self, dataset: str, row: Fields, variable: str = "") -> Iterator[Step]:
        """The source records of a row, told for SRCVAR or for another of their variables."""
        domain, number = dataset[2:], row.get(f"{dataset[2:]}SEQ")
        numbers, read = [number], variable.replace("--", domain)
        if "SRCDOM" in row:
            domain, numbers = row["SRCDOM"], row.get("SRCSEQS") or [row["SRCSEQ"]]
            read = variable.replace("--", domain or "") or row["SRCVAR"]
        if domain in self.dossier.data.tables:
            yield from (self._derived(domain, n, row["SRCVAR"]) for n in numbers)
        elif domain and (not variable or self.dossier.has(domain, read)):
            given = numbers if domain == "DM" else [n for n in numbers if n is not None]
            records = [self.dossier.record(domain, n, read) for n in given]
            yield from (r for r in records if not variable or r.record is None or _given(r))

    def sources(self, dataset: str, code: str | None, variable: str) -> Iterator[Step]:
        """What ADSRC says of a variable; its records, under its words where it has some."""
        for row in self.dossier.sources.get((dataset, code, variable), ()):
            records = tuple(self.source("ADSRC", row))
            more = len(records) - _SHOWN
            if more > 0:
                rest = Step(f"{more} more records of {row['SRCDOM']} on that day")
                records = (*records[:_SHOWN], rest)
            if row["REASON"]:
                yield Step(row["REASON"], row["RULE"] or "", "", records)
            else:
                yield from records

    def _how(self, dataset: str, variable: str) -> tuple[str, str, tuple[MadeFrom, ...]]:
        key = (dataset, variable)
        if key not in self._made:
            data = self.dossier.data
            copied = predecessor(variable, dataset, data)
            method = method_of(variable, dataset, data.protocol)
            inputs = inputs_of(variable, dataset, data.protocol)
            self._made[key] = copied, f"copied from {copied}" if copied else method, inputs
        return self._made[key]

    def _copied(self, origin: str, key: tuple[str, int, str]) -> Iterator[Step]:
        dataset, at, variable = key
        row = self.dossier.rows(dataset)[at]
        place, _, where = origin.partition(" where ")
        domain, _, name = place.partition(".")
        if where:
            yield self.dossier.supplement(domain, where.partition(" ")[0], name, variable)
        elif domain == "ADSL":
            yield self.value("ADSL", 0, name)
        elif domain == "DM":
            yield self.dossier.record("DM", None, name)
        elif domain == "TU":
            yield from self._at(row.get("TUSEQ"), "TU", name)
        else:
            yield from self.source(dataset, row, name)

    def _inputs(self, inputs: tuple[MadeFrom, ...], key: tuple[str, int, str]) -> Iterator[Step]:
        dataset, at, variable = key
        row = self.dossier.rows(dataset)[at]
        for one in inputs:
            if one.when and row.get(one.when) is None:
                continue
            if one.kind == "protocol":
                yield from self._figure(one.name)
            elif one.kind == "source":
                yield from self.source(dataset, row, one.name)
            elif one.kind == "ADSRC":
                yield from self.sources(dataset, row.get("PARAMCD"), one.name or variable)
            elif one.at:
                yield from self._at(row.get(one.at), one.dataset or dataset, one.name)
            elif one.dataset == "DM":
                if self.dossier.has("DM", one.name):
                    yield self.dossier.record("DM", None, one.name)
            else:
                yield from self._beside(one.dataset or dataset, 0 if one.dataset else at, one.name)

    def _beside(self, dataset: str, at: int, name: str) -> Iterator[Step]:
        """Another variable of the row, if it has a value."""
        if self.dossier.rows(dataset)[at].get(name) is not None:
            yield self.value(dataset, at, name)

    def _at(self, numbers: object, name: str, variable: str) -> Iterator[Step]:
        """A variable of the rows, or records, that one number or a list of them names."""
        listed = numbers if isinstance(numbers, list) else [numbers]
        for number in listed:
            if number is None:
                continue
            if name in self.dossier.data.tables:
                yield self._derived(name, number, variable)
            else:
                yield self.dossier.record(name, number, variable)

    def _derived(self, dataset: str, number: object, variable: str) -> Step:
        at = 0 if dataset == "ADSL" else self.dossier.at(dataset, number)
        if at is None:
            return Step(f"{dataset} has no row {number} of {self.dossier.usubjid}")
        return self.value(dataset, at, variable)

    def _figure(self, path: str) -> Iterator[Step]:
        """A figure of the protocol; of a rule for partial dates also the dates that bound it."""
        found: object = self.dossier.data.protocol
        for part in path.replace(" ", "_").split("."):
            found = getattr(found, part)
        if found is None:
            return
        below: list[Step] = []
        if isinstance(found, Completion):
            for word in sorted(found.bounds - {"cut-off"}):
                below += self._beside("ADSL", 0, BOUNDS[word])
        yield Step(f"{path}: {found}", "", "protocol", tuple(below))


def shown(value: object) -> str:
    """A value as text."""
    if value is None:
        return "nothing"
    if isinstance(value, float):
        return f"{value:.10g}"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def place_of(dataset: str, row: Fields) -> str:
    """Dataset, parameter and number of a row, as in ADRS OVR 12."""
    parts = (dataset, row.get("PARAMCD"), row.get(key_of(row, dataset)))
    return " ".join(shown(part) for part in parts if part is not None)


def _given(step: Step) -> bool:
    return step.record is not None and step.record.value is not None
