"""What a protocol may say of a time to event: origin, first day, among whom, gaps, readers."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import polars as pl
import pytest

from equipoise.adam.dates.sources import Context
from equipoise.adam.derive import derive
from equipoise.adam.time.adtte import adtte
from equipoise.adam.time.origins import start_dates, worsening
from equipoise.errors import InputError
from equipoise.protocol import Protocol
from equipoise.protocol.model import Endpoint, Estimand, altered
from equipoise.sdtm.cut.cut import cut
from equipoise.sdtm.tabulate.tabulate import tabulate
from equipoise.simulation.object.run import run
from support import onco
from support.virtual import TRUTH, netter, virtual_sdtm

CENSOR = ("last adequate assessment", "randomization")


@cache
def context(missed: float | None = None) -> Context:
    """Virtual NETTER-1, as it is or with another share of scans missed."""
    collected = virtual_sdtm() if missed is None else tabulate(run(_missing(missed), **SAME))
    snapshot = cut(collected, date=None, look="")
    return Context(snapshot, netter(), dict(derive(snapshot, protocol=netter()).tables))


SAME: dict[str, Any] = {"truth": TRUTH, "seed": 1}


def _missing(share: float) -> Protocol:
    truth = netter().truth[TRUTH].model_copy(update={"scans_missed": share})
    return altered(netter(), truth={TRUTH: truth})


def asking(endpoint: dict[str, Any], ices: dict[str, str] | None = None) -> Protocol:
    """NETTER-1 with one endpoint, X, and one estimand."""
    base = {"label": "X", "type": "time to event", "assessed at": "scan"}
    made = Endpoint.model_validate({**base, "recist": {"reader": "central"}, **endpoint})
    estimand = Estimand.model_validate(
        {"endpoint": "X", "population": "ITT", "intercurrent events": ices or {}}
    )
    return altered(netter(), endpoints={"X": made}, estimands={"X": estimand})


def derived(
    endpoint: dict[str, Any], ices: dict[str, str] | None = None, missed: float | None = None
) -> pl.DataFrame:
    found = context(missed)
    return adtte(Context(found.snapshot, asking(endpoint, ices), found.tables)).table


PFS = {"event": ["progression", "death"], "censor": list(CENSOR)}


def test_counted_from_day_0_every_time_is_a_day_less() -> None:
    one, zero = derived(PFS), derived({**PFS, "count from": "day 0"})
    assert (one["AVAL"] - zero["AVAL"] == 1).all()
    assert one.drop("AVAL").equals(zero.drop("AVAL"))


def test_duration_of_response_is_of_responders_from_their_first_response() -> None:
    rows = derived({**PFS, "from": "response"})
    adrs = context().tables["ADRS"]
    first = adrs.filter((pl.col("PARAMCD") == "RSP") & (pl.col("AVALC") == "Y"))
    assert set(rows["USUBJID"]) == set(first["USUBJID"])
    assert 0 < len(rows) < 60
    both = rows.join(first.select("USUBJID", FIRST="ADT"), on="USUBJID")
    assert (both["STARTDT"] == both["FIRST"]).all()
    whole = derived(PFS).join(rows, on="USUBJID", suffix="_D")
    assert (whole["ADT"] == whole["ADT_D"]).all()
    assert (whole["CNSR"] == whole["CNSR_D"]).all()


def test_a_confirmed_response_is_an_origin_too() -> None:
    confirmed = set(derived({**PFS, "from": "confirmed response"})["USUBJID"])
    assert confirmed < set(derived({**PFS, "from": "response"})["USUBJID"])


def test_time_to_response_and_to_progression() -> None:
    response = derived({**PFS, "event": ["response"]}).filter(pl.col("CNSR") == 0)
    assert set(response["USUBJID"]) == set(derived({**PFS, "from": "response"})["USUBJID"])
    progression = derived({**PFS, "event": ["progression"]})
    assert set(progression.filter(pl.col("CNSR") == 0)["EVNTDESC"]) == {"Disease progression"}
    assert (progression["CNSR"] == 0).sum() < (derived(PFS)["CNSR"] == 0).sum()


def test_among_those_with_clinical_benefit() -> None:
    rows = derived({**PFS, "among": "clinical benefit"})
    adrs = context().tables["ADRS"]
    held = adrs.filter((pl.col("PARAMCD") == "CB") & (pl.col("AVALC") == "Y"))
    assert set(rows["USUBJID"]) == set(held["USUBJID"])
    assert rows.height < derived(PFS).height


def test_an_unknown_origin_names_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean response"):
        start_dates(context(), asking({**PFS, "from": "respons"}).endpoints["X"])


def test_a_gap_may_matter_before_one_kind_of_event_only() -> None:
    """Censored by any gap = censored by a gap before death, or before progression."""
    before = {
        word: set(derived(PFS, {f"{word}one missed assessment": "hypothetical"}, 0.3).filter(
            pl.col("EVNTDESC").str.contains("issed"))["USUBJID"])
        for word in ("", "death after ", "progression after ")
    }  # fmt: skip
    assert before["death after "]
    assert before["progression after "]
    assert before[""] == before["death after "] | before["progression after "]
    assert not before["death after "] & before["progression after "]
    with pytest.raises(InputError, match='no event "relapse"'):
        derived(PFS, {"relapse after two missed assessments": "hypothetical"})


def test_leaving_the_trial_ends_observation() -> None:
    ds = context().snapshot.tables["DS"]
    gone = ds.filter(pl.col("DSDECOD") == "WITHDRAWAL BY SUBJECT")
    rows = derived(
        {"event": ["death"], "censor": ["last known alive"]},
        {"withdrawal of consent": "hypothetical"},
    )
    told = rows.filter(pl.col("EVNTDESC") == "Withdrawal of consent")
    assert set(told["USUBJID"]) == set(gone["USUBJID"])


def test_deterioration_is_the_first_change_for_the_worse() -> None:
    days = [dt.date(2020, 1, 1), dt.date(2020, 3, 1), dt.date(2020, 5, 1)]
    qs = pl.DataFrame(
        {"USUBJID": ["A"] * 3 + ["B"] * 3, "PARAMCD": "QL", "ADT": days * 2, "ASEQ": [1, 2, 3] * 2,
         "CHG": [None, -9.0, -10.0, None, 10.0, -5.0]}
    )  # fmt: skip
    people = pl.DataFrame(
        {"USUBJID": ["A", "B"], "RANDDT": days[:1] * 2, "TRT01P": "lutate", "TRT01A": "lutate",
         "LSTALVDT": days[2:] * 2}
    )  # fmt: skip
    asked = {"worse by": 10, "parameter": "QL", "data": "ADQS", "censor": ["last known alive"]}
    protocol = asking({**asked, "recist": None, "assessed at": None})
    tables = {"ADSL": people, "ADQS": qs}
    rows = adtte(Context(context().snapshot, protocol, tables)).table.sort("USUBJID")
    assert rows["CNSR"].to_list() == [0, 1]  # 9 points are too few; 10 the other way is better
    assert rows["ADT"].to_list() == [days[2], days[2]]
    assert rows["EVNTDESC"][0] == "QL worse by 10 or more"
    lower = Endpoint.model_validate(
        {**asked, "label": "", "type": "time to event", "better": "lower"}
    )
    assert worsening(lower)[0].where == 'PARAMCD = "QL" and CHG >= 10'


def test_of_several_central_readers_the_accepted_reading_counts() -> None:
    """Each scan of the example has one accepted reading of two radiologists."""
    asked = onco.protocol().endpoints["PFS"]
    central = asked.model_copy(
        update={"recist": asked.recist.model_copy(update={"reader": "central"})}
    )
    protocol = altered(
        onco.protocol(),
        endpoints={"PFS": central},
        estimands={"PFS": onco.protocol().estimands["PFS"]},
    )
    data = derive(cut(onco.collected(), date=None, look=""), protocol=protocol)
    rs = onco.collected().tables["RS"].filter(pl.col("RSACPTFL") == "Y")
    ours = data.table("ADRS").filter(pl.col("PARAMCD") == "OVR")
    both = rs.join(ours, on=["USUBJID", "VISITNUM"], how="inner")
    assert len(both) == len(rs) == len(ours) == 22
    assert (both["RSSTRESC"] == both["AVALC"]).all()
    sums = data.table("ADTR").filter(pl.col("PARAMCD") == "SDIAM")
    assert set(sums["READER"]) == {"central"}
    assert len(sums) >= 22
