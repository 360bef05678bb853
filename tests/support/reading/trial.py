"""One virtual trial of a case, collected and derived once for all rooms that look at it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cached_property

import polars as pl

from equipoise.adam.model import ADaM
from equipoise.adam.study import Study
from equipoise.analysis.analyze import analyze
from equipoise.analysis.results import Results
from equipoise.conduct.record import Record
from equipoise.patients.world import Setting, setting
from equipoise.protocol import Protocol
from equipoise.sdtm.model import SDTM
from equipoise.sdtm.tabulate.tabulate import tabulate
from equipoise.simulation.object.run import run
from support.reading.cases import TRUTH, Case

SEED, TRIAL = 20, 1
EXPLAINED = 4  # subjects of each pair


class Reading:
    """A case with its protocol, its virtual trial, and what is derived from it."""

    def __init__(self, case: Case) -> None:
        self.case = case

    @cached_property
    def protocol(self) -> Protocol:
        return self.case.protocol()

    @cached_property
    def setting(self) -> Setting:
        return setting(self.protocol, truth=TRUTH)

    @cached_property
    def record(self) -> Record:
        return run(self.protocol, truth=TRUTH, seed=SEED, trial=TRIAL)

    @cached_property
    def sdtm(self) -> SDTM:
        """What was collected; of a reader that the case leaves out only every other patient."""
        found = tabulate(self.record)
        reader = self.case.without
        if not reader:
            return found
        odd = pl.col("USUBJID").str.slice(-1).is_in(list("13579"))
        tables = dict(found.tables)
        for domain in ("TU", "TR", "RS"):
            of_reader = pl.col(f"{domain}EVAL").fill_null("INVESTIGATOR") == reader.upper()
            tables[domain] = tables[domain].filter(~(odd & of_reader))
        return replace(found, tables=tables)

    @cached_property
    def study(self) -> Study:
        return Study.of(self.sdtm)

    @cached_property
    def whole(self) -> ADaM:
        """The analysis datasets of everything that was collected."""
        return self.study.on(None)

    @property
    def is_run(self) -> bool:
        """Whether the case has a virtual trial."""
        asked = self.case.only
        return TRUTH in self.protocol.truth and (not asked or "object" in asked)

    @cached_property
    def looks(self) -> list[tuple[str, str]]:
        """(hypothesis, look) of the case, by hand."""
        return [(h, look) for h, said in self.case.expect.items() for look in said["looks"]]

    @cached_property
    def results(self) -> dict[str, Results]:
        """The results at each look that is held on a day of its own, by its full name."""
        found: dict[str, Results] = {}
        for h, look in self.looks:
            said = self.case.expect[h]["looks"][look]
            if "with" not in said and "never" not in said:
                label = f"{h} {look}"
                found[label] = analyze(self.study.adam(label))
        return found

    @property
    def never(self) -> list[str]:
        """The full names of looks that the trial never comes to."""
        return [f"{h} {k}" for h, k in self.looks if "never" in self.case.expect[h]["looks"][k]]

    @cached_property
    def in_order(self) -> list[str]:
        """The full names of the looks that are held, as they come."""
        last = dt.date.max
        return sorted(self.results, key=lambda label: self.results[label].data.date or last)

    def held(self, h: str, look: str) -> str:
        """The full name of the look that is held."""
        said = self.case.expect[h]["looks"][look]
        return str(said.get("with", f"{h} {look}"))

    def day(self, date: dt.date | None) -> int:
        """The trial day of a date; the last one where there is none."""
        return self.setting.days if date is None else (date - self.setting.start).days + 1

    def pair(self, h: str, frame: pl.DataFrame) -> pl.DataFrame:
        """Rows of the two arms that a hypothesis compares, by hand."""
        return frame.filter(pl.col("TRT01P").is_in(self.case.expect[h]["compares"]))
