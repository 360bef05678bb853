"""From a question as the protocol asks it to items with a home, or to what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from equipoise.concepts.tables import (
    Concept,
    concepts_of_tests,
    every_name,
    result_of,
    term_lists,
    variable_concepts,
)
from equipoise.errors import did_you_mean
from equipoise.laboratory.units import unit_of
from equipoise.meaning.forms.model import AnswerKind, Choice, Home, Item, RecordCell
from equipoise.protocol.language.items import ITEM_NAME
from equipoise.protocol.language.lines import Path
from equipoise.protocol.model import FormItem, Protocol
from equipoise.protocol.rules.base import Problem, unknown

NO_HOME, UNKNOWN_TERMS, OTHER_UNIT, NO_LIMIT = "P75", "P79", "P80", "P81"
DEMOGRAPHICS: Final = "DM"
_LIMITS: Final = ("lower", "upper")
_BECOMES: Final = {
    "date": ("date", "date time", "partial date"),
    "date time": ("date", "date time"),
}
_OF_LESION: Final = ("TULNKID", "TUORRES", "TULOC", "TUEVAL")
_OF_NEW_LESION: Final = ("TULNKID", "TULOC", "TUEVAL")
_NEW: Final = "new"


@dataclass
class Asker:
    """What a protocol's questions mean; `problems` gathers what is wrong with them."""

    protocol: Protocol
    problems: list[Problem] = field(default_factory=list)

    def tell(self, rule: str, path: Path, message: str, expected: str = "") -> None:
        self.problems.append(Problem(path, message, expected, rule))

    def no_concept(self, path: Path, what: str, word: str, known: Iterable[str]) -> None:
        """That a table, which is too long to be told, has no such word."""
        such = next(iter(known))
        expected = f"expected a {what} of the table of concepts, such as {such}"
        message = f'there is no {what} "{word}"'
        self.tell(NO_HOME, path, message, f"{expected}{did_you_mean(word, known)}")

    def items(self, said: FormItem, path: Path) -> Iterator[Item]:
        """The items of one question; a result brings its unit and its limits of normal."""
        for at, code in enumerate(said.tests):
            yield from self._test(code, said, (*path, "tests", at))
        for name in [said.item] if said.item is not None else []:
            concept = self._concept(name, said, (*path, "item"))
            if concept is None:
                continue
            if said.per == "drug":
                yield from self._for_each_drug(concept, said, path)
            elif name not in variable_concepts() and concept.code in concepts_of_tests():
                yield from self._result(self._item(concept, said, path))
            else:
                yield self._item(concept, said, path)

    def carried(self, path: Path) -> Iterator[Item]:
        """What every row of a lesion says: which it is, of what kind, where, and who read it."""
        for name in _OF_LESION:
            found = self._item(variable_concepts()[name], FormItem(item=name), path)
            yield replace(found, needed=name == "TULNKID")

    def new_lesion(self, said: FormItem, path: Path) -> Iterator[Item]:
        """What is told of a lesion that was not there before: `new TULNKID`, `new TULOC`."""
        for name in _OF_NEW_LESION:
            asked = said if name == said.item else FormItem(item=name)
            found = self._item(variable_concepts()[name], asked, path)
            cells = tuple(cell for cell in found.cells if cell.table == "lesions")
            needed = name != "TUEVAL"
            yield replace(found, key=f"{_NEW} {name}", cells=cells, fixed={"role": "NEW"},
                          needed=needed)  # fmt: skip

    def drugs(self) -> tuple[str, ...]:
        """Every drug of the trial, in the order of the arms."""
        return tuple(dict.fromkeys(r.drug for arm in self.protocol.arms.values() for r in arm.give))

    def _test(self, code: str, said: FormItem, path: Path) -> Iterator[Item]:
        concept = concepts_of_tests().get(code)
        if concept is None:
            self.no_concept(path, "test", code, concepts_of_tests())
            return
        yield from self._result(self._item(concept, said, path))

    def _result(self, item: Item) -> Iterator[Item]:
        """A result with its unit and, of a laboratory, its limits of normal."""
        yield item
        domain = item.home.domain
        if len(item.units) > 1:
            units = tuple(Choice(unit, unit) for unit in item.units)
            home = Home(domain, f"{domain}ORRESU", item.home.code)
            cells = _beside(item, "unit")
            yield Item(
                f"{item.key} unit", "Unit", "choice", home, cells, choices=units, of=item.key
            )
        if domain == "LB" and item.kind == "number":
            for word, end in zip(_LIMITS, ("LO", "HI"), strict=True):
                home = Home(domain, f"LBSTNR{end}", item.home.code)
                label, cells = f"{word.capitalize()} limit of normal", _beside(item, word)
                yield Item(f"{item.key} {word}", label, "number", home, cells, of=item.key)

    def _for_each_drug(self, concept: Concept, said: FormItem, path: Path) -> Iterator[Item]:
        whole = self._item(concept, said, path)
        for number, drug in enumerate(self.drugs(), start=1):
            home = Home(f"SUPP{concept.domain}", "QVAL", f"{concept.name}{number}")
            label = f"{whole.label}: {drug}" if said.label else f"{_of_drug(concept)} {drug}"
            yield replace(whole, key=f"{concept.name} {drug}", label=label, home=home)

    def _concept(self, name: str, said: FormItem, path: Path) -> Concept | None:
        """What a name means: a factor, a concept, or a question of the protocol's own."""
        factor = self.protocol.allocation.strata.get(name)
        known = variable_concepts().get(name) or concepts_of_tests().get(name)
        if factor is not None:
            base = known or _qualifier(name, DEMOGRAPHICS)
            return replace(base, asks=factor.label or name, kind="choice", terms="", needed=True)
        if said.domain is None and known is not None:
            return known
        declared = _declared(self.protocol).get(name)
        if said.domain is None and declared is not None:
            return replace(_qualifier(name, DEMOGRAPHICS), asks=declared[0], kind=declared[1])
        if said.domain is None or not ITEM_NAME.match(name):
            message = f'"{name}" has no home: no variable, test or factor is called so'
            hint = did_you_mean(name, (*every_name(), *self.protocol.allocation.strata))
            wanted = (
                f"expected a name of the table of concepts, or `domain` to give it a home{hint}"
            )
            self.tell(NO_HOME, path, message, wanted)
            return None
        if not said.label or said.kind is None:
            if declared is None:
                message = f'"{name}" is a question of its own, and what it asks is not said'
                self.tell(NO_HOME, path, message, "expected `label` and `kind` beside `domain`")
                return None
            return replace(_qualifier(name, said.domain), asks=declared[0], kind=declared[1])
        return replace(_own(name, said.domain), asks=said.label, kind=said.kind)

    def _item(self, concept: Concept, said: FormItem, path: Path) -> Item:
        kind = self._kind(concept, said, path)
        low = concept.low if said.at_least is None else said.at_least
        high = concept.high if said.at_most is None else said.at_most
        if (said.at_least is not None or said.at_most is not None) and kind not in _NUMBERS:
            name = "at least" if said.at_least is not None else "at most"
            message = f"{concept.name} is no number, so it has no least or most"
            self.tell(NO_LIMIT, (*path, name), message, "expected a number, or no limit")
        elif low is not None and high is not None and low > high:
            message = f"{concept.name} is at least {low:g} and at most {high:g}"
            self.tell(NO_LIMIT, (*path, "at least"), message, f"expected {high:g} or less")
        return Item(
            concept.name,
            said.label or _question(said.word) or concept.asks,
            kind,
            _home(concept),
            cells=tuple(RecordCell(*one.split(".")) for one in _record(concept)),
            fixed=_fixed(concept),
            units=self._units(concept, said, path),
            choices=self._choices(concept, said, path),
            open=concept.open,
            length=concept.length,
            low=low,
            high=high,
            needed=(concept.needed or said.needed) and not said.optional,
            beside=said.shown_beside,
            in_window=said.within == "visit",
            path=path,
        )

    def _kind(self, concept: Concept, said: FormItem, path: Path) -> AnswerKind:
        kind: AnswerKind = said.kind or concept.kind
        if said.terms or said.choices:
            kind = "choice"
        if said.partial:
            kind = "partial date"
        allowed = (concept.kind, *_BECOMES.get(concept.kind, ()))
        if kind not in allowed and not (kind == "choice" and concept.kind == "text"):
            message = f"{concept.name} is a {concept.kind}, and a {kind} is asked"
            where = "partial" if said.partial else "kind"
            self.tell(NO_LIMIT, (*path, where), message, f"expected one of: {', '.join(allowed)}")
            return concept.kind
        return kind

    def _units(self, concept: Concept, said: FormItem, path: Path) -> tuple[str, ...]:
        known = concept.units
        for at, unit in enumerate(said.unit):
            is_known = unit in known or unit_of(unit, test=concept.code) in known
            if known and not is_known and not _alike(unit, known):
                found = unknown((*path, "unit", at), f"unit of {concept.name}", unit, known)
                self.problems.append(found._replace(rule=OTHER_UNIT))
        if said.unit and concept.kind not in _NUMBERS:
            message = f"{concept.name} is no number, so it has no unit"
            self.tell(OTHER_UNIT, (*path, "unit"), message, "expected no unit")
        return tuple(unit_of(u, test=concept.code) or u for u in said.unit) or known

    def _choices(self, concept: Concept, said: FormItem, path: Path) -> tuple[Choice, ...]:
        factor = self.protocol.allocation.strata.get(concept.name)
        if factor is not None:
            return tuple(Choice(level, level) for level in factor.levels)
        if said.choices:
            return tuple(Choice(one, one) for one in said.choices)
        name = said.terms or concept.terms
        if name and name not in term_lists():
            found = unknown((*path, "terms"), "codelist", name, term_lists())
            self.problems.append(found._replace(rule=UNKNOWN_TERMS))
            return ()
        if not name and (said.kind or concept.kind) == "choice":
            message = f"what {concept.name} may be is not said"
            self.tell(UNKNOWN_TERMS, path, message, "expected `choices`, or `from: codelist NAME`")
        return (
            tuple(Choice(code, text) for code, text in term_lists()[name].items()) if name else ()
        )


