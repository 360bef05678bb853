"""What a protocol plans, as the trial design domains of SDTM: TA, TE, TV, TI and TS."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import polars as pl

from equipoise.conduct.visits import Encounters, dosed_in, dosing_visits, planned
from equipoise.protocol import Protocol
from equipoise.sdtm.tabulate.epochs import elements, iso_span
from equipoise.sdtm.tabulate.trial_summary import summary

_TEXT = 200  # characters of a variable (SAS transport, version 5)
_HORIZON = 3653  # days of planned visits where no epoch says how long it lasts


@lru_cache(maxsize=8)
def trial_design(protocol: Protocol) -> dict[str, pl.DataFrame]:
    """The trial design domains that the protocol has something for.

    Source   SDTMIG 3.4, section 7.
    Checked  tests/unit/sdtm/test_trial_design.py.
    """
    tables = {
        "TA": _arms(protocol),
        "TE": _elements(protocol),
        "TV": _visits(protocol),
        "TI": _criteria(protocol),
        "TS": summary(protocol),
    }
    return {name: table for name, table in tables.items() if table.height}


def relations(tables: dict[str, pl.DataFrame], study: str) -> pl.DataFrame:
    """RELREC: datasets whose records belong together, by the variable that links them.

    Source   SDTMIG 3.4, section 8.3 (relating datasets).
    """
    if not {"TU", "TR"} <= tables.keys():
        return pl.DataFrame()
    linked = (("TU", "TULNKID", "ONE"), ("TR", "TRLNKID", "MANY"))
    rows = [
        {"STUDYID": study, "RDOMAIN": domain, "USUBJID": None, "IDVAR": name, "IDVARVAL": None}
        | {"RELTYPE": kind, "RELID": "TUTR"}
        for domain, name, kind in linked
    ]
    return pl.DataFrame(rows, schema_overrides={"USUBJID": pl.String, "IDVARVAL": pl.String})


def _arms(protocol: Protocol) -> pl.DataFrame:
    rows = []
    for key, arm in protocol.arms.items():
        path = [e for e in elements(protocol) if e.arm in ("", key)]
        for n, element in enumerate(path, start=1):
            branch = f"Randomized to {arm.label}" if path[n : n + 1] and path[n].arm else None
            rows.append(
                {
                    "STUDYID": protocol.trial.id,
                    "DOMAIN": "TA",
                    "ARMCD": arm.code or key.upper()[:20],
                    "ARM": arm.label,
                    "TAETORD": float(n),
                    "ETCD": element.code,
                    "ELEMENT": element.label,
                    "TABRANCH": branch,
                    "EPOCH": element.epoch,
                }
            )
    return _table(rows)


def _elements(protocol: Protocol) -> pl.DataFrame:
    return _table(
        [
            {
                "STUDYID": protocol.trial.id,
                "DOMAIN": "TE",
                "ETCD": element.code,
                "ELEMENT": element.label,
                "TESTRL": element.starts,
                "TEENRL": element.ends or None,
                "TEDUR": iso_span(element.lasts),
            }
            for element in sorted(elements(protocol))
        ]
    )


def _visits(protocol: Protocol) -> pl.DataFrame:
    """TV: planned visits; those that go with a drug stand under the arms that get it."""
    lasting = sum(e.lasts.whole_days for e in protocol.epochs.values() if e.lasts is not None)
    rows = []
    for arm, found in _encounters(protocol, min(lasting or _HORIZON, _HORIZON)):
        for day, name, number in zip(found.day, found.name, found.number, strict=True):
            study_day = int(day) if day > 0 else int(day) - 1
            row = {"STUDYID": protocol.trial.id, "DOMAIN": "TV", "VISITNUM": float(number)}
            row |= {"VISIT": name, "VISITDY": float(study_day), "ARMCD": arm}
            rows.append(row | {"TVSTRL": _window(found.window, study_day)})
    return _table(rows, "VISITNUM", "ARMCD")


def _encounters(protocol: Protocol, horizon: int) -> Iterator[tuple[str | None, Encounters]]:
    for key, visit in protocol.visits.items():
        dosed = {k: a for k, a in protocol.arms.items() if dosed_in(protocol, visit, k)}
        for arm, model in dosed.items():
            code = model.code or arm.upper()[:20]
            yield code, dosing_visits(protocol, key, arm=arm, given=(), horizon=horizon)
        if dosed:
            continue
        mine = [arm for arm in protocol.arms if visit.is_for(arm)]
        for one in _codes(protocol, mine):
            yield one, planned(protocol, key, horizon=horizon)


def _codes(protocol: Protocol, arms: list[str]) -> list[str | None]:
    """The codes of some arms; none where it is every arm."""
    if len(arms) == len(protocol.arms):
        return [None]
    return [protocol.arms[arm].code or arm.upper()[:20] for arm in arms]


def _window(days: int | None, study_day: int) -> str:
    rule = f"Study day {study_day}"
    return f"{rule}, {days} days either side" if days else rule


def _criteria(protocol: Protocol) -> pl.DataFrame:
    listed = protocol.population.eligibility
    both = (("INCLUSION", listed.include), ("EXCLUSION", listed.exclude))
    return _table(
        [
            {
                "STUDYID": protocol.trial.id,
                "DOMAIN": "TI",
                "IETESTCD": criterion.id,
                "IETEST": criterion.text[:_TEXT],
                "IECAT": category,
                "TIVERS": protocol.trial.version,
            }
            for category, criteria in both
            for criterion in criteria
        ]
    )


def _table(rows: list[dict[str, object]], *order: str) -> pl.DataFrame:
    """The rows as a frame without the columns that are empty throughout."""
    table = pl.DataFrame(rows, infer_schema_length=None)
    kept = [name for name in table.columns if table[name].null_count() < table.height]
    return table.select(kept).sort([n for n in order if n in kept]) if order else table.select(kept)
