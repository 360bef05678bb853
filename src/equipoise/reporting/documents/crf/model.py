"""The case report form before it is drawn: forms of blocks, blocks of fields."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from equipoise.concepts.tables import domain_names
from equipoise.meaning.forms.model import CaseForm, FormPart, Item
from equipoise.protocol import Protocol

FieldKind = Literal["text", "number", "date", "date time", "choice"]
BlockKind = Literal["questions", "results", "grid", "scale"]
_SUPP = "SUPP"
_MOST_ACROSS = 7  # columns of a grid; what has more is asked one below the other
_MOST_UNITS = 2
_POWER = re.compile(r"\^(\d+)")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_ON_PAPER: dict[str, FieldKind] = {"whole": "number", "partial date": "date", "truth": "choice"}


class PaperField(NamedTuple):
    """A question on paper.

    hint : what stands small below it; choices : to be ticked; units : to be ticked, or the only one
    notes : where SDTM has its answers
    """

    label: str
    kind: FieldKind
    hint: str = ""
    choices: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    needed: bool = False


class FormBlock(NamedTuple):
    """Questions one below the other, results in a table, rows of a grid, or a scale."""

    kind: BlockKind
    fields: tuple[PaperField, ...]
    rows: int = 1
    note: str = ""


class PaperForm(NamedTuple):
    """A form on paper: its title, when it is filled in, by whom, and what is checked."""

    key: str
    title: str
    when: str
    who: str
    blocks: tuple[FormBlock, ...]
    domains: tuple[tuple[str, str], ...]
    checks: tuple[tuple[str, str, str], ...]
    visits: tuple[bool, ...]
    at_visit: bool

    @property
    def marks(self) -> tuple[bool, ...]:
        """For each visit, and for any time, whether the form is filled in then."""
        return (*self.visits, "any time" in self.when)


class FormsOnPaper(NamedTuple):
    """Every form of a protocol, and at which of its visits each is filled in."""

    title: str
    trial: str
    version: str
    digest: str
    visits: tuple[str, ...]
    forms: tuple[PaperForm, ...]
    annotated: bool


def on_paper(protocol: Protocol, form: CaseForm) -> PaperForm:
    """A form as paper has it."""
    return PaperForm(
        form.key,
        form.label,
        _when(protocol, form),
        _who(protocol, form),
        tuple(_block(part) for part in form.parts),
        tuple(_domains(form)),
        tuple((check.severity, check.text, check.say) for check in form.checks),
        tuple(key in form.visits for key in protocol.visits),
        form.at_visit,
    )


def _when(protocol: Protocol, form: CaseForm) -> str:
    named = [protocol.visits[key].label or key for key in form.visits]
    named += ["any time"] if form.any_time else []
    return ", ".join(named)


def _who(protocol: Protocol, form: CaseForm) -> str:
    arms = [protocol.arms[key].label for key in form.arms]
    filled = "filled in by the patient" if form.by_patient else ""
    return "; ".join(word for word in (f"arm {', '.join(arms)}" if arms else "", filled) if word)


def _domains(form: CaseForm) -> Iterator[tuple[str, str]]:
    seen = dict.fromkeys(item.home.domain.removeprefix(_SUPP) for item in form.items)
    yield from ((domain, domain_names().get(domain, domain)) for domain in seen)


def _block(part: FormPart) -> FormBlock:
    asked = [item for item in part.items if not item.of]
    fields = tuple(_field(item, part.items) for item in asked)
    if part.rows == "lesions":
        return FormBlock(
            "grid", fields, rows=7, note="One row for each lesion, at every scan the same."
        )
    if part.rows == "many" and len(fields) <= _MOST_ACROSS:
        return FormBlock("grid", fields, rows=4, note="As many rows as there are.")
    if part.rows == "many":
        return FormBlock("questions", fields, note="One sheet for each.")
    if all(item.kind == "whole" and item.home.domain == "QS" for item in asked):
        return FormBlock(
            "scale", fields, note="The wording of the questions is that of their owner."
        )
    return FormBlock("questions", fields)


def results_apart(block: FormBlock) -> Iterator[FormBlock]:
    """A block's laboratory results as a table of their own, between the questions around them."""
    run: list[PaperField] = []
    for field in (*block.fields, None):
        if run and (field is None or bool(field.units[1:]) != bool(run[-1].units[1:])):
            kind: BlockKind = "results" if run[-1].units[1:] else "questions"
            yield block._replace(kind=kind, fields=tuple(run))
            run = []
        if field is not None:
            run.append(field)


def _field(item: Item, beside: Sequence[Item]) -> PaperField:
    kind = _ON_PAPER.get(item.kind, item.kind)
    choices = tuple(choice.label for choice in item.choices)
    if item.kind == "truth":
        choices = ("yes", "no")
    if item.home.domain == "QS" and item.low is not None and item.high is not None:
        choices = tuple(str(n) for n in range(int(item.low), int(item.high) + 1))
    mine = [item, *(one for one in beside if one.of == item.key)]
    return PaperField(
        item.label,
        "choice" if choices else kind,  # type: ignore[arg-type]
        _hint(item),
        (*choices, "other: ________") if item.open and choices else choices,
        _units(item),
        _annotations(mine),
        item.needed,
    )


def _units(item: Item) -> tuple[str, ...]:
    raised = (_POWER.sub(lambda found: found[1].translate(_RAISED), unit) for unit in item.units)
    return tuple(raised)[:_MOST_UNITS]


def _hint(item: Item) -> str:
    if item.formula is not None:
        return "reckoned, not asked"
    said = []
    if item.kind == "partial date":
        said.append("as much of it as is known")
    if item.in_window:
        said.append("within the window of the visit")
    if item.low is not None and item.high is not None and item.home.domain != "QS":
        said.append(f"{item.low:g} to {item.high:g}")
    return ", ".join(said)


def _annotations(items: Sequence[Item]) -> tuple[str, ...]:
    """Where SDTM has the answers; a result's unit and limits stand with it."""
    first, *more = items
    home, names = first.home, ", ".join(item.home.variable for item in (first, *more))
    if home.domain.startswith(_SUPP):
        return (f"{home.variable} in {home.domain} when QNAM = {home.code}",)
    if home.code:
        codes = home.code.replace("|", " or ")
        return (f"{names} when {home.domain}TESTCD = {codes}",)
    return (home.variable,)


def domain_of_note(note: str) -> str:
    """The domain that an annotation is about, by which it is colored; qualifiers with their own."""
    if " in SUPP" in note:
        return note.partition(" in SUPP")[2][:2]
    return note[:2]
