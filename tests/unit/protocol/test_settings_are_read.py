"""What the language of conduct, forms and checks lets one say is read by something that acts on it.

A setting that only the schema and its rules know is a promise that nobody keeps.
"""

from equipoise.meaning.forms.model import SEVERITIES
from support.settings_read import settings, unread

# Read by their names, which stand in one tuple (`meaning.forms.checks`).
BY_NAME = {f"CheckPlan.{word}" for word in SEVERITIES}
# It can say one thing alone, which is so.
OF_ONE_WORD = {"ConductPlan.languages"}


def test_every_setting_is_read_by_something_besides_the_schema():
    found = settings()
    assert len(found) == 9
    assert set(unread(found)) == BY_NAME | OF_ONE_WORD


def test_a_setting_that_nobody_reads_is_found_out():
    """Planted, in the class of the root, one deeper, and one whose name others have."""
    found = settings()
    found["ConductPlan"]["planted"] = set()
    found["SusarPlan"]["planted"] = set()
    found["MailPlan"]["text"] = set()
    told = {"ConductPlan.planted", "SusarPlan.planted", "MailPlan.text"}
    assert set(unread(found)) == BY_NAME | OF_ONE_WORD | told


def test_a_setting_whose_reader_goes_is_found_out(monkeypatch):
    """Planted: the room that signs, locks and calibrates is not there."""
    import support.settings_read as scan

    gone = (*scan.NOT_READERS, scan.SRC / "conduct" / "commands")
    monkeypatch.setattr(scan, "NOT_READERS", gone)
    told = set(unread(settings()))
    assert {"ConductPlan.sign", "ConductPlan.freeze", "RadiopharmacyPlan.calibrated_at",
            "SitesPlan.at_most", "ConductPlan.local_time"} <= told  # fmt: skip
