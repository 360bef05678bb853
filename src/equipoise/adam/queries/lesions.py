"""Questions about which lesions were chosen, and how they were measured."""

from __future__ import annotations

import polars as pl

from equipoise.adam.queries.model import NOTHING, Material, QueryRule, ask, shown
from equipoise.adam.recist.lesions import SERIES, UNITS_PER_MM, lesions, measurements, target_sizes
from equipoise.adam.recist.readers import EVAL_INVESTIGATOR, accepted_in_rs, central_reading
from equipoise.adam.tumor.readings import readers_of

# RECIST 1.1, 3.1 and 4.1: how many targets, and how large a measurable lesion is.
MOST_TARGETS = 5
MOST_IN_AN_ORGAN = 2
MEASURABLE_MM = 10
MEASURABLE_NODE_MM = 15
_LESION = [*SERIES, "LESION"]


def _chosen(material: Material, *roles: str) -> pl.DataFrame:
    """The first mention of each lesion of baseline, with its row in TU; none without TU."""
    if not material.has("TU"):
        return pl.DataFrame()
    named = lesions(material.data.tables["TU"]).filter(pl.col("ROLE").is_in(roles))
    places = material.rows("TU", "USUBJID", "TUSEQ").select("USUBJID", "TUSEQ", "_row")
    rows = named.join(places, on=["USUBJID", "TUSEQ"], how="left", maintain_order="left")
    return rows.unique(_LESION, keep="first", maintain_order=True)


def other_organ(material: Material) -> pl.DataFrame:
    """A lesion is named again, in another organ or in another role."""
    if not material.has("TU"):
        return NOTHING
    rows = lesions(material.data.tables["TU"]).filter(pl.col("ROLE") != "EQUIVOCAL NEW")
    places = material.rows("TU", "USUBJID", "TUSEQ").select("USUBJID", "TUSEQ", "_row")
    rows = rows.join(places, on=["USUBJID", "TUSEQ"], how="left", maintain_order="left")
    first = [pl.col(c).first().over(_LESION).alias(f"_{c}") for c in ("TULOC", "ROLE", "VISIT")]
    rows = rows.with_columns(first)
    rows = rows.filter(
        pl.any_horizontal(pl.col(c).ne_missing(pl.col(f"_{c}")) for c in ("TULOC", "ROLE"))
    )
    said = pl.format(
        "{} is {} in {} at {} by {}; it was {} in {}",
        *("LESION", "ROLE", shown("TULOC"), shown("VISIT"), "READER", "_ROLE", shown("_TULOC")),
    )
    return ask("TU", rows, found=said, ask="Is this one lesion? Which of the two is right?")


def too_many(material: Material) -> pl.DataFrame:
    """More than five target lesions, or more than two in an organ."""
    rows = _chosen(material, "TARGET")
    if rows.is_empty():
        return NOTHING
    in_all = pl.int_range(1, pl.len() + 1).over(SERIES)
    in_organ = pl.int_range(1, pl.len() + 1).over([*SERIES, "TULOC"])
    rows = rows.with_columns(ALL=in_all, ORGAN=in_organ)
    over, crowded = pl.col("ALL") > MOST_TARGETS, pl.col("ORGAN") > MOST_IN_AN_ORGAN
    rows = rows.filter(over | (crowded & pl.col("TULOC").is_not_null()))
    said = pl.format(
        "target {} by {} is number {}, and number {} in {}",
        *("LESION", "READER", "ALL", "ORGAN", shown("TULOC")),
    )
    text = (
        f"At most {MOST_TARGETS} targets, {MOST_IN_AN_ORGAN} in an organ (RECIST 1.1, 4.1). Should "
        "this lesion be a non-target?"
    )
    return ask("TU", rows, found=said, ask=text)


