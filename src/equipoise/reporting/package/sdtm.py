"""The collected data of a look as XPT files, and the Define-XML 2.1 that describes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

import polars as pl

from equipoise.analysis.results import Results
from equipoise.errors import InputError
from equipoise.reporting.write import write_text
from equipoise.sdtm.read.write import write_xpt
from equipoise.sdtm.tabulate.terms import labels_of
from equipoise.version import __version__

_ODM: Final = "http://www.cdisc.org/ns/odm/v1.3"
_DEF: Final = "http://www.cdisc.org/ns/def/v2.1"
_XLINK: Final = "http://www.w3.org/1999/xlink"
_CREATED: Final = "1960-01-01T00:00:00"  # SAS's day zero: the same data give the same file
_LABELS: Final = {
    "AE": "Adverse Events", "CM": "Concomitant Medications", "DM": "Demographics",
    "DS": "Disposition", "DV": "Protocol Deviations", "EX": "Exposure",
    "LB": "Laboratory Test Results", "MH": "Medical History", "QS": "Questionnaires",
    "RS": "Disease Response", "SC": "Subject Characteristics", "SE": "Subject Elements",
    "SV": "Subject Visits", "TA": "Trial Arms", "TE": "Trial Elements",
    "TI": "Trial Inclusion/Exclusion Criteria", "TR": "Tumor Results", "TS": "Trial Summary",
    "TU": "Tumor Identification", "TV": "Trial Visits", "VS": "Vital Signs",
}  # fmt: skip
_OF_TRIAL: Final = ("TA", "TE", "TI", "TS", "TV")


def write_sdtm(results: Results, folder: Path) -> tuple[list[Path], list[str]]:
    """XPT of each domain, and define.xml; what a domain has that XPT cannot hold is told.

    Returns  the files, and every fault; a domain with a fault is not written
    """
    tables = dict(results.data.snapshot.tables)
    labels = labels_of(tables)
    made: list[Path] = []
    faults: list[str] = []
    for name, table in sorted(tables.items()):
        strange = foreign_text(table)
        if strange:
            faults.append(f"{name}.{strange}: letters outside ASCII, which XPT does not hold")
            continue
        try:
            made += write_xpt({name.lower(): table}, folder, labels=labels)
        except InputError as problem:
            faults.append(f"{name}: {problem}")
    kept = {name: tables[name] for name in tables if folder / f"{name.lower()}.xpt" in made}
    text = sdtm_define(results, kept, labels)
    return [*made, write_text(folder / "define.xml", text)], faults


def foreign_text(table: pl.DataFrame) -> str:
    """The first text column with a letter outside ASCII; "" if there is none."""
    for column in table:
        if column.dtype == pl.String and column.drop_nulls().str.contains(r"[^\x00-\x7F]").any():
            return column.name
    return ""


def sdtm_define(
    results: Results, tables: Mapping[str, pl.DataFrame], labels: Mapping[str, Mapping[str, str]]
) -> str:
    """Define-XML 2.1 of the collected data.

    Source   CDISC Define-XML 2.1; SDTMIG 3.4.
    """
    trial = results.data.protocol.trial
    root = ElementTree.Element(
        _at(_ODM, "ODM"),
        {
            "FileOID": f"DEFINE.{trial.id}.SDTM", "FileType": "Snapshot", "ODMVersion": "1.3.2",
            "CreationDateTime": _CREATED, "Originator": "Equipoise",
            "SourceSystem": "Equipoise", "SourceSystemVersion": __version__,
            _at(_DEF, "Context"): "Submission",
        },
    )  # fmt: skip
    study = _sub(root, "Study", OID=f"STDY.{trial.id}")
    names = _sub(study, "GlobalVariables")
    for tag, text in (("StudyName", trial.id), ("StudyDescription", trial.title),
                      ("ProtocolName", trial.id)):  # fmt: skip
        _sub(names, tag).text = text
    version = _sub(study, "MetaDataVersion", OID="MDV.SDTM", Name=f"{trial.id}, collected data")
    version.set("Description", f"{results.data.look}; protocol {results.data.protocol.digest}")
    version.set(_at(_DEF, "DefineVersion"), "2.1.0")
    standards = ElementTree.SubElement(version, _at(_DEF, "Standards"))
    standard = {"OID": "STD.SDTMIG", "Name": "SDTMIG", "Type": "IG", "Version": "3.4",
                "Status": "Final"}  # fmt: skip
    ElementTree.SubElement(standards, _at(_DEF, "Standard"), standard)
    for name, table in tables.items():
        _group(version, name, table)
    for name, table in tables.items():
        for column in table:
            _item(version, name, column, labels.get(name, {}).get(column.name, column.name))
    for prefix, uri in (("", _ODM), ("def", _DEF), ("xlink", _XLINK)):
        ElementTree.register_namespace(prefix, uri)
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _at(space: str, name: str) -> str:
    return f"{{{space}}}{name}"


def _sub(parent: Any, tag: str, **attributes: str) -> Any:
    return ElementTree.SubElement(parent, _at(_ODM, tag), attributes)


def _group(version: Any, name: str, table: pl.DataFrame) -> None:
    group = _sub(
        version, "ItemGroupDef", OID=f"IG.{name}", Name=name, SASDatasetName=name,
        Repeating="No" if name == "DM" else "Yes", Purpose="Tabulation",
        IsReferenceData="Yes" if name in _OF_TRIAL else "No", Domain=name[-2:],
    )  # fmt: skip
    group.set(_at(_DEF, "Structure"), "One record per " + ("subject" if name == "DM" else "row"))
    group.set(_at(_DEF, "ArchiveLocationID"), f"LF.{name}")
    group.set(_at(_DEF, "StandardOID"), "STD.SDTMIG")
    _described(group, domain_label(name))
    for order, column in enumerate(table.columns, start=1):
        must = "Yes" if column in ("STUDYID", "DOMAIN", "USUBJID", f"{name}SEQ") else "No"
        _sub(group, "ItemRef", ItemOID=f"IT.{name}.{column}", OrderNumber=str(order),
             Mandatory=must)  # fmt: skip
    leaf = ElementTree.SubElement(group, _at(_DEF, "leaf"), {"ID": f"LF.{name}"})
    leaf.set(_at(_XLINK, "href"), f"{name.lower()}.xpt")
    ElementTree.SubElement(leaf, _at(_DEF, "title")).text = f"{name.lower()}.xpt"


def domain_label(name: str) -> str:
    """`Supplemental Qualifiers for DM`."""
    if name.startswith("SUPP"):
        return f"Supplemental Qualifiers for {name[4:]}"
    return _LABELS.get(name, name)


def _item(version: Any, name: str, column: pl.Series, label: str) -> None:
    text = column.dtype == pl.String
    whole = not text and _is_whole(column)
    kind = "text" if text else "integer" if whole else "float"
    if text and re.search(r"(DTC|STDTC|ENDTC)$", column.name):
        kind = "datetime"
    item = _sub(version, "ItemDef", OID=f"IT.{name}.{column.name}", Name=column.name, DataType=kind)
    if kind in ("text", "integer"):
        item.set("Length", str(_length(column) if text else 8))
    item.set("SASFieldName", column.name)
    _described(item, label)
    origin = ElementTree.SubElement(item, _at(_DEF, "Origin"), {"Type": "Collected"})
    origin.set("Source", "Investigator")


def _described(parent: Any, words: str) -> None:
    text = _sub(_sub(parent, "Description"), "TranslatedText")
    text.set("{http://www.w3.org/XML/1998/namespace}lang", "en")
    text.text = words


def _is_whole(column: pl.Series) -> bool:
    values = column.drop_nulls()
    return column.dtype.is_integer() or bool((values == values.round(0)).all())


def _length(column: pl.Series) -> int:
    longest = column.str.len_bytes().max()
    return int(longest) if isinstance(longest, int) and longest else 1
