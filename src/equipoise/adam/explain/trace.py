"""`explain`: from a derived value down to the collected records, each step with its rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from equipoise.adam.conditions import holds
from equipoise.adam.explain.behind import behind, reasons
from equipoise.adam.explain.yardsticks import yardstick
from equipoise.adam.model import ADaM
from equipoise.adam.recist.readers import INVESTIGATOR
from equipoise.adam.time.adtte import outcome, parameter_codes
from equipoise.adam.time.origins import origin_source
from equipoise.adam.tumor.readings import reader_of
from equipoise.errors import InputError, did_you_mean
from equipoise.protocol.model import Endpoint
from equipoise.sdtm.model import SDTM
from equipoise.sdtm.places import Sheet


@dataclass(frozen=True, slots=True)
class Step:
    """One statement, the rule behind it, where it stands, and what it rests on."""

    says: str
    rule: str = ""
    place: str = ""
    below: tuple[Step, ...] = field(default=())

    def lines(self, depth: int = 0) -> Iterator[str]:
        """The tree as indented lines."""
        rule = f"  [{self.rule}]" if self.rule else ""
        place = f"{self.place}: " if self.place else ""
        yield f"{'  ' * depth}{place}{self.says}{rule}"
        for step in self.below:
            yield from step.lines(depth + 1)

    def __str__(self) -> str:
        return "\n".join(self.lines())


def explain(data: ADaM, endpoint: str, *, subject: str) -> Step:
    """Why a subject's time to event, or response, is what it is.

    endpoint : an estimand, an endpoint or a PARAMCD; subject : USUBJID or SUBJID
    Raises   InputError if there is no such endpoint or subject.
    """
    usubjid = subject_of(data, subject)
    source = _collected_in(data)
    asked = proportion_asked(data, endpoint)
    if asked is not None:
        return _proportion(data, source, asked, usubjid)
    row = _row(data, _code(data, endpoint), usubjid)
    what = outcome(row) if row["CNSR"] == 0 else f"censored, {outcome(row)}"
    says = (
        f"{row['PARAM']} of {usubjid}: {what} on {row['ADT']}, "
        f"day {row['AVAL']} from {row['STARTDT']}"
    )
    known = [_record(data, source, usubjid, row["SRCDOM"], row["SRCVAR"], row["SRCSEQ"])]
    known += _origin(data, source, usubjid, row)
    for told, cause in reasons(data, row):
        record = _record(data, source, usubjid, cause["DOM"], cause["VAR"], cause["SEQ"])
        known.append(Step(told, cause["CITE"], "", (record,)))
    return Step(says, str(row["RULE"] or ""), f"ADTTE {row['PARAMCD']}", tuple(known))


def _origin(data: ADaM, source: SDTM, usubjid: str, row: dict[str, object]) -> list[Step]:
    """Where a time that starts at a response, not at a date of ADSL, has its start."""
    endpoint = data.protocol.endpoints[endpoint_of(data, str(row["PARAMCD"]))]
    start = origin_source(endpoint)
    if start is None or start.from_ != "ADRS":
        return []
    mine = (pl.col("USUBJID") == usubjid) & (pl.col("ADT") == row["STARTDT"])
    mine &= pl.col("READER") == reader_of(endpoint)
    rows = data.table("ADRS").filter(mine)
    rows = rows.filter(holds(start.where, rows.schema, dataset="ADRS")) if start.where else rows
    found = [_response(data, source, usubjid, seq) for seq in rows["ASEQ"]]
    return [Step(f"counted from {row['STARTDT']}: {start.says}", start.cite, "", tuple(found))]


def endpoint_of(data: ADaM, code: str) -> str:
    """The endpoint that a PARAMCD of ADTTE belongs to."""
    codes = parameter_codes(data.protocol)
    return next(data.protocol.estimands[k].endpoint for k, found in codes.items() if found == code)


def proportion_asked(data: ADaM, word: str) -> Endpoint | None:
    """The proportion that an estimand, an endpoint or a parameter names; None if none does."""
    protocol = data.protocol
    key = protocol.estimands[word].endpoint if word in protocol.estimands else word
    for name, endpoint in protocol.endpoints.items():
        if endpoint.type == "proportion" and key in (name, endpoint.parameter):
            return endpoint
    return None


def parameter_of(data: ADaM, word: str, usubjid: str) -> tuple[Endpoint, dict[str, object] | None]:
    """The endpoint that a word names, and the subject's row of ADTTE if it is a time to event."""
    asked = proportion_asked(data, word)
    if asked is not None:
        return asked, None
    code = _code(data, word)
    return data.protocol.endpoints[endpoint_of(data, code)], _row(data, code, usubjid)


