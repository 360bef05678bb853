"""A fitted truth as lines of a protocol, each value with the mark of where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from equipoise.protocol import Protocol
from equipoise.protocol.language.lines import Path
from equipoise.protocol.language.wording import format_hazard
from equipoise.protocol.model import Hazard, Truth
from equipoise.protocol.model.provenance import pointer

FITTED = "fitted"
PROCESSES = ("progression", "death")
PERCENT_DIGITS = 10  # significant, of a percentage: enough for any that a person writes

SourceMarks = Callable[[Path], tuple[str, ...]]


def times_paths(process: str, arm: str, hazard: Hazard) -> list[Path]:
    """The paths, inside a truth, of the numbers of a time to event: one a curve point."""
    whole: Path = (process, "arms", arm)
    if hazard.curve:
        return [(*whole, "curve", k, "survival") for k in range(len(hazard.curve))]
    return [(*whole, "median" if hazard.median is not None else "hazard ratio")]


def fitted_paths(truth: Truth) -> Iterator[Path]:
    """The paths of every number that a fit may move."""
    for process in PROCESSES:
        time = getattr(truth, process)
        for arm, hazard in time.arms.items() if time is not None else ():
            yield from times_paths(process, arm, hazard)
    yield from (("response", arm) for arm in truth.response)


def sources_of(protocol: Protocol, path: Path) -> tuple[str, ...]:
    """The marks that a value of the protocol carries."""
    return tuple(protocol.provenance.get(pointer(path), {}).get("sources", ()))


def marks_of(protocol: Protocol, name: str, start: Truth, fitted: Truth) -> SourceMarks:
    """The mark `fitted` where a number was moved, its own marks where it was not."""
    moved = {path for path in fitted_paths(fitted) if _value(fitted, path) != _value(start, path)}

    def marks(path: Path) -> tuple[str, ...]:
        return (FITTED,) if path in moved else sources_of(protocol, ("truth", name, *path))

    return marks


def _value(truth: Truth, path: Path) -> object:
    here: object = truth.model_dump(by_alias=True)
    for part in path:
        here = here[part]  # type: ignore[index]  # a path that `fitted_paths` gave
    return here


def _no_marks(path: Path) -> tuple[str, ...]:
    return ()


def snippet(name: str, truth: Truth, marks: SourceMarks = _no_marks, how: str = "") -> str:
    """`truth:` with the times and response rates of one truth, as a protocol writes them.

    how : the command that fitted it, which becomes the text of the source `fitted`
    """
    lines = [f"sources:\n  {FITTED}:\n    text: >-\n      Fitted to `report.published` by"
             f" equipoise {how}\n    calculated: true"] if how else []  # fmt: skip
    lines += ["truth:", f"  {name}:"]
    for process in PROCESSES:
        time = getattr(truth, process)
        if time is None:
            continue
        lines.append(f"    {process}:")
        if time.correlation:
            lines.append(f"      with: {time.with_ or 'progression'}")
            lines.append(f"      correlation: {time.correlation:g}")
        lines.append("      arms:")
        for arm, hazard in time.arms.items():
            said = [marks(path) for path in times_paths(process, arm, hazard)]
            lines.append(f"        {arm}: {_written(hazard, said)}")
    if truth.response:
        rates = {a: _marked(_percent(r), marks(("response", a))) for a, r in truth.response.items()}
        lines.append(f"    response: {_flow(rates)}")
    return "\n".join(lines) + "\n"


def _written(hazard: Hazard, marks: list[tuple[str, ...]]) -> str:
    if hazard.curve:
        points = {
            str(p.at): _marked(_percent(p.survival), own)
            for p, own in zip(hazard.curve, marks, strict=True)
        }
        return f"{{curve: {_flow(points)}}}"
    said = hazard.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return _marked(str(format_hazard(said)), marks[0])


def _marked(text: str, marks: tuple[str, ...]) -> str:
    return f'"{text} [{", ".join(marks)}]"' if marks else text


def _flow(pairs: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{k}: {v}" for k, v in pairs.items()) + "}"


def _percent(p: float) -> str:
    return f"{100 * float(p):.{PERCENT_DIGITS}g}%"
