"""Two builds, number by number."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from equipoise.analysis.results import row_key
from equipoise.reporting.comparison.causes import Causes, NumberCause
from equipoise.reporting.comparison.sides import BuildSide
from equipoise.reporting.documents.paper.model import Chapter, PaperDocument, Sentence
from equipoise.reporting.labels import term_label
from equipoise.reporting.model import Display, Line
from equipoise.reporting.said import about
from equipoise.reporting.words import NumberText

NO_DIFFERENCE = "no difference"
_DRAWN = ("curve", "censored", "at risk", "events before", "censored before")
_PLAIN = ("count", "rate")
_WORDS = NumberText()
_Rows = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class NumberChange:
    """One number that is another, new, or gone.

    before, after : as printed, "" where there is none; causes : why, with the patients
    """

    key: str
    analysis: str
    about: str
    group: str
    before: str
    after: str
    values: tuple[float | None, float | None]
    causes: tuple[NumberCause, ...]
    drawn: bool

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "row": self.key,
            "analysis": self.analysis,
            "about": self.about,
            "group": self.group,
            "before": self.before,
            "after": self.after,
            "values": list(self.values),
            "causes": [{"says": c.says, "subjects": list(c.subjects)} for c in self.causes],
        }


@dataclass(frozen=True, slots=True, repr=False)
class BuildComparison:
    """What differs between two builds; nothing, for a build beside itself.

    inputs : what they were made from, where it differs; changes : number by number
    """

    names: tuple[str, str]
    inputs: tuple[str, ...]
    changes: tuple[NumberChange, ...]

    @property
    def same(self) -> bool:
        """Whether neither a number nor an input differs."""
        return not self.changes and not self.inputs

    def to_json(self) -> str:
        """Everything, each change with all of its patients."""
        body = {
            "before": self.names[0],
            "after": self.names[1],
            "inputs": list(self.inputs),
            "changes": [change.to_dict() for change in self.changes],
        }
        return json.dumps(body, ensure_ascii=False, indent=1, allow_nan=False) + "\n"

    def document(self) -> PaperDocument:
        """As a document: what it was made from, then each analysis."""
        title = "What changed between two builds"
        under = (f"before: {self.names[0]}", f"after: {self.names[1]}")
        chapters = tuple(self._chapters())
        return PaperDocument("compare", title, chapters, under, title, "Equipoise")

    def _chapters(self) -> Iterator[Chapter]:
        if self.same:
            yield Chapter("same", "Nothing", (Sentence((f"{NO_DIFFERENCE}.",)),))
            return
        inputs = tuple(Sentence((f"{text}.",)) for text in self.inputs)
        yield Chapter("inputs", "What they were made from", inputs or _UNCHANGED, listed=True)
        for i, analysis in enumerate(dict.fromkeys(c.analysis for c in self.changes), 1):
            mine = [c for c in self.changes if c.analysis == analysis]
            yield Chapter(f"analysis-{i}", analysis, tuple(_blocks(i, mine)), listed=True)

    def __repr__(self) -> str:
        return (
            f"BuildComparison  {len(self.changes)} numbers differ"
            if self.changes
            else NO_DIFFERENCE
        )


_UNCHANGED = (Sentence(("The protocol, the data and the program are the same.",)),)


def _blocks(i: int, changes: list[NumberChange]) -> Iterator[Display | Sentence]:
    lines = tuple(
        Line(c.about, ((c.group,), (c.before or "none",), (c.after or "none",), (_why(c),)))
        for c in changes
        if not c.drawn
    )
    heads = (("Arm",), ("Before",), ("After",), ("Because",))
    if lines:
        yield Display(
            f"changes-{i}", str(i), "Numbers", heads, lines, words=True, shares=(3, 2, 2, 2, 5)
        )
    drawn = sum(1 for c in changes if c.drawn)
    if drawn:
        yield Sentence((f"{drawn} points of figures differ too; JSON lists each of them.",))


def _why(change: NumberChange) -> str:
    return "; ".join(cause.sentence for cause in change.causes) or "no record behind it differs"


def compared_builds(one: BuildSide, two: BuildSide) -> BuildComparison:
    """Every number of either build that is not the same in the other, once, with the reason."""
    causes = Causes(one, two)
    before, after = one.numbers, two.numbers
    changes = []
    for key in dict.fromkeys([*after, *before]):
        old, new = before.get(key), after.get(key)
        if old is not None and new is not None and _alike(old, new):
            continue
        changes.append(_change(key, old, new, causes, (before, after)))
    return BuildComparison((one.name, two.name), tuple(_inputs(one, two)), tuple(changes))


def _alike(old: dict[str, Any], new: dict[str, Any]) -> bool:
    return all(old[k] == new[k] for k in ("value", "note", "n"))


def _change(
    key: str,
    old: dict[str, Any] | None,
    new: dict[str, Any] | None,
    causes: Causes,
    sides: tuple[_Rows, _Rows],
) -> NumberChange:
    row: dict[str, Any] = new or old or {}
    return NumberChange(
        key=key,
        analysis=row["analysis"],
        about=_about(row),
        group=row["group"],
        before=_text(old, sides[0]),
        after=_text(new, sides[1]),
        values=(old["value"] if old else None, new["value"] if new else None),
        causes=causes.of(row),
        drawn=row["at"] is not None and row["statistic"].startswith(_DRAWN),
    )


def _about(row: dict[str, Any]) -> str:
    """What a row is, and by which method where that says more."""
    said = about({**row, "term": term_label(row["term"])})
    method = row["method"]
    return said if method in _PLAIN or said.startswith(method) else f"{said}, {method}"


def _text(row: dict[str, Any] | None, rows: _Rows) -> str:
    """As printed; a limit has as many digits as its estimate."""
    if row is None:
        return ""
    name = re.sub(" (lower|upper) limit$", "", row["statistic"])
    estimate = rows.get(row_key({**row, "statistic": name})) if name != row["statistic"] else None
    of = None if estimate is None else estimate["value"]
    whole = row["value"] is not None and float(row["value"]).is_integer()
    digits = 0 if whole else None  # days are whole
    said = {"note": row["note"], "n": row["n"], "of": of, "digits": digits}
    return _WORDS.say(row["statistic"], row["value"], **said)


def _inputs(one: BuildSide, two: BuildSide) -> Iterator[str]:
    """What the builds were made from, where it is not the same."""
    pairs = (
        ("look", one.look, two.look),
        ("data cut-off", one.cutoff or "none", two.cutoff or "none"),
        ("protocol", one.protocol[:8], two.protocol[:8]),
        ("snapshot of the data", one.snapshot[:8], two.snapshot[:8]),
        ("program", one.program, two.program),
    )
    for name, before, after in pairs:
        if before != after:
            yield f"{name}: {before}, then {after}"
