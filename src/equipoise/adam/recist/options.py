"""Every point RECIST 1.1 leaves to judgement, said in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from equipoise.adam.dates.dtc import Impute


@dataclass(frozen=True, slots=True)
class RecistOptions:
    """The judgement points a protocol declares.

    version : RECIST 1.1, or iRECIST, in which progression must be confirmed

    Reading of scans
      impute : partial scan dates as the first or last possible day
      reappearance : a target lesion seen again after a complete response: "by sum" or "PD"
      backdate_equivocal : an equivocal new lesion later called new is PD at its first date (4.3.5)
      progression_date, response_date : which scan of a visit dates PD, and every other response
      progression_days : iRECIST: the scan that confirms progression, at least so late after it
      adjudicator : the central reader whose word decides where the others differ
      undecided : what counts where central readers differ and nobody decided

    Best overall response
      confirmed : CR and PR need a second reading (4.6.1)
      confirmation_days, confirmation_limit : the second reading at least, at most so late
      ne_between, sd_between : NE and SD readings allowed between the two; None for any number
      pr_after_cr : may PR, CR, PR confirm PR ("accept") or not ("refuse")
      cr_then_pr : a CR whose next evaluable reading is PR is best taken as SD, PD or PR (Table 3)
      minimum_sd_days : SD, and non-CR/non-PD, from the start date
      pr_then_sd_needs_minimum : Table 3 calls PR then SD "SD" without a minimum
      same_day : of two readings on one day keep the worst, the best or the last
      after_new_therapy : drop readings after new anticancer therapy, or keep them
      missing_as_ne : a subject without a reading counts as NE, not MISSING

    Source   Eisenhauer 2009 (RECIST 1.1), sections 4.3 to 4.6 and Tables 1 to 3;
             Seymour 2017 (iRECIST).
    """

    version: Literal["1.1", "iRECIST"] = "1.1"
    impute: Impute = "first"
    reappearance: Literal["by sum", "PD"] = "by sum"
    backdate_equivocal: bool = True
    progression_date: Literal["first", "last"] = "first"
    response_date: Literal["first", "last"] = "last"
    progression_days: int = 28
    adjudicator: str = "ADJUDICATOR"
    undecided: Literal["not evaluable", "worst", "best"] = "not evaluable"
    confirmed: bool = True
    confirmation_days: int = 28
    confirmation_limit: int | None = None
    ne_between: int | None = 1
    sd_between: int | None = 0
    pr_after_cr: Literal["accept", "refuse"] = "refuse"
    cr_then_pr: Literal["SD", "PD", "PR"] = "SD"
    minimum_sd_days: int = 42
    pr_then_sd_needs_minimum: bool = False
    same_day: Literal["worst", "best", "last"] = "worst"
    after_new_therapy: Literal["drop", "keep"] = "drop"
    missing_as_ne: bool = False
