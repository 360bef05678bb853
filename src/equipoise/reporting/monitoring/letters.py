"""Results in which an arm is a letter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from string import ascii_uppercase

import polars as pl

from equipoise.allocation.secret import fingerprint, in_secret_order, letters_key
from equipoise.analysis.results import Results
from equipoise.analysis.safety.exposure import EXPOSURE
from equipoise.errors import InputError
from equipoise.protocol import Protocol
from equipoise.protocol.model import altered

_ARM_COLUMNS = ("TRT01P", "TRT01A", "ARMKEY")
_LABEL_COLUMNS = ("TRT01PL", "ARM", "ACTARM", "ARMCD", "ACTARMCD")


def letters_of(protocol: Protocol, key: bytes | None, *, virtual: bool) -> dict[str, str]:
    """Arm -> letter, in an order that only the key tells.

    Raises   InputError where there is no key, and the patients are not virtual.
    """
    arms = list(protocol.arms)
    if key is not None:
        secret = letters_key(key, trial=protocol.trial.id)
    elif virtual:
        secret = sha256(protocol.trial.id.encode()).digest()
    else:
        raise InputError("--closed: expected --key FILE, by which the arms get their letters")
    return dict(zip(in_secret_order(arms, secret), ascii_uppercase))


def letters_fingerprint(protocol: Protocol, key: bytes | None) -> str:
    """What tells the key of the letters from another, in 12 digits; "none" without one."""
    if key is None:
        return "none"
    return fingerprint(letters_key(key, trial=protocol.trial.id))[:12]


def lettered(results: Results, letters: Mapping[str, str]) -> Results:
    """The same results with arm A in place of an arm's key, name and code, wherever they stand."""
    renamed = pl.col("group").replace(letters)
    pairs = {pair: _pair(pair, letters) for pair in results.rows["comparison"].unique()}
    arms = results.data.protocol.arms
    names = {**letters, **{arm.label: f"Arm {letters[k]}" for k, arm in arms.items()}}
    notes = {note: _worded(note, names) for note in results.rows["note"].unique()}
    rows = results.rows.with_columns(
        renamed, pl.col("comparison").replace(pairs), pl.col("note").replace(notes)
    )
    rows = rows.with_columns(_without_drugs(rows))
    data = results.data
    tables = {name: _table(table, letters) for name, table in data.tables.items()}
    masked = replace(data, protocol=_protocol(data.protocol, letters), tables=tables)
    return Results(rows, masked, results.findings)


def _without_drugs(rows: pl.DataFrame) -> pl.Expr:
    """Terms of exposure with drug 1, drug 2 in place of names."""
    terms = rows.filter(pl.col("analysis") == EXPOSURE)["term"].unique().to_list()
    drugs = sorted({term.partition(": ")[0] for term in terms if ": " in term})
    told = {
        f"{drug}: {rest}": f"Drug {k}: {rest}"
        for k, drug in enumerate(drugs, 1)
        for name, _, rest in (term.partition(": ") for term in terms)
        if name == drug
    }
    is_exposure = pl.col("analysis") == EXPOSURE
    return pl.when(is_exposure).then(pl.col("term").replace(told)).otherwise(pl.col("term"))


def _pair(pair: str, letters: Mapping[str, str]) -> str:
    return " v ".join(letters.get(part, part) for part in pair.split(" v "))


def _worded(text: str, names: Mapping[str, str]) -> str:
    for name, letter in sorted(names.items(), key=lambda item: -len(item[0])):
        if len(name) > 3:
            text = re.sub(rf"\b{re.escape(name)}\b", letter, text)
    return text


def _table(table: pl.DataFrame, letters: Mapping[str, str]) -> pl.DataFrame:
    keyed = [pl.col(c).replace(letters) for c in _ARM_COLUMNS if c in table.columns]
    blank = [pl.lit(None, pl.String).alias(c) for c in _LABEL_COLUMNS if c in table.columns]
    return table.with_columns(keyed + blank)


def _protocol(protocol: Protocol, letters: Mapping[str, str]) -> Protocol:
    """The protocol with its arms in the order of the letters; what they are given is not told."""
    ratio = dict(zip(protocol.arms, protocol.allocation.ratios))
    order = sorted(protocol.arms, key=lambda arm: letters[arm])
    arms = {
        letters[arm]: protocol.arms[arm].model_copy(
            update={"label": f"Arm {letters[arm]}", "code": None}
        )
        for arm in order
    }
    estimands = {
        key: one.model_copy(update={"compare": tuple(letters.get(a, a) for a in one.compare)})
        for key, one in protocol.estimands.items()
    }
    parts = ":".join(str(ratio[arm]) for arm in order)
    allocation = protocol.allocation.model_copy(update={"ratio": parts})
    return altered(protocol, arms=arms, estimands=estimands, allocation=allocation)
