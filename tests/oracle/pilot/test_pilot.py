"""The pilot study, from SDTM to results, against CDISC's own ADaM and R's survival."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from support.pharma import data
from support.pilot_oracle import CLOSE, adtte_differences, log_rank_of_all
from support.street import pilot_adam, pilot_results

REFERENCE: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("reference.json").read_text("utf-8")
)["rows"]


def test_every_time_is_that_of_cdisc() -> None:
    assert pilot_adam().table("ADTTE").height == 254
    assert adtte_differences() == []


def test_every_event_rests_on_the_record_that_cdisc_names() -> None:
    theirs = data("cdiscpilotadam", "adtte").filter(pl.col("CNSR") == 0)
    ours = pilot_adam().table("ADTTE").filter(pl.col("CNSR") == 0)
    both = theirs.join(ours, on="USUBJID", suffix="_ours")
    assert both.height == theirs.height == ours.height == 152
    assert (both["ADT"] == both["ADT_ours"]).all()
    assert (both["SRCSEQ"].cast(pl.Int64) == both["SRCSEQ_ours"]).all()
    assert set(both["SRCDOM_ours"]) == {"ADAE"}


def test_arms_are_the_published_ones() -> None:
    arms = dict(pilot_adam().table("ADSL").group_by("TRT01P").len().iter_rows())
    assert arms == {"placebo": 86, "high": 84, "low": 84}


def test_the_log_rank_of_three_arms() -> None:
    assert log_rank_of_all() == pytest.approx(60.269556739028069, rel=CLOSE)


def test_any_emergent_event() -> None:
    found = pilot_results().select(analysis="safety", statistic="any grade patients", term="")
    assert dict(found.select("group", "value").iter_rows()) == {
        "placebo": 65.0,
        "low": 77.0,
        "high": 76.0,
    }


@pytest.mark.parametrize("entry", REFERENCE, ids=lambda e: " ".join(map(str, e["row"].values())))
def test_value(entry: dict[str, Any]) -> None:
    """Each figure that R gave."""
    where = {"analysis": "TTDE", "subgroup": "", **entry["row"]}
    rows = pilot_results().select(**where)
    assert rows.height == 1
    value = rows["value"][0]
    if entry["value"] is None:
        assert value is None
    else:
        assert value == pytest.approx(entry["value"], rel=CLOSE)
