"""Items of CONSORT 2025 and topics of CONSORT Harms, and where a report has them.

Topics are in our own words.

Source  Hopewell et al., PLOS Med 2025;22:e1004587, table 1; each number and its meaning compared
        with two transcriptions in public repositories. Harms: Ioannidis et al., Ann Intern Med
        2004;141:781, whose ten recommendations a table of BMJ Open (2017) transcribes. The update
        (Junqueira et al., BMJ 2023;381:e073725) has them among CONSORT's items, of which CONSORT
        2025 took up 7, 15, 21a, 23a and 27; its own table was not at hand.
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
    _I("19", "who enrolls and assigns, and whether they could see the sequence"),
    _I("20a", "who was blinded", ("trial-design",)),
    _I("20b", "how blinding was achieved"),
    _I("21a", "statistical methods", ("table-estimands",)),
    _I("21b", "who is in each analysis", ("table-efficacy",)),
    _I("21c", "missing data"),
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
    _I("1", "title or abstract tell of harms", ("abstract-results",)),
    _I("2", "the introduction names harms beside benefits"),
    _I("3a", "which harms were looked for, and their definitions", ("harms-assessed",)),
    _I("3b", "by which scale harms are graded", ("harms-assessed",)),
    _I("4", "how and when harms were collected and attributed", ("harms-assessed",)),
    _I("5a", "how harms are coded"),
    _I("5b", "how harms are analyzed, repeated ones too", ("table-harms-overview",)),
    _I("6a", "who stopped treatment because of harms, by group", ("table-harms-overview",)),
    _I("6b", "deaths, by group", ("table-harms-overview",)),
    _I("7", "denominators of each analysis of harms", ("table-safety",)),
    _I("8a", "each group's risk of each kind of event", ("table-terms",)),
    _I("8b", "serious events, by group", ("table-safety",)),
    _I("8c", "severity by group", ("table-terms",)),
    _I("8d", "repeated events, by group", ("table-harms-overview",)),
    _I("8e", "what is measured, as laboratory values, by group", ("table-lab-worst",)),
    _I("9", "subgroups and exploratory analyses of harms"),
    _I("10", "benefits and harms in balance, with what limits the trial"),
)
"""The ten recommendations of 2004, in parts."""

LISTS: Final = {"consort": CONSORT, "harms": HARMS_TOPICS}
TITLES: Final = {
    "consort": "CONSORT 2025",
    "harms": "CONSORT Harms (2004)",
    "spirit": "SPIRIT 2025",
}
