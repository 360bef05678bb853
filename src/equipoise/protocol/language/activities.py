"""What is done at a visit: the words of `do`, and what each of them makes.

The one place where these words stand; whoever asks what a visit is for imports them.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

Activity = Literal[
    "tumor assessment", "laboratory", "vital signs", "questionnaires", "dosing", "survival status",
    "consent", "eligibility", "randomization", "demographics", "medical history",
    "physical examination", "performance status", "electrocardiogram", "adverse events",
    "concomitant medication", "pregnancy test", "imaging", "biopsy", "biomarkers",
    "pharmacokinetics", "dosimetry", "drug accountability",
]  # fmt: skip

TUMOR_ASSESSMENT: Final = "tumor assessment"
LABORATORY: Final = "laboratory"
QUESTIONNAIRES: Final = "questionnaires"
DOSING: Final = "dosing"
SURVIVAL_STATUS: Final = "survival status"

MAKES: Final[dict[Activity, str]] = {
    "tumor assessment": "TU, TR and RS: progression and response are seen here, and only here",
    "laboratory": "LB: the tests of `truth: labs`",
    "vital signs": "VS: the measures of `truth: measures` in VS",
    "questionnaires": "QS: the measures of `truth: measures` in QS",
    "dosing": "the visit is on the days of doses, where a regimen with dose rules has its interval",
    "survival status": "a contact in SV: the patient is known to be alive",
}
"""What a virtual patient's records hold of an activity. Of the others a visit leaves its date."""

MEASURED_AT: Final[dict[str, Activity]] = {"QS": "questionnaires", "VS": "vital signs"}
"""The domain of a truth's measure, and at which visits it is measured."""

_ALSO_CALLED: Final[dict[str, Activity]] = {
    "informed consent": "consent",
    "inclusion/exclusion criteria": "eligibility",
    "inclusion and exclusion criteria": "eligibility",
    "eligibility criteria": "eligibility",
    "randomisation": "randomization",
    "physical exam": "physical examination",
    "ecog performance status": "performance status",
    "ecg": "electrocardiogram",
    "12-lead ecg": "electrocardiogram",
    "adverse event": "adverse events",
    "concomitant medications": "concomitant medication",
    "laboratory tests": "laboratory",
    "hematology": "laboratory",
    "chemistry": "laboratory",
    "urinalysis": "laboratory",
    "vital signs and temperature": "vital signs",
    "ct scan": "imaging",
    "mri": "imaging",
    "tumour assessment": "tumor assessment",
    "questionnaire": "questionnaires",
}


def activity_named(text: str) -> Activity | None:
    """The activity that somebody else's document calls so; None if it is none of ours.

    >>> activity_named("Informed Consent")
    'consent'
    """
    word = " ".join(text.split()).lower()
    known = {name: name for name in get_args(Activity)} | _ALSO_CALLED
    return known.get(word)
