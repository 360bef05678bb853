"""What is told once of a subject is judged in the unit in which it was asked."""

from __future__ import annotations

import io

import pytest

from equipoise.conduct.commands.model import RefusedError
from equipoise.meaning.check import read
from equipoise.meaning.forms.resolve import forms_of
from support.conducted import all_met, live
from support.stores import SQLITE
from support.virtual import EXAMPLES
from unit.conduct.commands.test_doses import DRUG
from unit.conduct.commands.test_nulls import WELL

SAID = {
    "AGE": 60, "SEX": "F", "WEIGHT": 70, "KPS": 90, "KI67": 3, "UPTAKE": "grade 3",
    "SSADUR": "more than 6 months",
}  # fmt: skip


def conducted(folder, *changes):
    """NETTER-1 with some words changed."""
    text = (EXAMPLES / "netter1" / "protocol.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    stream = io.BytesIO(text.encode())
    stream.name = "protocol.yaml"
    return live(SQLITE, folder, protocol=read(stream))


def judged(trial, **said):
    """A subject with these answers, who meets every criterion as the investigator says."""
    subject = trial.do("carl", "screen", site="A")["subject"]
    trial.do("carl", "consent", subject=subject, on="2026-01-05")
    asked = {"subject": subject, "key": "demographics", "rows": [SAID | said]}
    (form,) = trial.do("carl", "submit form", **asked)["forms"]
    trial.do("iris", "sign", form=form)
    trial.do("iris", "judge eligibility", subject=subject, met=all_met(trial.bus.protocol))
    return subject


@pytest.mark.parametrize("rule", ["AGE >= 18", "AGE >= 18 years", "AGE >= 216 months"])
def test_a_child_is_kept_out_in_whatever_unit_the_rule_speaks(rule, tmp_path):
    trial = conducted(tmp_path, ("rule: AGE >= 18", f"rule: {rule}"))
    judged(trial, AGE=18)
    with pytest.raises(RefusedError, match="I4 is not met by what was measured"):
        judged(trial, AGE=17)
    trial.store.engine.dispose()


@pytest.mark.parametrize(("weight", "may"), [(39, False), (40, True)])
def test_a_dose_rule_asks_for_what_was_told_once(weight, may, tmp_path):
    last = "          - when: not recovered 16 weeks after the last infusion\n"
    trial = conducted(tmp_path, (last, f"{last}          - when: WEIGHT < 40000 g\n"))
    items = {one.key: one for one in forms_of(trial.bus.protocol)["demographics"].items}
    assert items["WEIGHT"].units == ("kg",)
    while True:
        subject = judged(trial, WEIGHT=weight)
        trial.do("carl", "randomize", subject=subject)
        if trial.rows("allocation", subject=subject)[0]["arm"] == "lutate":
            break
    day = trial.clock.now.date()
    visit = {"subject": subject, "key": "survival sweep", "on": str(day)}
    at = trial.do("carl", "open visit", **visit)["visit"]
    row = {
        key: answer
        for code, value, unit, low in WELL
        for key, answer in ((code, value), (f"{code} unit", unit), (f"{code} lower", low))
    }
    trial.do("carl", "submit form", subject=subject, key="laboratory", visit=at, rows=[row])
    asked = {"subject": subject, "drug": DRUG, "on": str(day)}
    if may:
        assert trial.do("carl", "check dose", **asked)["state"] == "checked"
    else:
        with pytest.raises(RefusedError, match="stopped: WEIGHT < 40000 g"):
            trial.do("carl", "check dose", **asked)
    trial.store.engine.dispose()


@pytest.mark.parametrize(("age", "asks"), [(79, 0), (80, 1)])
def test_a_check_of_another_form_asks_for_what_was_told_once(age, asks, tmp_path):
    kind = "  - {on: laboratory, ask: HGB > 250 g/L,"
    also = "  - {on: laboratory, ask: AGE >= 80 years and HGB < 140 g/L, say: Old}\n"
    trial = conducted(tmp_path, (kind, f"{also}{kind}"))
    subject = judged(trial, AGE=age)
    visit = {"subject": subject, "key": "unscheduled", "on": "2026-01-05", "title": "before"}
    at = trial.do("carl", "open visit", **visit)["visit"]
    row = {"HGB": 131, "HGB unit": "g/L"}
    trial.do("carl", "submit form", subject=subject, key="laboratory", visit=at, rows=[row])
    assert [one["text"] for one in trial.rows("query")].count("Old") == asks
    trial.store.engine.dispose()
