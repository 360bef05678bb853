"""What a case must not do, and what must be told of it."""

from __future__ import annotations

import resource
import signal
import traceback
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from equipoise.errors import EquipoiseError, Finding, FindingsError

PATIENCE = 120  # seconds of this process before a case counts as hanging
MOST_MEMORY = 4 * 1024**3  # bytes above which a case has asked for too much


@dataclass(frozen=True)
class Planted:
    """What was broken, and where it must be told.

    must : whether it has to be told at all; the parts of `place` that are None may be anything
    """

    kind: str
    must: bool = False
    place: dict[str, Any] = field(default_factory=dict)
    words: str = ""

    def __str__(self) -> str:
        where = " ".join(f"{k} {v}" for k, v in self.place.items())
        return f"{self.kind}: {self.words} ({where})"


@dataclass(frozen=True)
class Verdict:
    """What came of a case; `fault` is empty where nothing is wrong with it."""

    planted: Planted
    told: bool
    fault: str = ""
    words: str = ""


class HangingError(Exception):
    """A case has used up its time."""


def judged(
    planted: Planted, work: Callable[[], Sequence[Finding]], usual: Collection[str] = ()
) -> Verdict:
    """Do a case's work and say what is wrong with what came of it.

    work : returns the findings, or raises an error of the house that has them
    usual : what the unbroken example says too, with its place or without
    """
    try:
        with _guarded():
            findings = list(work())
    except FindingsError as error:
        findings = list(error.findings)
    except EquipoiseError as error:
        findings = [Finding("", str(error))]
    except HangingError:
        return Verdict(planted, told=False, fault="hangs")
    except MemoryError:
        return Verdict(planted, told=False, fault="memory")
    except BaseException:
        return Verdict(planted, told=False, fault="traceback", words=traceback.format_exc(limit=-4))
    findings = [f for f in findings if not {f.message, f"{f.place}: {f.message}"} & set(usual)]
    if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 > MOST_MEMORY:
        return Verdict(planted, told=False, fault="memory")
    fault, words = _told(planted, findings)
    return Verdict(planted, told=bool(findings), fault=fault, words=words)


def _told(planted: Planted, findings: Sequence[Finding]) -> tuple[str, str]:
    """Whether what was planted is told, and in its place."""
    loud = [f for f in findings if f.severity != "note"]
    if not planted.must:
        return "", ""
    at_place = [f for f in loud if _is_at(f, planted.place)]
    if not planted.place:
        at_place = [f for f in loud if planted.words in f"{f.place} {f.message} {f.expected}"]
    if at_place:
        return "", ""
    seen = "\n".join(f"    {f.place}: {f.message}"[:160] for f in loud[:6])
    own = [f for f in loud if _names(f, planted)]
    return ("wrong place" if own else "silent"), seen


def _is_at(finding: Finding, place: dict[str, Any]) -> bool:
    where = finding.where
    return all(value is None or where.get(part) == value for part, value in place.items())


def _names(finding: Finding, planted: Planted) -> bool:
    """Whether a finding speaks of the words that were planted, or of the same file."""
    said = bool(planted.words) and planted.words in f"{finding.message} {finding.expected}"
    file = planted.place.get("file")
    return said or finding.severity == "error" or (file is None and bool(finding.place))


@contextmanager
def _guarded() -> Iterator[None]:
    """Raises   HangingError after `PATIENCE` seconds of this process."""

    def ring(*_: object) -> None:
        raise HangingError

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
