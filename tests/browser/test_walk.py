"""An empty trial, walked from the owner's link to the third dose, by what the pages say."""

from __future__ import annotations

import datetime as dt

import pytest

from equipoise.conduct.commands.bus import Bus
from equipoise.conduct.commands.central.open_trial import open_trial
from equipoise.conduct.store.verify import audited
from equipoise.service.access.passwords import Passwords
from equipoise.service.app import application
from equipoise.service.serve import greeting
from equipoise.service.trial import Served
from support.conducted import lists
from support.serving import serving
from support.stores import SQLITE, Ticking, new_store
from support.virtual import netter
from support.walker import PASSWORD, Walker

START = dt.date(2026, 1, 5)
PEOPLE = {
    "anna": ("Coordinator", "coordinator", "DE-01"),
    "ivan": ("Investigator", "investigator", "DE-01"),
    "uma": ("Statistician", "unblinded statistician", ""),
    "rita": ("Second statistician", "unblinded statistician", ""),
}
TESTS = {
    "Neutrophils": ("3.1", "10^9/L", "1.8", "7.5"),
    "Platelets": ("210", "10^9/L", "150", "400"),
    "Lymphocytes": ("1.4", "10^9/L", "1", "4"),
    "Leukocytes": ("5.6", "10^9/L", "4", "11"),
    "Hemoglobin": ("131", "g/L", "120", "160"),
    "Creatinine": ("80", "umol/L", "45", "90"),
    "Bilirubin": ("10", "umol/L", "3", "20"),
    "Alanine Aminotransferase": ("25", "U/L", "5", "40"),
    "Aspartate Aminotransferase": ("25", "U/L", "5", "40"),
    "Albumin": ("42", "g/L", "35", "50"),
}
WELL = {name: one[0] for name, one in TESTS.items()}


class Empty:
    """A trial that was just made, served; `by` is somebody's browser."""

    def __init__(self, folder, chromium):
        store, _ = new_store(SQLITE, folder, Ticking(START.year, START.month, START.day))
        protocol = netter()
        open_trial(store, protocol, kind="test", owner="admin", text="the file")
        self.store, self.clock, self.chromium = store, store.clock, chromium
        at_hand = lists(protocol, "test")
        bus = Bus(store, protocol, at_hand)
        self.served = Served(bus, self._verify, passwords=Passwords())
        self.app, self.people = application(self.served), {}
        # A stratum whose first slot is the arm that is walked: what is typed depends on it.
        self.stratum = next(
            one for one in at_hand.secret.strata if at_hand.secret.entries(one, 1) == ["lutate"]
        )

    def _verify(self):
        with self.store.reading() as unit:
            return audited(unit.connection)

    def by(self, account) -> Walker:
        if account not in self.people:
            self.people[account] = Walker(self.chromium, self.address, account, self.clock)
        return self.people[account]

    def on(self, day: int) -> str:
        """The morning of a day of the study."""
        self.clock.to(START + dt.timedelta(days=day - 1))
        return str(self.clock.now.date())


@pytest.fixture
def empty(tmp_path, chromium):
    trial = Empty(tmp_path, chromium)
    with serving(trial.app) as address:
        trial.address = address
        yield trial
    for one in trial.people.values():
        one.page.context.close()
    trial.store.engine.dispose()


def open_the_trial(trial):
    """The admin follows the list of steps; two statisticians bring the list."""
    admin = trial.by("admin")
    admin.enter(greeting(trial.served, trial.address).links["admin"])
    assert "Before the first subject" in admin.text
    for summary, said in (
        ("Open a site", {"Site": "DE-01", "Name": "Charlottenburg", "Country": "DEU"}),
        ("A site has approved", {"Site": "DE-01", "Approved_on": str(START)}),
        ("Activate, pause", {"Site": "DE-01"}),
    ):
        folded = admin.unfold(summary)
        admin.fill(folded, **said)
        admin.send(folded)
    for account, (person, role, site) in PEOPLE.items():
        folded = admin.unfold("Open an account")
        admin.fill(folded, Account=account, Name_of_the_person=person)
        admin.send(folded)
        link = admin.page.locator(".link").inner_text()
        folded = admin.unfold("Grant a role")
        admin.fill(folded, Account=account, Role=role, **({"Site": site} if site else {}))
        admin.send(folded)
        trial.by(account).enter(link)
    reader, statistician = trial.by("rita"), trial.by("uma")
    reader.press("Read the review of the draft")
    assert "lutate" in reader.text
    statistician.to("List")
    folded = statistician.unfold("Activate the list")
    statistician.fill(folded, Reviewed_by="rita", Your_password=PASSWORD)
    statistician.send(folded)
    admin.to("Accounts")
    assert admin.text.split("People")[0].count("✗") == 1
    folded = admin.unfold("Move the trial")
    admin.send(folded)
    assert "Before the first subject" not in admin.text


