"""Calls of R for every method: cases, and R's answers to them, recorded with the calls.

`cd tests && PYTHONPATH=../src:. python -m support.r_calls` asks R anew (Rscript with survival, MASS
and foreign) and writes oracle/r_calls.json: for each case what was asked, and of each method and
statistic the first row with R's value of it.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from equipoise.adam.model import ADaM
from equipoise.adam.study import Study
from equipoise.adam.submit.files import write_adam
from equipoise.analysis.analyze import estimand_rows
from equipoise.analysis.results import Results, frame
from equipoise.meaning.check import read
from equipoise.meaning.methods import METHODS, RATE, TIME
from equipoise.protocol.model import Endpoint, altered
from equipoise.reporting.calls.call import DRAWN_METHODS, asked_of
from equipoise.reporting.calls.form import RAsked
from equipoise.reporting.calls.functions import functions_of
from equipoise.sdtm.tabulate.tabulate import tabulate
from equipoise.simulation.object.run import run
from support.dual import dual_interim
from support.street import EXAMPLES, pilot_adam
from support.virtual import netter, virtual_sdtm

RECORDED = Path(__file__).parents[1] / "oracle" / "r_calls.json"
PLACE = ("method", "statistic", "comparison", "group", "term", "at")
COMPETING = ("Aalen-Johansen", "Fine-Gray", "Gray", "stratified Gray", "cause-specific Cox",
             "stratified cause-specific Cox")  # fmt: skip


def with_endpoint(of: ADaM, like: str, key: str, **told: Any) -> ADaM:
    """The data under a protocol that has one endpoint more, and an estimand for it."""
    protocol = of.protocol
    estimand = protocol.estimands[like].model_copy(
        update={"endpoint": key, "at": (), "options": {}}
    )
    endpoints = {**protocol.endpoints, key: Endpoint.model_validate({"label": key, **told})}
    estimands = {**protocol.estimands, key: estimand}
    return replace(of, protocol=altered(protocol, endpoints=endpoints, estimands=estimands))


@cache
def pilot_with_counts() -> ADaM:
    """The pilot with adverse events counted over the time at risk."""
    told = {"type": "count", "data": "ADAE", "from": "first dose"}
    return with_endpoint(pilot_adam(), "TTDE", "AES", **told)


@cache
def netter_with_scores() -> ADaM:
    """NETTER-1 with the change of a score, which its strata go with."""
    told = {"type": "continuous", "data": "ADQS", "parameter": "QL2"}
    return with_endpoint(virtual_netter(), "PFS", "QL", **told)


@cache
def virtual_netter() -> ADaM:
    return Study.of(virtual_sdtm(5), netter()).adam("PFS final")


@cache
def example(name: str, look: str) -> ADaM:
    """An example's virtual trial, seed 2, at a look."""
    protocol = read(EXAMPLES / name / "protocol.yaml")
    data = tabulate(run(protocol, truth="as planned", seed=2))
    return Study.of(data, protocol).adam(look)


def dual() -> ADaM:
    return dual_interim().data


def doses() -> ADaM:
    return example("dose-finding", "CHANGE final")


def inferiority() -> ADaM:
    return example("non-inferiority", "ORR final")


@dataclass(frozen=True)
class Case:
    """An estimand by some methods, with options and covariates."""

    data: Callable[[], ADaM]
    key: str
    methods: tuple[str, ...]
    options: dict[str, Any] = field(default_factory=dict)
    covariates: tuple[str, ...] = ()


def named(fits: tuple[str, ...], *without: str, stratified: bool | None = None) -> tuple[str, ...]:
    return tuple(
        name
        for name, method in METHODS.items()
        if method.fits == fits and name not in (*DRAWN_METHODS, *without)
        if stratified is None or name.startswith("stratified ") is stratified
    )


_ADJUSTED = ("adjusted log-rank", "stratified adjusted log-rank")
_OPTIONED = ("modestly weighted log-rank", "window Cox")
_FH = ("stratified Fleming-Harrington", "stratified modestly weighted log-rank")
_CUTS = {"t star": "2 months", "cuts": ["1 month", "3 months"], "peto": "modified"}
_WITHOUT = (*COMPETING, *_ADJUSTED)
_COUNTED = ("Poisson rate", "rate ratio", "rate difference", "exposure-adjusted incidence",
            "negative binomial")  # fmt: skip
