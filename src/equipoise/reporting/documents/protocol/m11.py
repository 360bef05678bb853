"""ICH M11: its fourteen sections, and what fills each.

Source  ICH M11 template, step 4 (November 2025), as its headings are transcribed in public.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class M11Heading(NamedTuple):
    """A heading with what fills it.

    parts : names of parts that are made from the protocol, or "?key" of a text that is asked for
    """

    number: str
    title: str
    parts: tuple[str, ...] = ()


_H = M11Heading
M11: Final = (
    _H("1", "Protocol Summary"),
    _H(
        "1.1",
        "Protocol Synopsis",
        ("title", "version", "registered", "sponsor", "objectives", "design"),
    ),
    _H("1.2", "Trial Schema", ("treatment",)),
    _H("1.3", "Schedule of Activities", ("schedule",)),
    _H("2", "Introduction"),
    _H("2.1", "Purpose of Trial", ("?background", "?comparator")),
    _H("2.2", "Assessment of Risks and Benefits", ("?risks", "?benefits", "?balance")),
    _H("3", "Trial Objectives and Associated Estimands"),
    _H("3.1", "Primary Objective(s) and Associated Estimand(s)", ("primary",)),
    _H("3.2", "Secondary Objective(s) and Associated Estimand(s)", ("secondary",)),
    _H("3.3", "Exploratory Objective(s)", ("exploratory",)),
    _H("4", "Trial Design"),
    _H("4.1", "Description of Trial Design", ("design", "?setting", "?involvement")),
    _H("4.2", "Rationale for Trial Design", ("?rationale",)),
    _H("4.3", "Trial Stopping Rules", ("?stopping",)),
    _H("4.4", "Start of Trial and End of Trial", ("?start and end",)),
    _H("4.5", "Access to Trial Intervention After End of Trial", ("?post trial",)),
    _H("5", "Trial Population"),
    _H("5.1", "Description of Trial Population and Rationale", ("people", "?population")),
    _H("5.2", "Inclusion Criteria", ("inclusion",)),
    _H("5.3", "Exclusion Criteria", ("exclusion",)),
    _H("5.4", "Contraception", ("?contraception",)),
    _H("5.5", "Lifestyle Restrictions", ("?lifestyle",)),
    _H("5.6", "Screen Failure and Rescreening", ("?screen failure", "?recruitment")),
    _H("6", "Trial Intervention and Concomitant Therapy"),
    _H("6.1", "Description of Investigational Trial Intervention", ("treatment", "?product")),
    _H(
        "6.2",
        "Rationale for Investigational Trial Intervention Dose and Regimen",
        ("?dose rationale",),
    ),
    _H("6.3", "Investigational Trial Intervention Administration", ("treatment",)),
    _H("6.4", "Investigational Trial Intervention Dose Modification", ("changes",)),
    _H("6.5", "Management of Investigational Trial Intervention Overdose", ("?overdose",)),
    _H("6.6", "Preparation, Storage, Handling and Accountability", ("?handling",)),
    _H(
        "6.7",
        "Assignment, Randomisation and Blinding",
        (
            "allocation", "masking", "?sequence", "?concealment", "?implementation",
            "?blinding how", "?unblinding",
        ),
    ),
    _H("6.8", "Investigational Trial Intervention Adherence", ("?adherence",)),
    _H("6.9", "Description of Noninvestigational Trial Intervention", ("?other drugs",)),
    _H("6.10", "Concomitant Therapy", ("?concomitant",)),
    _H(
        "7",
        "Participant Discontinuation of Trial Intervention and Discontinuation or "
        "Withdrawal from Trial",
    ),
    _H(
        "7.1",
        "Discontinuation of Trial Intervention for Individual Participants",
        ("stops", "?withdrawal"),
    ),
    _H("7.2", "Participant Discontinuation or Withdrawal from the Trial", ("?retention",)),
    _H("7.3", "Management of Loss to Follow-Up", ("?lost",)),
    _H("8", "Trial Assessments and Procedures"),
    _H("8.1", "Trial Assessments and Procedures Considerations", ("?procedures",)),
    _H("8.2", "Screening/Baseline Assessments and Procedures", ("baseline",)),
    _H("8.3", "Efficacy Assessments and Procedures", ("endpoints",)),
    _H("8.4", "Safety Assessments and Procedures", ("?safety procedures",)),
    _H("8.5", "Pharmacokinetics", ("?pharmacokinetics",)),
    _H("8.6", "Biomarkers", ("?biomarkers",)),
    _H("8.7", "Immunogenicity Assessments", ("?immunogenicity",)),
    _H("8.8", "Medical Resource Utilisation and Health Economics", ("?economics",)),
    _H(
        "9",
        "Adverse Events, Serious Adverse Events, Product Complaints, Pregnancy and Postpartum "
        "Information, and Special Safety Situations",
    ),
    _H("9.1", "Definitions", ("harms", "?definitions")),
    _H("9.2", "Timing and Procedures for Collection and Reporting", ("?reporting",)),
    _H("9.3", "Pregnancy and Postpartum Information", ("?pregnancy",)),
    _H("9.4", "Special Safety Situations", ("?special",)),
    _H("10", "Statistical Considerations"),
    _H("10.1", "General Considerations", ("general",)),
    _H("10.2", "Analysis Sets", ("populations",)),
    _H("10.3", "Analyses of Demographics and Other Baseline Variables", ("characteristics",)),
    _H(
        "10.4",
        "Analyses Associated with the Primary Objective(s)",
        ("primary methods", "censoring", "?missing", "sensitivity"),
    ),
    _H(
        "10.5",
        "Analyses Associated with the Secondary Objective(s)",
        ("secondary methods",),
    ),
    _H(
        "10.6",
        "Analyses Associated with the Exploratory Objective(s)",
        ("exploratory methods",),
    ),
    _H("10.7", "Safety Analyses", ("harms",)),
    _H("10.8", "Other Analyses", ("?additional",)),
    _H("10.9", "Interim Analyses", ("looks", "?interim access")),
    _H("10.10", "Multiplicity Adjustments", ("multiplicity",)),
    _H("10.11", "Sample Size Determination", ("size",)),
    _H("11", "Trial Oversight and Other General Considerations"),
    _H("11.1", "Regulatory and Ethical Considerations", ("?ethics", "?funding", "?conflicts")),
    _H("11.2", "Trial Oversight", ("?oversight", "?contributors", "?sponsor role", "?sites")),
    _H("11.3", "Informed Consent Process", ("?consent", "?consent further")),
    _H("11.4", "Committees", ("?committees", "?dmc")),
    _H("11.5", "Insurance and Indemnity", ("?insurance",)),
    _H("11.6", "Risk-Based Quality Management", ("?quality", "?monitoring")),
    _H("11.7", "Data Governance", ("?governance", "?collection", "?management")),
    _H("11.8", "Data Protection", ("?confidentiality",)),
    _H("11.9", "Source Records", ("?source records",)),
    _H("11.10", "Protocol Deviations", ("?deviations",)),
    _H("11.11", "Early Site Closure", ("?closure",)),
    _H("11.12", "Data Dissemination", ("?dissemination", "?sharing", "?access")),
    _H("12", "Appendix: Supporting Details"),
    _H("12.1", "Clinical Laboratory Tests", ("laboratory", "?laboratory")),
    _H("12.2", "Country/Region-Specific Differences", ("?countries",)),
    _H("12.3", "Prior Protocol Amendment(s)", ("amended", "?amendments")),
    _H("13", "Appendix: Glossary of Terms and Abbreviations", ("?glossary",)),
    _H("14", "Appendix: References", ("sources", "?references")),
)  # fmt: skip
