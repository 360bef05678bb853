"""Trials of other kinds, masked ones too, conducted through the commands: the same tables."""

from __future__ import annotations

import polars as pl
import pytest

from equipoise.conduct.record import Record
from equipoise.conduct.recorded import recorded
from equipoise.conduct.store.state import known_at
from equipoise.meaning.check import read
from equipoise.sdtm.arms import KnownArms
from equipoise.sdtm.conform.conform import conform
from equipoise.sdtm.tabulate.tabulate import tabulate
from equipoise.simulation.object.run import run
from support.entered import as_entered, enter, first_subjects
from support.stores import SQLITE
from support.virtual import EXAMPLES


def few(name: str) -> Record:
    """The first subjects of a virtual trial, one of each arm at least, and the first who died."""
    whole = run(read(EXAMPLES / name / "protocol.yaml"), truth="as planned", seed=1)
    subjects = whole.table("subjects")
    died = subjects.filter(pl.col("died").is_not_null())["subject"].head(1)
    each = subjects.group_by("arm").first()["subject"]
    return first_subjects(whole, 4, *each, *died)


@pytest.mark.parametrize("name", ["dual-primary", "non-inferiority", "dose-finding"])
def test_tabulated_it_is_the_same_to_the_byte(name, tmp_path):
    record = few(name)
    assert set(record.table("subjects")["arm"]) == set(record.protocol.arms)
    trial = enter(record, SQLITE, tmp_path)
    with trial.store.reading() as unit:
        found = tabulate(recorded(record.protocol, known_at(unit.connection)))
    trial.store.engine.dispose()
    expected = tabulate(as_entered(record, trial)).tables
    assert list(found.tables) == list(expected)
    for table, rows in expected.items():
        assert rows.height > 0, table
        assert found.tables[table].write_csv() == rows.write_csv(), table
    told = conform(found, arms=KnownArms.of(record.protocol))
    assert [str(one) for one in told if one.severity == "error"] == []
