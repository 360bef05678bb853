"""A form is verified, and signed: exactly as it is now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from equipoise.conduct.commands.model import CommandDesk, OfForm
from equipoise.conduct.store.canonical import canonical, fingerprint_of


class VerifyForm(OfForm):
    """A monitor has compared a form with its source."""

    name: ClassVar[str] = "verify"

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """What was entered and not signed yet."""
        state = self.of(desk)["state"]
        if state != "entered":
            yield f"{self.form} is {state}, not entered"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """A signature, and the form's state."""
        return _signed(desk, self.of(desk), "verified against its source", "verified")


class Sign(OfForm):
    """An investigator endorses a form; its digest is signed, so that any change shows."""

    name: ClassVar[str] = "sign"

    meaning: str = "I have reviewed this and it is correct"

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """What was entered or verified."""
        state = self.of(desk)["state"]
        if state not in ("entered", "verified"):
            yield f"{self.form} is {state}; expected what was entered"
        if not self.meaning.strip():
            yield "a signature has a meaning"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """A signature, and the form's state."""
        return _signed(desk, self.of(desk), self.meaning, "signed")


def _signed(desk: CommandDesk, form: dict[str, Any], meaning: str, state: str) -> dict[str, Any]:
    digest = _signed_digest(desk, form)
    made = endorse(desk, form["id"], digest, meaning, subject=form["subject"])
    desk.unit.change("form", form, state=state)
    return {"form": form["id"], "state": state, "digest": digest, "name": made["name"]}


def endorse(
    desk: CommandDesk, what: str, digest: str, meaning: str, *, subject: str | None
) -> dict[str, Any]:
    """One row of `signature`: who, when, what it means, and the digest of exactly what."""
    unit, person = desk.unit, desk.unit.row("account", desk.by) or {}
    number = unit.count("signature", object=what) + 1
    return unit.insert(
        "signature", id=f"{what}/S{number}", object=what, meaning=meaning, digest=digest,
        name=person["name"], by=desk.by, at=unit.at, subject=subject, revision=1,
    )  # fmt: skip


def _signed_digest(desk: CommandDesk, form: dict[str, Any]) -> str:
    """SHA-256 of which form it is, of which version of the protocol, and of its answers.

    Source   21 CFR 11.70: a signature cannot be transferred to another record.
    """
    named = {name: form[name] for name in ("id", "key", "version")}
    return fingerprint_of(canonical({**named, "answers": form_digest(desk, form["id"])}))


def form_digest(desk: CommandDesk, form: str) -> str:
    """SHA-256 of a form's answers."""
    rows = desk.unit.rows("value", form=form)
    parts = ("item", "kind", "value", "unit", "missing")
    return fingerprint_of(canonical([[row[part] for part in parts] for row in rows]))


def void_signatures(desk: CommandDesk, form: str) -> None:
    """What was signed has changed: its signatures stay, and say so."""
    for one in desk.unit.rows("signature", object=form):
        if one["void_at"] is None:
            desk.unit.change("signature", one, void_at=desk.unit.at, void_by=desk.by)
