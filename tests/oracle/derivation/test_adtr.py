"""ADTR equals pharmaverseadam adtr_onco."""

from __future__ import annotations

from equipoise.adam.recist.overall import overall_response
from equipoise.adam.tumor.adtr import adtr
from support.pharma import data, differing, listed, shared

KEY = ["USUBJID", "ASEQ"]


def test_equal_in_every_shared_column() -> None:
    theirs = data("pharmaverseadam", "adtr_onco")
    tu, tr = (data("pharmaversesdtm", f"{d}_onco_recist") for d in ("tu", "tr"))
    adsl = data("pharmaverseadam", "adsl").rename({"RANDDT": "STARTDT"})
    made = adtr(tu, tr, overall_response(tu, tr), adsl)
    columns = shared(theirs, made, key=KEY)
    assert len(made) == 181
    assert len(columns) == 33
    assert differing(theirs, made, key=KEY, columns=columns) == listed("adtr_onco")
