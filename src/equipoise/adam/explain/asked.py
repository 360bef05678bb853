"""What a word names that is to be explained: an endpoint, a dataset, a subject, rows of it."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from equipoise.adam.explain.dossier import Dossier, key_of
from equipoise.adam.model import ADaM
from equipoise.adam.time.adtte import parameter_codes
from equipoise.errors import InputError, did_you_mean
from equipoise.meaning.responders import TUMOR_RESPONSES


class Topic(NamedTuple):
    """Where the answer stands: an endpoint's parameter in a dataset.

    endpoint : its key; None where a dataset was asked for
    code : PARAMCD; None where the endpoint, or the dataset itself, has none
    """

    endpoint: str | None
    dataset: str
    code: str | None


def asked_for(data: ADaM, word: str) -> Topic:
    """The endpoint or the dataset that a word names.

    word : an estimand, an endpoint, a PARAMCD of ADTTE, the parameter of a proportion, or a dataset
    Raises   InputError if it names none.
    """
    if word in data.tables:
        return Topic(None, word, None)
    protocol = data.protocol
    key = protocol.estimands[word].endpoint if word in protocol.estimands else word
    for name, endpoint in protocol.endpoints.items():
        if endpoint.type == "proportion" and key in (name, endpoint.parameter):
            return Topic(name, endpoint.data or TUMOR_RESPONSES, endpoint.parameter)
    codes = parameter_codes(protocol)
    for estimand, code in codes.items():
        of = protocol.estimands[estimand].endpoint
        if word in (estimand, code, of):
            return Topic(of, "ADTTE", code)
    if key in protocol.endpoints and protocol.endpoints[key].type != "time to event":
        endpoint = protocol.endpoints[key]
        return Topic(key, endpoint.data or "ADQS", endpoint.parameter)
    listed = list(dict.fromkeys([*codes, *protocol.endpoints]))
    hint = did_you_mean(word, [*listed, *codes.values(), *data.tables])
    raise InputError(
        f'"{word}" cannot be explained: expected an estimand or endpoint ({", ".join(listed)}) '
        f"or a dataset ({', '.join(data.tables)}){hint}"
    )


def subject_of(data: ADaM, subject: str | int) -> str:
    """USUBJID of a subject given by USUBJID or SUBJID; a number may lack the zeros before it.

    Raises   InputError if there is none.
    """
    if isinstance(subject, int):
        known = data.table("ADSL").get_column("SUBJID", default=pl.Series(dtype=pl.String))
        subject = next((s for s in known if s.lstrip("0") == str(subject)), str(subject))
    adsl = data.table("ADSL")
    names = [name for name in ("USUBJID", "SUBJID") if name in adsl.columns]
    found = adsl.filter(pl.any_horizontal(pl.col(name) == subject for name in names))
    if found.is_empty():
        near = did_you_mean(subject, adsl["USUBJID"])
        raise InputError(f'there is no subject "{subject}" among those randomized{near}')
    return str(found["USUBJID"][0])


def places(
    dossier: Dossier, dataset: str, *, code: str | None = None, number: int | None = None
) -> list[int]:
    """The places of the subject's rows of a dataset, of one parameter or with one number.

    Raises   InputError if there is none.
    """
    rows = dossier.rows(dataset)
    found = [
        at
        for at, row in enumerate(rows)
        if (code is None or row.get("PARAMCD") == code)
        and (number is None or row.get(key_of(row, dataset)) == number)
    ]
    if found:
        return found
    if dataset == "ADTTE" and code is not None and number is None:
        why = "its origin is unknown, or nothing dates it"
        raise InputError(f"{dossier.usubjid} has no {code}: {why}")
    known = dict.fromkeys(str(row["PARAMCD"]) for row in rows if "PARAMCD" in row)
    what = f"no {code} in {dataset}" if code else f"no row of {dataset}"
    tail = f" with the number {number}" if number is not None else ""
    there = f"; there are {', '.join(known)}{did_you_mean(code or '', known)}" if known else ""
    raise InputError(f"{dossier.usubjid} has {what}{tail}{there}")
