"""Every derived value of three studies has a chain down to records, or to the rule that decided."""

from __future__ import annotations

from functools import cache

import polars as pl
import pytest

from equipoise.adam.derive import derive
from equipoise.adam.explain.trace import explain
from equipoise.adam.model import ADaM
from equipoise.adam.study import cut_at
from equipoise.adam.variables import inputs_of, known, method_of
from equipoise.errors import InputError
from equipoise.sdtm.cut.cut import cut
from support import onco
from support.chains import Study, faults, lost_links
from support.street import pilot_adam
from support.virtual import netter, virtual_sdtm

WALK = 40_000  # values; of a larger dataset about so many are walked, every so-many-th subject
WALKED = {
    "pilot": "ADSL ADAE ADMH ADCM ADVS ADEX ADTTE",
    "onco": "ADSL ADAE ADLB ADRS ADTR ADEX ADTTE",
    "virtual": "ADSL ADAE ADLB ADRS ADTR ADCM ADQS ADEX ADTTE",
}


@cache
def study(name: str) -> Study:
    if name == "pilot":
        return Study(pilot_adam())
    if name == "onco":
        tables = cut(onco.collected(), date=None, look="PFS final")
        return Study(derive(tables, protocol=onco.protocol()))
    return Study(derive(cut_at(virtual_sdtm(), look="PFS final", protocol=netter())))


@pytest.mark.parametrize(
    ("name", "dataset"), [(name, one) for name, listed in WALKED.items() for one in listed.split()]
)
def test_every_value_ends_in_records_or_a_rule(name: str, dataset: str) -> None:
    data = study(name).data
    every = max(1, data.tables[dataset].height * len(study(name).derived(dataset)) // WALK)
    counts, wrong = faults(study(name), dataset, every=every)
    assert wrong == []
    assert counts["values"] == counts["records"] + counts["rules"]
    assert counts["records"] > 0


@pytest.mark.parametrize("name", WALKED)
def test_the_walk_leaves_no_dataset_out(name: str) -> None:
    assert set(WALKED[name].split()) == set(study(name).data.tables) - {"ADSRC"}


@pytest.mark.parametrize("name", WALKED)
def test_every_number_names_a_record_or_a_row(name: str) -> None:
    """All rows of all datasets, also those that the walk passes over."""
    assert lost_links(study(name)) == []


@pytest.mark.parametrize("name", WALKED)
def test_every_variable_says_what_it_is_made_from_or_that_it_is_assigned(name: str) -> None:
    protocol = study(name).data.protocol
    assigned = set()
    for dataset in study(name).data.tables:
        for column in study(name).derived(dataset):
            assert method_of(column, dataset, protocol), (dataset, column)
            if not inputs_of(column, dataset, protocol) and dataset != "ADSRC":
                assigned.add(column)
    links = {c for c in assigned if c.endswith(("SEQ", "SEQS"))}
    words = {"PARAMCD", "PARAM", "PARCAT1", "PARCAT2", "PARCAT3", "READER", "BASETYPE", "RULE"}
    words |= {"REASON", "SRCDOM", "SRCVAR", "STRAT1D", "STRAT2D"}
    assert assigned - links <= words


def test_what_is_made_from_something_has_a_method() -> None:
    for name in known()["inputs"]:
        dataset, _, column = name.rpartition(".")
        assert method_of(column, dataset or "ADLB", netter()), name


@pytest.mark.parametrize(
    ("what", "asked", "lines"),
    [
        ("ADSL.TRTSDT", {}, ["ADSL: TRTSDT 2014-01-02", "EXSTDTC 2014-01-02"]),
        ("ADSL", {"variable": "SAFFL"}, ["ADSL: SAFFL Y", "ADSL: TRTSDT 2014-01-02"]),
        (
            "ADLB.CHG",
            {"parameter": "ALT", "row": 76},
            ["CHG -9", "ADLB ALT 76: AVAL 18", "BASE 27"],
        ),
        ("ADAE", {"row": 1}, ["from 2014-01-03", "AESTDTC 2014-01-03"]),
        ("ADTTE", {"parameter": "PFS"}, ["ADTTE PFS: "]),
        ("ADRS", {"parameter": "BOR"}, ["Best Overall Response", "ADRS OVR", "tr.xpt row 77"]),
        (
            "ADTR.NADIR",
            {"parameter": "SDIAM"},
            ["ADTR SDIAM", "The smallest complete sum", "TRDTC"],
        ),
    ],
)
def test_any_value_can_be_asked_for(what: str, asked: dict[str, object], lines: list[str]) -> None:
    data = study("onco").data
    told = str(explain(data, what, subject="01-701-1015", **asked))  # type: ignore[arg-type]
    for words in lines:
        assert words in told, told


def test_rows_of_a_parameter_stand_under_one_head() -> None:
    data = study("onco").data
    mine = (pl.col("USUBJID") == "01-701-1015") & (pl.col("PARAMCD") == "ALT")
    rows = data.tables["ADLB"].filter(mine)
    told = explain(data, "ADLB", subject="01-701-1015", parameter="ALT")
    assert told.says == f"{rows.height} rows of 01-701-1015"
    assert len(told.below) == rows.height


@pytest.mark.parametrize(
    ("what", "asked", "message"),
    [
        ("ADLB", {"parameter": "ALTT"}, "has no ALTT in ADLB; there are .*; did you mean ALT"),
        ("ADLB", {"parameter": "ALT", "row": 99999}, "with the number 99999"),
        ("ADLB.CHNG", {}, "ADLB has no variable CHNG; did you mean CHG"),
        ("ADXX", {}, r'"ADXX" cannot be explained: expected an estimand or endpoint \(.*RSD'),
    ],
)
def test_what_is_not_there_is_told(what: str, asked: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        explain(study("onco").data, what, subject="01-701-1015", **asked)  # type: ignore[arg-type]


def adam(data: ADaM, name: str, rows: pl.DataFrame) -> Study:
    return Study(ADaM({**data.tables, name: rows}, data.snapshot, data.protocol))


def test_a_wrong_record_would_be_seen() -> None:
    """The walk is no tautology: a number one further makes dates and values disagree."""
    data = study("onco").data
    rows = data.tables["ADSRC"].with_columns(pl.col("SRCSEQS").list.eval(pl.element() + 1))
    assert faults(adam(data, "ADSRC", rows), "ADSL")[1]
    rows = data.tables["ADTR"].with_columns(pl.col("SRCSEQ") + 1)
    assert faults(adam(data, "ADTR", rows), "ADTR")[1]
    rows = data.tables["ADTR"].with_columns(NADSEQ=pl.col("BASESEQ"))
    assert faults(adam(data, "ADTR", rows), "ADTR")[1]
