"""Controlled terms and labels that tabulated records use.

Source   CDISC SDTM controlled terminology (ROUTE, EVAL, TRTESTCD); SDTMIG 3.4 variable labels.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from equipoise.protocol import Protocol

ROUTES: Final = {
    "IV": "INTRAVENOUS",
    "IM": "INTRAMUSCULAR",
    "SC": "SUBCUTANEOUS",
    "PO": "ORAL",
    "oral": "ORAL",
    "topical": "TOPICAL",
    "transdermal": "TRANSDERMAL",
    "inhaled": "RESPIRATORY (INHALATION)",
}
EVALUATORS: Final = {"central": "INDEPENDENT ASSESSOR", "investigator": "INVESTIGATOR"}
MEASURES: Final = {
    "diameter": ("LDIAM", "Longest Diameter"),
    "short axis": ("SAXIS", "Short Axis"),
    "state": ("TUMSTATE", "Tumor State"),
}

_WHOLE: Final = {
    "STUDYID": "Study Identifier",
    "DOMAIN": "Domain Abbreviation",
    "RDOMAIN": "Related Domain Abbreviation",
    "USUBJID": "Unique Subject Identifier",
    "SUBJID": "Subject Identifier for the Study",
    "SITEID": "Study Site Identifier",
    "COUNTRY": "Country",
    "AGE": "Age",
    "AGEU": "Age Units",
    "SEX": "Sex",
    "ARM": "Description of Planned Arm",
    "ARMCD": "Planned Arm Code",
    "ACTARM": "Description of Actual Arm",
    "ACTARMCD": "Actual Arm Code",
    "ARMNRS": "Reason Arm and/or Actual Arm is Null",
    "RFSTDTC": "Subject Reference Start Date/Time",
    "RFENDTC": "Subject Reference End Date/Time",
    "RFXSTDTC": "Date/Time of First Study Treatment",
    "RFXENDTC": "Date/Time of Last Study Treatment",
    "RFICDTC": "Date/Time of Informed Consent",
    "RFPENDTC": "Date/Time of End of Participation",
    "DTHDTC": "Date/Time of Death",
    "DTHFL": "Subject Death Flag",
    "VISIT": "Visit Name",
    "VISITNUM": "Visit Number",
    "EPOCH": "Epoch",
    "IDVAR": "Identifying Variable",
    "IDVARVAL": "Identifying Variable Value",
    "QNAM": "Qualifier Variable Name",
    "QLABEL": "Qualifier Variable Label",
    "QVAL": "Data Value",
    "QORIG": "Origin",
    "RELTYPE": "Relationship Type",
    "RELID": "Relationship Identifier",
    "ETCD": "Element Code",
    "ELEMENT": "Description of Element",
    "TAETORD": "Planned Order of Element within Arm",
    "TABRANCH": "Branch",
    "TESTRL": "Rule for Start of Element",
    "TEENRL": "Rule for End of Element",
    "TEDUR": "Planned Duration of Element",
    "VISITDY": "Planned Study Day of Visit",
    "TVSTRL": "Visit Start Rule",
    "IETESTCD": "Inclusion/Exclusion Criterion Short Name",
    "IETEST": "Inclusion/Exclusion Criterion",
    "IECAT": "Inclusion/Exclusion Category",
    "TIVERS": "Protocol Criteria Versions",
    "TSSEQ": "Sequence Number",
    "TSPARMCD": "Trial Summary Parameter Short Name",
    "TSPARM": "Trial Summary Parameter",
    "TSVAL": "Parameter Value",
}
_BY_SUFFIX: Final = {
    "SEQ": "Sequence Number",
    "STDTC": "Start Date/Time",
    "ENDTC": "End Date/Time",
    "DTC": "Date/Time of Collection",
    "STDY": "Study Day of Start",
    "ENDY": "Study Day of End",
    "DY": "Study Day of Collection",
    "TESTCD": "Test Short Name",
    "TEST": "Test Name",
    "TERM": "Reported Term",
    "DECOD": "Standardized or Dictionary-Derived Term",
    "TRT": "Name of Treatment",
    "CAT": "Category",
    "SCAT": "Subcategory",
    "ORRES": "Result in Original Units",
    "ORRESU": "Original Units",
    "STRESC": "Character Result in Std Format",
    "STRESN": "Numeric Result in Standard Units",
    "STRESU": "Standard Units",
    "ORNRLO": "Reference Range Lower Limit in Orig Unit",
    "ORNRHI": "Reference Range Upper Limit in Orig Unit",
    "STNRLO": "Reference Range Lower Limit-Std Units",
    "STNRHI": "Reference Range Upper Limit-Std Units",
    "NRIND": "Reference Range Indicator",
    "LNKID": "Link Identifier",
    "GRPID": "Group ID",
    "LOC": "Location",
    "METHOD": "Method",
    "EVAL": "Evaluator",
    "EVALID": "Evaluator Identifier",
    "BODSYS": "Body System or Organ Class",
    "SOC": "Primary System Organ Class",
    "SER": "Serious Event",
    "REL": "Causality",
    "OUT": "Outcome",
    "TOX": "Toxicity",
    "TOXGR": "Standard Toxicity Grade",
    "DOSE": "Dose",
    "DOSU": "Dose Units",
    "ROUTE": "Route of Administration",
    "DOSFRQ": "Dosing Frequency per Interval",
    "ADJ": "Reason for Dose Adjustment",
    "MOOD": "Mood",
    "OCCUR": "Occurrence",
    "REASOC": "Reason for Occur Value",
}


def labels_of(tables: Mapping[str, pl.DataFrame]) -> dict[str, dict[str, str]]:
    """The label of every column, by domain."""
    return {
        name: {column: _label(name, column) for column in table.columns}
        for name, table in tables.items()
    }


def _label(domain: str, column: str) -> str:
    return _WHOLE.get(column) or _BY_SUFFIX.get(column.removeprefix(domain[:2]), column)


def variable_labels(protocol: Protocol) -> dict[str, str]:
    """Baseline variable -> label, wherever the protocol says one."""
    truths = protocol.truth.values()
    found = {name: made.label for truth in truths for name, made in truth.baseline.items()}
    found |= {one.variable: one.label for one in protocol.report.baseline}
    found |= {one.variable: one.label for one in protocol.subgroups.values()}
    found |= {f.variable or name: f.label for name, f in protocol.allocation.strata.items()}
    return {name: label for name, label in found.items() if label}
