"""Options of models, rank tests and imputation, read into types."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo

from equipoise.meaning.options import SEED_MEANS, MethodOptions, Names
from equipoise.protocol.model.base import Positive, YesNo


def _likelihood(value: str, about: ValidationInfo) -> str:
    if value == "ml" and str(about.data.get("df", "")).startswith("kenward-roger"):
        raise ValueError(
            '"ml" has no degrees of freedom by Kenward and Roger; expected reml, or `df: '
            "satterthwaite`"
        )
    return value


class ImputationOptions(MethodOptions):
    """Of multiple imputation."""

    seed: Positive | None = Field(default=None, description=SEED_MEANS)
    imputations: Positive = Field(default=100, description="how many completed data sets")


class LogisticOptions(MethodOptions):
    """Of a logistic regression."""

    limits: Literal["Wald", "profile"] = Field(
        default="Wald", description="Wald (the default) or profile, with its likelihood-ratio test"
    )


class RankOptions(MethodOptions):
    """Of a rank test."""

    exact: YesNo | None = Field(
        default=None,
        description="yes or no: P over every allocation; by default yes for fewer than 50 subjects "
        "in each arm without ties, no over strata",
    )


class MeanOptions(MethodOptions):
    """Of least-squares means."""

    means: Literal["equal", "proportional"] = Field(
        default="equal",
        description="equal (the default) or proportional: other factors averaged alike, or as "
        "often as observed",
    )


class MixedModelOptions(MeanOptions):
    """Of a mixed model for repeated measures."""

    covariance: Literal["us", "toep", "toeph", "ar1", "ar1h", "cs", "csh", "ad", "adh"] = Field(
        default="us",
        description="us, toep, toeph, ar1, ar1h, cs, csh, ad or adh; by default us, unstructured",
    )
    df: Literal[
        "kenward-roger-linear", "kenward-roger", "satterthwaite", "between-within", "residual"
    ] = Field(
        default="kenward-roger-linear",
        description="kenward-roger-linear (the default), kenward-roger, satterthwaite, "
        "between-within, residual",
    )
    errors: Literal["model", "empirical"] = Field(
        default="model", description="model (the default) or empirical"
    )
    likelihood: Annotated[Literal["reml", "ml"], AfterValidator(_likelihood)] = Field(
        default="reml",
        description="reml (the default) or ml, which needs another `df` than Kenward-Roger's",
    )
    covariance_by_arm: YesNo = Field(
        default=False, description="yes: each arm has a covariance of its own"
    )
    by_visit: Names = Field(
        default=("BASE",),
        description="covariates whose effect may differ between visits; by default BASE",
    )
