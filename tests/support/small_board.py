"""A trial of deaths alone, small enough that a committee's report of it is made in a moment."""

from __future__ import annotations

import datetime as dt
from io import BytesIO

from equipoise.meaning.check import read
from support.conducted import live
from support.stores import SQLITE

DEATHS = """
equipoise: "1"
trial: {id: B1, title: Deaths, masking: open label}
population:
  randomize: 60
  eligibility: {include: [{id: I1, text: Adult, rule: AGE >= 18}]}
arms:
  a: {label: Zzalpha, role: experimental, give: [zzdruga 7 mg IV every 4 weeks until week 52]}
  b: {label: Zzbeta, role: control, give: [zzdrugb 9 mg IV every 4 weeks until week 52]}
epochs: {treatment: {lasts: 52 weeks}}
visits:
  safety: {epoch: treatment, every: 4 weeks, do: [laboratory]}
allocation: {blocks: 4, strata: {SEX: [F, M], REGION: [north, south]}}
endpoints:
  OS: {label: Overall survival, type: time to event, event: [death], censor: [last known alive]}
populations:
  ITT: {label: All randomized patients, who: randomized, flag: ITTFL}
  safety: {label: All treated patients, who: treated, flag: SAFFL, arm: as treated}
estimands:
  OS: {endpoint: OS, role: primary, population: ITT, summary: hazard ratio, test: log-rank,
       estimator: [Cox, Kaplan-Meier]}
design:
  OS:
    looks: {interim: 17 events, final: 34 events}
    spending: lan-demets-obf
"""


def deaths(folder):
    """Fifty-three people of whom nineteen have died, one every nine days."""
    stream = BytesIO(DEATHS.encode())
    stream.name = "deaths.yaml"
    trial = live(SQLITE, folder, protocol=read(stream))
    people = [trial.randomized("A", SEX="FM"[n % 2]) for n in range(53)]
    for subject in people[:19]:
        trial.clock.now += dt.timedelta(days=9)
        trial.do("carl", "record death", subject=subject, on=str(trial.clock.now.date()))
    return trial
