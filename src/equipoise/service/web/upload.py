"""A page that takes a file beside what is typed: read whole, as text or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath, PureWindowsPath
from typing import Annotated, Any, Final, NamedTuple

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from equipoise.service.web.asked import AskedPage

_MOST_FIELDS: Final = 100
_LONGEST_NAME: Final = 100


class SentFile(NamedTuple):
    """A file as it was sent. name : without its folder"""

    name: str
    raw: bytes


async def _typed_and_sent(request: Request) -> Mapping[str, Any]:
    """What was typed, and the file. How large both may be the shield says."""
    found = await request.form(max_files=1, max_fields=_MOST_FIELDS)
    said: dict[str, Any] = {}
    for field, one in found.items():
        if isinstance(one, UploadFile):
            said[field] = SentFile(_bare(one.filename or ""), await one.read())
        else:
            said[field] = one
    return said


def _asked(
    request: Request, form: Annotated[Mapping[str, Any], Depends(_typed_and_sent)]
) -> AskedPage:
    return AskedPage(request, form)


AskedWithFile = Annotated[AskedPage, Depends(_asked)]


def _bare(name: str) -> str:
    return PurePosixPath(PureWindowsPath(name).name).name[:_LONGEST_NAME]
