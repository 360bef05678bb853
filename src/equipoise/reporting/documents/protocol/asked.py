"""What only people can write of a protocol, each once, whatever document it stands in."""

from __future__ import annotations

from typing import Final, NamedTuple


class TextAsked(NamedTuple):
    """What is asked, and the SPIRIT 2025 item that it answers, if it is one."""

    what: str
    item: str = ""


ASKED: Final = {
    "contributors": TextAsked("who wrote the protocol: names, affiliations, roles", "3a"),
    "sponsor": TextAsked("who the sponsor is, and how to reach them", "3b"),
    "sponsor role": TextAsked(
        "what sponsor and funders do and decide in design, conduct and reporting", "3c"
    ),
    "committees": TextAsked("who oversees the trial, and what each committee does", "3d"),
    "registration": TextAsked("registry, number and date of registration", "4"),
    "access": TextAsked("where protocol and analysis plan can be read", "5"),
    "sharing": TextAsked("where and how data, their dictionary and code can be had", "6"),
    "funding": TextAsked("who pays, and with what", "7a"),
    "conflicts": TextAsked(
        "what interests principal investigators and the steering committee have", "7b"
    ),
    "dissemination": TextAsked("how results reach participants, professions and the public", "8"),
    "background": TextAsked(
        "what is known of benefits and harms, and why this trial is needed", "9a"
    ),
    "comparator": TextAsked("why this comparator", "9b"),
    "involvement": TextAsked(
        "how patients and the public take part in design, conduct and reporting", "11"
    ),
    "setting": TextAsked("where the trial takes place: kinds of site, countries", "13"),
    "eligibility": TextAsked("who may take part and who may not", "14a"),
    "sites": TextAsked("which sites and who may treat", "14b"),
    "interventions": TextAsked("what is given, how, and when", "15a"),
    "modification": TextAsked("when doses are changed or stopped", "15b"),
    "adherence": TextAsked("how adherence is furthered and followed", "15c"),
    "concomitant": TextAsked("which other care is permitted or prohibited", "15d"),
    "outcomes": TextAsked("what is measured, when and how", "16"),
    "harms": TextAsked("how harms are defined, assessed and reported", "17"),
    "timeline": TextAsked("what is done at which visit", "18"),
    "size": TextAsked("how the number of participants was determined", "19"),
    "recruitment": TextAsked("how enough participants are found", "20"),
    "sequence": TextAsked("who makes the sequence of allocation, and with what", "21a"),
    "concealment": TextAsked("how the next allocation stays hidden until it is made", "22"),
    "implementation": TextAsked(
        "who enrolls, who assigns, and whether they can see the sequence", "23"
    ),
    "blinding how": TextAsked("how blinding is achieved, and how alike the treatments are", "24b"),
    "unblinding": TextAsked("when and how a participant's treatment is made known", "24c"),
    "collection": TextAsked("how data are collected, with which instruments and training", "25a"),
    "retention": TextAsked(
        "how participants are kept, and what is asked of those who leave", "25b"
    ),
    "management": TextAsked("how data are entered, coded, secured and stored", "26"),
    "methods": TextAsked("how groups are compared on each outcome", "27a"),
    "populations": TextAsked("who is in each analysis, and in which group", "27b"),
    "missing": TextAsked("how missing data are dealt with", "27c"),
    "additional": TextAsked("subgroup and sensitivity analyses", "27d"),
    "dmc": TextAsked(
        "the data monitoring committee, whether it is independent, its charter; or why none", "28a"
    ),
    "interim": TextAsked("interim analyses and stopping rules, or that there are none", "28b"),
    "interim access": TextAsked("who sees interim results, and who decides to stop", "28b"),
    "monitoring": TextAsked(
        "how, and how often, the conduct of the trial is monitored; or why not", "29"
    ),
    "ethics": TextAsked("approval by an ethics committee", "30"),
    "amendments": TextAsked("how changes of the protocol are made known", "31"),
    "consent": TextAsked("who obtains consent, and how", "32a"),
    "consent further": TextAsked("consent to further use of data and samples", "32b"),
    "confidentiality": TextAsked("how personal data are protected", "33"),
    "post trial": TextAsked("care after the trial, and compensation for harm", "34"),
    "risks": TextAsked("known risks, and what is done against them"),
    "benefits": TextAsked("benefits that may be expected"),
    "balance": TextAsked("risks and benefits weighed"),
    "rationale": TextAsked("why this design, control, duration and estimand"),
    "stopping": TextAsked("what ends the trial before its time"),
    "start and end": TextAsked("which events start and end the trial"),
    "population": TextAsked("why these participants"),
    "contraception": TextAsked("contraception and pregnancy"),
    "lifestyle": TextAsked("food, exercise and other restrictions"),
    "screen failure": TextAsked("who is a screen failure, and who may be screened again"),
    "product": TextAsked("the investigational product: form, strength, manufacturer"),
    "dose rationale": TextAsked("why this dose and regimen"),
    "overdose": TextAsked("what is done after an overdose"),
    "handling": TextAsked("preparation, storage, handling, accountability"),
    "other drugs": TextAsked("background, rescue and other treatments that are not under study"),
    "withdrawal": TextAsked("what a participant who stops treatment or leaves still does"),
    "lost": TextAsked("what is done before a participant counts as lost"),
    "procedures": TextAsked("how assessments are made"),
    "safety procedures": TextAsked("examinations, vital signs, electrocardiograms, laboratory"),
    "pharmacokinetics": TextAsked("pharmacokinetics, or that there is none"),
    "biomarkers": TextAsked("genetics and other biomarkers, or that there are none"),
    "immunogenicity": TextAsked("immunogenicity, or that it is not studied"),
    "economics": TextAsked("use of resources and health economics, or that it is not studied"),
    "definitions": TextAsked("what an adverse event, a serious one and a complaint is"),
    "reporting": TextAsked("who reports which event to whom, and when"),
    "pregnancy": TextAsked("what is done when a participant or a partner becomes pregnant"),
    "special": TextAsked("special situations: misuse, errors, occupational exposure"),
    "oversight": TextAsked("what investigators and sponsor answer for"),
    "insurance": TextAsked("insurance and indemnity"),
    "quality": TextAsked("risks to quality, and what is done about them"),
    "governance": TextAsked("who governs the data"),
    "source records": TextAsked("what counts as a source record"),
    "deviations": TextAsked("how deviations from the protocol are dealt with"),
    "closure": TextAsked("when a site is closed early"),
    "laboratory": TextAsked("laboratory tests that are done"),
    "countries": TextAsked("what differs between countries"),
    "glossary": TextAsked("terms and abbreviations"),
    "references": TextAsked("references"),
}
