"""Programs in R: one for each primary and secondary analysis, which reads the XPT files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from equipoise.analysis.results import Results
from equipoise.reporting.calls import r_value
from equipoise.reporting.numbers import Numbers

_HEAD = """\
# {title}
# Protocol {protocol}, snapshot {snapshot}. Run: Rscript {file} FOLDER
# FOLDER: of the analysis datasets, by default ../datasets. Prints of each row its key, the value
# in R and the value reported.
suppressMessages(library(survival))
folder <- commandArgs(trailingOnly = TRUE)
folder <- if (length(folder)) folder[1] else file.path("..", "datasets")
read <- function(name) foreign::read.xport(file.path(folder, paste0(name, ".xpt")))
ADSL <- read("adsl")
{adtte}show <- function(key, value, reported)
  cat(key, format(as.numeric(value), digits = 17), format(reported, digits = 17), "\\n")
"""


def r_scripts(results: Results, numbers: Numbers) -> dict[str, str]:
    """File name -> program, of every primary and secondary estimand that has a call in R.

    ASCII; what an estimand has beyond the calls is named at the end of its program.
    Checked  tests/unit/reporting/test_package.py; tests/oracle/test_r_families.py (run in R).
    """
    found = {}
    for key, estimand in results.data.protocol.estimands.items():
        if estimand.role in ("primary", "secondary"):
            name = f"{re.sub(r'[^a-z0-9]+', '-', key.lower()).strip('-')}.R"
            found[name] = _script(results, numbers, key, name)
    return found


def _script(results: Results, numbers: Numbers, key: str, file: str) -> str:
    protocol, data = results.data.protocol, results.data
    label = protocol.estimands[key].label or key
    steps, without = list(_steps(results, numbers, key)), _without(results, key)
    head = _HEAD.format(
        title=_ascii(f"{protocol.trial.id}, {data.look}: {label}"),
        protocol=protocol.digest[:8],
        snapshot=data.snapshot.digest[:8],
        file=file,
        adtte='ADTTE <- read("adtte")\n' if any("ADTTE" in step for step in steps) else "",
    )
    left = f"# Without a call in R: {', '.join(without)}.\n" if without else ""
    return _ascii(head + "\n".join(steps) + "\n" + left)


def _steps(results: Results, numbers: Numbers, key: str) -> Iterator[str]:
    """Each row with a value: what is asked, and the value that is reported."""
    told = ""
    for index, row in enumerate(results.rows.iter_rows(named=True)):
        if row["analysis"] != key or row["value"] is None or row["subgroup"]:
            continue
        said = r_value(results, row)
        if not said:
            continue
        if row["method"] != told:
            told = row["method"]
            yield f"\n# {told}"
        *before, last = said.split("; ")
        lines = "\n  ".join(before)
        yield (
            f"# {row['statistic']} {row['comparison'] or row['group']}\nlocal({{\n  {lines}\n"
            f'  show("{numbers[index].key}", {last}, {row["value"]!r})\n}})'
        )


def _without(results: Results, key: str) -> list[str]:
    rows = results.select(analysis=key, subgroup="")
    methods = [m for m in rows["method"].unique(maintain_order=True) if m != "count"]
    with_call = {
        row["method"] for row in rows.iter_rows(named=True) if row["value"] is not None
        and r_value(results, row)
    }  # fmt: skip
    return [m for m in methods if m not in with_call]


def _ascii(text: str) -> str:
    return text.encode("ascii", "replace").decode()
