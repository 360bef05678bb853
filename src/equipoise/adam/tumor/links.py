"""Which rows of ADTR and ADRS a tumor value rests on, by their sequence numbers."""

from __future__ import annotations

import polars as pl

from equipoise.adam.recist.lesions import SERIES

_VISITS = ("SUMVIS", "BASEVIS", "NADVIS")


def linked_sums(measured: pl.DataFrame) -> pl.DataFrame:
    """ADTR with BASESEQ and NADSEQ: the sums at baseline and at the nadir, where a sum has them.

    measured : ADTR of all readers with SUMVIS, BASEVIS and NADVIS, the visits of a sum, of its
        baseline and of its nadir
    """
    sums = _sums(measured)
    for visit, seq in (("BASEVIS", "BASESEQ"), ("NADVIS", "NADSEQ")):
        measured = _at(measured, visit, sums, seq)
    return measured


def linked_responses(responses: pl.DataFrame, measured: pl.DataFrame | None) -> pl.DataFrame:
    """ADRS with the readings and the sums that each row rests on.

    responses : ADRS of all readers, with BASEVIS, NADVIS, BYBASE and BYNADIR of its readings
    measured : ADTR with SUMVIS; None where only responses were collected
    Returns  responses with OVRSEQ and CONFSEQ, the ASEQ of the reading (OVR) that gave a parameter
        and of the one that confirmed it; SUMSEQ, BASESEQ and NADSEQ, the ASEQ in ADTR of a
        reading's sum and of those that its response was judged by.
    """
    key = ["USUBJID", "READER", "ADT"]
    of_reading = pl.col("PARAMCD") == "OVR"
    counted = responses.filter(of_reading & (pl.col("ANL01FL") == "Y")).select(*key, OVRSEQ="ASEQ")
    confirming = counted.rename({"ADT": "CONFDT", "OVRSEQ": "CONFSEQ"})
    rows = responses.join(counted, on=key, how="left", maintain_order="left")
    rows = rows.join(confirming, on=[*SERIES, "CONFDT"], how="left", maintain_order="left")
    rests = ~of_reading & ~pl.col("PARAMCD").is_in(["DEATH", "MDIS"])
    rows = rows.with_columns(OVRSEQ=pl.when(rests).then("OVRSEQ"))
    none = [pl.lit(None, pl.Int64).alias(c) for c in ("SUMSEQ", "BASESEQ", "NADSEQ")]
    if measured is None:
        return rows.with_columns(none).drop("BASEVIS", "NADVIS", "BYBASE", "BYNADIR", strict=False)
    rows = rows.with_columns(
        SUMVIS=pl.when(of_reading).then("VISITNUM"),
        BASEVIS=pl.when(of_reading & pl.col("BYBASE")).then("BASEVIS"),
        NADVIS=pl.when(of_reading & pl.col("BYNADIR")).then("NADVIS"),
    )
    sums = _sums(measured)
    for visit, seq in zip(_VISITS, ("SUMSEQ", "BASESEQ", "NADSEQ"), strict=True):
        rows = _at(rows, visit, sums, seq)
    return rows.drop("BYBASE", "BYNADIR", *_VISITS)


def linked_to_readings(measured: pl.DataFrame, responses: pl.DataFrame) -> pl.DataFrame:
    """ADTR with OVRSEQ, the ASEQ in ADRS of the reading whose sum it is, without the visits.

    measured, responses : from `linked_sums` and `linked_responses`
    """
    read = responses.filter(pl.col("SUMSEQ").is_not_null())
    read = read.select("USUBJID", ASEQ="SUMSEQ", OVRSEQ="ASEQ")
    rows = measured.join(read, on=["USUBJID", "ASEQ"], how="left", maintain_order="left")
    return rows.drop(_VISITS)


def _sums(measured: pl.DataFrame) -> pl.DataFrame:
    sums = measured.filter(pl.col("PARAMCD") == "SDIAM")
    return sums.select(*SERIES, VISITNUM="SUMVIS", SEQ="ASEQ")


def _at(rows: pl.DataFrame, visit: str, sums: pl.DataFrame, name: str) -> pl.DataFrame:
    """Rows with the sequence number of the sum at a visit."""
    known = sums.rename({"VISITNUM": visit, "SEQ": name})
    return rows.join(known, on=[*SERIES, visit], how="left", maintain_order="left")
