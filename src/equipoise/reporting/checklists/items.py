"""Items of CONSORT 2025 and topics of CONSORT Harms, and where a report has them.

Source  Hopewell et al., PLOS Med 2025;22:e1004587, table 1 (numbers and topics, in our own words;
        items 27 to 30 from memory); Junqueira et al., BMJ 2023;381:e073725 (harms: topics only,
        the order is ours).
"""

from __future__ import annotations

from typing import Final, NamedTuple


class ChecklistItem(NamedTuple):
    """An item, and the addresses of the page of which one at least must be there.

    where : none for what only the authors' text can hold
    """

    number: str
    topic: str
    where: tuple[str, ...] = ()


_I = ChecklistItem
CONSORT: Final = (
    _I("1a", "identified as a randomized trial", ("abstract-methods",)),
    _I("1b", "structured summary", ("abstract",)),
    _I("2", "registration", ("registration",)),
    _I("3", "access to protocol and analysis plan"),
    _I("4", "data sharing"),
    _I("5a", "funding"),
    _I("5b", "conflicts of interest"),
    _I("6", "background and rationale"),
    _I("7", "objectives", ("table-estimands",)),
    _I("8", "patient and public involvement"),
    _I("9", "trial design", ("trial-design",)),
    _I("10", "changes to the trial after it began", ("amendments",)),
    _I("11", "setting"),
    _I("12a", "eligibility of participants", ("eligibility",)),
    _I("12b", "eligibility of sites and of those who treat"),
    _I("13", "intervention and comparator", ("interventions",)),
    _I("14", "outcomes", ("table-estimands",)),
    _I("15", "how harms are defined and assessed", ("harms-assessed",)),
    _I("16a", "sample size", ("sample-size",)),
    _I("16b", "interim analyses and stopping", ("looks",)),
    _I("17a", "who made the sequence, and how"),
    _I("17b", "type of randomization", ("randomization",)),
    _I("18", "allocation concealment"),
    _I("19", "implementation of allocation"),
    _I("20a", "who was blinded", ("trial-design",)),
    _I("20b", "how blinding was achieved"),
    _I("21a", "statistical methods", ("table-estimands",)),
    _I("21b", "who is in each analysis", ("table-efficacy",)),
    _I("21c", "missing data and intercurrent events", ("table-estimands",)),
    _I("21d", "additional analyses", ("forest-figure", "table-subgroups")),
    _I("22a", "numbers allocated, treated and analyzed", ("flow-figure",)),
    _I("22b", "losses and exclusions, with reasons", ("flow-figure",)),
    _I("23a", "dates of recruitment and follow-up", ("recruitment",)),
    _I("23b", "why the trial ended or was stopped"),
    _I("24a", "intervention and comparator as received", ("table-exposure", "exposure")),
    _I("24b", "concomitant care", ("table-concomitant",)),
    _I("25", "baseline data", ("table-baseline",)),
    _I("26", "outcomes and estimation, by group, with precision", ("table-efficacy",)),
    _I("27", "harms by group", ("table-safety",)),
    _I("28", "ancillary analyses", ("forest-figure", "table-subgroups")),
    _I("29", "interpretation"),
    _I("30", "limitations"),
)
HARMS_TOPICS: Final = (
    _I("H1", "the abstract tells of harms", ("abstract-results",)),
    _I("H2", "benefits and harms are both named as objectives"),
    _I("H3", "which harms were looked for, and their definitions", ("harms-assessed",)),
    _I("H4", "how and when harms were collected", ("harms-assessed",)),
    _I("H5", "how harms are coded and graded", ("harms-assessed",)),
    _I("H6", "how harms are analyzed, and among whom", ("table-safety",)),
    _I("H7", "who stopped treatment because of harms, by group", ("table-safety",)),
    _I("H8", "deaths, by group", ("table-safety",)),
    _I("H9", "denominators of each analysis of harms", ("table-safety",)),
    _I("H10", "each group's risk of each kind of event", ("table-terms",)),
    _I("H11", "serious events, by group", ("table-safety",)),
    _I("H12", "severity by group", ("table-terms",)),
    _I("H13", "absolute differences with their limits", ("table-safety", "harms-figure")),
    _I("H14", "when harms began and how long they lasted", ("onset-figure",)),
    _I("H15", "harms of laboratory values", ("table-safety",)),
    _I("H16", "benefits and harms in balance"),
)
LISTS: Final = {"consort": CONSORT, "harms": HARMS_TOPICS}
TITLES: Final = {
    "consort": "CONSORT 2025",
    "harms": "CONSORT Harms",
    "spirit": "SPIRIT 2025",
}
