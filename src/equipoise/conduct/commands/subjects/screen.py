"""A person is screened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from equipoise.conduct.commands.model import CommandDesk, OfSite
from equipoise.protocol.model import ConductPlan


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
        count = unit.count("subject", site=self.site) + 1
        sites = (desk.protocol.conduct or ConductPlan()).sites
        country = desk.site.get("country") or ""
        named = sites.subject_named(site=self.site, number=count, country=country)
        subject, number = self.subject or named, f"{count:03}"
        unit.subject = subject
        version = desk.site["version"] or desk.trial["version"]
        unit.insert(
            "subject", id=subject, site=self.site, number=number, version=version,
            state="screened", revision=1, year_of_birth=self.year_of_birth,
        )  # fmt: skip
        return {"subject": subject, "state": "screened"}