CASES: dict[str, Case] = {
    "times": Case(
        pilot_adam, "TTDE", named(TIME, *_WITHOUT, *_OPTIONED, "max-combo", stratified=False)
    ),
    "several weights": Case(
        virtual_netter, "OS", ("max-combo", "stratified max-combo"), {"weights": ["0 0", "0 1"]}
    ),
    "times, options": Case(pilot_adam, "TTDE", (*_OPTIONED, "Peto-Peto"), _CUTS),
    "times, adjusted": Case(
        pilot_adam,
        "TTDE",
        ("Cox", "robust Cox", "profile likelihood Cox", "adjusted log-rank", "Grambsch-Therneau",
         "Weibull regression"),
        covariates=("AGE", "SEX"),
    ),
    "times over strata": Case(
        virtual_netter, "PFS", named(TIME, *_WITHOUT, "stratified max-combo", stratified=True),
        {"t star": "6 months", "cuts": ["6 months"]},
    ),
    "times over strata, adjusted": Case(
        virtual_netter, "PFS",
        ("stratified adjusted log-rank", "stratified profile likelihood Cox", "stratified Cox"),
        covariates=("AGE", "SEX"),
    ),
    "strata combined": Case(virtual_netter, "PFS", _FH, {"floor": 0.5, "strata are": "combined"}),
    "strata pooled": Case(virtual_netter, "PFS", _FH, {"floor": 0.5, "strata are": "pooled"}),
    "competing": Case(
        virtual_netter, "PFS", (*COMPETING, "Kaplan-Meier", "follow-up", "Nelson-Aalen"),
        {"competing": ["death"]},
    ),
    "competing, adjusted": Case(
        virtual_netter, "PFS", ("Aalen-Johansen", "Fine-Gray"),
        {"competing": ["death"], "variance": "aalen"}, ("AGE",),
    ),
    "shares": Case(virtual_netter, "ORR", named(RATE, "Farrington-Manning")),
    "shares, adjusted": Case(
        virtual_netter, "ORR",
        ("logistic regression", "stratified logistic regression", "standardized difference"),
        {"limits": "profile"}, ("AGE", "SEX"),
    ),
    "shares, averaged over strata": Case(
        dual, "ORR", ("stratified standardized difference",), {}, ("AGE",)
    ),
    "a margin": Case(inferiority, "ORR", ("Farrington-Manning",)),
    "measures": Case(
        doses, "CHANGE", ("means", "ANCOVA", "MMRM", "cLDA", "Wilcoxon", "van Elteren")
    ),
    "measures, adjusted": Case(
        doses, "CHANGE", ("ANCOVA", "MMRM", "cLDA"), {"df": "satterthwaite"}, ("AGE", "SEX")
    ),
    "measures over strata": Case(netter_with_scores, "QL", ("van Elteren",)),
    "counts": Case(pilot_with_counts, "AES", _COUNTED, {"per": "100 years"}),
    "counts, adjusted": Case(
        pilot_with_counts, "AES", _COUNTED,
        {"where": 'AEBODSYS = "SKIN AND SUBCUTANEOUS TISSUE DISORDERS" and TRTEMFL = "Y"'},
        ("AGE", "SEX"),
    ),
}  # fmt: skip


@cache
def results(name: str) -> Results:
    """The rows of a case."""
    case = CASES[name]
    data = case.data()
    protocol = data.protocol
    test, *more = case.methods
    asked = {"test": test, "estimator": tuple(more), "options": case.options,
             "covariates": case.covariates}  # fmt: skip
    estimands = {**protocol.estimands}
    estimands[case.key] = protocol.estimands[case.key].model_copy(update=asked)
    changed = replace(data, protocol=altered(protocol, estimands=estimands))
    return Results(frame(estimand_rows(changed, case.key, subgroups=False)), changed)


def first_rows(name: str) -> Iterator[tuple[dict[str, Any], RAsked]]:
    """Of each method and statistic the first row that R is asked for."""
    seen = set()
    for row in results(name).rows.iter_rows(named=True):
        about = (row["method"], row["statistic"], row["comparison"] == "", row["group"] == "")
        if row["value"] is None or row["method"] == "count" or about in seen:
            continue
        asked = asked_of(results(name), row)
        if asked is not None and asked.value:
            seen.add(about)
            yield row, asked


def digest(text: str) -> str:
    """Ten digits of what was asked, and of the functions that it needs."""
    whole = "\n".join([*functions_of(text), text])
    return hashlib.sha256(whole.encode()).hexdigest()[:10]


def answers(name: str) -> list[dict[str, Any]]:
    """R's values of a case's rows."""
    rows = list(first_rows(name))
    with tempfile.TemporaryDirectory() as folder:
        write_adam(results(name).data, folder, form="xpt", encoding="utf-8")
        file = Path(folder) / "ask.R"
        file.write_text("\n".join(_script(name, rows, folder)), "utf-8")
        done = subprocess.run(["Rscript", str(file)], capture_output=True, text=True, check=True)
    values = [float(line) for line in done.stdout.split()]
    assert len(values) == len(rows), done.stderr
    return [
        {**{k: row[k] for k in PLACE if row[k] not in ("", None)}, "asked": asked.text,
         "taken": asked.value, "digest": digest(f"{asked.text} {asked.value}"), "r": value}
        for (row, asked), value in zip(rows, values, strict=True)
    ]  # fmt: skip


def _script(name: str, rows: list[tuple[dict[str, Any], RAsked]], folder: str) -> Iterator[str]:
    yield "suppressMessages(library(survival))"
    for table in results(name).data.tables:
        yield f'{table} <- foreign::read.xport("{folder}/{table.lower()}.xpt")'
    yield from functions_of("\n".join(f"{a.text} {a.value}" for _, a in rows))
    last = ""
    for _, asked in rows:
        if asked.text != last:
            yield f"{asked.data}x <- {asked.call}"
            last = asked.text
        yield f'cat(format(as.numeric({asked.value}), digits = 17), "\\n")'


def main() -> None:
    say = 'cat(R.version.string, "; survival", format(packageVersion("survival")))'
    version = subprocess.run(
        ["Rscript", "-e", say], capture_output=True, text=True, check=True
    ).stdout
    old = json.loads(RECORDED.read_text("utf-8")) if RECORDED.exists() else {}
    found: dict[str, Any] = {"R": version}
    asked_for = sys.argv[1:] or list(CASES)
    for name in CASES:
        if name not in asked_for:
            found[name] = old[name]
            continue
        texts: dict[str, int] = {}
        found[name] = {"asked": texts, "values": answers(name)}
        for one in found[name]["values"]:
            one["asked"] = texts.setdefault(one["asked"], len(texts))
        found[name]["asked"] = list(texts)
        print(name, len(found[name]["values"]))
    RECORDED.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
