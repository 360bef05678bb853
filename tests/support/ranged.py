"""A trial at two sites whose laboratories have other limits of normal; its rules ask for ALT."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from equipoise.conduct.ranges.told import RANGE_COLUMNS
from equipoise.conduct.recorded import recorded
from equipoise.conduct.store.state import known_at
from equipoise.meaning.check import read
from equipoise.protocol import Protocol
from equipoise.sdtm.model import SDTM
from equipoise.sdtm.tabulate.tabulate import tabulate
from support.conducted import Conducted, live
from support.stores import SQLITE

HEAD: Final = ",".join(RANGE_COLUMNS)
ULN: Final = {"A": 45, "B": 40}
VALUE: Final = 130.0  # U/L: at most 3 x 45, more than 3 x 40, so grade 1 at A and 2 at B
GRADES: Final = {"A": 1, "B": 2}
TODAY: Final = dt.date(2026, 1, 5)
PLAIN: Final = """
equipoise: "1"
trial: {id: R1, title: Ranges}
population:
  randomize: 20
  eligibility: {include: [{id: I1, text: Adult, rule: AGE >= 18}]}
arms:
  a: {label: Alpha, role: experimental, give: [GIVE]}
  b: {label: Beta, role: control, give: [GIVE]}
allocation: {blocks: 4, strata: {SEX: [F, M], REGION: [north, south]}}
epochs: {treatment: {lasts: 76 weeks}}
visits:
  laboratory: {at any time, do: [laboratory]}
  dosing: {epoch: treatment, every: 4 weeks, window: 1 week, do: [laboratory, dosing]}
populations: {safety: {label: Treated, who: treated}}
safety: {ctcae: "5.0"}
""".replace("{at any time", "{at: any time").replace(
    "GIVE",
    "{drug: drug, dose: 7 mg, route: PO, every: 4 weeks, times: 4, "
    "modify: [{when: ALT grade >= 2, hold until: ALT grade <= 1}]}",
)
FORMS: Final = """
forms:
  demographics: {at: [laboratory], items: [AGE, SEX, REGION]}
  laboratory:
    items:
      - {collected: LBDTC, label: Sample taken, kind: date time}
      - tests: [ALT, HGB]
checks:
  - {on: laboratory, ask: ALT grade >= 2, say: "ALT {ALT} of at most {ALT upper}: again?"}
"""


def protocol(*, forms: bool = False) -> Protocol:
    """With plain forms, or with forms of its own and a check that asks from grade 2 on."""
    stream = BytesIO((PLAIN + (FORMS if forms else "")).encode())
    stream.name = "ranges.yaml"
    return read(stream)


def begun(folder: Path, *, forms: bool = False) -> Conducted:
    """It recruits, and no laboratory has told anything."""
    return live(SQLITE, folder, protocol=protocol(forms=forms))


def tell(trial: Conducted, site: str, *lines: str, **given: Any) -> Any:
    """Ranges of a site's laboratory."""
    text = "\n".join([HEAD, *lines])
    return trial.do("carl", "set ranges", site=site, text=text, **given)


def tell_both(trial: Conducted, since: str = "2026-01-01") -> None:
    """The limits of normal of both sites."""
    for site, upper in ULN.items():
        tell(trial, site, f"ALT,both,0,10,{upper},U/L,{since}")


def measured(trial: Conducted, subject: str, *, on: str = "2026-01-05", **changed: Any) -> str:
    """ALT of a subject at a visit; the form."""
    held = len(trial.rows("visit", subject=subject))
    given = {"subject": subject, "key": "laboratory", "on": on, "title": f"sample {held + 1}"}
    visit = trial.do("carl", "open visit", **given)["visit"]
    row = {"code": "ALT", "test": "ALT", "value": VALUE, "unit": "U/L"} | changed
    if trial.bus.protocol.forms:
        row = {"ALT": VALUE} | changed
    return str(submitted(trial, subject, visit, row))


def submitted(trial: Conducted, subject: str, visit: str, row: dict[str, Any]) -> str:
    asked = {"subject": subject, "key": "laboratory", "visit": visit, "rows": [row]}
    return str(trial.do("carl", "submit form", **asked)["forms"][0])


def tabulated(trial: Conducted, *, at: str | None = None) -> SDTM:
    """The data as SDTM, now or as they were known."""
    with trial.store.reading() as unit:
        return tabulate(recorded(trial.bus.protocol, known_at(unit.connection, at=at)))
