"""Whether collected data can be used: every rule over every table, every finding at once.

S01 to S08 are told by the readers (files, encodings, types); the rules run here are

    S10-S19 structure   S20-S29 subjects and arms   S30-S36 time   S40-S47 content
    S51-S59 what happened to subjects   S60-S64 values that no trial can have

and those of installed distributions (`equipoise.rules`).

An error makes a number wrong or impossible; a warning is what a reader of the report should know.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final

from equipoise.errors import Finding
from equipoise.sdtm.arms import KnownArms
from equipoise.sdtm.conform import (
    actions as rules_actions,
)
from equipoise.sdtm.conform import (
    conducted as rules_conducted,
)
from equipoise.sdtm.conform import (
    content as rules_content,
)
from equipoise.sdtm.conform import (
    plausible as rules_plausible,
)
from equipoise.sdtm.conform import (
    structure as rules_structure,
)
from equipoise.sdtm.conform import (
    subjects as rules_subjects,
)
from equipoise.sdtm.conform import (
    time as rules_time,
)
from equipoise.sdtm.conform.added import added_findings
from equipoise.sdtm.model import SDTM
from equipoise.sdtm.study import ExaminedStudy, study_of

ConformanceRule = Callable[[ExaminedStudy], Iterator[Finding]]

TOLD_BY_READERS: Final = {
    "S01": "A file cannot be read.",
    "S02": "A file is not UTF-8 and was read in another encoding.",
    "S03": "A file that holds no data lies in the folder and is left aside.",
    "S04": "Two files hold one domain.",
    "S05": "A column stands twice.",
    "S06": "A column or value is of another type than the standard asks.",
    "S07": "A file may be cut off.",
    "S08": "The define.xml says otherwise than the data.",
    "S50": "Records without a date, which no cut-off can leave out.",
}
"""Rules about files and columns, told where they are read or cut."""

CONFORMANCE_RULES: tuple[ConformanceRule, ...] = (
    *rules_structure.STRUCTURE_RULES,
    *rules_subjects.SUBJECT_RULES,
    *rules_time.TIME_RULES,
    *rules_content.CONTENT_RULES,
    *rules_conducted.CONDUCTED_RULES,
    *rules_actions.ACTION_RULES,
    *rules_plausible.PLAUSIBLE_RULES,
)


def conform(
    data: SDTM,
    *,
    arms: KnownArms | Collection[str] | None = None,
    domains: Collection[str] = (),
    tumors: Sequence[str] = (),
) -> list[Finding]:
    """Every finding about `data`, errors first.

    arms : those that the protocol knows, or one word for each; None to accept any
    domains : domains that the protocol cannot do without, beside DM
    tumors : endpoints that rest on tumor assessments
    Checked  tests/unit/sdtm/test_conform.py (each rule); tests/cases/test_pilot_sdtm.py
    """
    known = arms if arms is None or isinstance(arms, KnownArms) else KnownArms.named(arms)
    study = study_of(data, arms=known, domains=frozenset(domains), tumors=tuple(tumors))
    findings = [*study.misfits, *(finding for rule in CONFORMANCE_RULES for finding in rule(study))]
    findings += added_findings(study)
    order = {"error": 0, "warning": 1, "note": 2}
    return sorted(findings, key=lambda finding: order[finding.severity])
