"""A folder of collected data becomes SDTM: every file, every fault, at once."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import polars as pl

from equipoise.errors import DataError, Finding, InputError
from equipoise.protocol.model import Protocol
from equipoise.sdtm.arms import KnownArms
from equipoise.sdtm.conform.conform import conform
from equipoise.sdtm.conform.requirements import DOMAINS
from equipoise.sdtm.model import SDTM, Part
from equipoise.sdtm.normalize import normalize
from equipoise.sdtm.provenance import ORIGIN, read_origin
from equipoise.sdtm.read.define import DEFINE, beside
from equipoise.sdtm.read.formats import READERS, read_file
from equipoise.sdtm.read.raw import UnreadableError

_LOG = logging.getLogger(__name__)
_FORMATS = "XPT, SAS7BDAT, Parquet, CSV or Dataset-JSON"


class _Piece(NamedTuple):
    domain: str
    file: str
    table: pl.DataFrame
    labels: Mapping[str, str]


def read_sdtm(
    folder: str | Path,
    *,
    protocol: Protocol | None = None,
    arms: Collection[str] | None = None,
    domains: Collection[str] = (),
) -> SDTM:
    """Read and check a folder of XPT, SAS7BDAT, Parquet, CSV, Dataset-JSON files, mixed if need be.

    folder : one file per domain, named by it (dm.xpt, suppdm.csv); a split domain (lbch.xpt,
        lbhe.xpt; qsco.json) becomes one table
    protocol : the protocol it was collected under; its arms are then the ones known
    arms : one word for each arm that is known, where there is no protocol; None to accept any
    domains : further domains that the protocol cannot do without
    Returns  SDTM; its findings are warnings and notes
    Raises   DataError with every error found; InputError if there is no folder or no data in it
    Checked  tests/unit/sdtm/test_read.py; tests/cases/test_pilot_sdtm.py (a published study)
    """
    known = KnownArms.named(arms) if arms is not None else None
    if protocol is not None and known is None:
        known = KnownArms.of(protocol)
    return _read(folder, protocol, known, domains, refused=("",))


def survey_sdtm(folder: str | Path, *, protocol: Protocol) -> SDTM:
    """As `read_sdtm`, but faults of content, such as an event after death, do not stand in the way.

    Returns  SDTM; its findings are all there are, errors among them
    Raises   DataError if a file or its structure cannot be read; InputError as `read_sdtm`
    """
    return _read(folder, protocol, KnownArms.of(protocol), (), refused=("S0", "S1"))


def _read(
    folder: str | Path,
    protocol: Protocol | None,
    arms: KnownArms | None,
    domains: Collection[str],
    *,
    refused: tuple[str, ...],
) -> SDTM:
    """Read and check; errors of rules whose id begins with one of `refused` are raised."""
    paths = _data_files(Path(folder))
    pieces, findings = [], _ignored(Path(folder))
    for path in paths:
        piece, found = _read_piece(path)
        _LOG.info("%s: %s rows", path.name, piece.table.height if piece else "no")
        findings += found
        pieces += [piece] if piece else []
    findings += _twofold(pieces)
    data = _assembled(pieces, findings)
    findings += beside(Path(folder), data)
    tumors = of_tumors(protocol) if protocol else ()
    findings += conform(data, arms=arms, domains=domains, tumors=tumors)
    errors = [f for f in findings if f.severity == "error" and f.rule.startswith(refused)]
    if errors:
        raise DataError(errors)
    origin = read_origin(folder)
    return replace(
        data, virtual=origin.virtual, seed=origin.seed, findings=tuple(findings), protocol=protocol
    )


def of_tumors(protocol: Protocol) -> tuple[str, ...]:
    """The endpoints of its estimands that rest on tumor assessments."""
    asked = dict.fromkeys(estimand.endpoint for estimand in protocol.estimands.values())
    return tuple(key for key in asked if protocol.endpoints[key].reads_tumors)


def _data_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise InputError(
            f"{folder}: there is no such folder; put the SDTM files there, or make virtual ones by "
            "`equipoise run`"
        )
    paths = sorted(path for path in folder.iterdir() if _is_data(path))
    if not paths:
        raise InputError(f"{folder}: no data here; expected {_FORMATS} files, one per domain")
    return paths


def _is_data(path: Path) -> bool:
    is_other = path.name.startswith(".") or path.name == ORIGIN
    return path.is_file() and path.suffix.lower() in READERS and not is_other


def _ignored(folder: Path) -> list[Finding]:
    others = sorted(path for path in folder.iterdir() if not _is_data(path))
    return [
        Finding(path.name, "no data file; left aside", f"{_FORMATS}", "S03", "note")
        for path in others
        if not path.name.startswith(".") and path.name not in (ORIGIN, DEFINE)
    ]


def domain_of(stem: str) -> str:
    """The domain of a file: ae -> AE, lbch -> LB, suppqsco -> SUPPQS, relrec -> RELREC."""
    name = stem.upper()
    parent = name.removeprefix("SUPP")
    if parent != name:
        return f"SUPP{parent[:2]}"
    is_split = len(name) == 4 and name[:2] in DOMAINS
    return name[:2] if is_split else name


def _read_piece(path: Path) -> tuple[_Piece | None, list[Finding]]:
    domain = domain_of(path.stem)
    try:
        raw = read_file(path)
    except UnreadableError as error:
        reasons = [f"cannot be read: {reason}" for reason in error.args]
        return None, [Finding(path.name, reason, _FORMATS, "S01") for reason in reasons]
    table, findings = normalize(raw.table, domain=domain, file=path.name)
    if raw.encoding:
        text = f"the text is not UTF-8; it was read as {raw.encoding}"
        findings.append(Finding(path.name, text, "UTF-8", "S02", "warning"))
    findings += [Finding(path.name, doubt, "", "S07", "warning") for doubt in raw.doubts]
    labels = {name.upper(): label for name, label in raw.labels.items()}
    return _Piece(domain, path.name, table, labels), findings


def _twofold(pieces: list[_Piece]) -> list[Finding]:
    seen: dict[str, str] = {}
    findings = []
    for piece in pieces:
        stem = Path(piece.file).stem.upper()
        if stem in seen:
            message = f"{seen[stem]} already holds {stem}"
            findings.append(Finding(piece.file, message, "one file per domain", "S04"))
        seen.setdefault(stem, piece.file)
    return findings


def _assembled(pieces: list[_Piece], findings: list[Finding]) -> SDTM:
    by_domain: dict[str, list[_Piece]] = {}
    for piece in pieces:
        by_domain.setdefault(piece.domain, []).append(piece)
    tables, files, labels, parts = {}, {}, {}, {}
    for domain, group in by_domain.items():
        findings += _clashes(group)
        tables[domain] = pl.concat([p.table for p in group], how="diagonal_relaxed")
        files[domain] = " + ".join(p.file for p in group)
        labels[domain] = {name: label for p in group for name, label in p.labels.items()}
        parts[domain] = tuple(Part(p.file, p.table.height) for p in group)
    return SDTM(tables, files, labels=labels, parts=parts)


def _clashes(group: list[_Piece]) -> list[Finding]:
    """Columns that are text in one piece of a split domain and numbers in another."""
    first: dict[str, tuple[pl.DataType, str]] = {}
    findings = []
    for piece in group:
        for name, dtype in piece.table.schema.items():
            known, file = first.setdefault(name, (dtype, piece.file))
            if known != dtype:
                message = f"the column holds {dtype}, and {known} in {file}"
                place = f"{piece.file} {name}"
                findings.append(Finding(place, message, "one type", "S06", "warning"))
    return findings
