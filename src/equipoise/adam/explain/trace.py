"""`explain`: from a derived value down to the collected records, each step with its rule."""

from __future__ import annotations

import polars as pl

from equipoise.adam.conditions import holds
from equipoise.adam.explain.asked import asked_for, places, subject_of
from equipoise.adam.explain.chains import Chains
from equipoise.adam.explain.dossier import Dossier
from equipoise.adam.explain.headlines import headline, measured
from equipoise.adam.explain.step import Step
from equipoise.adam.model import ADaM
from equipoise.errors import InputError, did_you_mean, expect
from equipoise.meaning.responders import responder_of


def explain(
    data: ADaM,
    what: str,
    *,
    subject: str | int,
    parameter: str | None = None,
    row: int | None = None,
    variable: str | None = None,
) -> Step:
    """Why a subject's outcome, or any derived value, is what it is.

    what : an estimand, an endpoint or a PARAMCD of ADTTE; or a dataset, as ADLB, or ADLB.CHG
    subject : USUBJID or SUBJID
    parameter, row : of a dataset: PARAMCD, and the number of one row (ASEQ or --SEQ)
    variable : of a dataset, the variable that is asked for; without it each row is told as a whole
    Raises   InputError if there is no such thing, subject, row or variable.
    Checked  tests/unit/adam/test_chains.py: every derived value of three studies.
    """
    expect(data, ADaM)
    word, _, named = what.partition(".")
    if word not in data.tables:
        word, named = what, ""
    asked = asked_for(data, word)
    chains = Chains(Dossier(data, subject_of(data, subject)))
    key = asked.endpoint
    if key is not None and variable is None and data.protocol.endpoints[key].type == "proportion":
        return _proportion(chains, key)
    found = places(chains.dossier, asked.dataset, code=asked.code or parameter, number=row)
    if key is not None and asked.dataset != "ADTTE" and variable is None and row is None:
        return _values(chains, key, asked.dataset, found)
    return _told(chains, asked.dataset, found, variable or named)


def _told(chains: Chains, dataset: str, found: list[int], variable: str) -> Step:
    """Rows of a dataset, or a variable of them; one alone, or all under one head."""
    columns = chains.dossier.data.tables[dataset].columns
    if variable and variable not in columns:
        near = did_you_mean(variable, columns)
        raise InputError(f"{dataset} has no variable {variable}{near}")
    if variable:
        steps = [chains.value(dataset, at, variable) for at in found]
    elif dataset == "ADSL":
        steps = [chains.value("ADSL", 0, name) for name in columns if name != "USUBJID"]
    else:
        steps = [headline(chains, dataset, at) for at in found]
    if len(steps) == 1:
        return steps[0]
    head = f"{len(steps)} values" if dataset == "ADSL" else f"{len(steps)} rows"
    return Step(f"{head} of {chains.dossier.usubjid}", "", dataset, tuple(steps))


def _values(chains: Chains, endpoint: str, dataset: str, found: list[int]) -> Step:
    """What was measured of a subject: each value, its change from baseline, its visit."""
    label, who = chains.dossier.data.protocol.endpoints[endpoint].label, chains.dossier.usubjid
    told = "; ".join(measured(chains.dossier.rows(dataset)[at]) for at in found)
    below = tuple(headline(chains, dataset, at) for at in found)
    return Step(f"{label} of {who}: {told}", "", dataset, below)


def _proportion(chains: Chains, endpoint: str) -> Step:
    """Whether a subject is a responder, and the rows that say so."""
    data, who = chains.dossier.data, chains.dossier.usubjid
    asked = responder_of(data.protocol, endpoint)
    mine = chains.dossier.rows(asked.data)
    found = [
        at
        for at, row in enumerate(mine)
        if asked.parameter in (None, row.get("PARAMCD"))
        and (asked.reader is None or row.get("READER") in (None, asked.reader))
    ]
    label = data.protocol.endpoints[endpoint].label
    if not found:
        raise InputError(f"{who} has no {asked.parameter or label}")
    rows = pl.DataFrame([mine[at] for at in found], schema=data.table(asked.data).schema)
    yes = rows.filter(holds(asked.condition, rows.schema, dataset=asked.data)).height > 0
    says = f"{label} of {who}: {'yes' if yes else 'no'}, {asked.condition}"
    below = tuple(headline(chains, asked.data, at) for at in found)
    return Step(says, "", asked.data, below)
