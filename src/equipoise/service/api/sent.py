"""Every command, as a program sends it: the same that pages and the command line send."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header
from pydantic import BaseModel, Field

from equipoise.conduct.commands.every import EVERY_COMMAND
from equipoise.conduct.commands.model import Answered, Command
from equipoise.conduct.commands.rights import rights
from equipoise.conduct.store.canonical import SITE, TRIAL
from equipoise.service.access.roles import WEIGHS
from equipoise.service.api.bearing import AskedByToken, TokenBearer, must_be_plain
from equipoise.service.reading.trail import chains_of

router = APIRouter()
NOT_BY_TOKEN: Final = frozenset({"make token"})  # a token lends what it has to no other
RequestKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[!-~]+$",
        description="Of this request; sent again, it is answered as before.",
    ),
]
Password = Annotated[
    str,
    Header(
        alias="Equipoise-Password",
        max_length=1000,
        description="Of the person, for what weighs: a signature, an unblinding.",
    ),
]


class ReceiptTold(BaseModel):
    """Where in the audit a command stands."""

    chain: str
    n: int
    hash: str


class CommandDone(BaseModel):
    """What a command answers. warning : of what went wrong beside it; empty where nothing did"""

    command: str
    answer: dict[str, Any] = Field(description="As `equipoise conduct` prints it.")
    receipts: list[ReceiptTold]
    warning: str


def told(asked: AskedByToken, command: str, answer: Answered) -> CommandDone:
    """An answer, with the receipts of those chains that may be seen."""
    sites = tuple(one.chain.removeprefix(SITE) for one in answer.receipts)
    seen = {*chains_of(asked.visitor, sites)} - ({TRIAL} if asked.acting.site else set())
    receipts = [ReceiptTold(**one._asdict()) for one in answer.receipts if one.chain in seen]
    return CommandDone(
        command=command, answer=dict(answer), receipts=receipts, warning=answer.warning
    )


def slug(name: str) -> str:
    """`judge eligibility` as it stands in an address."""
    return name.lower().replace(" ", "-")


def _route(command: type[Command]) -> Callable[..., CommandDone]:
    def send(
        asked: TokenBearer, given: Command, key: RequestKey, password: Password = ""
    ) -> CommandDone:
        must_be_plain(given.model_dump(mode="python"))
        return told(asked, given.name, asked.do(given, key=key, password=password))

    def send_plainly(asked: TokenBearer, given: Command, key: RequestKey) -> CommandDone:
        return send(asked, given, key)

    made = send if command.name in WEIGHS else send_plainly
    made.__annotations__["given"] = command
    return made


def _roles(name: str) -> str:
    cells = rights()[name].cells.items()
    return ", ".join(role for role, cell in cells if cell != "-")


for _name, _command in EVERY_COMMAND.items():
    if _name not in NOT_BY_TOKEN:
        _words = (_command.__doc__ or "").strip()
        router.add_api_route(
            f"/commands/{slug(_name)}",
            _route(_command),
            methods=["POST"],
            name=_name,
            operation_id=_name.replace(" ", "_"),
            summary=_name.capitalize(),
            description=f"{_words}\n\nRoles: {_roles(_name)}.",
            tags=[rights()[_name].action],
            response_model=CommandDone,
        )
