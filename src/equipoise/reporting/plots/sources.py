"""The plain tables behind a trial's figures, or why a figure cannot be drawn."""

from __future__ import annotations

from typing import Final

import polars as pl

from equipoise.adam.model import ADaM
from equipoise.adam.subjects.populations import safety_members
from equipoise.analysis.incidence import has_died
from equipoise.analysis.results import Results
from equipoise.calendar import DAYS_PER_MONTH
from equipoise.errors import InputError
from equipoise.reporting.labels import term_label
from equipoise.reporting.model import Number
from equipoise.reporting.numbers import Numbers, decimals

_NOT_SUMS: Final = "the data hold no sum of diameters"
_NOT_EVENTS: Final = "the data hold no adverse events"
_NOT_LABS: Final = "the data hold no laboratory values"


def _lacking(data: ADaM, dataset: str, why: str) -> pl.DataFrame:
    if dataset not in data.tables or data.table(dataset).is_empty():
        raise InputError(why)
    return data.table(dataset)


def _arms(data: ADaM) -> pl.DataFrame:
    return data.table("ADSL").select("USUBJID", pl.col("TRT01P").alias("ARM"))


def sums(data: ADaM) -> pl.DataFrame:
    """subject, arm, day, change of the sum of diameters after baseline, by one reader."""
    rows = _lacking(data, "ADTR", _NOT_SUMS).filter(pl.col("PARAMCD") == "SDIAM")
    rows = rows.filter(pl.col("PCHG").is_not_null() & pl.col("ABLFL").is_null())
    if rows.is_empty():
        raise InputError(_NOT_SUMS)
    own = rows.filter(pl.col("READER") == rows["READER"].mode().sort()[0])
    own = own.filter(pl.col("ANL01FL") == "Y")
    return own.join(_arms(data), on="USUBJID").select(
        pl.col("USUBJID").alias("subject"),
        pl.col("ARM").alias("arm"),
        pl.col("ADY").alias("day"),
        pl.col("PCHG").alias("change"),
    )


def best_changes(data: ADaM) -> pl.DataFrame:
    """subject, arm, change (the smallest), response, confirmed."""
    best = sums(data).group_by("subject", "arm").agg(pl.col("change").min())
    rs = _lacking(data, "ADRS", "the data hold no response")

    def of(code: str, name: str) -> pl.DataFrame:
        own = rs.filter(pl.col("PARAMCD") == code).unique("USUBJID", keep="first")
        return own.select(pl.col("USUBJID").alias("subject"), pl.col("AVALC").alias(name))

    found = best.join(of("BOR", "response"), on="subject", how="left")
    found = found.join(of("CRSP", "C"), on="subject", how="left")
    shown = pl.col("response").replace({"MISSING": "NE", "NON-CR/NON-PD": "SD"}).fill_null("NE")
    return found.with_columns(shown, confirmed=(pl.col("C") == "Y").fill_null(False)).select(
        "subject", "arm", "change", "response", "confirmed"
    )


def lanes(data: ADaM) -> pl.DataFrame:
    """subject, arm, day, what: doses, response, progression, death, end or ongoing."""
    adsl = data.table("ADSL")
    origin = adsl.select("USUBJID", pl.col("RANDDT").fill_null(pl.col("TRTSDT")).alias("D0"))
    parts = []
    if data.has("EX") and "ADEX" in data.tables:
        given = data.table("ADEX").filter(pl.col("PARAMCD") == "DOSE")
        parts.append(given.select("USUBJID", pl.col("ASTDT").alias("D"), what=pl.lit("dose")))
    if "ADRS" in data.tables:
        rs = data.table("ADRS").filter(pl.col("ADT").is_not_null() & (pl.col("AVALC") == "Y"))
        for code, what in (("RSP", "response"), ("PD", "progression")):
            own = rs.filter(pl.col("PARAMCD") == code)
            parts.append(own.select("USUBJID", pl.col("ADT").alias("D"), what=pl.lit(what)))
    died = adsl.filter(has_died(adsl.columns) & pl.col("DTHDT").is_not_null())
    parts.append(died.select("USUBJID", pl.col("DTHDT").alias("D"), what=pl.lit("death")))
    going = pl.col("EOSSTT").fill_null("ONGOING") == "ONGOING"
    alive = adsl.filter(pl.col("LSTALVDT").is_not_null()).join(died, on="USUBJID", how="anti")
    told = pl.when(going).then(pl.lit("ongoing")).otherwise(pl.lit("end")).alias("what")
    parts.append(alive.select("USUBJID", pl.col("LSTALVDT").alias("D"), told))
    whole = pl.concat(parts).join(origin, on="USUBJID").join(_arms(data), on="USUBJID")
    day = ((pl.col("D") - pl.col("D0")).dt.total_days()).alias("day")
    return whole.select(
        pl.col("USUBJID").alias("subject"), pl.col("ARM").alias("arm"), day, "what"
    ).filter(pl.col("day") >= 0)


