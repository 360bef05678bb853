"""Every command by its name."""

from __future__ import annotations

from typing import Final

from equipoise.conduct.commands.allocating.activate_list import ActivateList
from equipoise.conduct.commands.allocating.correct_stratum import CorrectStratum
from equipoise.conduct.commands.allocating.import_list import ImportList
from equipoise.conduct.commands.allocating.note_allocation_error import NoteAllocationError
from equipoise.conduct.commands.allocating.open_envelope import RandomizeByEnvelope
from equipoise.conduct.commands.allocating.randomize import Randomize
from equipoise.conduct.commands.allocating.reveal_list import RevealList
from equipoise.conduct.commands.allocating.review_list import ReviewList
from equipoise.conduct.commands.allocating.seal_envelopes import ReturnEnvelopes, SealEnvelopes
from equipoise.conduct.commands.allocating.sign_imported_list import SignImportedList
from equipoise.conduct.commands.allocating.unblind import Unblind
from equipoise.conduct.commands.central.activate_version import ActivateVersion
from equipoise.conduct.commands.central.approve_version import ApproveVersion
from equipoise.conduct.commands.central.close_account import CloseAccount
from equipoise.conduct.commands.central.grant import Grant
from equipoise.conduct.commands.central.make_token import MakeToken
from equipoise.conduct.commands.central.open_account import OpenAccount
from equipoise.conduct.commands.central.open_site import OpenSite
from equipoise.conduct.commands.central.reset import Reset
from equipoise.conduct.commands.central.revoke import Revoke
from equipoise.conduct.commands.central.revoke_token import RevokeToken
from equipoise.conduct.commands.central.set_site import SetSite
from equipoise.conduct.commands.central.set_trial import Pause, Resume, SetTrial
from equipoise.conduct.commands.closing.cut_data import CutData
from equipoise.conduct.commands.closing.export import Export
from equipoise.conduct.commands.closing.freeze import Freeze, LockData, Unfreeze
from equipoise.conduct.commands.closing.recommend import Recommend
from equipoise.conduct.commands.doses.check_dose import CheckDose
from equipoise.conduct.commands.doses.give_dose import GiveDose
from equipoise.conduct.commands.doses.hold_dose import HoldDose, SkipDose, StopDrug
from equipoise.conduct.commands.doses.order_dose import CalibrateDose, OrderDose, ReceiveDose
from equipoise.conduct.commands.doses.sign_dose import SignDose
from equipoise.conduct.commands.entering.clear_form import ClearForm
from equipoise.conduct.commands.entering.correct import Correct
from equipoise.conduct.commands.entering.open_visit import OpenVisit
from equipoise.conduct.commands.entering.queries import AnswerQuery, CloseQuery, RaiseQuery
from equipoise.conduct.commands.entering.set_ranges import SetRanges
from equipoise.conduct.commands.entering.sign import Sign, VerifyForm
from equipoise.conduct.commands.entering.submit_form import SaveDraft, SubmitDraft, SubmitForm
from equipoise.conduct.commands.kits.move_kit import AssignKit, QuarantineKit, ReceiveKit
from equipoise.conduct.commands.kits.release_kit import ReleaseKit
from equipoise.conduct.commands.model import Command
from equipoise.conduct.commands.safety.assess_sae import AssessSAE
from equipoise.conduct.commands.safety.follow_up_sae import CloseSAE, FollowUpSAE
from equipoise.conduct.commands.safety.report_sae import ReportSAE
from equipoise.conduct.commands.subjects.consent import Consent
from equipoise.conduct.commands.subjects.end_part import EndPart, Withdraw
from equipoise.conduct.commands.subjects.judge_eligibility import JudgeEligibility
from equipoise.conduct.commands.subjects.note_deviation import NoteDeviation
from equipoise.conduct.commands.subjects.record_death import RecordDeath
from equipoise.conduct.commands.subjects.screen import Screen

_EVERY: Final[tuple[type[Command], ...]] = (
    OpenAccount, CloseAccount, Reset, Grant, Revoke, MakeToken, RevokeToken, OpenSite,
    ApproveVersion, SetSite, SetTrial, Pause, Resume, ActivateVersion, ImportList,
    SignImportedList, ReviewList, ActivateList, RevealList, SealEnvelopes, ReturnEnvelopes,
    RandomizeByEnvelope, Screen, Consent, JudgeEligibility, Randomize, CorrectStratum,
    NoteAllocationError, Unblind, OpenVisit, SaveDraft, SubmitForm, SubmitDraft, Correct,
    ClearForm, SetRanges, VerifyForm, Sign, RaiseQuery,
    AnswerQuery, CloseQuery, ReportSAE, AssessSAE, FollowUpSAE, CloseSAE, CheckDose, OrderDose,
    CalibrateDose, ReceiveDose, GiveDose, HoldDose, SkipDose, StopDrug, SignDose, ReleaseKit,
    ReceiveKit, AssignKit, QuarantineKit, EndPart, Withdraw, RecordDeath, NoteDeviation, Freeze,
    Unfreeze, LockData, CutData, Recommend, Export,
)  # fmt: skip
EVERY_COMMAND: Final = {one.name: one for one in _EVERY}
