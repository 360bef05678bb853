"""Who was invited: the provider says who somebody is, and never makes an account or a role.

Checked  tests/unit/service/test_provider.py.
"""

from __future__ import annotations

from typing import Any, Final

from equipoise.conduct.store.served.bookkeeping import keep
from equipoise.conduct.store.unit import Unit
from equipoise.service.access.attempts import succeeded
from equipoise.service.access.entrance import note_access
from equipoise.service.access.provider import NotProvedError, ProviderSettings
from equipoise.service.access.sessions import begin_session

_OTHER: Final = "the account is bound to another log-in there; its admin can make a new link"


def account_of(unit: Unit, issuer: str, claims: dict[str, Any], *, known: str = "") -> str:
    """The account that was invited and is open, of whom the provider speaks.

    known : the account that a verified e-mail has led to before
    Raises   NotProvedError. The provider makes no account.
    """
    bound = unit.rows("identity", issuer=issuer, sub=claims["sub"])
    account = str(bound[0]["account"]) if bound else known or _by_email(unit, claims)
    if not bound and (unit.row("identity", account) or {"sub": None})["sub"] is not None:
        raise NotProvedError(_OTHER, account)
    if (unit.row("account", account) or {"state": ""})["state"] != "active":
        raise NotProvedError("the account is closed", account)
    return account


def let_in(unit: Unit, settings: ProviderSettings, account: str, sub: str, address: str) -> str:
    """A session; the first time, the account is bound to this log-in of the provider."""
    had = unit.row("identity", account)
    if had is None or had["sub"] is None:
        keep(unit, "identity", account, issuer=settings.issuer, sub=sub, bound=unit.at)
        note_access(unit, "bound to a log-in at the provider", account, address)
    succeeded(unit, account, address)
    note_access(unit, "logged in by the provider", account, address)
    return begin_session(unit, account, address)


def had_second(settings: ProviderSettings, claims: dict[str, Any]) -> bool:
    """Whether the provider has asked for what the operator says is a second factor."""
    amr = claims.get("amr")
    methods = amr if isinstance(amr, list) else []
    return claims.get("acr") in settings.of("acr") or any(x in methods for x in settings.of("amr"))


def _by_email(unit: Unit, claims: dict[str, Any]) -> str:
    if claims.get("email_verified") is not True:
        raise NotProvedError("the provider does not say that your e-mail is verified")
    email = str(claims.get("email") or "").strip().casefold()
    found = [one["id"] for one in unit.rows("account") if one["email"].strip().casefold() == email]
    if not email or len(found) != 1:
        several = "no account has" if not email or not found else "several accounts have"
        raise NotProvedError(
            f"{several} the e-mail of that log-in; the admin of the trial can help"
        )
    return str(found[0])
