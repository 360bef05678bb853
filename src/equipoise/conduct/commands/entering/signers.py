"""Which forms are to be signed and which verified, by what the protocol says (`conduct: sign:`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from equipoise.conduct.form_kinds import CRITERIA_FORM
from equipoise.meaning.forms.resolve import forms_of
from equipoise.protocol import Protocol

AS_SIGNER: Final = "investigator"
AS_VERIFIER: Final = "monitor"
_EVERY_FORM: Final = "casebook"
_OF_VISITS: Final = "every visit"
_OF_CRITERIA: Final = "eligibility"


def is_asked_of(role: str, protocol: Protocol, form: Mapping[str, Any]) -> bool:
    """Whether the protocol wants a form endorsed by a role.

    A form that tells a stratum is signed in any case: nobody is randomized without. Of a role that
    the protocol says nothing of, every form is wanted.
    form : a row of the table of forms
    Checked  tests/unit/conduct/commands/test_as_the_protocol_says.py.
    """
    plan = protocol.conduct
    if plan is None or role not in plan.sign:
        return True
    things = plan.sign[role]
    if _EVERY_FORM in things or form["key"] in things:
        return True
    if _OF_VISITS in things and form["visit"] is not None:
        return True
    if _OF_CRITERIA in things and form["key"] == CRITERIA_FORM:
        return True
    return role == AS_SIGNER and _tells_a_stratum(protocol, form["key"])


def _tells_a_stratum(protocol: Protocol, key: str) -> bool:
    form = forms_of(protocol).get(key)
    return form is not None and any(form.item(name) for name in protocol.allocation.strata)
