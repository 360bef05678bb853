"""What a row of Results is, and its value with every digit, in words."""

from __future__ import annotations

from typing import Any

from equipoise.calendar import DAYS_PER_MONTH


def about(row: dict[str, Any]) -> str:
    """What a row is, without its group: `hazard ratio, lutate v octreotide`."""
    at = row["at"]
    month = "" if at is None else f"month {at / DAYS_PER_MONTH:.4g} (day {at:g})"
    parts = (row["term"], row["subgroup"], row["comparison"], month)
    return ", ".join([row["statistic"], *filter(None, parts)])


def unrounded(row: dict[str, Any]) -> str:
    """The value with every digit, and of how many it is a share."""
    value = row["value"]
    if value is None:
        return row["note"] or "no value"
    text = f"{value:.0f}" if float(value).is_integer() else repr(float(value))
    return f"{text} of {row['n']:.0f}" if row.get("n") else text
