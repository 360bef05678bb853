"""The examples' SDTM with something broken in one file."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import polars as pl

from fuzz.judge import Planted

Tables = Mapping[str, pl.DataFrame]


class BrokenData(NamedTuple):
    """The files that take the place of others: name -> content, None where it goes."""

    files: dict[str, bytes | None]
    planted: Planted


def break_data(draw: random.Random, tables: Tables) -> BrokenData:
    """One thing broken in one file."""
    while True:
        found = draw.choice(_WAYS)(draw, tables)
        if found is not None:
            return found


def _csv(name: str, table: pl.DataFrame) -> dict[str, bytes | None]:
    """A table as CSV in the place of its transport file."""
    text = table.with_columns(pl.all().cast(pl.String)).write_csv()
    return {f"{name.lower()}.xpt": None, f"{name.lower()}.csv": text.encode()}


def _changed(table: pl.DataFrame, row: int, column: str, value: str | None) -> pl.DataFrame:
    own = pl.int_range(pl.len()) == row
    text = pl.col(column).cast(pl.String)
    return table.with_columns(pl.when(own).then(pl.lit(value)).otherwise(text).alias(column))


def _cell(
    draw: random.Random,
    tables: Tables,
    wanted: Callable[[str], bool],
    value: Callable[[Any], str | None],
    kind: str,
    must: bool = True,
) -> BrokenData | None:
    """One value of a column that is wanted, changed in a row where it is filled."""
    places = [
        (n, c) for n, t in sorted(tables.items()) for c in t.columns if wanted(c) and t.height
    ]
    if not places:
        return None
    name, column = draw.choice(places)
    table = tables[name]
    rows = table.with_row_index("_N").filter(pl.col(column).is_not_null())["_N"].to_list()
    if not rows:
        return None
    row = draw.choice(rows)
    new = value(table[column][row])
    if new == table[column].cast(pl.String)[row]:
        return None
    place = {"file": f"{name.lower()}.csv", "row": row + 1, "variable": column}
    changed = _changed(table, row, column, new)
    return BrokenData(_csv(name, changed), Planted(kind, must, place, str(new)))


def _dates(column: str) -> bool:
    return column.endswith("DTC") and column != "RFICDTC"


def no_date(draw: random.Random, tables: Tables) -> BrokenData | None:
    said = draw.choice(["2019-13-45", "13.05.2019", "2019-02-30", "yesterday", "2019-1-1", "2019"])
    return _cell(draw, tables, _dates, lambda _: said, "no date", must=said != "2019")


def far_date(draw: random.Random, tables: Tables) -> BrokenData | None:
    return _cell(draw, tables, _dates, lambda v: f"2999{str(v)[4:]}", "a year of 2999")


def no_number(draw: random.Random, tables: Tables) -> BrokenData | None:
    said = draw.choice(["abc", "1,5", "<3"])
    return _cell(
        draw, tables, lambda c: c.endswith(("STRESN", "DOSE")), lambda _: said, "no number"
    )


def nobody(draw: random.Random, tables: Tables) -> BrokenData | None:
    others = {name: table for name, table in tables.items() if name != "DM"}
    return _cell(draw, others, lambda c: c == "USUBJID", lambda _: "NOBODY-1", "unknown subject")


def odd_age(draw: random.Random, tables: Tables) -> BrokenData | None:
    said = draw.choice(["999", "-4"])
    return _cell(draw, tables, lambda c: c == "AGE", lambda _: said, "impossible age")


def odd_dose(draw: random.Random, tables: Tables) -> BrokenData | None:
    return _cell(draw, tables, lambda c: c == "EXDOSE", lambda _: "-5", "negative dose")


def odd_unit_of_dose(draw: random.Random, tables: Tables) -> BrokenData | None:
    return _cell(draw, tables, lambda c: c == "EXDOSU", lambda _: "zorks", "unknown unit of a dose")


def odd_grade(draw: random.Random, tables: Tables) -> BrokenData | None:
    return _cell(draw, tables, lambda c: c == "AETOXGR", lambda _: "7", "impossible grade")


def odd_visit(draw: random.Random, tables: Tables) -> BrokenData | None:
    return _cell(draw, tables, lambda c: c == "VISITNUM", lambda _: "1e15", "impossible visit")


def odd_arm(draw: random.Random, tables: Tables) -> BrokenData | None:
    """A randomized patient of an arm that is not there, in code and in name."""
    table = tables["DM"]
    in_arm = ~pl.col("ARMCD").is_in(["SCRNFAIL", "NOTASSGN"]) & pl.col("ARMCD").is_not_null()
    rows = table.with_row_index("_N").filter(in_arm)["_N"].to_list()
    row = draw.choice(rows)
    changed = _changed(_changed(table, row, "ARMCD", "ZZZ"), row, "ARM", "Zebra")
    for actual in ("ACTARMCD", "ACTARM"):
        if actual in table.columns:
            changed = _changed(changed, row, actual, "ZZZ" if actual.endswith("CD") else "Zebra")
    place = {"file": "dm.csv"}
    return BrokenData(_csv("DM", changed), Planted("unknown arm", True, place, "ZZZ"))


def backwards(draw: random.Random, tables: Tables) -> BrokenData | None:
    return _cell(
        draw, tables, lambda c: c.endswith("ENDTC"), lambda _: "1999-01-01", "end before start"
    )


def row_twice(draw: random.Random, tables: Tables) -> BrokenData | None:
    name = draw.choice(sorted(n for n, t in tables.items() if t.height))
    row = draw.randrange(tables[name].height)
    changed = pl.concat([tables[name], tables[name].slice(row, 1)])
    must = name in _KNOWN
    place = {"file": f"{name.lower()}.csv"}
    return BrokenData(_csv(name, changed), Planted("row twice", must, place))


def header_twice(draw: random.Random, tables: Tables) -> BrokenData | None:
    name = draw.choice(sorted(tables))
    files = _csv(name, tables[name])
    content = files[f"{name.lower()}.csv"] or b""
    head, _, rest = content.partition(b"\n")
    names = head.split(b",")
    at = draw.randrange(1, len(names))
    names[at] = names[at - 1]
    files[f"{name.lower()}.csv"] = b",".join(names) + b"\n" + rest
    return BrokenData(files, Planted("header twice", True, {"file": f"{name.lower()}.csv"}))


def short_row(draw: random.Random, tables: Tables) -> BrokenData | None:
    name = draw.choice(sorted(n for n, t in tables.items() if t.height))
    files = _csv(name, tables[name])
    lines = (files[f"{name.lower()}.csv"] or b"").split(b"\n")
    at = draw.randrange(1, len(lines) - 1)
    lines[at] = lines[at].rpartition(b",")[0]
    if not lines[at]:
        return None
    files[f"{name.lower()}.csv"] = b"\n".join(lines)
    place = {"file": f"{name.lower()}.csv"}
    return BrokenData(files, Planted("short row", True, place, f"row {at}"))


def cut_file(draw: random.Random, tables: Tables, raw: Mapping[str, bytes]) -> BrokenData | None:
    """A transport file cut off where a row is not whole."""
    name = draw.choice(sorted(n for n, t in tables.items() if t.height > 4))
    content = raw[name]
    size = draw.randrange(80, len(content) - 400) // 80 * 80
    file = f"{name.lower()}.xpt"
    return BrokenData(
        {file: content[:size]}, Planted("file cut off", False, {"file": file}, str(size))
    )


def no_column(draw: random.Random, tables: Tables) -> BrokenData | None:
    name = draw.choice(sorted(tables))
    column = draw.choice(tables[name].columns)
    must = name in _KNOWN and column in ("USUBJID", f"{name}SEQ", f"{name}TESTCD")
    place = {"file": f"{name.lower()}.csv"}
    planted = Planted("column gone", must, place, column)
    return BrokenData(_csv(name, tables[name].drop(column)), planted)


def no_file(draw: random.Random, tables: Tables) -> BrokenData | None:
    name = draw.choice(sorted(tables))
    return BrokenData(
        {f"{name.lower()}.xpt": None}, Planted("file gone", name in _NEEDED, {}, name)
    )


def any_text(draw: random.Random, tables: Tables) -> BrokenData | None:
    """Whatever may come of a keyboard, anywhere."""
    said = draw.choice(
        ["", "=1+1", "\u202eabc", "x" * 300, "<b>", "-0", "1e999", "None", "..", "日本"]
    )
    return _cell(draw, tables, lambda c: True, lambda _: said, "any text", must=False)


def empty_table(draw: random.Random, tables: Tables) -> BrokenData | None:
    name = draw.choice(sorted(tables))
    planted = Planted("no rows", name == "DM", {"file": "dm.csv"} if name == "DM" else {}, name)
    return BrokenData(_csv(name, tables[name].head(0)), planted)


def few_rows(draw: random.Random, tables: Tables) -> BrokenData | None:
    """A table of which only the rows of some patients are there."""
    of_people = sorted(n for n, t in tables.items() if n != "DM" and "USUBJID" in t.columns)
    name = draw.choice(of_people)
    people = tables[name]["USUBJID"].unique().sort().to_list()
    kept = draw.sample(people, len(people) // 3)
    changed = tables[name].filter(pl.col("USUBJID").is_in(kept))
    return BrokenData(_csv(name, changed), Planted("rows gone", False, {}, name))


_KNOWN: Final = frozenset({"AE", "CM", "DM", "DS", "EX", "LB", "QS", "RS", "TR", "TU", "VS"})
_NEEDED: Final = frozenset({"DM", "AE", "EX", "DS", "TU", "TR"})  # one that is gone is told

_WAYS: Final[Sequence[Callable[[random.Random, Tables], BrokenData | None]]] = (
    no_date, far_date, no_number, nobody, odd_age, odd_dose, odd_unit_of_dose, odd_grade, odd_visit,
    odd_arm, backwards, row_twice, header_twice, short_row, no_column, no_file, any_text,
    empty_table, few_rows,
)  # fmt: skip


def broken_data(
    seed: int, bases: Mapping[str, Tables], raw: Mapping[str, Mapping[str, bytes]], count: int
) -> Iterator[tuple[str, BrokenData]]:
    """So many cases, always the same for a seed: the example's name, and what became of it."""
    names = sorted(bases)
    for n in range(count):
        draw = random.Random(f"{seed}/data/{n}")
        name = draw.choice(names)
        cut = cut_file(draw, bases[name], raw[name]) if draw.randrange(15) == 0 else None
        yield name, cut or break_data(draw, bases[name])
