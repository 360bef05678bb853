"""Every command by its name."""

from __future__ import annotations

from typing import Final

from equipoise.conduct.commands.allocating.activate_list import ActivateList
from equipoise.conduct.commands.allocating.correct_stratum import CorrectStratum
from equipoise.conduct.commands.allocating.note_allocation_error import NoteAllocationError
from equipoise.conduct.commands.allocating.randomize import Randomize
from equipoise.conduct.commands.allocating.reveal_list import RevealList
from equipoise.conduct.commands.allocating.unblind import Unblind
from equipoise.conduct.commands.central.approve_version import ApproveVersion
from equipoise.conduct.commands.central.close_account import CloseAccount
from equipoise.conduct.commands.central.grant import Grant
from equipoise.conduct.commands.central.open_account import OpenAccount
from equipoise.conduct.commands.central.open_site import OpenSite
from equipoise.conduct.commands.central.revoke import Revoke
from equipoise.conduct.commands.central.set_site import SetSite
from equipoise.conduct.commands.central.set_trial import Pause, Resume, SetTrial
from equipoise.conduct.commands.closing.cut_data import CutData
from equipoise.conduct.commands.closing.freeze import Freeze, LockData, Unfreeze
from equipoise.conduct.commands.doses.give_dose import GiveDose
from equipoise.conduct.commands.doses.hold_dose import HoldDose, StopDrug
from equipoise.conduct.commands.entering.correct import Correct
from equipoise.conduct.commands.entering.open_visit import OpenVisit
from equipoise.conduct.commands.entering.queries import AnswerQuery, CloseQuery, RaiseQuery
from equipoise.conduct.commands.entering.report_sae import ReportSAE
from equipoise.conduct.commands.entering.sign import Sign, VerifyForm
from equipoise.conduct.commands.entering.submit_form import SaveDraft, SubmitDraft, SubmitForm
from equipoise.conduct.commands.model import Command
from equipoise.conduct.commands.subjects.consent import Consent
from equipoise.conduct.commands.subjects.end_part import EndPart, Withdraw
from equipoise.conduct.commands.subjects.judge_eligibility import JudgeEligibility
from equipoise.conduct.commands.subjects.note_deviation import NoteDeviation
from equipoise.conduct.commands.subjects.record_death import RecordDeath
from equipoise.conduct.commands.subjects.screen import Screen

_EVERY: Final[tuple[type[Command], ...]] = (
    OpenAccount, CloseAccount, Grant, Revoke, OpenSite, ApproveVersion, SetSite, SetTrial, Pause,
    Resume, ActivateList, RevealList, Screen, Consent, JudgeEligibility, Randomize, CorrectStratum,
    NoteAllocationError, Unblind, OpenVisit, SaveDraft, SubmitForm, SubmitDraft, Correct,
    VerifyForm, Sign, RaiseQuery, AnswerQuery, CloseQuery, ReportSAE, GiveDose, HoldDose, StopDrug,
    EndPart, Withdraw, RecordDeath, NoteDeviation, Freeze, Unfreeze, LockData, CutData,
)  # fmt: skip
EVERY_COMMAND: Final = {one.name: one for one in _EVERY}
