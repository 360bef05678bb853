"""A form as every room reads it: parts, items with their home, checks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from equipoise.protocol.language.conditions import Condition
from equipoise.protocol.language.items import Formula
from equipoise.protocol.language.lines import Path
from equipoise.protocol.model.forms import RowsOf, ShownBeside

AnswerKind = Literal[
    "text", "number", "whole", "date", "date time", "partial date", "choice", "truth"
]


Severe = Literal["stop", "ask", "note"]
SEVERITIES: Final[tuple[Severe, ...]] = ("stop", "ask", "note")


class Home(NamedTuple):
    """Where SDTM has an answer: `LB.LBORRES[HGB]`, `AE.AESTDTC`, `SUPPDM.QVAL[UPTAKE]`."""

    domain: str
    variable: str
    code: str = ""

    def __str__(self) -> str:
        code = f"[{self.code}]" if self.code else ""
        return f"{self.domain}.{self.variable}{code}"


class RecordCell(NamedTuple):
    """A column of a table of the record."""

    table: str
    column: str


class Choice(NamedTuple):
    """A term that an answer may be, and how a person reads it."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Item:
    """A question.

    key : the name of its answer, of its own in the form; label : the question
    home : where SDTM has the answer; cells : where the record has it, none if nowhere of its own
    fixed : what else the row of the record says ("code": "HGB")
    units : those that the answer may be told in; without a unit item beside it, the first
    choices : the terms that it may be; open : whether others are taken too
    low, high : what it may be at least and at most; length : characters at most
    needed : whether a form without it cannot be submitted
    of : the item that this one belongs to: the unit of a result, a limit of normal; else ""
    beside : what is shown beside it; in_window : whether its date lies in the visit's window
    formula : what it is derived by; nobody is asked then
    path : where the protocol says it
    """

    key: str
    label: str
    kind: AnswerKind
    home: Home
    cells: tuple[RecordCell, ...] = ()
    fixed: Mapping[str, str] = field(default_factory=dict)
    units: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    open: bool = False
    length: int | None = None
    low: float | None = None
    high: float | None = None
    needed: bool = False
    of: str = ""
    beside: ShownBeside | None = None
    in_window: bool = False
    formula: Formula | None = None
    path: Path = ()


@dataclass(frozen=True, slots=True)
class FormPart:
    """Items that are asked together: once, in as many rows as there are, or for each lesion.

    A lesion's row is carried forward: what it is and where it lies stay as they were first told.
    """

    rows: RowsOf
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class FormCheck:
    """A condition on the answers of a form, and what follows where it holds.

    say : what people read, {ITEM} being the answer to an item
    """

    form: str
    severity: Severe
    text: str
    condition: Condition
    say: str
    number: int
    path: Path = ()

    @property
    def id(self) -> str:
        """Its name in queries: `laboratory check 1`, in the order of the file."""
        return f"{self.form} check {self.number}"


@dataclass(frozen=True, slots=True)
class CaseForm:
    """A form.

    visits : that open it; any_time : whether it is opened whenever there is need
    arms : whom it is for, every arm if empty; by_patient : whether the patient fills it in
    table : of the record, if every row of the form is a row of one and its items are its columns
    free : whether it takes any further variable, as the plain form of baseline does
    """

    key: str
    label: str
    parts: tuple[FormPart, ...]
    visits: tuple[str, ...] = ()
    any_time: bool = False
    arms: tuple[str, ...] = ()
    by_patient: bool = False
    checks: tuple[FormCheck, ...] = ()
    table: str = ""
    free: bool = False
    path: Path = ()

    @property
    def items(self) -> tuple[Item, ...]:
        """Of every part."""
        return tuple(item for part in self.parts for item in part.items)

    @property
    def asked(self) -> tuple[Item, ...]:
        """Those that somebody answers."""
        return tuple(item for item in self.items if item.formula is None)

    @property
    def at_visit(self) -> bool:
        """Whether its answers belong to a visit: not those that are told once of a subject."""
        return not self.any_time and "subjects" not in self.tables()

    def item(self, key: str) -> Item | None:
        """An item by its key."""
        return next((one for one in self.items if one.key == key), None)

    def parts_of(self, answered: Iterable[str]) -> tuple[FormPart, ...]:
        """The parts that a row with these answers belongs to."""
        keys = set(answered)
        return tuple(part for part in self.parts if any(one.key in keys for one in part.items))

    def tables(self) -> Iterator[str]:
        """The tables of the record that its answers reach."""
        yield from dict.fromkeys(cell.table for item in self.items for cell in item.cells)
