"""Laboratory results as analysis values: in the protocol's unit, beside the collected one.

_VALUE, _LO, _HI and _TEXT are the result, its limits and its unit as collected; they are what is
graded, so that a value exactly on a threshold stays on it whatever unit it is analyzed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

import polars as pl

from equipoise.errors import Finding, InputError
from equipoise.laboratory.ctcae.terms import CTCAE_FILES, DIGITS, criteria, unit_for
from equipoise.laboratory.units import asked, factor, known_tests, unit_of, usual

UnitSystem = Literal["as collected", "SI", "US"]
_NEEDED = ("USUBJID", "LBSEQ", "LBTESTCD", "LBDTC")
_PAIR = ["LBTESTCD", "_TEXT"]
_TURNED = {
    "LBTESTCD": pl.String, "_TEXT": pl.String, "_HERE": pl.String, "_TO": pl.String,
    "_TIMES": pl.Float64,
}  # fmt: skip


class Units(NamedTuple):
    """In which unit each test is analyzed: of a system, but for the tests that have their own."""

    system: UnitSystem = "as collected"
    of: Mapping[str, str] = {}

    def target(self, test: str) -> str | None:
        """The unit a test is analyzed in by its one name; None for as it was collected.

        Raises   InputError for a unit that the test cannot be told in.
        """
        if test in self.of:
            return asked(test, self.of[test])
        return None if self.system == "as collected" else usual(test, self.system)


def collected(lb: pl.DataFrame) -> pl.DataFrame:
    """LB with _VALUE, _LO, _HI, _TEXT and SRCVAR: the standard result or else the original one.

    A result that was never standardized (no LBSTRESN and no LBSTRESC) is taken from LBORRES; a
    table without the column LBSTRESN has its standard results in LBSTRESC.
    Raises   InputError if there is none of the three.
    """
    missing = [c for c in _NEEDED if c not in lb.columns]
    source = next((c for c in ("LBSTRESN", "LBSTRESC") if c in lb.columns), None)
    if source is None and "LBORRES" not in lb.columns:
        missing.append("LBSTRESN or LBORRES")
    if missing:
        raise InputError(f"LB: expected column {', '.join(missing)}")
    texts = ("LBSTRESC", "LBSTRESU", "LBORRES", "LBORRESU", "LBORNRLO", "LBORNRHI")
    numbers = ("LBSTRESN", "LBSTNRLO", "LBSTNRHI")
    lb = lb.with_columns(
        *(pl.lit(None, pl.String).alias(c) for c in texts if c not in lb.columns),
        *(pl.lit(None, pl.Float64).alias(c) for c in numbers if c not in lb.columns),
    )
    standard, original = _number(lb, source or "LBSTRESN"), _number(lb, "LBORRES")
    raw = (standard.is_null() & pl.col("LBSTRESC").is_null() & original.is_not_null()).alias("_RAW")
    lb = lb.with_columns(raw)
    chosen = pl.when("_RAW")
    return lb.with_columns(
        _VALUE=chosen.then(original).otherwise(standard),
        _LO=chosen.then(_number(lb, "LBORNRLO")).otherwise(_number(lb, "LBSTNRLO")),
        _HI=chosen.then(_number(lb, "LBORNRHI")).otherwise(_number(lb, "LBSTNRHI")),
        _TEXT=chosen.then("LBORRESU").otherwise("LBSTRESU"),
        SRCVAR=chosen.then(pl.lit("LBORRES")).otherwise(pl.lit(source)),
    )


def _number(lb: pl.DataFrame, column: str) -> pl.Expr:
    said = pl.col(column)
    said = said.str.strip_chars() if lb.schema[column] == pl.String else said
    number = said.cast(pl.Float64, strict=False)
    return pl.when(number.is_finite()).then(number)


def turned(rows: pl.DataFrame, units: Units) -> pl.DataFrame:
    """Each test and unit of `rows`, once: _HERE its one name, _TO the target, _TIMES the factor.

    _TIMES is null where a value cannot be turned into the target, _TO where there is none.
    """
    found: list[tuple[str | None, str | None, str | None, str | None, float | None]] = []
    for test, text in rows.select(_PAIR).unique(maintain_order=True).rows():
        if test is None:
            found.append((test, text, None, None, 1.0))
            continue
        here, to = unit_of(text, test=test), units.target(test)
        times = None
        if to is None:
            times = 1.0
        elif here is not None:
            exact = factor(test, from_=here, to=to)
            times = None if exact is None else float(exact)
        found.append((test, text, here, to, times))
    return pl.DataFrame(found, schema=_TURNED, orient="row")


def in_units(rows: pl.DataFrame, units: Units) -> pl.DataFrame:
    """Rows from `collected` with AVAL, AVALC, AVALU, ANRLO, ANRHI, _HERE, _TO and _HOW.

    What cannot be turned into the protocol's unit has no AVAL; AVALC says it as it was collected.
    """
    table = turned(rows, units)
    name = pl.coalesce("_TO", "_TEXT")
    changed = (pl.col("_TIMES") != 1.0).fill_null(False)
    how = pl.format("; {} turned into {}", "_TEXT", "_TO")
    table = table.with_columns(AVALU=name, _HOW=pl.when(changed).then(how))
    rows = rows.join(table, on=_PAIR, how="left", nulls_equal=True, maintain_order="left")
    lost = pl.col("_VALUE").is_not_null() & pl.col("_TIMES").is_null()
    said = pl.concat_str(pl.col("_VALUE"), pl.col("_TEXT"), separator=" ", ignore_nulls=True)
    missing = pl.col("_VALUE").is_null()
    return rows.with_columns(
        *(_scaled(a).alias(b) for a, b in (("_VALUE", "AVAL"), ("_LO", "ANRLO"), ("_HI", "ANRHI"))),
        AVALC=pl.when(lost).then(said).when(missing).then(pl.coalesce("LBSTRESC", "LBORRES")),
        AVALU=pl.when(~lost).then("AVALU"),
    )


def _scaled(column: str) -> pl.Expr:
    value, times = pl.col(column), pl.col("_TIMES")
    same = times == 1.0
    return pl.when(same).then(value).otherwise((value * times).round_sig_figs(DIGITS))


def unit_findings(lb: pl.DataFrame, *, version: str, units: Units) -> tuple[Finding, ...]:
    """What stands in the way of analyzing or grading laboratory values: each test and unit once.

    lb : SDTM LB
    Returns  warnings for a unit that is not known or cannot be turned into the one wanted, and for
        a test in several units that the protocol does not ask to bring to one; notes for results
        taken from LBORRES, and tests without a usual unit.
    """
    rows = collected(lb).filter(pl.col("_VALUE").is_not_null())
    table = turned(rows, units)
    needs = _fixed(version)
    bad = [_bad(row, needs) for row in table.rows(named=True)]
    found = [_placed(rows, *problem) for problem in bad if problem is not None]
    return (
        *(*found, *_several(table), *_taken(rows), *_no_usual(table, units)),
        *_ungraded(table, version),
    )


def _fixed(version: str) -> Mapping[str, list[str]]:
    """Test -> the units of its criteria, where a criterion has thresholds in units."""
    found: dict[str, list[str]] = {}
    for criterion in criteria(version):
        if "any" not in criterion.grades:
            for test in criterion.tests:
                known = found.setdefault(test, [])
                known += [u for u in criterion.grades if u not in known]
    return found


def _bad(
    row: Mapping[str, str | float | None], needs: Mapping[str, list[str]]
) -> tuple[str, str | None, str, list[str]] | None:
    """(test, unit as written, what it is not, units expected) of a unit that is of no use."""
    test, text, here, to = (str(row["LBTESTCD"]), row["_TEXT"], row["_HERE"], row["_TO"])
    said = None if text is None else str(text)
    if row["_TIMES"] is None:
        return test, said, "not analyzable", [str(to)]
    wanted = needs.get(test, [])
    if wanted and (here is None or unit_for(test, str(here), wanted) is None):
        return test, said, "not gradable", wanted
    return None


def _placed(
    rows: pl.DataFrame, test: str, text: str | None, what: str, wanted: Iterable[str]
) -> Finding:
    mine = (pl.col("LBTESTCD") == test) & pl.col("_TEXT").eq_missing(pl.lit(text, pl.String))
    few = rows.filter(mine)
    who, seq = few.select("USUBJID", "LBSEQ").row(0)
    unit = "no unit" if text is None else f'unit "{text}"'
    more = f" (and {len(few) - 1} more rows)" if len(few) > 1 else ""
    expected = f"expected a unit such as {', '.join(wanted)}"
    place = f"lb USUBJID {who} LBSEQ {seq:.0f}"
    return Finding(place, f"{test} with {unit}{more}: {what}", expected, "", "warning")


def _several(table: pl.DataFrame) -> Iterator[Finding]:
    """Tests in more than one unit that stay as collected."""
    open_ = table.filter(pl.col("_TO").is_null() & pl.col("_HERE").is_not_null())
    for (test,), part in open_.partition_by("LBTESTCD", as_dict=True).items():
        names = part["_HERE"].unique(maintain_order=True).to_list()
        times = {factor(str(test), from_=names[0], to=n) for n in names}
        if times != {1}:
            text = f"{test} is in {' and '.join(names)}: its values cannot stand in one table"
            expected = "say `units: SI` or `units: US` under `safety`, or `unit of` the test"
            yield Finding("lb", text, expected, "", "warning")


def _taken(rows: pl.DataFrame) -> Iterator[Finding]:
    n = rows.filter("_RAW").height
    if n:
        text = f"{n} results without LBSTRESN and LBSTRESC are read from LBORRES and LBORRESU"
        yield Finding("lb", text, "", "", "note")


def _ungraded(table: pl.DataFrame, version: str) -> Iterator[Finding]:
    """Tests of which the version has no criterion, and which other versions have."""
    of = {v: {test for c in criteria(v) for test in c.tests} for v in CTCAE_FILES}
    tests = table["LBTESTCD"].drop_nulls().unique(maintain_order=True).to_list()
    without = sorted(str(test) for test in tests if test not in of[version])
    if without:
        elsewhere = [
            f"{test} by {' and '.join(v for v in of if test in of[v])}"
            for test in without
            if any(test in of[v] for v in of)
        ]
        text = f"CTCAE {version} has no criterion for {', '.join(without)}; they have no grade"
        expected = f"graded elsewhere: {', '.join(elsewhere)}" if elsewhere else ""
        yield Finding("lb", text, expected, "", "note")


def _no_usual(table: pl.DataFrame, units: Units) -> Iterator[Finding]:
    if units.system == "as collected":
        return
    known = {*known_tests(), *units.of}
    others = [t for t in table["LBTESTCD"].unique(maintain_order=True) if t not in known]
    if others:
        text = f"no {units.system} unit is known for {', '.join(others)}; as collected"
        yield Finding("lb", text, "name it under `unit of`", "", "note")
