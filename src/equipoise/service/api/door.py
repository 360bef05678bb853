"""The API as an application of its own, beside the pages."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse, Response

from equipoise.service.api import overviews, reads, sent
from equipoise.service.api.problems import install
from equipoise.service.api.schema import openapi
from equipoise.service.trial import Served
from equipoise.version import __version__


def api(trial: Served) -> FastAPI:
    """The API of a trial, to be mounted below its address."""
    app = FastAPI(title="Equipoise", version=__version__, openapi_url=None)
    app.state.served = trial
    for module in (reads, overviews, sent):
        app.include_router(module.router)
    install(app)
    return app


def described(app: FastAPI) -> Response:
    """`/openapi.json`."""
    return JSONResponse(_description(app))


@cache
def _description(app: FastAPI) -> dict[str, Any]:
    return openapi(app)
