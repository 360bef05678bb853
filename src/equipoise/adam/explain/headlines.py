"""A row of a dataset in one sentence, with the records, readings and sums that it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.adam.explain.records import Fields
from equipoise.adam.explain.step import Step
from equipoise.adam.explain.values import Values, place_of, shown
from equipoise.adam.recist.target import BY_SUM
from equipoise.adam.time.adtte import outcome


def headline(values: Values, dataset: str, at: int) -> Step:
    """What a row says, why, and what it rests on.

    at : the place of the row among the subject's rows of the dataset
    """
    row = values.dossier.rows(dataset)[at]
    if dataset not in values.dossier.data.tables:
        return values.dossier.record(dataset, row["SEQ"])
    if dataset == "ADTTE":
        return _time(values, row)
    if dataset == "ADRS":
        return _response(values, row)
    if "PARAMCD" in row:
        return _measured(values, dataset, row)
    return Step(_occurrence(row), "", place_of(dataset, row), tuple(values.source(dataset, row)))


def _time(values: Values, row: Fields) -> Step:
    what = outcome(row) if row["CNSR"] == 0 else f"censored, {outcome(row)}"
    says = (
        f"{row['PARAM']} of {row['USUBJID']}: {what} on {row['ADT']}, "
        f"day {row['AVAL']} from {row['STARTDT']}"
    )
    known = [_behind(values, row["SRCDOM"], row["SRCVAR"], row["SRCSEQ"])]
    for origin in values.dossier.sources.get(("ADTTE", row["PARAMCD"], "STARTDT"), ()):
        if origin["SRCDOM"] != "ADSL":
            begun = _behind(values, origin["SRCDOM"], origin["SRCVAR"], origin["SRCSEQ"])
            told = f"counted from {row['STARTDT']}: {origin['REASON']}"
            known.append(Step(told, origin["RULE"] or "", "", (begun,)))
    for cause in values.dossier.sources.get(("ADTTE", row["PARAMCD"], "CNSR"), ()):
        seqs = cause["SRCSEQS"] or [cause["SRCSEQ"]]
        below = tuple(_behind(values, cause["SRCDOM"], cause["SRCVAR"], seq) for seq in seqs)
        known.append(Step(cause["REASON"], cause["RULE"] or "", "", below))
    return Step(says, str(row["RULE"] or ""), f"ADTTE {row['PARAMCD']}", tuple(known))


def _behind(values: Values, name: str, variable: str, seq: object) -> Step:
    """A date of ADSL, a row of another dataset, or a collected record."""
    dossier = values.dossier
    if name == "ADSL":
        return values.value("ADSL", 0, variable)
    at = dossier.at(name, seq) if name in dossier.data.tables else None
    if at is not None and "PARAMCD" in dossier.rows(name)[at]:
        return headline(values, name, at)
    return dossier.record(name[2:] if name in dossier.data.tables else name, seq, variable)


def _response(values: Values, row: Fields) -> Step:
    """A tumor response: what was written at its reading, and the sums it is compared with."""
    when = f" on {row['ADT']} ({row['VISIT']})" if row["ADT"] else ""
    why = f": {row['REASON']}" if row["REASON"] else ""
    says = f"{row['PARAM']} {row['AVALC']}{when}{why}"
    if row["PARAMCD"] == "OVR":
        below = (*_written(values, row), *_compared(values, row))
    elif row["OVRSEQ"] is not None:
        below = tuple(_readings(values, row))
    else:
        below = tuple(values.source("ADRS", row)) if row["SRCDOM"] else ()
    return Step(says, row["RULE"] or "", place_of("ADRS", row), below)


def _readings(values: Values, row: Fields) -> Iterator[Step]:
    """The reading that gave a parameter, and the one that confirmed it."""
    for seq, said in ((row["OVRSEQ"], ""), (row["CONFSEQ"], "confirmed by ")):
        at = values.dossier.at("ADRS", seq) if seq is not None else None
        if at is not None:
            found = _response(values, values.dossier.rows("ADRS")[at])
            yield Step(said + found.says, found.rule, found.place, found.below)


def _written(values: Values, row: Fields) -> Iterator[Step]:
    """What a reader wrote at a visit, and what else decided; of several central readers, all."""
    at_visit = {d: row[f"{d}SEQS"] or [] for d in ("TR", "TU", "RS")}
    for domain, seqs in at_visit.items():
        yield from (values.dossier.record(domain, seq) for seq in seqs)
    for seq in row["SRCSEQS"] or [row["SRCSEQ"]]:
        if seq is not None and seq not in at_visit.get(row["SRCDOM"], ()):
            yield values.dossier.record(row["SRCDOM"], seq, row["SRCVAR"])


def _compared(values: Values, row: Fields) -> Iterator[Step]:
    """The sums that a response was judged by: the baseline, the nadir, or both."""
    for column, name in (("BASESEQ", "baseline sum"), ("NADSEQ", "nadir")):
        at = values.dossier.at("ADTR", row[column]) if row[column] is not None else None
        if at is not None:
            of = values.dossier.rows("ADTR")[at]
            says = f"compared with the {name} {of['AVAL']:.1f} mm on {of['ADT']}"
            yield Step(says, BY_SUM, "ADTR", tuple(values.source("ADTR", of)))


def _measured(values: Values, dataset: str, row: Fields) -> Step:
    """An analysis value, its rule, and every collected record that it rests on."""
    change = f", {row['CHG']:+.4g} from {row['BASE']:.4g}" if row.get("CHG") is not None else ""
    day = row.get("ADT") or row.get("ASTDT")
    said = row["AVAL"] if row.get("AVAL") is not None else row.get("AVALC")
    value = "not scored" if said is None else f"{said:.4g}" if isinstance(said, float) else said
    says = f"{row.get('PARAM') or row['PARAMCD']} {value}{f' on {day}' if day else ''}{change}"
    below = list(values.source(dataset, row))
    base = values.dossier.at(dataset, row["BASESEQ"]) if change and row.get("BASESEQ") else None
    if base is not None:
        of = values.dossier.rows(dataset)[base]
        told = f"compared with the baseline {of['AVAL']:.4g} on {of['ADT']}"
        below.append(Step(told, "", place_of(dataset, of), tuple(values.source(dataset, of))))
    return Step(says, row["RULE"] or "", place_of(dataset, row), tuple(below))


def _occurrence(row: Fields) -> str:
    """An adverse event, a condition or a medication with its dates."""
    names = (c for c in row if c.endswith(("DECOD", "TERM", "TRT")) and row[c] is not None)
    what = str(row[next(names, "USUBJID")])
    return f"{what} from {shown(row.get('ASTDT'))} to {shown(row.get('AENDT'))}"
