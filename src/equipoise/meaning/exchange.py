"""A protocol in other people's formats, and one begun from them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal

from equipoise.errors import InputError, did_you_mean, expect
from equipoise.meaning.check import examine_text
from equipoise.meaning.forms.biomedical import biomedical_concepts
from equipoise.protocol.exchange.ctgov import to_ctgov
from equipoise.protocol.exchange.document import read_document
from equipoise.protocol.exchange.usdm import Imported, from_usdm, to_usdm
from equipoise.protocol.model import Protocol

ExportFormat = Literal["usdm", "ctgov"]
ImportFormat = Literal["usdm"]
_WRITERS: Final[dict[str, Callable[[Protocol], dict[str, Any]]]] = {
    "usdm": partial(to_usdm, concepts=biomedical_concepts),
    "ctgov": to_ctgov,
}


def export(protocol: Protocol, *, to: ExportFormat) -> dict[str, Any]:
    """A protocol as USDM 4.0, or as a registration of ClinicalTrials.gov: plain values for JSON.

    Raises   InputError for another format.
    """
    expect(protocol, Protocol)
    if to not in _WRITERS:
        known = ", ".join(_WRITERS)
        raise InputError(f'export to "{to}": expected {known}{did_you_mean(to, _WRITERS)}')
    return _WRITERS[to](protocol)


def import_(file: str | Path, *, origin: ImportFormat = "usdm") -> Imported:
    """The structured part of somebody else's document as the text of a protocol to complete.

    Returns  Imported: the YAML, and what must be added to it.
    Raises   InputError if the file cannot be read or is not of that format.
    """
    if origin != "usdm":
        raise InputError(f'import from "{origin}": expected usdm')
    return from_usdm(read_document(Path(file), origin), examine_text)