def onsets(data: ADaM) -> pl.DataFrame:
    """arm, time (months) to the first event of grade 3 or more, death competing as 2."""
    ae = _lacking(data, "ADAE", _NOT_EVENTS)
    worse = ae.filter((pl.col("TRTEMFL") == "Y") & (pl.col("ATOXGRN") >= 3))
    first = worse.group_by("USUBJID").agg(pl.col("ASTDT").min().alias("ON"))
    who = safety_members(data.table("ADSL"), data.protocol)
    rows = who.join(first, on="USUBJID", how="left")
    end = pl.coalesce("DTHDT", "LSTALVDT")
    on = pl.col("ON").is_not_null() & (pl.col("ON") <= end)
    last = pl.when(on).then(pl.col("ON")).otherwise(end)
    event = pl.when(on).then(1).when(pl.col("DTHDT").is_not_null()).then(2).otherwise(0)
    days = (last - pl.col("TRTSDT")).dt.total_days()
    return rows.select(
        pl.col("ARMKEY").alias("arm"),
        (days / DAYS_PER_MONTH).alias("time"),
        event.alias("event"),
    ).filter(pl.col("time") >= 0)


def strip_doses(data: ADaM) -> pl.DataFrame:
    """subject, arm, day, share of the largest dose of the drug that was given in the arm, drug."""
    ex = _lacking(data, "ADEX", "the data hold no doses").filter(pl.col("PARAMCD") == "DOSE")
    given = ex.join(_arms(data), on="USUBJID")
    full = given.group_by("EXTRT", "ARM").agg(pl.col("EXDOSE").max().alias("FULL"))
    rows = given.join(full, on=["EXTRT", "ARM"]).filter(pl.col("FULL") > 0)
    return rows.select(
        pl.col("USUBJID").alias("subject"),
        pl.col("ARM").alias("arm"),
        pl.col("ASTDY").alias("day"),
        (pl.col("EXDOSE") / pl.col("FULL")).alias("share"),
        pl.col("EXTRT").alias("drug"),
    )


def terms_tested(results: Results) -> pl.DataFrame:
    """term, difference, p, patients: terms of the first experimental arm against control."""
    protocol = results.data.protocol
    pair = f"{protocol.experimental[0]} v {protocol.control}"
    rows = results.select(analysis="safety")
    single = rows.filter(~pl.col("term").str.contains(": ", literal=True) & (pl.col("term") != ""))
    classes = set(rows.filter(pl.col("term").str.contains(": ", literal=True))["term"])
    names = {term.split(": ")[0] for term in classes}
    own = single.filter(~pl.col("term").is_in(list(names)))

    def of(statistic: str, name: str) -> pl.DataFrame:
        kept = own.filter(
            (pl.col("statistic") == f"any grade {statistic}") & (pl.col("comparison") == pair)
        )
        return kept.select("term", pl.col("value").alias(name))

    counts = own.filter(
        (pl.col("statistic") == "any grade patients") & pl.col("group").is_in(pair.split(" v "))
    )
    patients = counts.group_by("term").agg(pl.col("value").sum().alias("patients"))
    found = of("risk difference", "difference").join(of("p", "p"), on="term")
    if found.is_empty():
        raise InputError("no term is common in an arm" if rows.height else _NOT_EVENTS)
    named = pl.col("term").map_elements(term_label, return_dtype=pl.String)
    return found.join(patients, on="term").with_columns(named)


def terms_known(results: Results, numbers: Numbers) -> dict[tuple[str, str], Number]:
    """Column and term of `terms_tested` -> the row of Results that the value is."""
    protocol = results.data.protocol
    pair = f"{protocol.experimental[0]} v {protocol.control}"
    found = {}
    for column, statistic in (("difference", "risk difference"), ("p", "p")):
        name = f"any grade {statistic}"
        for term in results.select(analysis="safety", statistic=name, comparison=pair)["term"]:
            number = numbers.find("safety", name, comparison=pair, term=term)
            if number is not None:
                found[column, term_label(term)] = number
    return found


def grades_by_term(results: Results) -> pl.DataFrame:
    """term, arm, grade, patients, n: worst grade of each patient within a term."""
    data = results.data
    ae = _lacking(data, "ADAE", _NOT_EVENTS).filter(
        (pl.col("TRTEMFL") == "Y") & pl.col("ATOXGRN").is_not_null()
    )
    if ae.is_empty():
        raise InputError("no adverse event has a grade")
    who = safety_members(data.table("ADSL"), data.protocol)
    sizes = who.group_by("ARMKEY").agg(pl.len().alias("n"))
    worst = ae.join(who.select("USUBJID", "ARMKEY"), on="USUBJID").group_by(
        "AEDECOD", "ARMKEY", "USUBJID"
    )
    rows = worst.agg(pl.col("ATOXGRN").max().alias("grade"))
    counts = rows.group_by("AEDECOD", "ARMKEY", "grade").agg(pl.len().alias("patients"))
    named = pl.col("AEDECOD").map_elements(term_label, return_dtype=pl.String).alias("term")
    return counts.join(sizes, on="ARMKEY").select(
        named, pl.col("ARMKEY").alias("arm"), "grade", "patients", "n"
    )


