"""A provider of OpenID Connect on this machine, whose tokens a test may spoil."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Callable
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

CLIENT, SECRET, HERE = "trial/1", "a secret: of the client", "http://localhost"
Key = RSAKey | ECKey


@cache
def rsa(kid: str) -> Key:
    return RSAKey.generate_key(2048, parameters={"kid": kid})


def ec(kid: str) -> Key:
    return ECKey.generate_key("P-256", parameters={"kid": kid})


class FakeProvider:
    """Who is logged in is `person`; what a token says besides is in `says`.

    sign : makes the token of its claims, as the provider's key does unless a test says otherwise
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self.now, self.codes, self.asked = now, {}, []
        self.key: Key = rsa("one")
        self.keys: list[dict[str, Any]] = [self.key.as_dict(private=False)]
        self.person: dict[str, Any] = {}
        self.says: dict[str, Any] = {}
        self.document: dict[str, Any] = {}
        self.sign: Callable[[dict[str, Any]], str] = self.signed
        handler = type("Handler", (_Handler,), {"provider": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self) -> str:
        return self.issuer.replace("http://", "http://trial%2F1@")

    def signed(self, claims: dict[str, Any]) -> str:
        """A token by the key that the provider signs with now."""
        alg = "ES256" if self.key.key_type == "EC" else "RS256"
        return jwt.encode({"alg": alg, "kid": self.key.kid}, claims, self.key, algorithms=[alg])

    def log_in(self, where: str) -> dict[str, str]:
        """Somebody logs in at the address that the trial has sent him to; what he brings back."""
        asked = {name: one[0] for name, one in parse_qs(urlsplit(where).query).items()}
        assert where.startswith(f"{self.issuer}/authorize?")
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert asked["redirect_uri"] == f"{HERE}/login/provider/back"
        assert asked["client_id"] == CLIENT
        self.asked.append(asked)
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def token(self, given: dict[str, str], shown: str) -> dict[str, Any] | None:
        """The answer to a code, which serves once, and only who has begun."""
        user, _, secret = base64.b64decode(shown.removeprefix("Basic ")).decode().partition(":")
        asked = self.codes.pop(given.get("code", ""), None)
        digest = hashlib.sha256(given["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        is_own = (unquote(user), unquote(secret)) == (CLIENT, SECRET)
        if asked is None or not is_own or asked["code_challenge"] != challenge:
            return None
        if asked["redirect_uri"] != given["redirect_uri"]:
            return None
        now = int(self.now())
        claims = {"iss": self.issuer, "aud": CLIENT, "exp": now + 300, "iat": now, "auth_time": now,
                  "nonce": asked["nonce"], **self.person, **self.says}  # fmt: skip
        return {"id_token": self.sign({k: v for k, v in claims.items() if v is not None})}


class _Handler(BaseHTTPRequestHandler):
    provider: FakeProvider

    def do_GET(self) -> None:
        base = self.provider.issuer
        if self.path == "/.well-known/openid-configuration":
            said = {"issuer": base, "authorization_endpoint": f"{base}/authorize",
                    "token_endpoint": f"{base}/token", "jwks_uri": f"{base}/keys"}  # fmt: skip
            self._answer(said | self.provider.document)
        else:
            self._answer({"keys": self.provider.keys})

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["content-length"])).decode()
        given = {name: one[0] for name, one in parse_qs(text).items()}
        self._answer(self.provider.token(given, self.headers.get("authorization", "")))

    def _answer(self, said: dict[str, Any] | None) -> None:
        body = json.dumps(said or {"error": "invalid_grant"}).encode()
        self.send_response(200 if said else 400)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing."""
