"""What virtual trials do not do: told by `check` as a warning, refused by name by who cannot do it.

The words are the same in both places: a road that meets one of these calls `refuse`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from equipoise.errors import InputError
from equipoise.meaning.looks import AtEndOfStudy, Look
from equipoise.meaning.rules.planned import understood
from equipoise.protocol.language.activities import SURVIVAL_STATUS, TUMOR_ASSESSMENT
from equipoise.protocol.language.lines import spell
from equipoise.protocol.model import Endpoint, Protocol, Visit
from equipoise.protocol.rules.base import Problem, Rule

LAST_KNOWN_ALIVE = "last known alive"
_SWEEP = 'add a visit such as "sweep: at data cut-off: survival status"'

Limit = Callable[[Protocol], Iterator[Problem]]


def refuse(protocol: Protocol, *limits: Limit) -> None:
    """Raises   InputError for the first thing that one of `limits` finds."""
    for limit in limits:
        for problem in limit(protocol):
            said = f"{spell(problem.path)}: {problem.message}"
            raise InputError(f"{said}; {problem.expected}")


def rows_of_scans(protocol: Protocol) -> Iterator[Problem]:
    """Both roads scan by one row of the schedule."""
    rows = [k for k, v in protocol.visits_for(TUMOR_ASSESSMENT).items() if v.follows]
    for key in rows[1:]:
        message = f"virtual patients are scanned by one row of the schedule, which is {rows[0]}"
        expected = f"expected {TUMOR_ASSESSMENT} in one row after randomization"
        yield Problem(("visits", key, "do"), message, expected)


def lesions_at_baseline(protocol: Protocol) -> Iterator[Problem]:
    """The object road measures lesions against those at baseline."""
    rows = protocol.visits_for(TUMOR_ASSESSMENT)
    is_asked = any(endpoint.reads_tumors for endpoint in protocol.endpoints.values())
    if is_asked and rows and not any(visit.precedes for visit in rows.values()):
        message = "no visit assesses tumors before treatment, and lesions are measured against that"
        expected = f'expected one such as "baseline: day -7: {TUMOR_ASSESSMENT}"'
        yield Problem(("visits", next(iter(rows)), "do"), message, expected)


def contacts(protocol: Protocol) -> Iterator[Problem]:
    """The kernel road follows everybody up to the cut-off of a look, if not to loss or death."""
    asked = protocol.visits_for(SURVIVAL_STATUS)
    is_known = any(v.at_cutoff or _is_daily(v) for v in protocol.visits.values()) or not asked
    for key in _looked_at_early(protocol):
        endpoint = protocol.endpoints[key]
        sources = [source.name for source in endpoint.censor]
        if LAST_KNOWN_ALIVE not in sources:
            if sources and not _has_visits(endpoint):
                message = (
                    f"{key} is not censored when {LAST_KNOWN_ALIVE}, so who is still followed at a "
                    "look has no time; `simulate` follows everybody up to the cut-off"
                )
                yield Problem(("endpoints", key, "censor"), message, f"add {LAST_KNOWN_ALIVE}")
        elif not is_known:
            visit, row = next(iter(asked.items()))
            often = f" every {row.every}" if row.every else ""
            message = (
                f"survivors are asked{often}, not at the data cut-off, so {key} is censored "
                "before it; `simulate` follows everybody up to the cut-off"
            )
            yield Problem(("visits", visit, "do"), message, _SWEEP)


def _has_visits(endpoint: Endpoint) -> bool:
    """Whether an endpoint is seen at visits of its own, and followed up to the last of them."""
    return (
        endpoint.reads_tumors or endpoint.assessed_at is not None or endpoint.worse_by is not None
    )


def _is_daily(visit: Visit) -> bool:
    """Whether someone is seen on every single day."""
    is_exact = visit.window is not None and visit.window.value == 0
    is_whole = visit.until is None and visit.epoch not in ("treatment", "follow up")
    return is_exact and is_whole and visit.every is not None and visit.every.days <= 1


def _looked_at_early(protocol: Protocol) -> list[str]:
    """The endpoints of hypotheses with a look before the study ends."""
    asked = list(understood(protocol))
    looks = {look.label: look for h in asked for look in h.looks}

    def is_last(look: Look) -> bool:
        return isinstance(looks.get(look.comes_with or "", look).trigger, AtEndOfStudy)

    early = (h.endpoint_name for h in asked if not all(is_last(look) for look in h.looks))
    return list(dict.fromkeys(early))


def limits(protocol: Protocol) -> Iterator[Problem]:
    """Every such thing, as a warning, where patients are to be virtual."""
    found: list[Problem] = []
    if protocol.truth:
        for limit in (rows_of_scans, lesions_at_baseline, contacts):
            found += limit(protocol)
    yield from (problem._replace(severity="warning") for problem in found)


RULES = (Rule("P65", "Something that virtual trials do not do", limits),)
