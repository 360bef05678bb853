"""A row of a dataset in one sentence, with the records, readings and sums that it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.adam.explain.chains import Chains, place_of, shown
from equipoise.adam.explain.records import Fields
from equipoise.adam.explain.step import Step
from equipoise.adam.recist.target import BY_SUM
from equipoise.adam.time.adtte import outcome


def headline(chains: Chains, dataset: str, at: int) -> Step:
    """What a row says, why, and what it rests on.

    at : the place of the row among the subject's rows of the dataset
    """
    row = chains.dossier.rows(dataset)[at]
    if dataset not in chains.dossier.data.tables:
        return chains.dossier.record(dataset, row["SEQ"])
    if dataset == "ADTTE":
        return _time(chains, row)
    if dataset == "ADRS":
        return _response(chains, row)
    if "PARAMCD" in row:
        return _measured(chains, dataset, row)
    return Step(_occurrence(row), "", place_of(dataset, row), tuple(chains.source(dataset, row)))


def _time(chains: Chains, row: Fields) -> Step:
    what = outcome(row) if row["CNSR"] == 0 else f"censored, {outcome(row)}"
    says = (
        f"{row['PARAM']} of {row['USUBJID']}: {what} on {row['ADT']}, "
        f"day {row['AVAL']} from {row['STARTDT']}"
    )
    known = [_behind(chains, row["SRCDOM"], row["SRCVAR"], row["SRCSEQ"])]
    for origin in chains.dossier.sources.get(("ADTTE", row["PARAMCD"], "STARTDT"), ()):
        if origin["SRCDOM"] != "ADSL":
            begun = _behind(chains, origin["SRCDOM"], origin["SRCVAR"], origin["SRCSEQ"])
            told = f"counted from {row['STARTDT']}: {origin['REASON']}"
            known.append(Step(told, origin["RULE"] or "", "", (begun,)))
    for cause in chains.dossier.sources.get(("ADTTE", row["PARAMCD"], "CNSR"), ()):
        seqs = cause["SRCSEQS"] or [cause["SRCSEQ"]]
        below = tuple(_behind(chains, cause["SRCDOM"], cause["SRCVAR"], seq) for seq in seqs)
        known.append(Step(cause["REASON"], cause["RULE"] or "", "", below))
    return Step(says, str(row["RULE"] or ""), f"ADTTE {row['PARAMCD']}", tuple(known))


def _behind(chains: Chains, name: str, variable: str, seq: object) -> Step:
    """A date of ADSL, a row of another dataset, or a collected record."""
    dossier = chains.dossier
    if name == "ADSL":
        return chains.value("ADSL", 0, variable)
    at = dossier.at(name, seq) if name in dossier.data.tables else None
    if at is not None and "PARAMCD" in dossier.rows(name)[at]:
        return headline(chains, name, at)
    return dossier.record(name[2:] if name in dossier.data.tables else name, seq, variable)


def _response(chains: Chains, row: Fields) -> Step:
    """A tumor response: what was written at its reading, and the sums it is compared with."""
    when = f" on {row['ADT']} ({row['VISIT']})" if row["ADT"] else ""
    why = f": {row['REASON']}" if row["REASON"] else ""
    says = f"{row['PARAM']} {row['AVALC']}{when}{why}"
    if row["PARAMCD"] == "OVR":
        below = (*_written(chains, row), *_compared(chains, row))
    elif row["OVRSEQ"] is not None:
        below = tuple(_readings(chains, row))
    else:
        below = tuple(chains.source("ADRS", row)) if row["SRCDOM"] else ()
    return Step(says, row["RULE"] or "", place_of("ADRS", row), below)


def _readings(chains: Chains, row: Fields) -> Iterator[Step]:
    """The reading that gave a parameter, and the one that confirmed it."""
    for seq, said in ((row["OVRSEQ"], ""), (row["CONFSEQ"], "confirmed by ")):
        at = chains.dossier.at("ADRS", seq) if seq is not None else None
        if at is not None:
            found = _response(chains, chains.dossier.rows("ADRS")[at])
            yield Step(said + found.says, found.rule, found.place, found.below)


def _written(chains: Chains, row: Fields) -> Iterator[Step]:
    """What a reader wrote at a visit, and what else decided; of several central readers, all."""
    at_visit = {d: row[f"{d}SEQS"] or [] for d in ("TR", "TU", "RS")}
    for domain, seqs in at_visit.items():
        yield from (chains.dossier.record(domain, seq) for seq in seqs)
    for seq in row["SRCSEQS"] or [row["SRCSEQ"]]:
        if seq is not None and seq not in at_visit.get(row["SRCDOM"], ()):
            yield chains.dossier.record(row["SRCDOM"], seq, row["SRCVAR"])


def _compared(chains: Chains, row: Fields) -> Iterator[Step]:
    """The sums that a response was judged by: the baseline, the nadir, or both."""
    for column, name in (("BASESEQ", "baseline sum"), ("NADSEQ", "nadir")):
        at = chains.dossier.at("ADTR", row[column]) if row[column] is not None else None
        if at is not None:
            of = chains.dossier.rows("ADTR")[at]
            says = f"compared with the {name} {of['AVAL']:.1f} mm on {of['ADT']}"
            yield Step(says, BY_SUM, "ADTR", tuple(chains.source("ADTR", of)))


def _measured(chains: Chains, dataset: str, row: Fields) -> Step:
    """An analysis value, its rule, and every collected record that it rests on."""
    change = f", {row['CHG']:+.4g} from {row['BASE']:.4g}" if row.get("CHG") is not None else ""
    day = row.get("ADT") or row.get("ASTDT")
    said = row["AVAL"] if row.get("AVAL") is not None else row.get("AVALC")
    value = "not scored" if said is None else f"{said:.4g}" if isinstance(said, float) else said
    says = f"{row.get('PARAM') or row['PARAMCD']} {value}{f' on {day}' if day else ''}{change}"
    below = list(chains.source(dataset, row))
    base = chains.dossier.at(dataset, row["BASESEQ"]) if change and row.get("BASESEQ") else None
    if base is not None:
        of = chains.dossier.rows(dataset)[base]
        told = f"compared with the baseline {of['AVAL']:.4g} on {of['ADT']}"
        below.append(Step(told, "", place_of(dataset, of), tuple(chains.source(dataset, of))))
    return Step(says, row["RULE"] or "", place_of(dataset, row), tuple(below))


def measured(row: Fields) -> str:
    """A value with its change from baseline and its visit."""
    value = "not scored" if row["AVAL"] is None else f"{row['AVAL']:.4g}"
    change = f" ({row['CHG']:+.4g})" if row.get("CHG") is not None else ""
    return f"{value}{change} at {row.get('AVISIT') or row.get('ADT') or 'an unknown visit'}"


def _occurrence(row: Fields) -> str:
    """An adverse event, a condition or a medication with its dates."""
    names = (c for c in row if c.endswith(("DECOD", "TERM", "TRT")) and row[c] is not None)
    what = str(row[next(names, "USUBJID")])
    return f"{what} from {shown(row.get('ASTDT'))} to {shown(row.get('AENDT'))}"
