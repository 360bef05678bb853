"""What a trial's store holds as files for other programs: ODM, and its tables as CSV."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from equipoise.conduct.exchange.moment import known_when
from equipoise.errors import InputError

if TYPE_CHECKING:
    from equipoise.conduct.exchange.odm.reading import OdmFile
    from equipoise.conduct.exchange.odm.writing import OdmDocument
    from equipoise.conduct.store.state import ChainRow, Recalled
    from equipoise.protocol import Protocol
    from equipoise.workspace.conduct import ConductFolder


@dataclass(frozen=True, slots=True)
class Taking:
    """What is taken out of a store: by whom, of which site, as it was known when.

    by : an account, whose taking is a row of the audit; nobody, for whoever may use the folder
    at : a day or a time; cut : by its name
    """

    by: str | None = None
    site: str | None = None
    at: str | None = None
    cut: str | None = None


@dataclass(frozen=True, slots=True)
class OdmWritten:
    """What was written: of which kind, AuditRecords and records, rows withheld, differences."""

    file_type: str
    audit_rows: int
    records: int
    withheld: int
    differs: tuple[str, ...]

    def in_words(self) -> str:
        """As one sentence."""
        told = f"ODM 1.3.2, {self.file_type.lower()}, {self.records:,} records"
        if self.file_type == "Transactional":
            told = f"ODM 1.3.2, {self.records:,} AuditRecords for {self.audit_rows:,} audit rows"
        if self.withheld:
            told += f", {self.withheld:,} withheld, for they tell an arm"
        return f"{told}; read back, {len(self.differs):,} differences"


def write_odm(
    folder: ConductFolder, out: Path, taking: Taking | None = None, *, snapshot: bool = False
) -> OdmWritten:
    """Write a trial's conduct as ODM 1.3.2, read it back from the file, and compare.

    snapshot : the records as they stand; otherwise every row of the audit, each with its record
    Raises   RefusedError where the account may not have it; InputError, and nothing is written,
    also where what was read back differs.
    Checked  tests/unit/conduct/exchange/test_odm.py.
    """
    document, rows, withheld = _document(folder, taking or Taking(), snapshot=snapshot)
    aside = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with aside.open("w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(document.text())
        made = _beside(aside, document)
        written = OdmWritten(document.file_type, rows, made[0], withheld, tuple(made[1]))
        if written.differs:
            raise InputError("\n".join([*written.differs[:20], f"{out}: {written.in_words()}"]))
        os.replace(aside, out)
    except OSError as problem:
        raise InputError(f"{out}: cannot be written: {problem.strerror}") from None
    finally:
        aside.unlink(missing_ok=True)
    return written


def compare_odm(folder: ConductFolder, file: Path, taking: Taking | None = None) -> OdmWritten:
    """What an ODM file tells otherwise than the store, from the file alone.

    Raises   InputError with the line, for a file that is broken or of another study.
    """
    found = read_file(file, folder.protocol(folder.store()))
    snapshot = found.file_type == "Snapshot"
    document, rows, withheld = _document(folder, taking or Taking(), snapshot=snapshot)
    records, differs = _beside(file, document)
    return OdmWritten(document.file_type, rows, records, withheld, tuple(differs))


def read_file(file: Path, protocol: Protocol) -> OdmFile:
    """An ODM file of a trial. Raises InputError with the line."""
    from equipoise.conduct.exchange.odm.definitions import study_oid
    from equipoise.conduct.exchange.odm.reading import read_odm

    return read_odm(file, study=study_oid(protocol))


def _beside(file: Path, document: OdmDocument) -> tuple[int, list[str]]:
    """How many records the file has, and what differs."""
    from equipoise.conduct.exchange.odm.comparing import odm_differences

    found = read_file(file, document.protocol)
    return len(found.entries), odm_differences(found, document.entries)


def _document(
    folder: ConductFolder, taking: Taking, *, snapshot: bool
) -> tuple[OdmDocument, int, int]:
    """What is written, how many rows of the audit that is, and how many are withheld."""
    from equipoise.conduct.exchange.odm.document import document_of

    arms = _asked(folder, taking, "data" if snapshot else "audit")
    rows, known = audit_of(folder, taking)
    return document_of(
        folder.protocol(folder.store()), rows, known, snapshot=snapshot, arms=arms, site=taking.site
    )


def audit_of(folder: ConductFolder, taking: Taking) -> tuple[list[ChainRow], Recalled]:
    """The rows of the audit as they were known then, and the records."""
    from equipoise.conduct.store.state import audit_rows, known_at

    if taking.at is not None and taking.cut is not None:
        raise InputError("a time and a cut: expected one of them")
    with folder.store().reading() as unit:
        moment = known_when(unit, at=taking.at, cut=taking.cut)
        return [*audit_rows(unit.connection, **moment)], known_at(unit.connection, **moment)


def _asked(folder: ConductFolder, taking: Taking, of: str) -> bool:
    """Whether who takes it may know each arm; that it is taken is written down first."""
    from uuid import uuid4

    from equipoise.conduct.commands.rights import EACH_ARM

    if taking.by is None:
        if taking.site is not None:
            raise InputError("--site goes with --by: who takes the data of a site")
        return True
    asked: dict[str, Any] = {"of": of, "site": taking.site, "cut": taking.cut}
    told = folder.send(
        "export", {**asked, "known_at": taking.at}, by=taking.by, request=str(uuid4())
    )
    return bool(told["arms"] == EACH_ARM)


@dataclass(frozen=True, slots=True)
class SheetsWritten:
    """What was written as CSV: rows of each file, rows of the audit withheld."""

    rows: dict[str, int]
    cells: int
    withheld: int


def write_sheets(folder: ConductFolder, out: Path, taking: Taking | None = None) -> SheetsWritten:
    """Write forms, records, every answer and a codebook as CSV, read them back, and compare.

    out : a folder that is not there yet, or is empty
    Raises   RefusedError where the account may not have it; InputError, and nothing is written.
    Checked  tests/unit/conduct/exchange/test_spreadsheet.py.
    """
    from equipoise.conduct.exchange.spreadsheet import (
        read_sheet,
        sheet_differences,
        sheets_of,
        spelled_sheet,
    )

    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(f"{out}: is there already; expected a folder that is not, or is empty")
    document, _, withheld = _document(folder, taking or Taking(), snapshot=True)
    made = sheets_of(document.protocol, document.entries)
    aside = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        aside.mkdir(parents=True)
        for name, sheet in made.items():
            (aside / name).write_text(spelled_sheet(sheet), encoding="utf-8", newline="\n")
        read = {name: read_sheet((aside / name).read_bytes().decode()) for name in made}
        if differs := [*sheet_differences(read, made)]:
            raise InputError("\n".join([*differs[:20], f"{out}: {len(differs)} differences"]))
        if out.is_dir():
            out.rmdir()
        os.replace(aside, out)
    except OSError as problem:
        raise InputError(f"{out}: cannot be written: {problem.strerror}") from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    rows = {name: len(sheet) - 1 for name, sheet in made.items()}
    return SheetsWritten(rows, sum(len(r) for s in made.values() for r in s), withheld)
