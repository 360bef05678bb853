"""The provider of OpenID Connect that a hospital has: who it is, what it says, what is asked of it.

Source   OpenID Connect Core 1.0 and Discovery 1.0; RFC 7636 (PKCE); RFC 8252, 7.3 (loopback).
Checked  tests/unit/service/test_provider.py.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import quote, unquote, urlencode, urlsplit

from equipoise.errors import EquipoiseError, InputError

CALLBACK: Final = "/login/provider/back"
_SAYS: Final = "/.well-known/openid-configuration"
_NEEDED: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_PLAIN: Final = ("127.0.0.1", "::1", "localhost")  # what crosses no network may be without TLS
_TIMEOUT: Final = 5.0
_LARGEST: Final = 1_000_000  # bytes of an answer
_HOUR: Final = 3600.0  # keys that were withdrawn serve no longer than this
_NOT_BEFORE: Final = 10.0  # seconds until keys are asked for again because one is not known


class NotProvedError(EquipoiseError):
    """A log-in by the provider that is not taken, and why; account : whose it would have been."""

    def __init__(self, why: str, account: str | None = None) -> None:
        self.why, self.account = why, account
        super().__init__(why)


class ProviderSettings(NamedTuple):
    """A provider, and this trial as its client.

    issuer : its name, which is an address; client, secret : of this trial there
    address : of this trial, to which the provider sends people back
    second_factor : `amr:VALUE` or `acr:VALUE`, any of which serves in place of the app's code
    """

    issuer: str
    client: str
    secret: str
    address: str
    second_factor: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return urlsplit(self.issuer).hostname or ""

    @property
    def callback(self) -> str:
        return self.address + CALLBACK

    def of(self, kind: str) -> list[str]:
        """The values of `amr` or of `acr` that say that there was a second factor."""
        found = (one.partition(":") for one in self.second_factor)
        return [value for name, _, value in found if name == kind]


def provider_settings(
    url: str, *, address: str, secret: str = "", second_factor: tuple[str, ...] = ()
) -> ProviderSettings:
    """Read `https://client@login.example.org/path`, the issuer with the client before it.

    secret : the client's, which never stands in the URL; empty for a client without one
    Raises   InputError, also where the extra `oidc` is not installed.
    """
    found = urlsplit(url)
    if not found.hostname or not found.username or not _is_sure(url) or found.query:
        raise InputError(f'"{url}" is no provider; expected https://client@login.example.org')
    if found.password is not None:
        raise InputError("a secret does not stand in a URL; expected it in EQUIPOISE_OIDC_SECRET")
    own = urlsplit(address)
    if not own.hostname or not _is_sure(address) or own.path.strip("/") or own.query:
        raise InputError(f'"{address}" is not where this trial is; expected https://trial.host')
    for one in second_factor:
        if one.partition(":")[0] not in ("amr", "acr") or not one.partition(":")[2]:
            raise InputError(f'"{one}" is no second factor; expected amr:VALUE or acr:VALUE')
    if importlib.util.find_spec("joserfc") is None:
        raise InputError("OpenID Connect needs its library: pip install 'equipoise[oidc]'")
    issuer = found._replace(netloc=found.netloc.rpartition("@")[2]).geturl()
    client = unquote(found.username)
    return ProviderSettings(issuer, client, secret, address.rstrip("/"), second_factor)


class Provider:
    """What a provider says of itself and its keys, kept for an hour; and its tokens.

    now : seconds of a clock that never goes back
    """

    def __init__(
        self, settings: ProviderSettings, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.settings, self._now = settings, now
        self._said: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, list[dict[str, Any]]] | None = None

    def says(self) -> dict[str, Any]:
        """Its discovery document. Raises NotProvedError."""
        if self._said is None or self._now() - self._said[0] > _HOUR:
            found = fetched(self.settings.issuer.rstrip("/") + _SAYS)
            if found.get("issuer") != self.settings.issuer:
                raise NotProvedError("the provider says that it is another")
            for name in _NEEDED:
                if not isinstance(found.get(name), str) or not _is_sure(found[name]):
                    raise NotProvedError(f"the provider does not say a {name} that is encrypted")
            self._said = self._now(), found
        return self._said[1]

    def keys(self, kid: str | None) -> list[dict[str, Any]]:
        """Its keys of that name, or all of them; asked for again where none is known.

        Raises   NotProvedError.
        """
        found = self._kept(_HOUR)
        if not (own := _named(found, kid)):
            own = _named(self._kept(_NOT_BEFORE), kid)
        return own

    def _kept(self, longest: float) -> list[dict[str, Any]]:
        if self._keys is None or self._now() - self._keys[0] > longest:
            keys = fetched(self.says()["jwks_uri"]).get("keys")
            found = [one for one in keys if isinstance(one, dict)] if isinstance(keys, list) else []
            self._keys = self._now(), found
        return self._keys[1]

    def where_to(self, *, state: str, nonce: str, verifier: str, is_again: bool) -> str:
        """The address at the provider that a browser is sent to. Raises NotProvedError.

        is_again : whoever is logged in there must log in once more
        """
        asked = {
            "response_type": "code", "scope": "openid email", "client_id": self.settings.client,
            "redirect_uri": self.settings.callback, "state": state, "nonce": nonce,
            "code_challenge": _challenge(verifier), "code_challenge_method": "S256",
        }  # fmt: skip
        asked |= {"prompt": "login", "max_age": "0"} if is_again else {}
        if values := self.settings.of("acr"):
            asked["acr_values"] = " ".join(values)
        where = str(self.says()["authorization_endpoint"])
        return f"{where}{'&' if '?' in where else '?'}{urlencode(asked)}"

    def exchange(self, code: str, verifier: str) -> str:
        """The ID token for a code, which serves once. Raises NotProvedError."""
        said, own = self.says(), self.settings
        asked = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier,
                 "redirect_uri": own.callback}  # fmt: skip
        ways = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        headers = {}
        if own.secret and "client_secret_basic" in ways:
            pair = f"{quote(own.client, safe='')}:{quote(own.secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            asked["client_id"] = own.client
            asked |= {"client_secret": own.secret} if own.secret else {}
        found = fetched(said["token_endpoint"], form=asked, headers=headers).get("id_token")
        if not isinstance(found, str):
            raise NotProvedError("the provider gave no ID token")
        return found


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A code and a secret go nowhere but where the provider has said."""

    def redirect_request(self, *given: Any, **named: Any) -> None:
        """None: it is not followed."""