def too_small(material: Material) -> pl.DataFrame:
    """A target that was not measurable at baseline."""
    if material.by_rule.is_empty():
        return NOTHING
    named = lesions(material.data.tables["TU"])
    sizes = target_sizes(measurements(material.data.tables["TR"]), named)
    based = material.by_rule.filter(pl.col("ABLFL") == "Y").select(*SERIES, "VISITNUM", "VISIT")
    least = pl.when("NODAL").then(MEASURABLE_NODE_MM).otherwise(MEASURABLE_MM)
    rows = sizes.join(based, on=[*SERIES, "VISITNUM"]).with_columns(LEAST=least)
    rows = rows.filter(pl.col("SIZE") < pl.col("LEAST") * UNITS_PER_MM)
    places = material.rows("TR", "USUBJID", "TRSEQ").select("USUBJID", "TRSEQ", "_row")
    rows = rows.join(places, on=["USUBJID", "TRSEQ"], how="left").sort("_row")
    mm = (pl.col("SIZE") / UNITS_PER_MM).round(4)
    said = pl.format("target {} is {} mm at {} by {}", "TRLNKID", mm, shown("VISIT"), "READER")
    text = pl.format(
        "A target has {} mm at least (RECIST 1.1, 3.1). Is the size right? If so, why a target?",
        "LEAST",
    )
    return ask("TR", rows, found=said, ask=text)


def measured_twice(material: Material) -> pl.DataFrame:
    """One reader gave two sizes of one lesion at one visit."""
    if not material.has("TR"):
        return NOTHING
    rows = measurements(material.data.tables["TR"]).with_row_index("_row")
    rows = rows.filter(pl.col("SIZE").is_not_null() & pl.col("TRLNKID").is_not_null())
    key = [*SERIES, "VISITNUM", "TRLNKID", "TRTESTCD"]
    first = pl.col("SIZE").first().over(key)
    rows = rows.with_columns(_first=first).filter(
        (pl.int_range(pl.len()).over(key) > 0) & (pl.col("SIZE") != pl.col("_first"))
    )
    mm = [(pl.col(c) / UNITS_PER_MM).round(4) for c in ("SIZE", "_first")]
    said = pl.format(
        "{} {} is {} mm at {} by {}, and {} mm in an earlier row",
        *("TRLNKID", "TRTESTCD", mm[0], shown("VISIT"), "READER", mm[1]),
    )
    return ask("TR", rows, found=said, ask="Which of the two sizes counts? The first was used.")


def named_late(material: Material) -> pl.DataFrame:
    """A target or non-target that was first named after baseline."""
    rows = _chosen(material, "TARGET", "NON-TARGET")
    if rows.is_empty():
        return NOTHING
    start = pl.col("VISITNUM").min().over(SERIES)
    rows = rows.with_columns(_start=start).filter(pl.col("VISITNUM") > pl.col("_start"))
    said = pl.format(
        "{} {} was first named at {} by {}",
        *(pl.col("ROLE").str.to_titlecase(), "LESION", shown("VISIT"), "READER"),
    )
    text = "Was it there at baseline? If so, please enter its size then; if not, is it new?"
    return ask("TU", rows, found=said, ask=text)


def undecided(material: Material) -> pl.DataFrame:
    """Central readers gave different responses, and nobody decided."""
    plan = readers_of(material.protocol).get("central")
    if plan is None or material.recorded.is_empty():
        return NOTHING
    recorded = material.recorded.filter(pl.col("EVAL") != EVAL_INVESTIGATOR)
    if recorded["READER"].n_unique() < 2:
        return NOTHING
    given = material.by_rule.filter(pl.col("OVRLRESP").is_not_null())
    overall = recorded if given.is_empty() else accepted_in_rs(given, recorded)
    rows = central_reading(overall, options=plan).filter(pl.col("SETTLED") == "N")
    scan = ["USUBJID", "VISITNUM"]
    central = overall.filter(pl.col("EVAL") != EVAL_INVESTIGATOR).sort(*scan, "READER")
    words = central.group_by(scan, maintain_order=True).agg(
        SAID=pl.format("{} by {}", "OVRLRESP", "READER").str.join(", ")
    )
    places = recorded.group_by(scan, maintain_order=True).agg(pl.col("_row").first())
    rows = rows.select(*scan, "VISIT").join(words, on=scan).join(places, on=scan)
    said = pl.format("at {}: {}", shown("VISIT"), "SAID")
    text = "Which reading does the adjudicator accept?"
    return ask("RS", rows.sort("_row"), found=said, ask=text)


LESION_RULES = (
    QueryRule("Q25", "lesion in another organ or role", other_organ),
    QueryRule("Q26", "too many target lesions", too_many),
    QueryRule("Q27", "target lesion too small at baseline", too_small),
    QueryRule("Q28", "lesion measured twice", measured_twice),
    QueryRule("Q29", "lesion first named after baseline", named_late),
    QueryRule("Q30", "central readers differ", undecided),
)
