"""What is still to be done before a subject is randomized, in the words of a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from equipoise.conduct.commands.entering.signers import AS_SIGNER, is_asked_of
from equipoise.conduct.store.bodies import Stored
from equipoise.protocol import Protocol
from equipoise.service.reading.kinds import once_keys, title_of

IN_SCREENING = ("screened", "eligible")


def still_to_do(protocol: Protocol, subject: Stored, forms: Sequence[Stored]) -> Iterator[str]:
    """Steps that a site has left of a subject's screening, in their order; none when all is done.

    forms : the subject's own. Whether randomization is possible is said by `randomize` alone.
    Checked  tests/unit/service/test_first_steps.py.
    """
    if not subject["consented"]:
        yield "the day of consent"
    unsigned = []
    for key in once_keys(protocol):
        states = {one["state"] for one in forms if one["key"] == key}
        title = title_of(protocol, key).lower()
        if not states - {"draft", "empty"}:
            yield title
        asked = is_asked_of(AS_SIGNER, protocol, {"key": key, "visit": None})
        if asked and "signed" not in states:
            unsigned.append(title)
    if subject["state"] == "screened":
        yield "criteria, judged by the investigator"
    if unsigned:
        yield f"signature of {' and '.join(unsigned)}"