def laboratory_of(walker, values, *, day, first=False):
    """The laboratory form of a visit that was opened; the first one tells units and limits."""
    walker.page.get_by_label("Sample taken").fill(f"{day}T08:00")
    for name, value in values.items():
        walker.laboratory(**{name: value})
        if first:
            _, unit, low, high = TESTS[name]
            walker.page.get_by_label(f"{name}, unit").select_option(unit)
            walker.page.get_by_label(f"{name}, lower limit of normal").fill(low)
            walker.page.get_by_label(f"{name}, upper limit of normal").fill(high)
    walker.press("Submit")
    assert walker.refused == ""


def screen_and_randomize(trial, day):
    """From the button of an empty Today to the answer of the randomization."""
    anna, ivan = trial.by("anna"), trial.by("ivan")
    anna.follow("Screen the first subject")
    anna.fill(anna.page.locator("main"), Year_of_birth="1952")
    anna.press("Give the next number")
    anna.fill(anna.page.locator("#next"), Consent_given_on=day)
    anna.press("Note consent")
    anna.follow("Demographics")
    krenning, months = trial.stratum
    anna.fill(
        anna.page.locator("main"), Age="73", Sex="F", Weight="71.5", Karnofsky_score="90",
        Ki67_index="4", Highest_tumor_uptake_score=krenning,
        Time_on_a_constant_octreotide_dose=months,
    )  # fmt: skip
    anna.press("Submit")
    assert anna.refused == ""
    anna.follow("Open")
    anna.press("Open the visit")
    laboratory_of(anna, WELL, day=day, first=True)
    assert "criteria, judged by the investigator" in anna.text
    ivan.page.reload()
    ivan.follow("DE-01-001")
    for criterion in ivan.page.locator("fieldset").all():
        exclusion = criterion.get_by_label("does not apply")
        exclusion.or_(criterion.get_by_label("met", exact=True)).check()
    ivan.press("Judge eligibility")
    assert ivan.refused == ""
    ivan.follow("Sign forms")
    ivan.fill(ivan.page.locator("main"), Your_password=PASSWORD)
    ivan.press("I have reviewed")
    assert "ready to be randomized" in ivan.text
    ivan.follow("Randomize")
    ivan.fill(ivan.page.locator("main"), Your_password=PASSWORD)
    ivan.press("Randomize DE-01-001")
    assert "177Lu-Dotatate" in ivan.page.locator(".answer").inner_text()


def test_one_patient_from_an_empty_trial_to_a_reduced_dose(empty):
    open_the_trial(empty)
    day = empty.on(1)
    screen_and_randomize(empty, day)
    anna = empty.by("anna")

    def infusion(n, values, day):
        """From Today to a laboratory form that is saved: three clicks."""
        before = anna.clicks
        anna.follow(f"Infusion {n}")
        anna.press("Open the visit")
        laboratory_of(anna, values, day=day)
        assert anna.clicks - before == 3

    def doses():
        return [(one["drug"], one["amount"], one["state"]) for one in rows(empty, "dose")]

    anna.to("Today")
    infusion(1, WELL, day)
    give(anna)
    day = empty.on(57)
    anna.come_back()
    infusion(2, WELL, day)
    give(anna)
    day = empty.on(113)
    anna.come_back()
    infusion(3, WELL | {"Platelets": "62"}, day)
    said = anna.page.locator("#next").inner_text()
    assert "held" in said, said
    assert "platelets 62, grade 2" in said
    folded = anna.unfold("Note a dose of 177Lu-Dotatate")
    anna.fill(folded, Reason="platelets")
    folded.get_by_role("button", name="It is held").click()
    day = empty.on(127)
    anna.come_back()
    anna.to("Subjects")
    anna.follow("DE-01-001")
    anna.follow("Open a visit: unscheduled")
    anna.fill(anna.page.locator("main"), Called="Unscheduled 1")
    anna.press("Open the visit")
    laboratory_of(anna, WELL | {"Platelets": "160"}, day=day)
    assert "3.7 GBq" in anna.page.locator("#next").inner_text()
    give(anna)
    lutate = [one for one in doses() if one[0] == "177Lu-Dotatate"]
    assert [(float(amount or 0), state) for _, amount, state in lutate] == [
        (7.4, "given"), (7.4, "given"), (0.0, "held"), (3.7, "reduced")
    ]  # fmt: skip
    anna.to("Audit")
    anna.press("Verify now")
    assert "0 faults" in anna.text


def give(walker):
    """The dose that the rules give, as the page has filled it in."""
    folded = walker.unfold("Note a dose of 177Lu-Dotatate")
    folded.get_by_role("button", name="It was given").click()
    walker.page.wait_for_load_state()
    assert walker.refused == ""


def rows(trial, table):
    with trial.store.reading() as unit:
        return unit.rows(table)