def _proportion(data: ADaM, source: SDTM, endpoint: Endpoint, usubjid: str) -> Step:
    """Whether a subject is a responder, and the record that says so."""
    dataset = endpoint.data or "ADRS"
    rows = data.table(dataset).filter(pl.col("USUBJID") == usubjid)
    if endpoint.parameter is not None:
        rows = rows.filter(pl.col("PARAMCD") == endpoint.parameter)
    reader = reader_of(endpoint)
    if reader is not None and "READER" in rows.columns:
        rows = rows.filter(pl.col("READER") == reader)
    if rows.is_empty() or endpoint.responder is None:
        raise InputError(f"{usubjid} has no {endpoint.parameter or endpoint.label}")
    yes = rows.filter(holds(endpoint.responder, rows.schema, dataset=dataset)).height > 0
    says = f"{endpoint.label} of {usubjid}: {'yes' if yes else 'no'}, {endpoint.responder}"
    seqs = [int(seq) for seq in rows["ASEQ"]] if dataset == "ADRS" else []
    return Step(says, "", dataset, tuple(_response(data, source, usubjid, seq) for seq in seqs))


def _collected_in(data: ADaM) -> SDTM:
    """The tables as they were collected, in which a record has a file and a row."""
    snapshot = data.snapshot
    return snapshot.collected or SDTM(snapshot.tables, {})


def subject_of(data: ADaM, subject: str) -> str:
    """USUBJID of a subject given by USUBJID or SUBJID. Raises InputError if there is none."""
    adsl = data.table("ADSL")
    names = [name for name in ("USUBJID", "SUBJID") if name in adsl.columns]
    found = adsl.filter(pl.any_horizontal(pl.col(name) == subject for name in names))
    if found.is_empty():
        near = did_you_mean(subject, adsl["USUBJID"])
        raise InputError(f'there is no subject "{subject}" among those randomized{near}')
    return str(found["USUBJID"][0])


def _code(data: ADaM, endpoint: str) -> str:
    codes = parameter_codes(data.protocol)
    if endpoint in codes:
        return codes[endpoint]
    for key, code in codes.items():
        if endpoint in (code, data.protocol.estimands[key].endpoint):
            return code
    known = [*codes, *codes.values()]
    hint = did_you_mean(endpoint, known)
    raise InputError(f'"{endpoint}" is no time to event here; there are {", ".join(codes)}{hint}')


def _row(data: ADaM, code: str, usubjid: str) -> dict[str, object]:
    mine = (pl.col("USUBJID") == usubjid) & (pl.col("PARAMCD") == code)
    rows = data.table("ADTTE").filter(mine)
    if rows.is_empty():
        raise InputError(f"{usubjid} has no {code}: its origin is unknown, or nothing dates it")
    return rows.row(0, named=True)


def _record(
    data: ADaM, source: SDTM, usubjid: str, dataset: object, variable: object, seq: object
) -> Step:
    """A record of a dataset or a domain, and what it was derived from in turn."""
    name = str(dataset)
    if name == "ADRS" and isinstance(seq, int):
        return _response(data, source, usubjid, seq)
    if name == "ADSL":
        return _collected_for(data, source, usubjid, str(variable))
    if name in data.tables and {"ASEQ", "SRCSEQ"} <= set(data.tables[name].columns):
        return _derived(data, source, usubjid, name, seq)
    domain = name[2:] if name in data.tables and name.startswith("AD") else name
    return _collected(source, usubjid, domain, seq)


def _derived(data: ADaM, source: SDTM, usubjid: str, name: str, seq: object) -> Step:
    """An analysis value, its rule, and every collected record that it rests on."""
    mine = (pl.col("USUBJID") == usubjid) & (pl.col("ASEQ") == seq)
    row = data.table(name).filter(mine).row(0, named=True)
    change = f", {row['CHG']:+.4g} from {row['BASE']:.4g}" if row.get("CHG") is not None else ""
    value = "not scored" if row["AVAL"] is None else f"{row['AVAL']:.4g}"
    below = [
        _collected(source, usubjid, str(row["SRCDOM"]), one)
        for one in row.get("SRCSEQS") or [row["SRCSEQ"]]
    ]
    says = f"{row['PARAM']} {value} on {row['ADT']}{change}"
    return Step(says, row["RULE"], f"{name} {row['PARAMCD']} {seq}", tuple(below))


def _response(data: ADaM, source: SDTM, usubjid: str, seq: int) -> Step:
    """A tumor response, and the measurements of that visit."""
    mine = (pl.col("USUBJID") == usubjid) & (pl.col("ASEQ") == seq)
    row = data.table("ADRS").filter(mine).row(0, named=True)
    when = f" on {row['ADT']} ({row['VISIT']})" if row["ADT"] else ""
    reason = row["REASON"] or _reason_of_reading(data, usubjid, row)
    why = f": {reason}" if reason else ""
    says = f"{row['PARAM']} {row['AVALC']}{when}{why}"
    below: list[Step] = []
    for domain in ("TR", "TU", "RS") if row["ADT"] else ():
        below += _at_visit(source, usubjid, domain, row["VISITNUM"], str(row["READER"]))
    if (against := yardstick(data, usubjid, row)) is not None:
        records = tuple(_collected(source, usubjid, "TR", seq) for seq in against.records)
        below.append(Step(f"compared with the {against.says}", "RECIST 1.1 4.3.1", "ADTR", records))
    return Step(says, row["RULE"], f"ADRS {row['PARAMCD']} {seq}", tuple(below))


