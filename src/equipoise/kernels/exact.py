"""Exact test of an r x c table: every table with the same margins, bounded and counted.

`freeman_halton` walks the columns depth first. Before a column is split it bounds the likeliest and
the least likely completion; where all completions fall on one side of the observed probability
their total (known in closed form) is added or dropped whole.

Source   Freeman & Halton 1951, Biometrika 38:141; Mehta & Patel 1983, J Am Stat Assoc 78:427
         (the idea of bounding whole branches; the bounds here are simpler).
Checked  tests/oracle/response (R fisher.test); twin `freeman_halton_plain`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numba import njit

from equipoise.arrays import Floats, Ints

LOG_SLACK = 1e-7  # a log probability within this of the observed one counts as equal, as in R


@njit(cache=True)
def _balanced(total: int, parts: int, log_factorial: Floats) -> float:
    """Least sum of log x! over ways to write `total` as `parts` counts."""
    low = total // parts
    extra = total - low * parts
    return float(extra * log_factorial[low + 1] + (parts - extra) * log_factorial[low])


@njit(cache=True)
def _branch(rest: Ints, columns: Ints, j: int, log_factorial: Floats, bound: Floats) -> None:
    """Bounds of sum log x! over columns j.. given row remainders, and log of sum of 1/prod x!."""
    left = len(columns) - j
    low_rows, high_rows, mass = 0.0, 0.0, 0
    for i in range(len(rest)):
        low_rows += _balanced(rest[i], left, log_factorial)
        high_rows += log_factorial[rest[i]]
        mass += rest[i]
    low_columns, high_columns = 0.0, 0.0
    for k in range(j, len(columns)):
        low_columns += _balanced(columns[k], len(rest), log_factorial)
        high_columns += log_factorial[columns[k]]
    bound[0] = max(low_rows, low_columns)
    bound[1] = min(high_rows, high_columns)
    bound[2] = log_factorial[mass] - high_rows - high_columns


@njit(cache=True)
def freeman_halton(
    rows: Ints, columns: Ints, log_factorial: Floats, cutoff: float, budget: int
) -> float:
    """Probability of the tables with these margins whose log probability is at most `cutoff`.

    rows : (r,) int64, columns : (c,) int64, margins with c >= 2
    log_factorial : (N + 2,) float64
    Returns  the probability, or -1 if more than `budget` cells would have to be visited.
    """
    r, c = len(rows), len(columns)
    constant = -log_factorial[rows.sum()]
    for i in range(r):
        constant += log_factorial[rows[i]]
    for j in range(c):
        constant += log_factorial[columns[j]]
    rest = rows.copy()  # what each row still has to place
    cell = np.full((c, r), -1, np.int64)
    need = np.zeros((c, r + 1), np.int64)  # what each column still has to place, row by row
    past = np.zeros((c, r + 1))  # sum of log x! so far, row by row within the column
    bound = np.zeros(3)
    total, visits = 0.0, 0
    need[0, 0] = columns[0]
    j, i = 0, 0
    while j >= 0:
        visits += 1
        if visits > budget:
            return -1.0
        if cell[j, i] >= 0:
            rest[i] += cell[j, i]
        x = cell[j, i] + 1
        if i == r - 1:  # the column's last cell is what is left, tried once
            x = need[j, i] if cell[j, i] < 0 else need[j, i] + 1
        if x > min(need[j, i], rest[i]):
            cell[j, i] = -1
            i -= 1
            if i < 0:
                j, i = j - 1, r - 1
            continue
        cell[j, i] = x
        rest[i] -= x
        need[j, i + 1] = need[j, i] - x
        past[j, i + 1] = past[j, i] + log_factorial[x]
        if i < r - 1:
            i += 1
            continue
        _branch(rest, columns, j + 1, log_factorial, bound)
        if constant - past[j, r] - bound[0] <= cutoff:
            total += math.exp(constant - past[j, r] + bound[2])
        elif constant - past[j, r] - bound[1] <= cutoff:
            j, i = j + 1, 0
            need[j, 0] = columns[j]
            past[j, 0] = past[j - 1, r]
    return total


def _tables(rows: tuple[int, ...], columns: tuple[int, ...]) -> Iterator[list[tuple[int, ...]]]:
    """Every list of columns of counts with these margins."""
    if len(columns) == 1:
        yield [rows]
        return
    for column in _splits(columns[0], rows):
        rest = tuple(a - b for a, b in zip(rows, column))
        for tail in _tables(rest, columns[1:]):
            yield [column, *tail]


def _splits(total: int, caps: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    if len(caps) == 1:
        if total <= caps[0]:
            yield (total,)
        return
    for x in range(min(total, caps[0]) + 1):
        for tail in _splits(total - x, caps[1:]):
            yield (x, *tail)


def freeman_halton_plain(rows: tuple[int, ...], columns: tuple[int, ...], cutoff: float) -> float:
    """`freeman_halton` by listing every table."""
    constant = sum(math.lgamma(m + 1) for m in (*rows, *columns)) - math.lgamma(sum(rows) + 1)
    total = 0.0
    for table in _tables(rows, columns):
        log_p = constant - sum(math.lgamma(x + 1) for column in table for x in column)
        if log_p <= cutoff:
            total += math.exp(log_p)
    return total
