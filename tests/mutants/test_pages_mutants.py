"""A planted bug in what pages, mail and the worker behind them read turns their promises red."""

import pytest

from equipoise.conduct.mail import messages
from equipoise.service.asker import QueryAsker
from equipoise.service.reading.rooms import monitor, pharmacy
from equipoise.service.trial import Served
from support.conducted import live, plain_netter
from support.mutants import holds
from support.served import Site
from support.smtp import MailBox
from support.stores import SQLITE
from unit.service import test_asker, test_mail, test_monitor, test_pharmacy


def a_change_after_verification_is_shown(folder):
    test_monitor.test_a_form_that_changed_after_it_was_verified_comes_back_with_what_changed(
        Site(live(SQLITE, folder))
    )


def an_activity_decays(folder):
    test_pharmacy.test_a_dose_is_ordered_calibrated_received_and_given_to_the_minute(
        Site(live(SQLITE, folder))
    )


def mail_tells_no_arm(folder):
    box = MailBox()
    try:
        test_mail.test_the_arm_goes_to_those_alone_who_may_know_it(
            SQLITE, folder, box, "double blind", {"p2"}
        )
    finally:
        box.close()


def what_is_entered_is_asked_about(folder):
    trial = live(SQLITE, folder, protocol=plain_netter())
    asker = QueryAsker(Served(trial.bus, lambda: None))
    test_asker.test_what_is_entered_is_asked_about_at_the_next_look(trial, asker)


MUTANTS = {
    "a signature that is void and not looked at": (
        a_change_after_verification_is_shown, (monitor, "void_of_site", lambda *_: []),
    ),
    "an activity that does not decay": (
        an_activity_decays, (pharmacy, "activity_at", lambda _, row, __: float(row["activity"])),
    ),
    "everybody who is written to knows arms": (
        mail_tells_no_arm, (messages, "_knows", lambda *_, **__: True),
    ),
    "a worker that looks at nobody": (
        what_is_entered_is_asked_about, (QueryAsker, "_look", lambda _: None),
    ),
}  # fmt: skip


@pytest.mark.parametrize("bug", MUTANTS)
def test_a_bug_is_seen(bug, tmp_path, monkeypatch):
    promise, planted = MUTANTS[bug]
    holds(promise)
    monkeypatch.setattr(*planted)
    with pytest.raises((AssertionError, ValueError)):
        promise(tmp_path / "ill")
