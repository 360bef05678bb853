"""Every page and who sees it, and a trial that has something on each."""

from __future__ import annotations

from io import BytesIO

from equipoise.meaning.check import read
from support.conducted import PEOPLE, live
from support.prepared import prepared
from support.served import Site
from support.stores import SQLITE

PERSON = {role: person for person, role in PEOPLE.items() if person != "ulf"} | {"admin": "adam"}
C, I, P, M = "coordinator", "investigator", "pharmacist", "monitor"
D, B, U, S, X, A = ("data manager", "blinded statistician", "unblinded statistician", "sponsor",
                    "DSMB", "admin")  # fmt: skip
EVERY = {C, I, P, M, D, B, U, S, X, A}

SEEN = {
    "/subjects": {C, I, P, M, D},
    "/subjects/{randomized}": {C, I, P, M, D},
    "/subjects/{screened}": {C, I, P, M, D},
    "/subjects/{randomized}/entered?key=laboratory&visit={visit}": {C, I, P, M, D},
    "/forms/{form}": {C, I, P, M, D},
    "/forms/{event}": {C, I, P, M, D},
    "/subjects/{randomized}/form?key=adverse event": {C, I},
    "/subjects/{randomized}/form?key=laboratory&visit={visit}": {C, I},
    "/subjects/{fresh}/form?key=baseline": {C, I},
    "/subjects/{randomized}/open?key=safety&n=2": {C, I},
    "/subjects/{screened}/randomize": {C, I},
    "/subjects/{randomized}/allocation": {C, I},
    "/subjects/{randomized}/sign": {I},
    "/subjects/{randomized}/unblind": {I, P},
    "/pharmacy": {C, I, P, M, U, S},
    "/queries": {C, I, P, M, D},
    "/queries?closed=true": {C, I, P, M, D},
    "/ranges": {C, I, P, M, D},
    "/ranges?site=B": {D},
    "/ranges/template.csv?site=A": {C, I, P, M, D},
    "/safety": {C, I, M, D, S},
    "/accrual": EVERY - {P, A},
    "/monitor": {M, D},
    "/help": EVERY,
    "/board": {X, U, S},
    "/list": {U, B, X, S},
    "/closing": {D, U},
    "/audit": EVERY - {X},
    "/audit?chain=trial": {D, B, U, S, A},
    "/audit?chain=site:A": EVERY - {X, A},
    "/audit?chain=site:B": {D, B, U, S},
    "/audit.csv?chain=site:A": EVERY - {X, A},
    "/protocol": EVERY,
    "/accounts": {A, S},
    "/tokens": EVERY,
}

ARMS_KNOWN = {"open label": {C, I, P, M}, "double blind": {P}}
ONE = """
equipoise: "1"
trial: {id: T9, title: Small, masking: MASKING}
population:
  randomize: 40
  eligibility: {include: [{id: I1, text: Adult, rule: AGE >= 18}]}
arms:
  zzarma:
    {label: Zzalpha, role: experimental, give: [{drug: zzdrugalpha, dose: 7 mg, route: IV,
     every: 4 weeks, times: 4,
     modify: [{when: platelets < 75, hold until: platelets >= 75}]}]}
  zzarmb:
    {label: Zzbeta, role: control, give: [{drug: zzdrugbeta, dose: 9 mg, route: IV, every: 8 weeks,
     times: 4}]}
epochs: {treatment: {lasts: 76 weeks}}
visits:
  screening: {day: -7, do: [laboratory]}
  zzinfusion: {epoch: treatment, every: 4 weeks, window: 1 week, do: [laboratory, dosing]}
  safety: {epoch: treatment, every: 6 weeks, start: 6 weeks, do: [laboratory]}
allocation: {blocks: 4, strata: {SEX: [F, M], REGION: [north, south]}}
"""


def one_with_words(masking):
    """A small trial in which what tells arms apart is spelled zz."""
    stream = BytesIO(ONE.replace("MASKING", masking).encode())
    stream.name = "words.yaml"
    return read(stream)


