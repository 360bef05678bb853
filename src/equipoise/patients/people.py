"""Who the virtual patients are: site, dates, baseline variables, and the days that fate has set."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from equipoise.arrays import Bools, Floats, Ints
from equipoise.conduct.record import COLUMNS
from equipoise.kernels.cohort import Cohort
from equipoise.patients.keyed_draws import Keys, choose, subject_keys, uniform
from equipoise.patients.world import DEATH, PROGRESSION, Setting
from equipoise.protocol import Protocol
from equipoise.protocol.model import Normal, Share, Truth

BaselineValues = NDArray[np.float64] | NDArray[np.str_]

NEVER = np.iinfo(np.int32).max
EPOCH = dt.date(1970, 1, 1)
_AHEAD = 3  # days from consent to a visit for which no window is stated
_SCREENING_DAYS = 28
_LATEST_CONSENT = -3


class People(NamedTuple):
    """n randomized virtual patients in order of arrival.

    Days are study days in unbroken count (0 is the day before randomization); NEVER where something
    does not happen.

    body : (n,) the keys from which baseline variables and laboratory values are drawn
    consented : (n,) before the visits of screening
    origin : (n,) days from 1970-01-01 to the day before randomization
    end : (n,) last day on which anything is known: death, loss, or the end of the simulation
    crosses_to : (n,) the drug of another arm that is taken after progression, "" if none
    """

    keys: Keys
    body: Keys
    subject: NDArray[np.str_]
    site: NDArray[np.str_]
    country: NDArray[np.str_]
    origin: Ints
    arm: Ints
    arms: tuple[str, ...]
    consented: Ints
    progression: Ints
    death: Ints
    dropout: Ints
    end: Ints
    responds: Bools
    crosses_to: NDArray[np.str_]
    is_treated: Bools
    baseline: dict[str, BaselineValues]
    other_days: dict[str, Ints]
    units: dict[str, str]  # of those baseline variables that have one

    @property
    def size(self) -> int:
        return len(self.arm)


def people(protocol: Protocol, where: Setting, cohort: Cohort, *, seed: int, trial: int) -> People:
    """The patients of one cohort, as they come through the door."""
    keys = subject_keys(cohort.subject, seed=seed, trial=trial)
    days = dict(zip(where.endpoints, cohort.day, strict=True))
    none = np.full(len(keys), NEVER, dtype=np.int64)
    last = where.days - cohort.entry + 1
    death, progression = days.pop(DEATH, none), days.pop(PROGRESSION, none)
    site, country = sites(keys, where.truth)
    never = [where.truth.never_treated.get(arm, 0.0) for arm in where.arms]
    return People(
        keys=keys,
        body=keys,
        subject=np.array([f"{k + 1:04d}" for k in range(len(keys))]),
        site=site,
        country=country,
        origin=(where.start - EPOCH).days + cohort.entry - 2,
        arm=cohort.arm,
        arms=where.arms,
        consented=_consent(protocol, keys),
        progression=progression,
        death=death,
        dropout=cohort.dropout,
        end=np.minimum(np.minimum(death, cohort.dropout), last),
        responds=cohort.response.astype(bool),
        crosses_to=_crosses_to(protocol, where, cohort),
        is_treated=uniform(keys, "never treated") >= np.array(never)[cohort.arm],
        baseline=baseline(keys, where.truth) | _stratified(protocol, where, cohort),
        other_days=days,
        units={
            name: variable.unit
            for name, variable in where.truth.baseline.items()
            if isinstance(variable, Normal) and variable.unit
        },
    )


def joined(each: Sequence[People]) -> People:
    """Several trials' people as one, in that order; nothing of a person depends on the others."""
    first = each[0]

    def whole(name: str) -> Any:
        own = [getattr(one, name) for one in each]
        if isinstance(own[0], dict):
            return {key: np.concatenate([one[key] for one in own]) for key in own[0]}
        return np.concatenate(own)

    alike = ("arms", "units")
    return first._replace(**{name: whole(name) for name in People._fields if name not in alike})


