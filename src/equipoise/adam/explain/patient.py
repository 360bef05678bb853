"""One subject's course: everything dated that a timeline shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from equipoise.adam.adsrc import with_sequence
from equipoise.adam.dates.dtc import date_of
from equipoise.adam.dates.sources import Context, dated
from equipoise.adam.explain.asked import asked_for, places, subject_of
from equipoise.adam.explain.dossier import Dossier
from equipoise.adam.explain.records import Fields
from equipoise.adam.explain.step import Step
from equipoise.adam.explain.trace import explain
from equipoise.adam.model import ADaM
from equipoise.adam.time.origins import origin_source
from equipoise.errors import InputError
from equipoise.meaning.responders import reader_of
from equipoise.protocol.language.sources import named_source
from equipoise.protocol.model import DateSource, Endpoint


@dataclass(frozen=True, slots=True)
class Patient:
    """What is known of one subject, for one endpoint.

    who : the subject's row of ADSL; origin : day 1 of the picture
    outcome : the row of ADTTE, or None for a proportion
    readings : tumor responses in time, each with ADT, AVALC, VISIT, REASON, RULE, RECORDS (the
        collected records behind it, as steps), and, if lesions were measured, SUM, BASE, NADIR (mm;
        the nadir before the reading)
    doses : DAY, EXTRT, EXDOSE, EXDOSU, EXADJ, PLACE (file and row)
    events : adverse events with ASTDT, AENDT, AEDECOD, ATOXGRN, AESER, AEREL, PLACE
    therapies : new anticancer therapies with DATE, CMTRT
    why : the tree from the value to the records
    """

    who: Fields
    origin: dt.date
    endpoint: Endpoint
    outcome: Fields | None
    readings: tuple[Fields, ...]
    doses: tuple[Fields, ...]
    events: tuple[Fields, ...]
    therapies: tuple[Fields, ...]
    why: Step

    @property
    def id(self) -> str:
        return str(self.who["USUBJID"])


def patient(data: ADaM, endpoint: str, *, subject: str) -> Patient:
    """The course of one subject.

    endpoint, subject : as in `trace.explain`
    Raises   InputError if there is no such endpoint or subject, or nothing dates the subject.
    """
    asked = asked_for(data, endpoint)
    if asked.endpoint is None:
        raise InputError(f'"{endpoint}" is a dataset; a patient is drawn for an endpoint')
    dossier = Dossier(data, subject_of(data, subject))
    who = dossier.rows("ADSL")[0]
    outcome = None
    if asked.dataset == "ADTTE":
        outcome = dossier.rows("ADTTE")[places(dossier, "ADTTE", code=asked.code)[0]]
    origin = who["RANDDT"] or who["TRTSDT"]
    drawn = data.protocol.endpoints[asked.endpoint]
    if outcome is not None and origin_source(drawn) is None:
        origin = outcome["STARTDT"]
    return Patient(
        who=who,
        origin=origin,
        endpoint=drawn,
        outcome=outcome,
        readings=_readings(dossier, drawn),
        doses=_doses(dossier),
        events=_events(dossier),
        therapies=_therapies(data, dossier.usubjid, origin),
        why=explain(data, endpoint, subject=subject),
    )


_OF_RESPONSE = ("ADT", "AVALC", "VISIT", "REASON", "RULE", "ANL01FL", "SRCDOM", "SRCSEQ")


def _readings(dossier: Dossier, endpoint: Endpoint) -> tuple[Fields, ...]:
    """Responses and sums in time; a baseline has a sum and no response."""
    tables = dossier.data.tables
    if "ADRS" not in tables:
        return ()
    reader = reader_of(endpoint) or tables["ADRS"]["READER"].first()
    sums = dossier.rows("ADTR") if "ADTR" in tables else []
    sums = [row for row in sums if row["READER"] == reader and row["PARAMCD"] == "SDIAM"]
    read = [row for row in dossier.rows("ADRS") if row["READER"] == reader]
    by_number = {row["ASEQ"]: row for row in sums}
    found = [
        _reading(dossier, row, by_number.pop(row["SUMSEQ"], None))
        for row in read
        if row["PARAMCD"] == "OVR"
    ]
    found += [_reading(dossier, None, row) for row in by_number.values()]
    dated = [row for row in found if row["ADT"] is not None]
    return tuple(sorted(dated, key=lambda row: row["ADT"]))


def _reading(dossier: Dossier, response: Fields | None, measured: Fields | None) -> Fields:
    """A response and its sum, with the sizes that make the sum and the record that decided."""
    row: Fields = {name: (response or {}).get(name) for name in _OF_RESPONSE}
    keys = []
    if measured is not None:
        row |= {"ADT": row["ADT"] or measured["ADT"], "SUM": measured["AVAL"]}
        row |= {"BASE": measured["BASE"], "NADIR": measured["NADIR"]}
        row |= {"WHOLE": measured["ANL01FL"]}
        keys = [("TR", seq) for seq in measured["SRCSEQS"]]
    if row["SRCSEQ"] is not None:
        keys.append((row["SRCDOM"], row["SRCSEQ"]))
    records = tuple(dossier.record(*key) for key in dict.fromkeys(keys))
    return {**dict.fromkeys(("SUM", "BASE", "NADIR", "WHOLE")), **row, "RECORDS": records}


def _doses(dossier: Dossier) -> tuple[Fields, ...]:
    data = dossier.data
    if "EX" not in data.snapshot.tables:
        return ()
    table = with_sequence(data.snapshot.tables["EX"], "EX")
    rows = table.filter((pl.col("USUBJID") == dossier.usubjid) & pl.col("EXDOSE").is_not_null())
    absent = [c for c in ("EXDOSU", "EXADJ", "EXENDTC") if c not in rows.columns]
    rows = rows.with_columns(pl.lit(None, pl.String).alias(c) for c in absent)
    rows = rows.with_columns(
        DAY=date_of("EXSTDTC", impute="first"), END=date_of("EXENDTC", impute="last")
    ).filter(pl.col("DAY").is_not_null())
    kept = rows.select("DAY", "END", "EXTRT", "EXDOSE", "EXDOSU", "EXADJ", "SEQ").sort("DAY")
    return tuple(_placed(dossier, "EX", row) for row in kept.to_dicts())


def _placed(dossier: Dossier, domain: str, row: Fields) -> Fields:
    """A row with PLACE, where its record stands."""
    return {**row, "PLACE": dossier.record(domain, row["SEQ"]).place}


def _events(dossier: Dossier) -> tuple[Fields, ...]:
    if "ADAE" not in dossier.data.tables:
        return ()
    wanted = ("ASTDT", "AENDT", "AEDECOD", "ATOXGRN", "AESER", "AEREL", "TRTEMFL")
    rows = [
        _placed(dossier, "AE", {c: row[c] for c in wanted if c in row} | {"SEQ": row.get("AESEQ")})
        for row in dossier.rows("ADAE")
        if row["ASTDT"] is not None
    ]
    return tuple(sorted(rows, key=lambda row: (row["ASTDT"], row["AEDECOD"])))


def _therapies(data: ADaM, usubjid: str, origin: dt.date) -> tuple[Fields, ...]:
    context = Context(data.snapshot, data.protocol, dict(data.tables))
    source = DateSource.model_validate(named_source("new anticancer therapy"))
    if not context.has("CM") or "CMCAT" not in context.table("CM").columns:
        return ()
    start = pl.DataFrame({"USUBJID": [usubjid], "STARTDT": [origin]})
    rows = dated(context, source, start).sort("DATE")
    return tuple(rows.select("DATE", "SAYS").iter_rows(named=True))
