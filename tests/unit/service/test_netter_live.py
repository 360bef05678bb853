"""A virtual trial typed into the pages is, tabulated, the trial that was virtual."""

from __future__ import annotations

import os
import time

import equipoise as eq
from equipoise.conduct.recorded import recorded
from equipoise.conduct.store.state import known_at
from equipoise.sdtm.tabulate.tabulate import tabulate
from equipoise.service.reading import typed
from support.entered import as_entered, as_numbered, enter, first_subjects
from support.paged import Paged
from support.virtual import netter, virtual_record

WHOLE = os.environ.get("EQUIPOISE_WHOLE_TRIAL")  # 229 subjects take many minutes
SUBJECTS = 229 if WHOLE else 1


def typed_in(record, folder, *, by_socket=False):
    """The trial of a record as the service has it, and the record with the service's numbers."""
    trial = enter(record, "sqlite", folder, by=lambda one: Paged(one, by_socket=by_socket))
    trial.open.close()
    with trial.store.reading() as unit:
        found = recorded(netter(), known_at(unit.connection))
    return trial, found, as_numbered(as_entered(record, trial), trial.names)


def unlike(expected, found):
    """Tables that differ in a type or a byte."""
    assert list(found.tables) == list(expected.tables)
    return [
        name
        for name, table in expected.tables.items()
        if (table.schema, table.write_csv())
        != (found.tables[name].schema, found.tables[name].write_csv())
    ]


def test_typed_into_the_pages_it_is_the_same_to_the_byte(tmp_path):
    begun = time.process_time()
    trial, found, record = typed_in(first_subjects(virtual_record(), SUBJECTS), tmp_path)
    assert unlike(tabulate(record), tabulate(found)) == []
    whole = trial.site.verify()
    assert whole.faults == ()
    print(f"{found!r}; {trial.posted:,} forms of pages posted; {whole.in_words()}")
    print(f"{len(trial.departures)} doses against the rules; {ratios(found, record)}")
    print(f"{time.process_time() - begun:.0f} s CPU")


def ratios(found, record):
    if not WHOLE:
        return "hazard ratio of the whole trial alone"
    own, expected = hazard_ratio(found), hazard_ratio(record)
    assert own == expected
    return own


def hazard_ratio(record):
    return str(eq.analyze(eq.derive(eq.cut(tabulate(record), look="PFS final")))["primary"])


def test_a_server_at_an_address_does_the_same(tmp_path):
    _, found, record = typed_in(first_subjects(virtual_record(), 0), tmp_path, by_socket=True)
    assert unlike(tabulate(record), tabulate(found)) == []


def test_a_page_that_changes_an_answer_is_seen(tmp_path, monkeypatch):
    """The comparison bites: a page that rounds what is typed."""
    monkeypatch.setattr(typed, "_number", lambda text: float(round(float(text))))
    _, found, record = typed_in(first_subjects(virtual_record(), 0), tmp_path)
    assert "LB" in unlike(tabulate(record), tabulate(found))
