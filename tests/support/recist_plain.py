"""RECIST 1.1 over a record's lesions in plain Python, one subject at a time.

Source   Eisenhauer 2009, sections 4.3.1 to 4.3.5 and Table 1.
"""

from __future__ import annotations

from collections import defaultdict

import polars as pl


def overall_by_subject(
    lesions: pl.DataFrame, measurements: pl.DataFrame
) -> dict[tuple[str, float], str]:
    """(subject, visit number) -> overall response, at every reading after baseline."""
    roles = defaultdict(dict)
    new = defaultdict(set)
    for row in lesions.iter_rows(named=True):
        if row["role"] == "NEW":
            new[row["subject"]].add(row["number"])
        roles[row["subject"]][row["lesion"]] = (row["role"], row["organ"])
    scans = defaultdict(lambda: defaultdict(dict))
    for row in measurements.iter_rows(named=True):
        value = row["state"] if row["size"] is None else round(row["size"])
        scans[row["subject"]][row["number"]][row["lesion"]] = value
    found = {}
    for subject, by_visit in scans.items():
        visits = sorted(by_visit)
        nadir = base = _sum(by_visit[visits[0]])
        for visit in visits[1:]:
            sizes = by_visit[visit]
            total = _sum(sizes)
            is_new = visit in new[subject]
            found[subject, visit] = _overall(sizes, roles[subject], total, base, nadir, is_new)
            nadir = min(nadir, total)
    return found


def _sum(sizes: dict) -> int:
    return sum(size for size in sizes.values() if isinstance(size, int))


def _overall(sizes, roles, total, base, nadir, is_new) -> str:
    targets = {k: v for k, v in sizes.items() if roles[k][0] == "TARGET"}
    others = [v for k, v in sizes.items() if roles[k][0] == "NON-TARGET"]
    worse = 5 * total >= 6 * nadir and total - nadir >= 5
    if worse or is_new or "UNEQUIVOCAL PROGRESSION" in others:
        return "PD"
    gone = all(v < 10 if roles[k][1] == "LYMPH NODE" else v == 0 for k, v in targets.items())
    if gone:
        return "CR" if all(v == "ABSENT" for v in others) else "PR"
    return "PR" if 10 * total <= 7 * base else "SD"
