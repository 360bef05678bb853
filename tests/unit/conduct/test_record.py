"""The record as a noun."""

import polars as pl
import pytest

from equipoise.conduct.record import COLUMNS, record
from equipoise.errors import InputError
from support.virtual import netter, virtual_record


def test_every_table_is_there_even_if_empty():
    found = record(netter(), {})
    assert set(found.tables) == set(COLUMNS)
    assert all(table.is_empty() for table in found.tables.values())


def test_a_table_of_another_name_is_refused():
    with pytest.raises(InputError, match="unknown table 'patients'"):
        record(netter(), {"patients": pl.DataFrame()})


def test_a_missing_column_is_named():
    with pytest.raises(InputError, match="subjects: there is no column 'site'"):
        record(netter(), {"subjects": pl.DataFrame({"subject": ["0001"]})})


def test_an_unknown_table_is_named_with_what_there_is():
    with pytest.raises(InputError, match="tables here: subjects"):
        virtual_record().table("people")