_OPENER: Final = urllib.request.build_opener(_NoRedirect)


def fetched(
    url: str,
    *,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The JSON at an address, after sending a form if there is one. Raises NotProvedError."""
    data = urlencode(form).encode() if form is not None else None
    asked = urllib.request.Request(url, data, {"Accept": "application/json", **(headers or {})})
    try:
        with _OPENER.open(asked, timeout=_TIMEOUT) as answer:
            text = answer.read(_LARGEST + 1)
        found = json.loads(text) if len(text) <= _LARGEST else None
    except urllib.error.HTTPError as problem:
        raise NotProvedError(f"the provider refused ({problem.code})") from None
    except OSError:
        raise NotProvedError("the provider does not answer") from None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise NotProvedError("what the provider answers cannot be read")
    return found


def _named(keys: list[dict[str, Any]], kid: str | None) -> list[dict[str, Any]]:
    return [one for one in keys if kid is None or one.get("kid") == kid]


def _challenge(verifier: str) -> str:
    """RFC 7636, 4.2."""
    found = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(found).rstrip(b"=").decode()


def _is_sure(url: str) -> bool:
    """Whether what is sent there is encrypted, or stays on this machine."""
    found = urlsplit(url)
    return found.scheme == "https" or (found.scheme == "http" and found.hostname in _PLAIN)
