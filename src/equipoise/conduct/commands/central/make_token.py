"""A person lets a program of his ask for him: in one role, at one site, until a day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any, ClassVar, Final

from equipoise.conduct.commands.model import Command, CommandDesk, Role, place_at
from equipoise.conduct.store.canonical import stamp

LONGEST_TOKEN: Final = dt.timedelta(days=366)
_DIGEST: Final = re.compile("[0-9a-f]{64}")


class MakeToken(Command):
    """Make a token of one's own, which serves in one role alone and ends by itself.

    site : of a role of a site; until : the last day of it, in UTC; label : what it is for
    digest : SHA-256 of the token, which nothing else is kept of
    """

    name: ClassVar[str] = "make token"
    of_data: ClassVar[bool] = False

    role: Role
    site: str | None = None
    until: dt.date
    label: str
    digest: str

    def place(self, desk: CommandDesk) -> None:
        """The site, where one is named."""
        if self.site is None:
            super().place(desk)
        else:
            place_at(desk, self.site, command=self.name)

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """It lends what its maker has, and not for ever."""
        held = desk.unit.rows("grant", account=desk.by)
        if not any(
            one["role"] == self.role and one["site"] == self.site and one["until_at"] is None
            for one in held
        ):
            where = f" at {self.site}" if self.site else ""
            yield f"{desk.by} is not {self.role}{where}"
        if not desk.unit.now.date() <= self.until <= (desk.unit.now + LONGEST_TOKEN).date():
            yield f"a token ends within {LONGEST_TOKEN.days} days; {self.until} is not among them"
        if not self.label.strip():
            yield "what the token is for is not told"
        if not _DIGEST.fullmatch(self.digest):
            yield "the digest is no SHA-256"
        elif desk.unit.rows("api_token", digest=self.digest):
            yield "there is such a token"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """One row of `api_token`."""
        unit = desk.unit
        end = dt.datetime.combine(self.until, dt.time.max, tzinfo=dt.UTC)
        made = unit.insert(
            "api_token", id=desk.next_id("api_token"), account=desk.by, role=self.role,
            site=self.site, label=self.label.strip(), digest=self.digest, from_at=unit.at,
            until_at=stamp(end), by=desk.by, revision=1,
        )  # fmt: skip
        return {"token": made["id"], "until": made["until_at"]}
