"""The forms as a page shows them: what is asked, in which words, with which choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from equipoise.laboratory.ctcae.terms import TEST_WORDS
from equipoise.laboratory.units import kinds, known_tests
from equipoise.meaning.forms.model import CaseForm, Item
from equipoise.meaning.forms.resolve import forms_of
from equipoise.protocol import Protocol
from equipoise.protocol.language.activities import QUESTIONNAIRES

ASSESSMENT: Final = "assessment"
FORM_TITLES: Final = {
    "baseline": "Baseline",
    "laboratory": "Laboratory",
    "lesion": "Lesions",
    "measurement": "Measurements",
    "reading": "Response",
    "assessment": "Assessments",
    "adverse event": "Adverse event",
    "therapy": "Further therapy",
    "eligibility": "Eligibility",
}
_WORDS: Final = {
    "term": "What happened",
    "system": "Organ system",
    "grade": "Grade",
    "start": "Began on",
    "end": "Ended on",
    "serious": "Serious",
    "related": "Related to treatment",
    "outcome": "Outcome",
    "therapy": "Therapy",
    "category": "Category",
    "lesion": "Lesion",
    "role": "Role",
    "organ": "Organ",
    "reader": "Read by",
    "measure": "Measure",
    "size": "Size, mm",
    "state": "State",
    "response": "Response",
}
_CHOICES: Final = {
    "grade": ("1", "2", "3", "4", "5"),
    "serious": ("yes", "no"),
    "related": ("yes", "no"),
    "role": ("TARGET", "NON-TARGET", "NEW"),
    "response": ("CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE"),
    "measure": ("diameter", "short axis", "state"),
    "state": ("PRESENT", "ABSENT", "UNEQUIVOCAL PROGRESSION"),
    "outcome": (
        "RECOVERED/RESOLVED", "RECOVERING/RESOLVING", "NOT RECOVERED/NOT RESOLVED",
        "RECOVERED/RESOLVED WITH SEQUELAE", "FATAL", "UNKNOWN",
    ),
}  # fmt: skip


class FormQuestion(NamedTuple):
    """One question.

    kind : as in `meaning.forms`; choices : codes and how people read them, none where it is open
    code : of the test that it asks; of : the question that it stands beside, as a unit its result
    """

    name: str
    label: str
    kind: str
    choices: tuple[tuple[str, str], ...]
    needed: bool
    hint: str = ""
    code: str = ""
    of: str = ""


class LabRow(NamedTuple):
    """One test of the laboratory form, and the units in which it may be told."""

    code: str
    label: str
    units: tuple[str, ...]


def title_of(protocol: Protocol, key: str) -> str:
    """What a form is called."""
    found = forms_of(protocol).get(key)
    return FORM_TITLES.get(key) or (found.label if found else key)


def titles_of(versions: Sequence[Protocol]) -> dict[str, str]:
    """What every form is called that there is in a version, by the last of them that has it."""
    found = dict(FORM_TITLES)
    for protocol in versions:
        found |= {key: title_of(protocol, key) for key in forms_of(protocol)}
    return found


def keys_of_arms(versions: Sequence[Protocol]) -> list[str]:
    """The forms that are of some arms alone in a version."""
    return [key for protocol in versions for key in forms_of(protocol)
            if form_tells_arm(protocol, {"key": key})]  # fmt: skip


def form_tells_arm(protocol: Protocol, row: Mapping[str, Any]) -> bool:
    """Whether a form is of some arms alone, so that there being one tells the arm."""
    found = forms_of(protocol).get(row["key"])
    return found is not None and bool(found.arms) and {*found.arms} != {*protocol.arms}


def keys_at(protocol: Protocol, visit: str, *, arm: str = "") -> tuple[str, ...]:
    """The forms that a visit opens; those of an arm alone where that arm may be known."""
    found = forms_of(protocol)
    keys = [key for key, one in found.items() if visit in one.visits and one.at_visit
            and (not one.arms or arm in one.arms)]  # fmt: skip
    done = protocol.visits[visit].do if visit in protocol.visits else ()
    asks_patients = QUESTIONNAIRES in done and ASSESSMENT in found and found[ASSESSMENT].table
    return tuple(dict.fromkeys([*keys, *([ASSESSMENT] if asks_patients else [])]))


def any_time_keys(protocol: Protocol) -> tuple[str, ...]:
    """The forms that are opened whenever there is need: events, therapies."""
    found = forms_of(protocol).items()
    return tuple(key for key, one in found if one.any_time and not is_once(one))


def once_keys(protocol: Protocol) -> tuple[str, ...]:
    """The forms that are filled in once of a subject, with the factors of the allocation."""
    return tuple(key for key, one in forms_of(protocol).items() if is_once(one))


def is_once(form: CaseForm) -> bool:
    """Whether a form is told once of a subject."""
    return "subjects" in form.tables() or form.free


def questions_of(protocol: Protocol, key: str) -> list[FormQuestion]:
    """The questions of a form, in their order; what is derived is not asked."""
    form = forms_of(protocol)[key]
    return [question(one, form) for one in form.asked]


def question(item: Item, form: CaseForm) -> FormQuestion:
    """One item as a page asks it."""
    own = tuple((one.code, one.label) for one in item.choices) if not item.open else ()
    plain = tuple((one, one) for one in _CHOICES.get(item.key, ())) if form.table else ()
    label = _WORDS.get(item.key, item.label) if form.table else item.label
    owner = next((one.label for one in form.items if one.key == item.of), "")
    label = f"{owner}, {label.lower()}" if owner else label
    unit = item.units[0] if len(item.units) == 1 else ""
    return FormQuestion(
        item.key, label, item.kind, own or plain, item.needed, unit, item.home.code, item.of
    )


def lab_rows() -> list[LabRow]:
    """The tests that rules ask for, and the others that are graded."""
    labels = {code: word for word, code in TEST_WORDS.items()}
    return [LabRow(code, labels[code].capitalize(), _units(code)) for code in TEST_WORDS.values()]


def _units(code: str) -> tuple[str, ...]:
    """The units of a test, the usual ones of reports first."""
    test = known_tests().get(code)
    if test is None:
        return ("",)
    every = [unit for kind in test.kinds for unit in kinds()[kind]]
    return tuple(dict.fromkeys([test.si, test.us, *every]))
