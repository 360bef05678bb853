"""Programs in R: one for each primary and secondary analysis, which reads the XPT files."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from equipoise.analysis.results import Results
from equipoise.reporting.calls.call import asked_of, r_value
from equipoise.reporting.calls.functions import functions_of
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
{read}show <- function(key, value, reported)
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
    body = "\n".join(steps)
    used = [name for name in _datasets(results) if re.search(rf"\b{name}\b", body)]
    head = _HEAD.format(
        title=_ascii(f"{protocol.trial.id}, {data.look}: {label}"),
        protocol=protocol.digest[:8],
        snapshot=data.snapshot.digest[:8],
        file=file,
        read="".join(f'{name} <- read("{name.lower()}")\n' for name in used),
    )
    functions = "\n\n".join(functions_of(body))
    left = f"# Without a call in R: {', '.join(without)}.\n" if without else ""
    return _ascii("\n".join(filter(None, [head, functions, body, left])))


def _datasets(results: Results) -> list[str]:
    return list(results.data.tables)


def _steps(results: Results, numbers: Numbers, key: str) -> Iterator[str]:
    """What is asked together, once, and of each row its value in R and the one reported."""
    asked: dict[tuple[str, str], list[str]] = {}
    for index, row in enumerate(results.rows.iter_rows(named=True)):
        if row["analysis"] != key or row["value"] is None or row["subgroup"]:
            continue
        said = asked_of(results, row)
        if said is None or not said.value:
            continue
        shown = f'  show("{numbers[index].key}", {said.value}, {row["value"]!r})'
        about = ", ".join(filter(None, (row["statistic"], row["comparison"], row["group"])))
        line = f"{shown}  # {row['method']}: {about}"
        asked.setdefault((said.data, said.call), []).append(line)
    for (data, call), lines in asked.items():
        statements = "".join(f"  {one}\n" for one in data.split("; ") if one)
        yield f"\nlocal({{\n{statements}  x <- {call}\n" + "\n".join(lines) + "\n})"


def _without(results: Results, key: str) -> list[str]:
    rows = results.select(analysis=key, subgroup="").filter(pl.col("value").is_not_null())
    with_call: dict[str, bool] = {}
    for row in rows.filter(pl.col("method") != "count").iter_rows(named=True):
        name = row["method"]
        with_call[name] = with_call.get(name, False) or bool(r_value(results, row))
    return [name for name, had in with_call.items() if not had]


def _ascii(text: str) -> str:
    return text.encode("ascii", "replace").decode()
