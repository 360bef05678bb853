"""Questions about tumor responses and lesions."""

from __future__ import annotations

import polars as pl

from equipoise.adam.queries.model import NOTHING, Material, QueryRule, ask, shown
from equipoise.adam.recist.lesions import READING, SERIES, lesions, measurements

_RESPONSES = ("CR", "PR", "SD", "NON-CR/NON-PD")


def disagree(material: Material) -> pl.DataFrame:
    """The response recorded is not the one that the lesions give by the rule."""
    if material.by_rule.is_empty() or material.recorded.is_empty():
        return NOTHING
    rule = material.by_rule.select(*READING, RULED="OVRLRESP", WHY="REASON", CITE="RULE")
    rows = material.recorded.join(rule, on=READING, how="inner", maintain_order="left")
    rows = rows.filter(pl.col("RULED").is_not_null() & (pl.col("RULED") != pl.col("OVRLRESP")))
    said = pl.format("{} recorded at {} by {}", "OVRLRESP", shown("VISIT"), "READER")
    why = pl.format("The lesions give {} ({}; {}). Which is right?", "RULED", shown("WHY"), "CITE")
    return ask("RS", rows, found=said, ask=why)


def partial_after_complete(material: Material) -> pl.DataFrame:
    """CR, and PR at the next evaluable reading: RECIST 1.1, Table 3, allows no such course."""
    rows = _next_to(material)
    rows = rows.filter((pl.col("_before") == "CR") & (pl.col("OVRLRESP") == "PR"))
    said = pl.format("PR on {} after CR on {} by {}", "ADT", "_since", "READER")
    text = "Was the first reading a true CR, or is this one a recurrence (PD)? RECIST 1.1, 4.4.3."
    return ask("RS", rows, found=said, ask=text)


def after_progression(material: Material) -> pl.DataFrame:
    """A reader records a response after progression."""
    rows = _in_time(material)
    if rows.is_empty():
        return NOTHING
    first = pl.col("ADT").filter(pl.col("OVRLRESP") == "PD").min().over(SERIES)
    rows = rows.with_columns(_pd=first)
    rows = rows.filter((pl.col("ADT") > pl.col("_pd")) & pl.col("OVRLRESP").is_in(_RESPONSES))
    said = pl.format("{} on {} by {}", "OVRLRESP", "ADT", "READER")
    text = pl.format("PD stands on {}. Is that reading or this one wrong?", "_pd")
    return ask("RS", rows, found=said, ask=text)


def twice_in_a_day(material: Material) -> pl.DataFrame:
    """One reader recorded two different responses on one day."""
    rows = _in_time(material)
    if rows.is_empty():
        return NOTHING
    day = [*SERIES, "ADT"]
    rows = rows.filter(
        (pl.col("OVRLRESP").n_unique().over(day) > 1) & (pl.int_range(pl.len()).over(day) > 0)
    )
    said = pl.format("{} on {} by {}, beside another", "OVRLRESP", "ADT", "READER")
    return ask("RS", rows, found=said, ask="Which of the two responses counts?")


def missing_targets(material: Material) -> pl.DataFrame:
    """A target lesion of baseline was not measured at a reading."""
    return _not_followed(material, "TARGET", "Please give its size, or why it was not measured.")


def missing_nontargets(material: Material) -> pl.DataFrame:
    """A non-target lesion of baseline was not assessed at a reading."""
    return _not_followed(material, "NON-TARGET", "Please give its state, or why it was not seen.")


def _in_time(material: Material) -> pl.DataFrame:
    rows = material.recorded
    return rows if rows.is_empty() else rows.sort(*SERIES, "ADT", "VISITNUM", nulls_last=True)


def _next_to(material: Material) -> pl.DataFrame:
    """Evaluable readings beside the one before."""
    rows = _in_time(material)
    if rows.is_empty():
        return pl.DataFrame(schema={"_before": pl.String, "OVRLRESP": pl.String})
    rows = rows.filter(~pl.col("OVRLRESP").is_in(["NE", "NED"]))
    return rows.with_columns(
        _before=pl.col("OVRLRESP").shift(1).over(SERIES), _since=pl.col("ADT").shift(1).over(SERIES)
    )


def _not_followed(material: Material, role: str, text: str) -> pl.DataFrame:
    if material.by_rule.is_empty():
        return NOTHING
    named = lesions(material.data.tables["TU"]).filter(pl.col("ROLE") == role)
    visits = material.by_rule.filter(pl.col("ABLFL").is_null())
    rows = visits.select(*READING, "VISIT", "FIRSTDT").join(
        named.select(*SERIES, "LESION", "TUSEQ").unique([*SERIES, "LESION"]), on=SERIES
    )
    seen = measurements(material.data.tables["TR"])
    seen = seen.filter(pl.col("SIZE").is_not_null() | pl.col("STATE").is_not_null())
    seen = seen.explode("LESIONS").select(*READING, LESION="LESIONS").unique()
    rows = rows.join(seen, on=[*READING, "LESION"], how="anti").sort(*READING, "LESION")
    places = material.rows("TU", "USUBJID", "TUSEQ").select("USUBJID", "TUSEQ", "_row")
    rows = rows.join(places, on=["USUBJID", "TUSEQ"], how="left", maintain_order="left")
    said = pl.format(
        "{} {} has no value at {} ({}) by {}",
        *(pl.lit(role.capitalize()), "LESION", shown("VISIT"), shown("FIRSTDT"), "READER"),
    )
    return ask("TU", rows, found=said, ask=text)


TUMOR_RULES = (
    QueryRule("Q01", "response recorded against response by rule", disagree),
    QueryRule("Q02", "partial response after complete response", partial_after_complete),
    QueryRule("Q03", "response after progression", after_progression),
    QueryRule("Q04", "two responses on one day", twice_in_a_day),
    QueryRule("Q05", "target lesion not measured", missing_targets),
    QueryRule("Q06", "non-target lesion not assessed", missing_nontargets),
)
