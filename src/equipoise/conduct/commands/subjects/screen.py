"""A person is screened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from equipoise.conduct.commands.model import CommandDesk, OfSite


class Screen(OfSite):
    """Give a person a subject's number; the next one of the site, unless one is named."""

    name: ClassVar[str] = "screen"

    subject: str | None = None
    year_of_birth: int | None = None

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """Only at an active site of a trial that is open."""
        if desk.trial["state"] not in ("built", "live", "paused"):
            yield f"the trial is {desk.trial['state']}"
        if desk.site["state"] != "active":
            yield f"the site is {desk.site['state']}"
        if self.subject is not None and desk.unit.row("subject", self.subject) is not None:
            yield f"there is a subject {self.subject}"
        if self.year_of_birth is not None and not 1900 <= self.year_of_birth <= desk.unit.now.year:
            yield f"the year of birth is {self.year_of_birth}"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """One row of `subject`."""
        unit = desk.unit
        number = f"{unit.count('subject', site=self.site) + 1:03}"
        subject = self.subject or f"{self.site}-{number}"
        unit.subject = subject
        version = desk.site["version"] or desk.trial["version"]
        unit.insert(
            "subject", id=subject, site=self.site, number=number, version=version,
            state="screened", revision=1, year_of_birth=self.year_of_birth,
        )  # fmt: skip
        return {"subject": subject, "state": "screened"}
