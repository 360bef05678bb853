"""Define-XML 2.1 of the collected data, from what is described of each domain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final
from xml.etree import ElementTree

from equipoise.analysis.results import Results
from equipoise.reporting.package.tabulation.described import (
    Tabulated,
    TabulatedDomain,
    ValueForm,
    ValueLevel,
    VariableOrigin,
)
from equipoise.reporting.package.tabulation.terms import CodedTerms
from equipoise.version import __version__

_ODM: Final = "http://www.cdisc.org/ns/odm/v1.3"
_DEF: Final = "http://www.cdisc.org/ns/def/v2.1"
_XLINK: Final = "http://www.w3.org/1999/xlink"
_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_CREATED: Final = "1960-01-01T00:00:00"  # SAS's day zero: the same data give the same file
_STANDARD: Final = "STD.SDTMIG"
_OWN_TERMS: Final = "COM.TERMS"
_TOLD: Final = (
    "The version of CDISC's controlled terminology is not recorded with the data, so that no list "
    "claims to be one of it; terms beyond those that forms offer are marked as extended."
)


def sdtm_define(results: Results, domains: Sequence[TabulatedDomain]) -> str:
    """Define-XML 2.1 of the collected data.

    Source   CDISC Define-XML 2.1; SDTMIG 3.4.
    Checked  tests/unit/reporting/test_sdtm_define.py: valid by CDISC's schema; every value is held.
    """
    root, version = _root(results)
    levels = [(d, v) for d in domains for v in d.variables if v.levels]
    for domain, variable in levels:
        _value_list(version, domain, variable)
    for domain, variable in levels:
        for level in variable.levels:
            _where(version, domain, variable, level)
    for domain in domains:
        _group(version, domain)
    for domain in domains:
        for variable in domain.variables:
            _item(version, domain, variable)
    for terms in _lists(domains):
        _codelist(version, terms)
    for key, (name, method) in _methods(domains).items():
        made = _sub(version, "MethodDef", OID=key, Name=name, Type="Computation")
        _words(made, method)
    comment = ElementTree.SubElement(version, _at(_DEF, "CommentDef"), {"OID": _OWN_TERMS})
    _words(comment, _TOLD)
    return _serialized(root)


def _serialized(root: Any) -> str:
    for prefix, uri in (("", _ODM), ("def", _DEF), ("xlink", _XLINK)):
        ElementTree.register_namespace(prefix, uri)
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _root(results: Results) -> tuple[Any, Any]:
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
    standard = {"OID": _STANDARD, "Name": "SDTMIG", "Type": "IG", "Version": "3.4",
                "Status": "Final"}  # fmt: skip
    ElementTree.SubElement(standards, _at(_DEF, "Standard"), standard)
    return root, version


def _at(space: str, name: str) -> str:
    return f"{{{space}}}{name}"


def _sub(parent: Any, tag: str, **attributes: str) -> Any:
    return ElementTree.SubElement(parent, _at(_ODM, tag), attributes)


def _words(parent: Any, words: str, tag: str = "Description") -> None:
    text = _sub(_sub(parent, tag), "TranslatedText")
    text.set(_LANG, "en")
    text.text = words


def _oid(*parts: str) -> str:
    return ".".join("".join(c if c.isalnum() else "_" for c in part) for part in parts)


def _group(version: Any, domain: TabulatedDomain) -> None:
    name = domain.name
    group = _sub(
        version, "ItemGroupDef", OID=f"IG.{name}", Name=name, SASDatasetName=name,
        Repeating="No" if name == "DM" else "Yes", Purpose="Tabulation",
        IsReferenceData="Yes" if domain.kind == "TRIAL DESIGN" else "No",
        Domain=name.removeprefix("SUPP"),
    )  # fmt: skip
    group.set(_at(_DEF, "Structure"), domain.structure)
    group.set(_at(_DEF, "ArchiveLocationID"), f"LF.{name}")
    group.set(_at(_DEF, "StandardOID"), _STANDARD)
    _words(group, domain.label)
    for order, variable in enumerate(domain.variables, start=1):
        _reference(group, domain, variable, order)
    ElementTree.SubElement(group, _at(_DEF, "Class"), {"Name": domain.kind})
    leaf = ElementTree.SubElement(group, _at(_DEF, "leaf"), {"ID": f"LF.{name}"})
    leaf.set(_at(_XLINK, "href"), f"{name.lower()}.xpt")
    ElementTree.SubElement(leaf, _at(_DEF, "title")).text = f"{name.lower()}.xpt"


def _reference(group: Any, domain: TabulatedDomain, variable: Tabulated, order: int) -> None:
    key = domain.keys.index(variable.name) + 1 if variable.name in domain.keys else 0
    more = {"KeySequence": str(key)} if key else {}
    if variable.origin.method:
        more["MethodOID"] = _method_oid(domain, variable)
    must = key and variable.name not in ("IDVAR", "IDVARVAL", "USUBJID" if _shared(domain) else "")
    _sub(group, "ItemRef", ItemOID=_oid("IT", domain.name, variable.name), OrderNumber=str(order),
         Mandatory="Yes" if must else "No", **more)  # fmt: skip


def _shared(domain: TabulatedDomain) -> bool:
    return domain.name.startswith("REL")


def _item(version: Any, domain: TabulatedDomain, variable: Tabulated) -> None:
    oid = _oid("IT", domain.name, variable.name)
    item = _defined(version, oid, variable.name, variable.form)
    _words(item, variable.label)
    _has_terms(item, variable.terms)
    _has_origin(item, variable.origin)
    if variable.levels:
        reference = ElementTree.SubElement(item, _at(_DEF, "ValueListRef"))
        reference.set("ValueListOID", _oid("VL", domain.name, variable.name))
    for level in variable.levels:
        _level(version, domain, variable, level)


def _level(version: Any, domain: TabulatedDomain, variable: Tabulated, level: ValueLevel) -> None:
    oid = _oid("IT", domain.name, variable.name, level.code)
    item = _defined(version, oid, variable.name, level.form)
    _words(item, level.label)
    _has_terms(item, level.terms)
    _has_origin(item, level.origin)


def _defined(version: Any, oid: str, name: str, form: ValueForm) -> Any:
    item = _sub(version, "ItemDef", OID=oid, Name=name, DataType=form.kind)
    if form.length is not None:
        item.set("Length", str(form.length))
    if form.digits is not None:
        item.set("SignificantDigits", str(form.digits))
    item.set("SASFieldName", name)
    return item


def _has_terms(item: Any, terms: CodedTerms | None) -> None:
    if terms is not None:
        _sub(item, "CodeListRef", CodeListOID=_oid("CL", terms.key))


def _has_origin(item: Any, origin: VariableOrigin) -> None:
    told = ElementTree.SubElement(item, _at(_DEF, "Origin"), {"Type": origin.kind})
    told.set("Source", origin.source)


def _value_list(version: Any, domain: TabulatedDomain, variable: Tabulated) -> None:
    made = ElementTree.SubElement(
        version, _at(_DEF, "ValueListDef"), {"OID": _oid("VL", domain.name, variable.name)}
    )
    for order, level in enumerate(variable.levels, start=1):
        more = {}
        if level.origin.method:
            more["MethodOID"] = _method_oid(domain, variable, level)
        item = _sub(made, "ItemRef", ItemOID=_oid("IT", domain.name, variable.name, level.code),
                    OrderNumber=str(order), Mandatory="No", **more)  # fmt: skip
        where = ElementTree.SubElement(item, _at(_DEF, "WhereClauseRef"))
        where.set("WhereClauseOID", _oid("WC", domain.name, variable.name, level.code))


def _where(version: Any, domain: TabulatedDomain, variable: Tabulated, level: ValueLevel) -> None:
    oid = _oid("WC", domain.name, variable.name, level.code)
    where = ElementTree.SubElement(version, _at(_DEF, "WhereClauseDef"), {"OID": oid})
    check = _sub(where, "RangeCheck", SoftHard="Soft", Comparator="EQ")
    check.set(_at(_DEF, "ItemOID"), _oid("IT", domain.name, level.by))
    _sub(check, "CheckValue").text = level.code


def _lists(domains: Sequence[TabulatedDomain]) -> list[CodedTerms]:
    """Every codelist once, by its key."""
    variables = [v for d in domains for v in d.variables]
    told = [v.terms for v in variables] + [one.terms for v in variables for one in v.levels]
    found = {terms.key: terms for terms in told if terms is not None}
    return [found[key] for key in sorted(found)]


def _codelist(version: Any, terms: CodedTerms) -> None:
    made = _sub(version, "CodeList", OID=_oid("CL", terms.key), Name=terms.name, DataType="text")
    if terms.dictionary:
        _sub(made, "ExternalCodeList", Dictionary=terms.dictionary)
        return
    made.set(_at(_DEF, "IsNonStandard"), "Yes")
    made.set(_at(_DEF, "CommentOID"), _OWN_TERMS)
    decoded = any(terms.values.values())
    for value, meaning in terms.values.items():
        item = _sub(made, "CodeListItem" if decoded else "EnumeratedItem", CodedValue=value)
        if value in terms.extended:
            item.set(_at(_DEF, "ExtendedValue"), "Yes")
        if decoded:
            _words(item, meaning or value, "Decode")


def _method_oid(
    domain: TabulatedDomain, variable: Tabulated, level: ValueLevel | None = None
) -> str:
    return _oid("MT", domain.name, variable.name, *([level.code] if level else []))


def _methods(domains: Sequence[TabulatedDomain]) -> dict[str, tuple[str, str]]:
    """OID -> name and text of each method."""
    return dict(_told(domains))


def _told(domains: Sequence[TabulatedDomain]) -> Iterator[tuple[str, tuple[str, str]]]:
    for d in domains:
        for v in d.variables:
            name = f"{d.name}.{v.name}"
            if v.origin.method:
                yield _method_oid(d, v), (name, v.origin.method)
            for level in v.levels:
                if level.origin.method:
                    where = f"{name} where {level.by} is {level.code}"
                    yield _method_oid(d, v, level), (where, level.origin.method)
