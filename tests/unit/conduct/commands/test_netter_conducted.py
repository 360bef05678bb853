"""A virtual trial conducted through the commands is, tabulated, the trial that was virtual."""

from __future__ import annotations

import os

import polars as pl
import pytest

from equipoise.adam.queries.asked import ask_by_rules
from equipoise.conduct.recorded import recorded
from equipoise.conduct.store.state import known_at
from equipoise.conduct.store.verify import audited
from equipoise.sdtm.arms import KnownArms
from equipoise.sdtm.conform.conform import conform
from equipoise.sdtm.tabulate.tabulate import tabulate
from support.entered import as_entered, enter, first_subjects
from support.stores import DATABASES
from support.virtual import netter, virtual_record

WHOLE = os.environ.get("EQUIPOISE_WHOLE_TRIAL")  # 229 subjects take minutes
SUBJECTS = 229 if WHOLE else 4


@pytest.fixture(scope="module")
def conducted(tmp_path_factory):
    """The trial in a database, entered once; it is only read."""
    known = {}

    def entered(kind):
        if kind not in known:
            known[kind] = enter(record(), kind, tmp_path_factory.mktemp(kind))
        return known[kind]

    yield entered
    for trial in known.values():
        trial.store.engine.dispose()


def record():
    return first_subjects(virtual_record(), SUBJECTS)


@pytest.mark.parametrize("kind", DATABASES)
def test_tabulated_it_is_the_same_to_the_byte(kind, conducted):
    trial = conducted(kind)
    with trial.store.reading() as unit:
        found = recorded(netter(), known_at(unit.connection))
        whole = audited(unit.connection)
    assert whole.faults == ()
    expected, tables = tabulate(as_entered(record(), trial)).tables, tabulate(found).tables
    assert list(tables) == list(expected)
    for name, table in expected.items():
        assert tables[name].schema == table.schema, name
        assert tables[name].write_csv() == table.write_csv(), name
    wrong = [str(one) for one in conform(tabulate(found), arms=KnownArms.of(netter()))
             if one.severity == "error"]  # fmt: skip
    assert wrong == []
    asked = ask_by_rules(trial.store, netter())
    print(f"conform {len(wrong)} errors; {len(asked.raised)} queries of rules")
    noted = f"{len(trial.departures)} doses against the rules as recorded"
    print(f"{found!r}; {whole.in_words()}; {noted}; same HR {primary(found)}")
    if WHOLE:
        assert primary(found) == primary(record())


def primary(record):
    import equipoise as eq

    if not WHOLE:
        return "of the whole trial alone"
    data = eq.derive(eq.cut(tabulate(record), look="PFS final"))
    return str(eq.analyze(data)["primary"])


def test_what_is_known_early_never_contradicts_what_is_known_late(conducted):
    """As known at a date is the record of all that was entered until then."""
    whole = record()
    died, day = whole.table("subjects")["died"], whole.table("subjects")["randomized"].max()
    with conducted("sqlite").store.reading() as unit:
        then = recorded(netter(), known_at(unit.connection, at=f"{day}T23:59:59.999999Z"))
    labs = whole.table("labs").filter(pl.col("date") <= day)
    assert 0 < labs.height < whole.table("labs").height
    assert then.table("labs").height == labs.height
    assert then.table("subjects").height == died.len() > died.null_count()
    assert then.table("subjects")["died"].drop_nulls().len() == (died <= day).sum() == 0