def liver(data: ADaM) -> pl.DataFrame:
    """subject, arm, alt, bilirubin: each patient's highest on treatment, times ULN."""
    lb = _lacking(data, "ADLB", _NOT_LABS)
    peak = lb.filter((pl.col("ONTRTFL") == "Y") & pl.col("R2ANRHI").is_not_null())
    sides = []
    for codes, name in ((("ALT",), "alt"), (("BILI", "TBIL"), "bilirubin")):
        own = peak.filter(pl.col("PARAMCD").is_in(codes))
        if own.is_empty():
            raise InputError("the data hold no ALT and bilirubin with an upper limit of normal")
        sides.append(own.group_by("USUBJID").agg(pl.col("R2ANRHI").max().alias(name)))
    both = sides[0].join(sides[1], on="USUBJID").join(_arms(data), on="USUBJID")
    return both.select(
        pl.col("USUBJID").alias("subject"), pl.col("ARM").alias("arm"), "alt", "bilirubin"
    )


def lab_test(data: ADaM, test: str | None) -> tuple[pl.DataFrame, str, str]:
    """The values of a test (by default the first of the protocol's), its code and its side."""
    lb = _lacking(data, "ADLB", _NOT_LABS)
    named = {lab.test: lab.direction for lab in data.protocol.safety.labs}
    code = test or next(iter(named), "") or str(lb["PARAMCD"][0])
    own = lb.filter((pl.col("PARAMCD") == code) & pl.col("AVAL").is_not_null())
    if own.is_empty():
        known = ", ".join(lb["PARAMCD"].unique().sort())
        raise InputError(f'the data hold no laboratory test "{code}"; they hold {known}')
    return own, code, named.get(code, "high")


def lab_name(data: ADaM, test: str | None) -> tuple[str, int]:
    """A test in words with its unit, and the decimals of its values."""
    own, code, _ = lab_test(data, test)
    return str(own["PARAM"][0] or code), decimals(own, "AVAL")


def lab_shifts(data: ADaM, test: str | None) -> pl.DataFrame:
    """subject, arm, baseline, worst value on treatment of a test."""
    own, _, side = lab_test(data, test)
    best = pl.col("AVAL").min() if side == "low" else pl.col("AVAL").max()
    after = own.filter(pl.col("ONTRTFL") == "Y").group_by("USUBJID")
    worst = after.agg(best.alias("worst"), pl.col("BASE").drop_nulls().first().alias("baseline"))
    return worst.join(_arms(data), on="USUBJID").select(
        pl.col("USUBJID").alias("subject"), pl.col("ARM").alias("arm"), "baseline", "worst"
    )


def lab_course(data: ADaM, test: str | None) -> pl.DataFrame:
    """subject, arm, day, value of a test."""
    own, _, _ = lab_test(data, test)
    return own.join(_arms(data), on="USUBJID").select(
        pl.col("USUBJID").alias("subject"),
        pl.col("ARM").alias("arm"),
        pl.col("ADY").alias("day"),
        pl.col("AVAL").alias("value"),
    )


def scale_means(data: ADaM, scale: str | None) -> tuple[pl.DataFrame, str]:
    """arm, at, visit, mean, lower, upper, n of a questionnaire's scale, by visit."""
    from scipy.special import stdtrit

    qs = _lacking(data, "ADQS", "the data hold no questionnaires")
    scales = qs["PARAMCD"].unique().sort().to_list()
    code = scale or next((s for s in scales if not s.startswith("Q") or s == "QL2"), scales[0])
    own = qs.filter((pl.col("PARAMCD") == code) & pl.col("AVAL").is_not_null())
    own = own.filter(pl.col("AVISITN").is_not_null()).join(_arms(data), on="USUBJID")
    if own.is_empty():
        raise InputError(f'the data hold no scale "{code}"; they hold {", ".join(scales)}')
    by = own.group_by("ARM", "AVISITN").agg(
        pl.col("AVISIT").first(), pl.col("AVAL").mean().alias("mean"),
        pl.col("AVAL").std().alias("sd"), pl.col("USUBJID").n_unique().alias("n"),
    )  # fmt: skip
    rows = []
    for row in by.sort("ARM", "AVISITN").iter_rows(named=True):
        n, half = row["n"], None
        if n > 1 and row["sd"] is not None:
            half = float(stdtrit(n - 1, 0.975)) * row["sd"] / n**0.5
        rows.append(
            {
                "arm": row["ARM"], "at": float(row["AVISITN"]), "visit": _visit(row["AVISIT"]),
                "mean": row["mean"], "n": n,
                "lower": None if half is None else row["mean"] - half,
                "upper": None if half is None else row["mean"] + half,
            }
        )  # fmt: skip
    return pl.DataFrame(rows), str(own["PARAM"][0] or code)


def _visit(name: str) -> str:
    """`week 12` of `Tumor assessment, week 12`."""
    return name.rpartition(", ")[2].replace("week ", "w ")
