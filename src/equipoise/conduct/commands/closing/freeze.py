"""Entry is shut, for a subject, a site or the trial; opened again by a reasoned act."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Final

from equipoise.conduct.commands.closing.lacking import asked_before, lacking
from equipoise.conduct.commands.model import Command, CommandDesk

BEFORE_LOCK: Final = "before lock"


class _OfScope(Command):
    """A command about "trial", "site X" or "subject Y"."""

    scope: str = "trial"

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """There is such a scope."""
        table, _, name = self.scope.partition(" ")
        is_known = table in ("site", "subject") and desk.unit.row(table, name) is not None
        if self.scope != "trial" and not is_known:
            yield f'there is no {self.scope}; expected "trial", "site X" or "subject X"'

    def last(self, desk: CommandDesk) -> str:
        """What was done about this scope last."""
        rows = [one for one in desk.unit.rows("freeze", scope=self.scope) if one["kind"] != "cut"]
        return str(rows[-1]["kind"]) if rows else "unfreeze"

    def write(self, desk: CommandDesk, kind: str, **cells: Any) -> dict[str, Any]:
        """One row of `freeze`, once everything that was under way has ended."""
        desk.unit.heads(lock=True)
        desk.unit.insert(
            "freeze", id=desk.next_id("freeze"), scope=self.scope, kind=kind, by=desk.by,
            at=desk.unit.at, reason=self.reason.strip() or None, **cells,
        )  # fmt: skip
        return {"scope": self.scope, "state": kind}


class Freeze(_OfScope):
    """Nothing can be entered or corrected until it is unfrozen."""

    name: ClassVar[str] = "freeze"
    of_data: ClassVar[bool] = False

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """What is open is frozen."""
        yield from super().against(desk)
        if self.last(desk) != "unfreeze":
            yield f"the {self.scope} is shut already"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """One row of `freeze`."""
        return self.write(desk, "freeze")


class Unfreeze(_OfScope):
    """Open a frozen scope again; what is locked stays shut."""

    name: ClassVar[str] = "unfreeze"
    of_data: ClassVar[bool] = False
    asks_why: ClassVar[bool] = True

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """What is frozen is opened."""
        yield from super().against(desk)
        if (last := self.last(desk)) != "freeze":
            yield f"the {self.scope} is {'locked' if last == 'lock' else 'not frozen'}"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """One row of `freeze`."""
        return self.write(desk, "unfreeze")


class LockData(_OfScope):
    """Shut a scope for good, once it is as the protocol asks (`freeze: before lock`).

    gaps : why what is not so does not stand in the way; it is counted and kept then
    """

    name: ClassVar[str] = "lock"
    of_data: ClassVar[bool] = False
    asks_why: ClassVar[bool] = True

    gaps: str = ""

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """What is frozen is locked, with nothing lacking that is not accounted for."""
        yield from super().against(desk)
        if self.last(desk) != "freeze":
            yield f"the {self.scope} is not frozen"
        if not self.gaps.strip():
            yield from (
                f"{text}; the protocol asks for it before a lock: `gaps` says why not"
                for text in self._lacking(desk)
            )

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """One row of `freeze`, with what was lacking."""
        found = [*self._lacking(desk)]
        told = "; ".join([*found, self.gaps.strip()]) if found else None
        return self.write(desk, "lock", gaps=told) | ({"gaps": found} if found else {})

    def _lacking(self, desk: CommandDesk) -> Iterator[str]:
        return lacking(desk, asked_before(desk, BEFORE_LOCK), scope=self.scope)
