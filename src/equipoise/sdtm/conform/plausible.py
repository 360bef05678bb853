"""Rules about values that no trial can have: an age of 999, a dose below nothing, a year 2999."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from equipoise.errors import Finding
from equipoise.sdtm.conform.requirements import is_date
from equipoise.sdtm.dates import earliest, latest
from equipoise.sdtm.places import Words, listed
from equipoise.sdtm.study import ExaminedStudy
from equipoise.units import UNITS

OLDEST = 125.0  # years; the longest life that is documented lasted 122
FIRST_YEAR, LAST_YEAR = 1850, 2100  # births of the oldest patients, and dates still to come
LAST_VISIT = 1e6  # VISITNUM counts visits; unplanned ones have decimals, none has millions
_FORMS = (
    *("TABLET", "CAPSULE", "PATCH", "PUFF", "DROP", "SUPPOSITORY", "VIAL", "INJECTION", "IU", "U"),
    *("mg/kg", "mg/m2", "g/m2", "ug/kg", "mg/day", "MBq/kg", "mmol", "mEq", "mL", "L", "%"),
)
_COUNTED = frozenset(
    u.upper() for u in (*_FORMS, *(unit for kind in UNITS.values() for unit in kind))
)


def doses_of_something(study: ExaminedStudy) -> Iterator[Finding]:
    """S60: a dose below nothing; a dose in a unit that is not known here."""
    for sheet in study.having("EXDOSE", domain="EX"):
        words = Words("S60", "error", "a dose of {found}", "a dose of 0 or more")
        yield from listed(sheet, sheet.table["EXDOSE"] < 0, "EXDOSE", words)
    for sheet in study.having("EXDOSE", "EXDOSU", domain="EX"):
        unit = sheet.table["EXDOSU"].str.strip_chars().str.to_uppercase()
        known = unit.is_in(sorted(_COUNTED | {f"{word}S" for word in _COUNTED}))
        odd = ~known & unit.is_not_null() & sheet.table["EXDOSE"].is_not_null()
        words = Words(
            "S60", "warning", "the unit {found} is not known here; doses are not added up"
        )
        yield from listed(sheet, odd, "EXDOSU", words)


def ages_of_people(study: ExaminedStudy) -> Iterator[Finding]:
    """S61: an age that nobody has."""
    for sheet in study.having("AGE", domain="DM"):
        age = sheet.table["AGE"]
        units = sheet.table["AGEU"] if "AGEU" in sheet.table.columns else pl.Series([None])
        in_years = units.is_null() | (units.cast(pl.String).str.to_uppercase() == "YEARS")
        words = Words("S61", "error", "an age of {found}", f"0 to {OLDEST:.0f} years")
        yield from listed(sheet, (age < 0) | ((age > OLDEST) & in_years), "AGE", words)


def years_of_trials(study: ExaminedStudy) -> Iterator[Finding]:
    """S62: a date in a year that no trial can reach."""
    for sheet in study.sheets.values():
        for name, dtype in sheet.table.schema.items():
            if not is_date(name) or dtype != pl.String:
                continue
            first, last = earliest(sheet.table[name]), latest(sheet.table[name])
            odd = (first.dt.year() > LAST_YEAR) | (last.dt.year() < FIRST_YEAR)
            words = Words("S62", "error", "{found}", f"a year from {FIRST_YEAR} to {LAST_YEAR}")
            yield from listed(sheet, odd, name, words)


def visits_of_a_plan(study: ExaminedStudy) -> Iterator[Finding]:
    """S63: a visit number that no schedule has."""
    for sheet in study.having("VISITNUM"):
        words = Words("S63", "warning", "a visit number of {found}")
        yield from listed(sheet, sheet.table["VISITNUM"].abs() > LAST_VISIT, "VISITNUM", words)


def fatal_grades(study: ExaminedStudy) -> Iterator[Finding]:
    """S64: an event of grade 5, which is death, and nobody's death in DM or DS."""
    dead = pl.Series("USUBJID", [], dtype=pl.String)
    for domain, column, term in (("DM", "DTHFL", "Y"), ("DS", "DSDECOD", "DEATH")):
        for sheet in study.having("USUBJID", column, domain=domain):
            dead = dead.append(sheet.table.filter(pl.col(column) == term)["USUBJID"])
    for sheet in study.having("USUBJID", "AETOXGR", domain="AE"):
        fatal = sheet.table["AETOXGR"].cast(pl.String) == "5"
        alive = ~sheet.table["USUBJID"].is_in(dead.implode())
        text = "grade 5 is death, and neither DM nor DS has the death of {subject}"
        words = Words(
            *("S64", "warning", text, "the death in DM and DS, or another grade"),
            columns={"subject": "USUBJID"},
        )
        yield from listed(sheet, fatal & alive, "AETOXGR", words)


PLAUSIBLE_RULES = (
    *(doses_of_something, ages_of_people, years_of_trials, visits_of_a_plan, fatal_grades),
)
