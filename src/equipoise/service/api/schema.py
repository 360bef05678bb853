"""The API as OpenAPI 3.1 tells it: every command and every read, with every answer."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from equipoise.service.api.problems import PROBLEM, ApiProblem
from equipoise.version import __version__

BASE: Final = "/api/v1"
_OF_ALL: Final = {
    401: "no token that serves",
    404: "no such thing for this token",
    409: "refused, with every reason",
    413: "too large",
    422: "not as it is asked for, or the key came with another command before",
    429: "more than 60 writes in a minute",
    503: "the store does not answer now",
}
_OF_READS: Final = (401, 404, 422, 503)
_OF_DATA: Final = (401, 404, 409, 422, 429, 503)
_WEIGHED: Final = {403: "the password is not right"}
_WORDS: Final = (
    "Commands and reads of one trial. A token asks for its person in one role at one site; "
    "what it may not see is answered like what is not there. A refusal is a problem "
    "(RFC 9457) with every reason and its number; nothing was written then."
)


def openapi(app: FastAPI) -> dict[str, Any]:
    """The description; the answers that say no are put beside those of each route."""
    found = get_openapi(
        title="Equipoise", version=__version__, description=_WORDS, routes=app.routes,
        servers=[{"url": BASE}],
    )  # fmt: skip
    problem = ApiProblem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = found["components"]["schemas"]
    schemas |= problem.pop("$defs") | {"ApiProblem": problem}
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for path, methods in found["paths"].items():
        for method, route in methods.items():
            route["responses"] |= _said_no(path, method, route)
    return found


def _said_no(path: str, method: str, route: dict[str, Any]) -> dict[str, Any]:
    every = dict(_OF_ALL)
    if method == "get":
        kept = _OF_DATA if path == "/sdtm" else _OF_READS
        every = {status: words for status, words in _OF_ALL.items() if status in kept}
    if any(one["name"] == "Equipoise-Password" for one in route.get("parameters", ())):
        every |= _WEIGHED
    shape = {"schema": {"$ref": "#/components/schemas/ApiProblem"}}
    return {
        str(status): {"description": words.capitalize(), "content": {PROBLEM: shape}}
        for status, words in sorted(every.items())
    }
