"""A planted bug in how a provider's log-in is taken turns its promises red."""

import json
from dataclasses import replace

import pytest
from joserfc import jws

from equipoise.service.access import by_provider, id_tokens, invited, proofs
from equipoise.service.access.provider import Provider, provider_settings
from support.conducted import opened
from support.provider import HERE, SECRET, FakeProvider
from support.served import Browser, Site
from support.stores import SQLITE
from unit.service import test_provider
from unit.service.test_provider import COOKIE, OLGA, logged_in

REFUSED = test_provider.TestItIsRefusedAndNothingIsWritten()
AGAIN = test_provider.TestLoggingInAgain()


def served_with_provider(folder):
    """A trial, its pages and a provider that says that it asked for a second factor."""
    trial = opened(SQLITE, folder)
    trial.do("adam", "open account", account="olga", person="Olga", email="olga@hospital.org")
    provider = FakeProvider(lambda: trial.clock.now.timestamp())
    provider.person, provider.says = dict(OLGA), {"amr": ["mfa"]}
    site = Site(trial, is_demo=False)
    own = provider_settings(provider.url, address=HERE, secret=SECRET, second_factor=("amr:mfa",))
    site.app.state.served = replace(site.served, provider=Provider(own))
    return trial, site, provider


def a_state_belongs_to_a_browser(*given):
    REFUSED.test_another_browser(*given)


def a_locked_account_stays_locked(*given):
    REFUSED.test_an_account_that_is_closed_for_a_while(*given)


def a_token_is_signed_by_the_provider(*given):
    REFUSED.test_how_it_is_signed("another key", *given)


def an_e_mail_is_verified(*given):
    REFUSED.test_what_the_token_says("e-mail not verified", *given)


def again_is_now(trial, site, provider):
    _, client = logged_in(site, provider)
    AGAIN.test_an_hour_ago_is_not_again(trial, provider, Browser(client, client.cookies[COOKIE]))


def unsigned(token, _):
    """What a token says, whoever signed it."""
    return json.loads(jws.extract_compact(token.encode()).payload)


MUTANTS = {
    "a state that is anybody's": (
        a_state_belongs_to_a_browser, (by_provider.hmac, "compare_digest", lambda *_: True),
    ),
    "an account that failures do not close": (
        a_locked_account_stays_locked, (by_provider, "is_closed", lambda *_: False),
    ),
    "a signature that is not looked at": (
        a_token_is_signed_by_the_provider, (id_tokens, "_signed", unsigned),
    ),
    "an e-mail that anybody may say": (
        an_e_mail_is_verified, (invited, "_by_email", lambda *_: "olga"),
    ),
    "a log-in of an hour ago": (
        again_is_now, (proofs, "logged_in_at", lambda _, now: now),
    ),
}  # fmt: skip


@pytest.mark.parametrize("bug", MUTANTS)
def test_a_bug_is_seen(bug, tmp_path, monkeypatch):
    promise, planted = MUTANTS[bug]
    trial, site, provider = served_with_provider(tmp_path)
    try:
        promise(trial, site, provider)
        monkeypatch.setattr(*planted)
        with pytest.raises(AssertionError):
            promise(trial, site, provider)
    finally:
        provider.close()
        trial.store.engine.dispose()
