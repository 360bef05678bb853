"""Which words of a protocol mean which method."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from equipoise.analysis.methods import response, survival
from equipoise.analysis.methods.sample import Sample
from equipoise.analysis.results import Row
from equipoise.errors import InputError, did_you_mean

Method = Callable[[Sample], Iterator[Row]]

METHODS: dict[str, Method] = {
    "Kaplan-Meier": survival.km,
    "median": survival.median,
    "log-rank": partial(survival.log_rank, stratified=False),
    "stratified log-rank": partial(survival.log_rank, stratified=True),
    "Cox": partial(survival.cox_model, stratified=False),
    "stratified Cox": partial(survival.cox_model, stratified=True),
    "Fisher exact": response.fisher_exact,
    **{k: partial(response.rate, name=k, limits=v) for k, v in response.RATES.items()},
    **{k: partial(response.difference, name=k, limits=v) for k, v in response.DIFFERENCES.items()},
}


def method_named(name: str) -> Method:
    """The method that a protocol names.

    Raises   InputError if none goes by that name.
    """
    if name not in METHODS:
        raise InputError(f'no method goes by the name "{name}"{did_you_mean(name, METHODS)}')
    return METHODS[name]