def _crosses_to(protocol: Protocol, where: Setting, cohort: Cohort) -> NDArray[np.str_]:
    goes = where.truth.crossover
    drugs = [_drug(protocol, goes[arm].to) if arm in goes else "" for arm in where.arms]
    return np.where(cohort.crossed == 1, np.array(drugs)[cohort.arm], "")


def _drug(protocol: Protocol, arm: str) -> str:
    """The arm's first drug, or the arm's label where nothing is given."""
    given = protocol.arms[arm].give
    return given[0].drug if given else protocol.arms[arm].label


def _consent(protocol: Protocol, keys: Keys) -> Ints:
    """(n,) day of informed consent, within screening and before any visit."""
    early = [
        visit.day + 1 - (visit.window.whole_days if visit.window else _AHEAD)
        for visit in protocol.visits.values()
        if visit.day is not None and visit.day < 0
    ]
    last = min(_LATEST_CONSENT, *early) if early else _LATEST_CONSENT
    room = max(last + _screening(protocol), 1)
    return np.asarray(last + 1 - np.ceil(uniform(keys, "consent") * room).astype(np.int64))


def _screening(protocol: Protocol) -> int:
    epoch = protocol.epochs.get("screening")
    return max(epoch.lasts.whole_days if epoch and epoch.lasts else _SCREENING_DAYS, 8)


def sites(keys: Keys, truth: Truth) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    """Each person's site and its country, (n,) each; sites are alike in size."""
    places = [country for country, count in truth.sites.items() for _ in range(count)] or [""]
    which = np.floor(uniform(keys, "site") * len(places)).astype(np.int64)
    return np.array([f"{k + 1:03d}" for k in range(len(places))])[which], np.array(places)[which]


def _stratified(protocol: Protocol, where: Setting, cohort: Cohort) -> dict[str, BaselineValues]:
    table = np.array(where.strata, dtype=np.str_).reshape(len(where.strata), -1)
    names = [factor.variable or key for key, factor in protocol.allocation.strata.items()]
    return {name: table[cohort.stratum, k] for k, name in enumerate(names)}


def baseline(keys: Keys, truth: Truth) -> dict[str, BaselineValues]:
    """The baseline variables of a truth, (n,) each, by name."""
    return {
        name: (
            _level(keys, name, variable)
            if isinstance(variable, Share)
            else _amount(keys, name, variable)
        )
        for name, variable in truth.baseline.items()
    }


def _level(keys: Keys, name: str, share: Share) -> NDArray[np.str_]:
    return np.array(list(share.levels))[choose(share.levels, uniform(keys, f"baseline:{name}"))]


def _amount(keys: Keys, name: str, normal: Normal) -> Floats:
    if normal.sd <= 0:
        return np.full(len(keys), float(normal.mean))
    low = 0.0 if normal.at_least is None else ndtr((normal.at_least - normal.mean) / normal.sd)
    high = 1.0 if normal.at_most is None else ndtr((normal.at_most - normal.mean) / normal.sd)
    z = ndtri(low + (high - low) * uniform(keys, f"baseline:{name}"))
    return np.asarray(np.round(normal.mean + normal.sd * z, normal.digits))


def table_of(who: People, rows: Ints, **columns: Any) -> pl.DataFrame:
    """A table with the subject of each row; its columns have the types of the record, rows or not.

    rows : (m,) index of the patient
    columns : (m,) each, or one value for all rows; a column of dates is given as study days, NEVER
        where there is none
    """
    made = {"subject": pl.Series(who.subject)[rows]}
    for name, values in columns.items():
        kind = _TYPES.get(name)
        if kind == pl.Date:
            made[name] = _dates(who, rows, name, values)
        elif values is None or isinstance(values, str | int | float):
            made[name] = pl.Series(name, [values], kind).new_from_index(0, len(rows))
        else:
            made[name] = pl.Series(name, values, kind)
    return pl.DataFrame(made)


_TYPES = {name: kind for columns in COLUMNS.values() for name, kind in columns.items()}


def _dates(who: People, rows: Ints, name: str, days: Any) -> pl.Series:
    day = np.asarray(days, dtype=np.int64)
    date = (who.origin[rows] + day).astype("datetime64[D]")
    date[day == NEVER] = np.datetime64("NaT")
    return pl.Series(name, date, dtype=pl.Date)