RANGES = """test,sex,age_from,lower,upper,unit,from_day
PLAT,both,0,150,400,10^9/L,2025-12-01
PLAT,both,0,150,450,10^9/L,2026-01-01
PLAT,both,0,140,450,10^9/L,2026-06-01
HGB,F,18,12,15.5,g/dL,2026-01-01
HGB,M,18,13.5,,g/dL,2026-01-01
"""


class Everything:
    """A trial with something on every page."""

    def __init__(self, folder, protocol, **answers):
        def conduct(folder):
            self._conduct(live(SQLITE, folder, protocol=protocol), **answers)
            self.trial.known = self.known
            return self.trial

        of = ("everything", protocol.digest, *answers.items())
        self.trial = prepared(of, folder, conduct)
        self.known = dict(self.trial.known)
        self.site = Site(self.trial)
        self.browsers = {role: self.site.as_(person) for role, person in PERSON.items()}

    def _conduct(self, trial, **answers):
        self.trial = trial
        today = trial.clock.now.date()
        self.known = {"randomized": trial.randomized("A", **answers)}
        one = self.known["randomized"]
        self.known["screened"] = trial.screened("A")
        self.known["fresh"] = trial.do("carl", "screen", site="A")["subject"]
        self.known["far"] = trial.randomized("B")
        key = next(iter(trial.bus.protocol.visits), "")
        if key:
            visit = trial.do("carl", "open visit", subject=one, key=key, on=str(today))["visit"]
            rows = [{"code": "PLAT", "value": 62.0, "unit": "10^9/L"}]
            trial.do("carl", "submit form", subject=one, key="laboratory", visit=visit, rows=rows)
            self.known["visit"] = visit
        self._give(one, today)
        event = {"term": "Nausea", "start": str(today)}
        made = trial.do("carl", "submit form", subject=one, key="adverse event", rows=[event])
        self.known["event"] = made["forms"][0]
        self.known["form"] = trial.baseline_form(one)
        for site in "AB":
            trial.do("carl", "set ranges", site=site, text=RANGES)
        self.known["far form"] = trial.baseline_form(self.known["far"])
        query = trial.do("dana", "raise query", form=self.known["form"], text="Sure?")
        self.known["query"] = query["query"]
        for person in ("carl", "iris", "phil", "mona"):
            for grant in trial.rows("grant", account=person):
                if grant["site"] == "B":
                    trial.do("adam", "revoke", grant=grant["id"], reason="of site A alone")
        self._kits(one)

    def _kits(self, subject):
        """A kit that is kept for somebody, and one on its way."""
        trial = self.trial
        arm = trial.rows("allocation", subject=subject)[0]["arm"]
        expires = str(trial.clock.now.date().replace(year=trial.clock.now.year + 1))
        for regimen in trial.bus.protocol.arms[arm].give[:1]:
            for kit in ("K-1", "K-2"):
                trial.do("uma", "release kit", kit=kit, drug=regimen.drug, lot="L1",
                         expires=expires)  # fmt: skip
            trial.do("phil", "receive kit", kit="K-1", site="A")
            trial.do("phil", "assign kit", kit="K-1", subject=subject)

    def _give(self, subject, today):
        """A dose, and one against the rules, which leaves a deviation."""
        arm = self.trial.rows("allocation", subject=subject)[0]["arm"]
        for regimen in self.trial.bus.protocol.arms[arm].give[:1]:
            dose = {"drug": regimen.drug, "amount": float(regimen.dose.value),
                    "unit": regimen.dose.unit, "on": str(today)}  # fmt: skip
            self.trial.do("phil", "give dose", subject=subject, **dose, reason="as decided")
            self.trial.do("phil", "hold dose", subject=subject, drug=regimen.drug, on=str(today),
                          reason="toxicity")  # fmt: skip
            self.trial.do("iris", "unblind", subject=subject, reason="an emergency")
