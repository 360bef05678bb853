"""The FEV1 data and ways between a covariance matrix and a structure's parameters."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np

from equipoise.frames import Labels

DATA = Path(__file__).parents[1] / "oracle" / "continuous" / "data"
ARMS, VISITS = ("PBO", "TRT"), ("VIS1", "VIS2", "VIS3", "VIS4")
RACES, SEXES = ("Asian", "Black or African American", "White"), ("Male", "Female")


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    with (DATA / f"{name}.csv").open() as file:
        return tuple(csv.DictReader(file))


def labels(name: str, column: str, levels: tuple[str, ...]) -> Labels:
    codes = [levels.index(row[column]) for row in rows(name)]
    return Labels(np.array(codes, np.int32), levels)


def numbers(name: str, column: str) -> np.ndarray:
    return np.array([float(row[column] or "nan") for row in rows(name)])


def fev() -> dict:
    """The arguments of `repeated_measures` for FEV1 ~ RACE + SEX + ARMCD * AVISIT."""
    name = "mmrm_fev_data"
    return {
        "y": numbers(name, "FEV1"),
        "subject": np.array([row["USUBJID"] for row in rows(name)]),
        "visit": labels(name, "AVISIT", VISITS),
        "arm": labels(name, "ARMCD", ARMS),
        "covariates": {"race": labels(name, "RACE", RACES), "sex": labels(name, "SEX", SEXES)},
    }


def theta_of(structure: str, sigma: np.ndarray) -> np.ndarray:
    """The parameters of a covariance matrix that has the structure."""
    visits = len(sigma)
    if structure == "us":
        root = np.linalg.cholesky(sigma)
        scale = np.diag(root)
        free = (root / scale[:, None])[np.tril_indices(visits, -1)]
        return np.concatenate([np.log(scale), free])
    sd = np.sqrt(np.diag(sigma))
    correlation = sigma / np.outer(sd, sd)
    log_sd = np.log(sd if structure.endswith("h") else sd[:1])
    family = structure.removesuffix("h")
    if family == "cs":
        low = -1 / (visits - 1)
        share = (correlation[0, 1] - low) / (1 - low)
        return np.append(log_sd, np.log(share / (1 - share)))
    rho = {"ar1": correlation[0, 1:2], "toep": correlation[0, 1:], "ad": np.diag(correlation, 1)}
    return np.concatenate([log_sd, rho[family] / np.sqrt(1 - rho[family] ** 2)])