_NUMBERS: Final = ("number", "whole")


def _alike(unit: str, known: tuple[str, ...]) -> bool:
    """Whether a unit measures what the concept's does: MBq for GBq."""
    from equipoise.units import UNITS

    return any(unit in table and any(k in table for k in known) for table in UNITS.values())


def _question(word: str) -> str:
    return word[:1].upper() + word[1:]


def _of_drug(concept: Concept) -> str:
    return {"AEREL": "Related to", "AEACN": "Action taken with"}.get(concept.name, concept.asks)


def _beside(item: Item, column: str) -> tuple[RecordCell, ...]:
    return tuple(RecordCell(cell.table, column) for cell in item.cells)


def _home(concept: Concept) -> Home:
    if concept.qualifier:
        return Home(f"SUPP{concept.domain}", "QVAL", concept.name)
    result = result_of(concept.domain) if concept.code else None
    return Home(concept.domain, result or concept.variable, concept.code)


def _record(concept: Concept) -> tuple[str, ...]:
    if concept.qualifier and concept.domain == DEMOGRAPHICS:
        return (f"subjects.{concept.name}",)
    return concept.record


def _fixed(concept: Concept) -> Mapping[str, str]:
    """What a row of the record says of a test beside its result."""
    if concept.record == ("labs.value",):
        return {"code": concept.code, "test": concept.asks}
    if concept.record == ("assessments.value",):
        return {
            "domain": concept.domain,
            "code": concept.code,
            "test": concept.asks,
            "category": "",
        }
    return {}


def _qualifier(name: str, domain: str) -> Concept:
    return Concept(name, domain, name, "text", "QVAL", code=name, qualifier=True)


def _own(name: str, domain: str) -> Concept:
    """A question of the protocol's own: a variable of its domain, or a qualifier."""
    if domain != DEMOGRAPHICS and name.startswith(domain):
        return Concept(name, domain, name, "text", name)
    return _qualifier(name, domain)


def _declared(protocol: Protocol) -> dict[str, tuple[str, Any]]:
    """Baseline variables that the protocol names elsewhere: their labels and kinds."""
    found: dict[str, tuple[str, Any]] = {
        one.variable: (one.label or key, "number" if one.cut else "text")
        for key, one in protocol.subgroups.items()
    }
    for line in protocol.report.baseline:
        kind = "number" if line.kind == "number" else "text"
        found[line.variable] = (line.label or line.variable, kind)
    return found
