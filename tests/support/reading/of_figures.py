"""Rooms that give published figures of virtual trials: without records, and with them."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import polars as pl

from equipoise.adam.model import ADaM
from equipoise.adam.study import Study
from equipoise.protocol.model import Published
from equipoise.simulation.object import without_records
from equipoise.simulation.object.supported import supported
from equipoise.simulation.operating import published
from support.reading.answers import Said
from support.reading.cases import TRUTH
from support.reading.trial import SEED, TRIAL, Reading


def figures_of(reading: Reading, h: str) -> list[Published]:
    """The figures of a hypothesis that the protocol lists."""
    return [f for f in reading.protocol.report.published if f.says.startswith(f"{h}: ")]


def unrecorded_room(reading: Reading) -> Said:
    """Figures of the trial without its records, and the day of each look."""
    it = without_records.scanned_patients(reading.protocol, reading.setting, seed=SEED, trial=TRIAL)
    for label in reading.never:
        without_records.cut_day(reading.protocol, reading.setting, it, label)
    for h, look in reading.looks:
        held = reading.held(h, look)
        if held not in reading.results:
            continue
        yield ("day", h, look), without_records.cut_day(reading.protocol, reading.setting, it, held)
        wanted = [f for f in figures_of(reading, h) if supported(reading.protocol, f)]
        values = without_records.figures(
            reading.protocol, reading.setting, wanted, look=held, seed=SEED, trial=TRIAL
        )
        yield from _figures(h, look, wanted, values)


def _figures(h: str, look: str, wanted: list[Published], values: Any) -> Said:
    for figure, value in zip(wanted, values, strict=True):
        key = (figure.statistic, h, look)
        yield ((*key, figure.group) if figure.group else key), value


def published_room(reading: Reading) -> Said:
    """The same figures by the records of the trial, as `published` has them of one trial."""

    def _at(look: str) -> ADaM:
        return Study.of(reading.sdtm).adam(look)

    for held in [*reading.in_order, *reading.never]:
        with (
            patch.object(published, "supported", lambda protocol, figure: False),
            patch.object(published, "trials_at", lambda protocol, look, **which: [_at(look)]),
        ):
            rows = published.published_intervals(
                reading.protocol, truth=TRUTH, seed=SEED, trials=TRIAL, records=TRIAL, look=held,
                workers=1,
            )  # fmt: skip
        middle = rows.filter(pl.col("statistic") == "simulated median").to_dicts()
        values = {row["term"]: row["value"] for row in middle}
        for h, look in reading.looks:
            if reading.held(h, look) == held:
                wanted = figures_of(reading, h)
                yield from _figures(h, look, wanted, [values[f.says] for f in wanted])
