"""Analysis Results Metadata 1.0 inside the analysis data's define.xml."""

from __future__ import annotations

from typing import Any, Final
from xml.etree import ElementTree

from equipoise.adam.time.adtte import parameter_codes
from equipoise.analysis.results import Results
from equipoise.reporting.calls.call import call_of

ARM_SPACE: Final = "http://www.cdisc.org/ns/arm/v1.0"
_ODM: Final = "http://www.cdisc.org/ns/odm/v1.3"
_DEF: Final = "http://www.cdisc.org/ns/def/v2.1"
_XLINK: Final = "http://www.w3.org/1999/xlink"
_PURPOSES: Final = {"primary": "PRIMARY OUTCOME MEASURE", "secondary": "SECONDARY OUTCOME MEASURE"}


def with_results_metadata(define: str, results: Results, programs: dict[str, str]) -> str:
    """define.xml with a display for each primary and secondary estimand.

    programs : estimand -> path of its program, from the folder of define.xml
    Source   CDISC Analysis Results Metadata 1.0 for Define-XML 2.
    """
    for prefix, uri in (("", _ODM), ("def", _DEF), ("xlink", _XLINK), ("arm", ARM_SPACE)):
        ElementTree.register_namespace(prefix, uri)
    root = ElementTree.fromstring(define.encode())
    version = root.find(f".//{{{_ODM}}}MetaDataVersion")
    assert version is not None
    shown = ElementTree.Element(_arm("AnalysisResultDisplays"))
    for key, estimand in results.data.protocol.estimands.items():
        if estimand.role in _PURPOSES:
            _display(shown, results, key, programs.get(key, ""))
    for key, path in programs.items():
        leaf = ElementTree.SubElement(version, f"{{{_DEF}}}leaf", {"ID": f"LF.R.{_oid(key)}"})
        leaf.set(f"{{{_XLINK}}}href", path)
        ElementTree.SubElement(leaf, f"{{{_DEF}}}title").text = path.rpartition("/")[2]
    version.append(shown)  # the schema has it after every leaf
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _arm(name: str) -> str:
    return f"{{{ARM_SPACE}}}{name}"


def _oid(key: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in key)


def _words(parent: Any, text: str) -> None:
    described = ElementTree.SubElement(parent, f"{{{_ODM}}}Description")
    said = ElementTree.SubElement(described, f"{{{_ODM}}}TranslatedText")
    said.text = text


def _display(parent: Any, results: Results, key: str, program: str) -> None:
    protocol = results.data.protocol
    estimand = protocol.estimands[key]
    label = estimand.label or protocol.endpoints[estimand.endpoint].label
    oid = _oid(key)
    display = ElementTree.SubElement(
        parent, _arm("ResultDisplay"), {"OID": f"RD.{oid}", "Name": f"Table 14.2.1, {label}"}
    )
    _words(display, label)
    result = ElementTree.SubElement(
        display, _arm("AnalysisResult"),
        {"OID": f"AR.{oid}", "AnalysisReason": "SPECIFIED IN PROTOCOL",
         "AnalysisPurpose": _PURPOSES[estimand.role]},
    )  # fmt: skip
    _words(result, ", ".join(filter(None, [estimand.test, *estimand.estimator])))
    _datasets(result, results, key)
    documentation = ElementTree.SubElement(result, _arm("Documentation"))
    _words(documentation, f"Population: {estimand.population}; estimand {key} of the protocol")
    code = ElementTree.SubElement(result, _arm("ProgrammingCode"), {"Context": "R"})
    said = ElementTree.SubElement(code, _arm("Code"))
    said.text = _calls(results, key) or "none"
    if program:
        ElementTree.SubElement(code, f"{{{_DEF}}}DocumentRef", {"leafID": f"LF.R.{oid}"})


def _datasets(result: Any, results: Results, key: str) -> None:
    protocol = results.data.protocol
    timed = key in parameter_codes(protocol)
    declared = protocol.endpoints[protocol.estimands[key].endpoint].data
    name = "ADTTE" if timed else declared or "ADSL"
    if name not in results.data.tables:
        name = "ADSL"
    used = ElementTree.SubElement(result, _arm("AnalysisDatasets"))
    dataset = ElementTree.SubElement(used, _arm("AnalysisDataset"), {"ItemGroupOID": f"IG.{name}"})
    value = "AVAL" if "AVAL" in results.data.table(name).columns else "USUBJID"
    ElementTree.SubElement(dataset, _arm("AnalysisVariable"), {"ItemOID": f"IT.{name}.{value}"})


def _calls(results: Results, key: str) -> str:
    rows = results.select(analysis=key, subgroup="").iter_rows(named=True)
    return "\n".join(dict.fromkeys(filter(None, (call_of(results, row) for row in rows))))
