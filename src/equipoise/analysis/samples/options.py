"""An estimand's options, read as what they should be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from equipoise.analysis.samples.sample import Sample, UnanswerableError
from equipoise.errors import did_you_mean
from equipoise.units import UnitError, parse_duration, parse_number


def given(sample: Sample, name: str) -> Any:
    """An option's value as the protocol has it, None without one."""
    return sample.estimand.options.get(name)


def required(sample: Sample, name: str, expected: str) -> Any:
    """An option that the method cannot do without.

    Raises   UnanswerableError if it is not given.
    """
    value = given(sample, name)
    if value is None:
        raise UnanswerableError(
            f'estimand "{sample.key}": the method needs `options: {{{name}: ...}}`, '
            f"expected {expected}"
        )
    return value


def listed(value: Any) -> list[Any]:
    """One or several."""
    return list(value) if isinstance(value, (list, tuple)) else [value]


def number(sample: Sample, name: str, default: float) -> float:
    """A number. Raises UnanswerableError if it is none."""
    value = given(sample, name)
    try:
        return default if value is None else parse_number(str(value))
    except UnitError as problem:
        raise _wrong(sample, name, str(problem)) from None


def whole(sample: Sample, name: str, default: int) -> int:
    """A whole number of 1 or more. Raises UnanswerableError if it is none."""
    value = number(sample, name, default)
    if value != int(value) or value < 1:
        raise _wrong(sample, name, f"{value:g} found; expected a whole number of 1 or more")
    return int(value)


def days(sample: Sample, name: str, value: Any) -> float:
    """A duration in days; a bare number is days. Raises UnanswerableError if it is neither."""
    try:
        text = str(value)
        return float(text) if text.replace(".", "", 1).isdigit() else parse_duration(text).days
    except UnitError as problem:
        raise _wrong(sample, name, str(problem)) from None


def yes(sample: Sample, name: str) -> bool:
    """Whether an option is `yes`; no without one. Raises UnanswerableError if it is neither."""
    value = str(given(sample, name) or "no").lower()
    if value not in ("yes", "true", "no", "false"):
        raise _wrong(sample, name, f'"{value}" found; expected yes or no')
    return value in ("yes", "true")


def choice(sample: Sample, name: str, words: Sequence[str]) -> str:
    """One of `words`, the first without the option. Raises UnanswerableError for another."""
    value = given(sample, name)
    if value is None:
        return words[0]
    if value not in words:
        hint = did_you_mean(str(value), words)
        raise _wrong(sample, name, f'"{value}" found; expected one of {", ".join(words)}{hint}')
    return str(value)


def _wrong(sample: Sample, name: str, message: str) -> UnanswerableError:
    return UnanswerableError(f'estimand "{sample.key}", option "{name}": {message}')
