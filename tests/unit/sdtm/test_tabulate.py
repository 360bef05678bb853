"""A record becomes SDTM without losing a row, and conforms."""

import polars as pl
import pytest

from equipoise.sdtm.arms import KnownArms
from equipoise.sdtm.conform.conform import conform
from equipoise.sdtm.read.read import read_sdtm
from equipoise.simulation.object.write_trial import write_trial
from support.virtual import netter, virtual_record, virtual_sdtm

ROWS = {
    "DM": "subjects",
    "DS": "milestones",
    "SV": "visits",
    "EX": "doses",
    "AE": "events",
    "CM": "therapies",
    "LB": "labs",
    "TU": "lesions",
    "TR": "measurements",
    "RS": "readings",
}


def test_conform_finds_no_error():
    findings = conform(virtual_sdtm(), arms=KnownArms.of(netter()))
    assert [str(f) for f in findings if f.severity == "error"] == []
    assert [str(f) for f in findings] == []


@pytest.mark.parametrize(("domain", "table"), ROWS.items())
def test_every_row_of_the_record_is_there(domain, table):
    assert virtual_sdtm().table(domain).height == virtual_record().table(table).height


@pytest.mark.parametrize("domain", sorted(set(ROWS) - {"DM", "SV"}))
def test_sequence_numbers_count_from_one_within_a_subject(domain):
    table = virtual_sdtm().table(domain)
    counted = table.group_by("USUBJID").agg(
        pl.col(f"{domain}SEQ").min().alias("least"),
        pl.col(f"{domain}SEQ").max().alias("most"),
        pl.len().alias("rows"),
    )
    assert (counted["least"] == 1).all()
    assert (counted["most"] == counted["rows"]).all()


def test_study_days_have_no_day_zero():
    for name, table in virtual_sdtm().tables.items():
        for column in (c for c in table.columns if c.endswith("DY")):
            assert not (table[column] == 0).any(), (name, column)


def test_randomization_is_day_one():
    ds = virtual_sdtm().table("DS").filter(pl.col("DSDECOD") == "RANDOMIZED")
    assert set(ds["DSSTDY"]) == {1.0}


def test_strata_and_baseline_variables_are_qualifiers():
    supp = virtual_sdtm().table("SUPPDM")
    names = set(supp["QNAM"])
    assert {"UPTAKE", "SSADUR", "TGRADE"} <= names
    assert "AGE" not in names
    record = virtual_record().table("subjects")
    for name in ("UPTAKE", "SSADUR"):
        told = supp.filter(pl.col("QNAM") == name).sort("USUBJID")["QVAL"].to_list()
        assert told == record.sort("subject")[name].to_list()


@pytest.mark.parametrize("file_format", ["xpt", "parquet", "json"])
def test_a_folder_reads_back_as_the_same_virtual_data(tmp_path, file_format):
    record, data = virtual_record(), virtual_sdtm()
    origin = write_trial(record, data, tmp_path, file_format=file_format)
    again = read_sdtm(tmp_path)
    assert again.digest == data.digest == origin["digest"]
    assert again.virtual
    assert again.seed == 1
    assert origin["protocol_digest"] == netter().digest


def test_a_second_trial_leaves_nothing_of_the_first(tmp_path):
    record, data = virtual_record(), virtual_sdtm()
    write_trial(record, data, tmp_path, file_format="xpt")
    write_trial(record, data, tmp_path, file_format="parquet")
    assert {p.suffix for p in tmp_path.iterdir()} == {".parquet", ".json"}