def _reason_of_reading(data: ADaM, usubjid: str, row: dict[str, object]) -> str | None:
    """Why the reading that a parameter such as "progression: Y" rests on says what it says."""
    same = [pl.col(c) == row[c] for c in ("READER", "VISITNUM", "ADT") if row[c] is not None]
    rows = data.table("ADRS").filter(
        (pl.col("USUBJID") == usubjid) & (pl.col("PARAMCD") == "OVR"), *same
    )
    found: str | None = rows["REASON"][0] if row["ADT"] and rows.height else None
    return found


def _at_visit(source: SDTM, usubjid: str, domain: str, visit: object, reader: str) -> list[Step]:
    """What a reader wrote at a visit; of several central readers, what each of them did."""
    if domain not in source.tables or "VISITNUM" not in source.tables[domain].columns:
        return []
    table = source.tables[domain].with_row_index("_row")
    rows = table.filter((pl.col("USUBJID") == usubjid) & (pl.col("VISITNUM") == visit))
    if f"{domain}EVAL" in rows.columns:
        own = pl.col(f"{domain}EVAL").fill_null(INVESTIGATOR) == INVESTIGATOR
        rows = rows.filter(own if reader == "investigator" else ~own)
    if reader not in ("investigator", "central") and f"{domain}EVALID" in rows.columns:
        rows = rows.filter(pl.col(f"{domain}EVALID") == reader)
    return [_told(source, domain, row) for row in rows.iter_rows(named=True)]


def collected(data: ADaM, usubjid: str, domain: str, seq: object) -> Step:
    """A collected record by its sequence number: what stands in it, and where."""
    return _collected(_collected_in(data), usubjid, domain, seq)


def _collected(source: SDTM, usubjid: str, domain: str, seq: object) -> Step:
    key = f"{domain}SEQ"
    if domain not in source.tables or key not in source.tables[domain].columns:
        return Step(f"{domain} was not collected record by record")
    table = source.tables[domain].with_row_index("_row")
    rows = table.filter((pl.col("USUBJID") == usubjid) & (pl.col(key) == seq))
    if rows.is_empty():
        return Step(f"{domain} has no record {seq} of {usubjid}")
    return _told(source, domain, rows.row(0, named=True))


_SAME = 3  # records of one domain and day that are shown; a panel of tests has dozens
_SHOWN = {
    "TR": ("VISIT", "TRDTC", "TRLNKID", "TRTEST", "TRORRES", "TRORRESU"),
    "TU": ("VISIT", "TUDTC", "TULNKID", "TUORRES", "TULOC"),
    "RS": ("VISIT", "RSDTC", "RSTEST", "RSORRES", "RSEVAL"),
    "AE": ("AESTDTC", "AEENDTC", "AEDECOD", "AEBODSYS", "AETOXGR", "AESEV"),
    "DM": ("RFSTDTC", "RFENDTC", "DTHDTC", "DTHFL", "ARMCD"),
    "DS": ("DSSTDTC", "DSDECOD", "DSTERM"),
    "EX": ("EXSTDTC", "EXENDTC", "EXTRT", "EXDOSE", "EXDOSU"),
    "CM": ("CMSTDTC", "CMTRT", "CMCAT"),
    "QS": ("VISIT", "QSDTC", "QSTESTCD", "QSTEST", "QSORRES"),
    "LB": ("VISIT", "LBDTC", "LBTESTCD", "LBORRES", "LBORRESU"),
}


def _told(source: SDTM, domain: str, row: dict[str, object]) -> Step:
    sheet = Sheet(
        domain,
        source.tables[domain],
        source.parts.get(domain, ()),
        source.files.get(domain, ""),
    )
    shown = _SHOWN.get(domain, tuple(k for k in row if k.endswith("DTC")))
    parts = [f"{k} {row[k]}" for k in shown if row.get(k) is not None]
    index = row["_row"]
    return Step(", ".join(parts), "", sheet.place(row=index if isinstance(index, int) else None))


def _collected_for(data: ADaM, source: SDTM, usubjid: str, variable: str) -> Step:
    """A date of ADSL, the rule that completed it, and the record that gave it."""
    people = data.table("ADSL").filter(pl.col("USUBJID") == usubjid)
    value, dates = people[variable][0], data.protocol.dates
    imputed = variable == "DTHDT" and people["DTHDTF"][0] is not None
    below: list[Step] = []
    for domain, rows in behind(data, source, usubjid, variable, value):
        below += [_told(source, domain, row) for row in rows.head(_SAME).iter_rows(named=True)]
        if rows.height > _SAME:
            below.append(Step(f"{rows.height - _SAME} more records of {domain} on that day"))
    rule = f"dates.death: {dates.death}" if imputed else ""
    return Step(f"{variable} {value}", rule, "ADSL", tuple(below))
