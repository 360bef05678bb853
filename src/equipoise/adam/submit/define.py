"""The derived datasets described as Define-XML 2.1."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

import polars as pl

from equipoise.adam.model import ADaM
from equipoise.adam.submit.dataset_json import CREATED, METADATA_OID
from equipoise.adam.submit.long_text import described_in_pieces, in_pieces
from equipoise.adam.submit.metadata import Codelist, Dataset, Variable, joined, metadata
from equipoise.protocol.read.resolve import write_text
from equipoise.version import __version__

FileForm = Literal["xpt", "dataset-json", "parquet"]
SUFFIX: Final[Mapping[FileForm, str]] = {
    "xpt": ".xpt",
    "dataset-json": ".json",
    "parquet": ".parquet",
}
SAS_ORIGIN = dt.date(1960, 1, 1)
DATE = "DATE9"
_STANDARD = "STD.ADAMIG"
_NAMES = {
    "": "http://www.cdisc.org/ns/odm/v1.3",
    "def": "http://www.cdisc.org/ns/def/v2.1",
    "xlink": "http://www.w3.org/1999/xlink",
}


def described_for(data: ADaM, form: FileForm) -> tuple[Dataset, ...]:
    """The metadata of the datasets as they stand in the files of a form."""
    described = metadata(data)
    if form != "xpt":
        return described
    return tuple(
        described_in_pieces(d, in_pieces(portable(data.tables[d.name]))) for d in described
    )


def portable(table: pl.DataFrame) -> pl.DataFrame:
    """A dataset with texts and numbers only."""
    columns = []
    for column in table:
        if column.dtype == pl.Date:
            columns.append(((column - SAS_ORIGIN).dt.total_days()).cast(pl.Float64))
        elif column.dtype == pl.List:
            columns.append(joined(column))
        else:
            columns.append(column.cast(pl.Float64) if column.dtype.is_numeric() else column)
    return pl.DataFrame(columns)


def write_define(data: ADaM, path: str | Path, *, form: FileForm = "parquet") -> Path:
    """Write define.xml for the datasets of a folder. The same data are always the same file."""
    write_text(Path(path), define_xml(data, form=form))
    return Path(path)


def define_xml(data: ADaM, *, form: FileForm = "parquet", encoding: str = "") -> str:
    """Define-XML 2.1 of the datasets.

    form : that of the files which it names
    encoding : of their texts, where it must be declared
    Source   CDISC Define-XML 2.1; ADaMIG 1.3.
    """
    import odmlib.define_2_1.model as model

    described = described_for(data, form)
    declared = f"; texts in {encoding.upper()}" if encoding else ""
    version = model.MetaDataVersion(
        OID=METADATA_OID,
        Name=f"{data.protocol.trial.id}, analysis datasets",
        Description=f"{data.look}; protocol {data.protocol.digest}{declared}",
        DefineVersion="2.1.0",
    )
    version.Standards = model.Standards()
    version.Standards.Standard.append(
        model.Standard(OID=_STANDARD, Name="ADaMIG", Type="IG", Version="1.3", Status="Final")
    )
    for dataset in described:
        version.ItemGroupDef.append(_group(model, dataset, form))
        version.MethodDef.extend(_method(model, dataset, v) for v in dataset.variables if v.method)
        version.ItemDef.extend(_item(model, dataset, v) for v in dataset.variables)
    for terms in _codelists(described):
        version.CodeList.append(_codelist(model, terms))
    return _serialized(_root(model, data, _study(model, data, version)))


def _study(model: Any, data: ADaM, version: Any) -> Any:
    trial = data.protocol.trial
    study = model.Study(OID=f"STDY.{trial.id}")
    study.GlobalVariables = model.GlobalVariables(
        StudyName=model.StudyName(_content=trial.id),
        StudyDescription=model.StudyDescription(_content=trial.title),
        ProtocolName=model.ProtocolName(_content=trial.id),
    )
    study.MetaDataVersion = version
    return study


def _root(model: Any, data: ADaM, study: Any) -> Any:
    root = model.ODM(
        FileOID=f"DEFINE.{data.protocol.trial.id}.ADAM",
        CreationDateTime=CREATED,
        ODMVersion="1.3.2",
        FileType="Snapshot",
        Originator="Equipoise",
        SourceSystem="Equipoise",
        SourceSystemVersion=__version__,
        Context="Other",
    )
    root.Study = study
    return root


def _serialized(root: Any) -> str:
    from xml.etree import ElementTree

    element = ElementTree.fromstring(root.to_xml_string())
    for prefix, uri in _NAMES.items():
        ElementTree.register_namespace(prefix, uri)
    ElementTree.indent(element)
    text = ElementTree.tostring(element, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _text(model: Any, words: str) -> Any:
    description = model.Description()
    description.TranslatedText.append(model.TranslatedText(_content=words, lang="en"))
    return description


def _group(model: Any, dataset: Dataset, form: FileForm) -> Any:
    file = f"{dataset.name.lower()}{SUFFIX[form]}"
    group = model.ItemGroupDef(
        OID=f"IG.{dataset.name}",
        Name=dataset.name,
        Repeating="No" if dataset.name == "ADSL" else "Yes",
        IsReferenceData="No",
        SASDatasetName=dataset.name,
        Purpose="Analysis",
        Structure=dataset.structure,
        ArchiveLocationID=f"LF.{dataset.name}",
        StandardOID=_STANDARD,
    )
    group.Description = _text(model, dataset.label)
    for n, variable in enumerate(dataset.variables, start=1):
        group.ItemRef.append(_reference(model, dataset, variable, n))
    setattr(group, "Class", model.Class(Name=dataset.class_))  # noqa: B010
    group.leaf = model.leaf(ID=f"LF.{dataset.name}", href=file)
    group.leaf.title = model.title(_content=file)
    return group


def _reference(model: Any, dataset: Dataset, variable: Variable, number: int) -> Any:
    key = dataset.keys.index(variable.name) + 1 if variable.name in dataset.keys else None
    return model.ItemRef(
        ItemOID=f"IT.{dataset.name}.{variable.name}",
        OrderNumber=number,
        Mandatory="Yes" if key else "No",
        **({"KeySequence": key} if key else {}),
        **({"MethodOID": _method_oid(dataset, variable)} if variable.method else {}),
    )


def _item(model: Any, dataset: Dataset, variable: Variable) -> Any:
    kind = "integer" if variable.kind == "date" else variable.kind
    item = model.ItemDef(
        OID=f"IT.{dataset.name}.{variable.name}",
        Name=variable.name,
        DataType=kind,
        SASFieldName=variable.name,
        Length=variable.length,
        **({"SignificantDigits": variable.digits} if kind == "float" else {}),
        **({"DisplayFormat": f"{DATE}."} if variable.kind == "date" else {}),
    )
    item.Description = _text(model, variable.label)
    if variable.codelist is not None:
        item.CodeListRef = model.CodeListRef(CodeListOID=f"CL.{variable.codelist.id}")
    origin = model.Origin(Type=variable.origin, Source="Sponsor")
    if variable.source:
        origin.Description = _text(model, variable.source)
    item.Origin.append(origin)
    return item


def _method_oid(dataset: Dataset, variable: Variable) -> str:
    return f"MT.{dataset.name}.{variable.name}"


def _method(model: Any, dataset: Dataset, variable: Variable) -> Any:
    made = model.MethodDef(
        OID=_method_oid(dataset, variable),
        Name=f"{dataset.name}.{variable.name}",
        Type="Computation",
    )
    made.Description = _text(model, variable.method)
    return made


def _codelists(described: tuple[Dataset, ...]) -> list[Codelist]:
    found = {v.codelist.id: v.codelist for d in described for v in d.variables if v.codelist}
    return [found[key] for key in sorted(found)]


def _codelist(model: Any, terms: Codelist) -> Any:
    made = model.CodeList(OID=f"CL.{terms.id}", Name=terms.name, DataType="text")
    for value, meaning in terms.values.items():
        decode = model.Decode()
        decode.TranslatedText.append(model.TranslatedText(_content=meaning, lang="en"))
        made.CodeListItem.append(model.CodeListItem(CodedValue=value, Decode=decode))
    return made
