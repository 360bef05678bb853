"""ID tokens: signed by a key of the provider, for this trial, for this log-in, and not too old.

Source   OpenID Connect Core 1.0, 3.1.3.7; RFC 8725 (one kind of key for each algorithm).
Checked  tests/unit/service/test_provider.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from equipoise.service.access.provider import NotProvedError

OF_KEY: Final = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC"}
"""Algorithm that is taken -> the kind of its key. `none` and what is signed by a secret are not."""
LEEWAY: Final = 60  # seconds by which the clocks of two machines may differ
_NOT_SIGNED: Final = "its token is not signed by a key of the provider"
_WRONG: Final = {
    "iss": "its token is of another issuer",
    "aud": "its token is for another program",
    "azp": "its token is for another program",
    "exp": "its token has expired",
    "iat": "its token is of another time: do the clocks agree?",
    "nbf": "its token is of another time: do the clocks agree?",
    "nonce": "its token belongs to another log-in (nonce)",
}


def read_id_token(
    token: str,
    keys: Callable[[str | None], list[dict[str, Any]]],
    *,
    issuer: str,
    client: str,
    nonce: str,
    now: float,
) -> dict[str, Any]:
    """What an ID token says, once all of it was looked at.

    keys : those of the provider of a name
    now : seconds since 1970
    Raises   NotProvedError.
    """
    from joserfc.errors import ClaimError
    from joserfc.jwt import JWTClaimsRegistry

    claims = _signed(token, keys)
    asked = JWTClaimsRegistry(
        now=int(now), leeway=LEEWAY,
        iss={"essential": True, "value": issuer}, aud={"essential": True, "value": client},
        sub={"essential": True}, exp={"essential": True}, iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )  # fmt: skip
    try:
        asked.validate(claims)
    except ClaimError as problem:
        raise NotProvedError(
            _WRONG.get(problem.claim, f"its token lacks {problem.claim}")
        ) from None
    others = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if claims.get("azp", client) != client or (len(others) > 1 and "azp" not in claims):
        raise NotProvedError(_WRONG["azp"])
    return claims


def logged_in_at(claims: dict[str, Any], *, now: float) -> float | None:
    """When the provider last saw its password or key, in seconds since 1970; None if not said."""
    found = claims.get("auth_time")
    if not isinstance(found, int | float) or isinstance(found, bool):
        return None
    return float(found) if found <= now + LEEWAY else None


def _signed(token: str, keys: Callable[[str | None], list[dict[str, Any]]]) -> dict[str, Any]:
    """The claims of a token whose signature is right."""
    from joserfc import jws, jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import import_key

    try:
        header = jws.extract_compact(token.encode()).headers()
        kind = OF_KEY.get(str(header.get("alg")))
        own = [one for one in keys(header.get("kid"))
               if one.get("kty") == kind and one.get("use", "sig") == "sig"]  # fmt: skip
        if kind is None or len(own) != 1:  # one is not guessed among several
            raise NotProvedError(_NOT_SIGNED)
        rules = jws.JWSRegistry(algorithms=[header["alg"]], strict_check_header=False)
        return jwt.decode(token, import_key(own[0]), registry=rules).claims
    except (JoseError, ValueError, TypeError):
        raise NotProvedError(_NOT_SIGNED) from None
