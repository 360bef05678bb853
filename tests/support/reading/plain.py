"""The answers by hand: from what a case says it means, and rows of the derived data alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from math import exp, log, sqrt
from typing import Any

import polars as pl
from scipy import optimize, special, stats

from equipoise.calendar import DAYS_PER_MONTH
from support.reading.answers import Answers
from support.reading.trial import EXPLAINED, Reading


def plain(reading: Reading) -> Answers:
    """What every room must say."""
    found = Answers()
    for h, said in reading.case.expect.items():
        found["estimand", h] = said["asks"]
        found["arms", h] = tuple(said["compares"])
        found["unit", h] = said.get("counts", "deaths")
        found["test", h] = said.get("test", "log-rank")
        found["level", h] = said["level"]
        for look, waits in said["looks"].items():
            found["waits", h, look] = waited_for(waits)
            found["words", h, look] = in_words(waits, found["unit", h])
            if planned_amount(reading, h, waits) is not None:
                found["planned amount", h, look] = planned_amount(reading, h, waits)
        for key, value in said.get("figures", {}).items():
            found[(key, h)] = value
        found |= expected(h, said)
    for label in reading.results if reading.is_run else ():
        found |= seen_at(reading, label)
    return found


def expected(h: str, said: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """What the assumptions come to: patients of the pair, deaths by the end, power."""
    if "pair" in said:
        yield ("pair", h), said["pair"]
    if "course" in said:
        course = said["course"]
        yield ("accrual days", ""), course["entered"][-1][1] * DAYS_PER_MONTH
        yield ("events by the end", h), sum(_deaths(course, arm) for arm in said["compares"]) / 2
    if "mean" in said:
        yield ("power", h), _power(said["mean"], said["level"])


STEP = 0.005  # months: small beside every time of a case


def _deaths(course: dict[str, Any], arm: str) -> float:
    """Deaths if all patients of the pair were on one arm: the sum over those who enter."""
    total = 0.0
    for start, end, rate in course["entered"]:
        for k in range(round((end - start) / STEP)):
            followed = course["end"] - start - (k + 0.5) * STEP
            starts = [*(at for at, _ in course[arm]), followed]
            hazard = sum(
                rate_ * max(0.0, min(starts[i + 1], followed) - at)
                for i, (at, rate_) in enumerate(course[arm])
            )
            total += rate * STEP * (1.0 - exp(-hazard))
    return total


def _power(mean: dict[str, float], level: float) -> float:
    """Of Student's test, by the noncentral distribution."""
    n = mean["an arm"]
    drift = mean["difference"] / (mean["sd"] * sqrt(2 / n))
    return float(stats.nct.sf(stats.t.isf(level, 2 * n - 2), 2 * n - 2, drift))


def waited_for(said: dict[str, Any]) -> tuple[tuple[Any, ...], ...]:
    """What a look waits for, one by one."""
    if "later" in said:
        return tuple(one for part in said["later"] for one in waited_for(part))
    if "events" in said:
        return (("events", said["events"]),)
    if "subjects" in said:
        return (("subjects", said["subjects"], said.get("followed", 0)),)
    if "days" in said:
        return (("after first", said["days"]),)
    if "date" in said:
        return (("date", str(said["date"])),)
    return (("with", said["with"]),) if "with" in said else (("end",),)


def in_words(said: dict[str, Any], unit: str) -> str:
    """The same as a sentence goes on."""
    if "says" in said:
        return str(said["says"])
    if "with" in said:
        return f"with {said['with']}"
    if "later" in said:
        return f"when both have come: {' and '.join(in_words(p, unit) for p in said['later'])}"
    if "events" in said:
        return f"at {said['events']} {unit}"
    if "subjects" in said:
        return f"at {said['subjects']} subjects"
    return f"on {said['date']}" if "date" in said else "at the end of the study"


def planned_amount(reading: Reading, h: str, said: dict[str, Any]) -> float | None:
    """Events, or subjects of the two arms, where a look waits for so many and nothing else."""
    unit = reading.case.expect[h].get("counts", "deaths")
    if unit != "subjects":
        return said.get("events") if "later" not in said else None
    share = reading.case.expect[h].get("share", 1.0)
    return said["subjects"] * share if "subjects" in said and "later" not in said else None


def seen_at(reading: Reading, label: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Day, amounts, statistic of every hypothesis that is tested at a look."""
    date = date_of(reading, label)
    for h, look in reading.looks:
        if reading.held(h, look) != label:
            continue
        yield ("day", h, look), reading.day(date)
        if "measured" in reading.case.expect[h]:
            yield from _values(reading, h, look, label)
        rows = rows_of(reading, h, label)
        if "EVENT" in rows.columns:
            yield from _times(reading, h, look, rows)
        else:
            yield from _rates(reading, h, look, rows)


def date_of(reading: Reading, label: str) -> dt.date | None:
    """The cut-off date of a look, by sorting dates; None is the end of the study."""
    h, said = next(
        (h, reading.case.expect[h]["looks"][k]) for h, k in reading.looks if f"{h} {k}" == label
    )
    if "held" in said:
        return dt.date.fromisoformat(str(said["held"]))
    own, looks = _date(reading, h, said), list(reading.case.expect[h]["looks"])
    before = looks[: [f"{h} {k}" for k in looks].index(label)]
    days = [date_of(reading, reading.held(h, k)) for k in before]
    return None if own is None else max([own, *(day for day in days if day is not None)])


def _date(reading: Reading, h: str, said: dict[str, Any]) -> dt.date | None:
    if "later" in said:
        days = [_date(reading, h, part) for part in said["later"]]
        return max(day for day in days if day is not None)
    entered = reading.whole.table("ADSL")["RANDDT"].sort()
    if "events" in said:
        code = reading.case.expect[h].get("code", "OS")
        rows = reading.whole.table("ADTTE").filter(pl.col("PARAMCD") == code, pl.col("CNSR") == 0)
        return reading.pair(h, rows)["ADT"].sort()[said["events"] - 1]
    if "subjects" in said:
        return entered[said["subjects"] - 1] + dt.timedelta(days=said.get("followed", 0))
    if "days" in said:
        return entered[0] + dt.timedelta(days=said["days"])
    return dt.date.fromisoformat(str(said["date"])) if "date" in said else None


def rows_of(reading: Reading, h: str, label: str) -> pl.DataFrame:
    """One row a subject of the two arms: ARM, STRATUM, and TIME and EVENT, or RESPONDER."""
    said, data = reading.case.expect[h], reading.results[label].data
    adsl = reading.pair(h, data.table("ADSL"))
    strata = [c for c in said.get("strata", ()) if c in adsl.columns]
    who = adsl.select(
        "USUBJID",
        ARM=(pl.col("TRT01P") == said["compares"][0]).cast(pl.Int64),
        STRATUM=pl.concat_str([pl.lit(""), *strata], separator="/"),
        KEY="TRT01P",
    )
    if said.get("counts", "deaths") != "subjects":
        times = data.table("ADTTE").filter(pl.col("PARAMCD") == said.get("code", "OS"))
        times = times.select("USUBJID", TIME="AVAL", EVENT=1 - pl.col("CNSR"))
        return who.join(times, on="USUBJID")
    if "reader" not in said:
        return who
    read = data.table(said.get("data", "ADRS")).filter(
        pl.col("PARAMCD") == said.get("parameter", "BOR"),
        pl.col("READER") == said["reader"],
        pl.col("AVALC").is_in(said.get("responds", ["CR", "PR"])),
    )
    yes = pl.col("USUBJID").is_in(read["USUBJID"].implode())
    return who.with_columns(RESPONDER=yes.cast(pl.Int64))


def _values(
    reading: Reading, h: str, look: str, label: str
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Of a few subjects each value as collected, less the first of them, at its visit."""
    qs = reading.results[label].data.snapshot.tables["QS"]
    qs = qs.filter(pl.col("QSTESTCD") == reading.case.expect[h]["measured"]).sort("QSDTC")
    of_pair = reading.pair(h, reading.results[label].data.table("ADSL"))["USUBJID"].sort()
    for subject in of_pair[:EXPLAINED]:
        rows = qs.filter(pl.col("USUBJID") == subject)
        values = [float(v) for v in rows["QSORRES"]]
        told = zip(rows["VISIT"], values, (v - values[0] for v in values), strict=True)
        yield ("explained", h, look, subject), tuple(told)


def _times(
    reading: Reading, h: str, look: str, rows: pl.DataFrame
) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield ("counted", h, look), float(rows["EVENT"].sum())
    for row in rows.sort("USUBJID").head(EXPLAINED).to_dicts():
        told = ("event" if row["EVENT"] else "censored", row["TIME"])
        yield ("explained", h, look, row["USUBJID"]), told
    for arm in reading.case.expect[h]["compares"]:
        yield ("events", h, look, arm), float(rows.filter(pl.col("KEY") == arm)["EVENT"].sum())
    weight = reading.case.expect[h].get("weight", [0, 0])
    if weight is not None:
        sign = -1 if reading.case.expect[h].get("better") == "shorter" else 1
        yield ("z", h, look), sign * z_of(rows, *weight)
        yield ("p", h, look), float(2 * special.ndtr(-abs(z_of(rows, *weight))))


def z_of(rows: pl.DataFrame, rho: float, gamma: float) -> float:
    """The weighted log-rank test, stratum by stratum; large where the experimental arm lives on."""
    score, variance = 0.0, 0.0
    for _, stratum in rows.group_by("STRATUM"):
        survival = 1.0
        for time in sorted(set(stratum.filter(pl.col("EVENT") == 1)["TIME"])):
            at_risk = stratum.filter(pl.col("TIME") >= time)
            dying = at_risk.filter(pl.col("TIME") == time, pl.col("EVENT") == 1)
            n, d, n1, d1 = at_risk.height, dying.height, at_risk["ARM"].sum(), dying["ARM"].sum()
            weight = survival**rho * (1.0 - survival) ** gamma
            score += weight * (d * n1 / n - d1)
            if n > 1:
                variance += weight**2 * d * (n - d) * n1 * (n - n1) / (n * n * (n - 1))
            survival *= 1.0 - d / n
    return score / sqrt(variance)


def _rates(
    reading: Reading, h: str, look: str, rows: pl.DataFrame
) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield ("counted", h, look), float(rows.height)
    if "RESPONDER" not in rows.columns:
        return
    said, counts = reading.case.expect[h], []
    for row in rows.sort("USUBJID").head(EXPLAINED).to_dicts():
        yield ("explained", h, look, row["USUBJID"]), ("yes" if row["RESPONDER"] else "no",)
    for arm in said["compares"]:
        own = rows.filter(pl.col("KEY") == arm)
        yield ("responders", h, look, arm), float(own["RESPONDER"].sum())
        yield ("rate", h, look, arm), float(own["RESPONDER"].mean())  # type: ignore[arg-type]
        counts.append((int(own["RESPONDER"].sum()), own.height))
    if said.get("z") is not None:
        yield ("z", h, look), _RATE_TESTS[said["z"]](*counts[0], *counts[1])


def _fisher(x1: int, n1: int, x0: int, n0: int) -> float:
    """The two-sided P of Fisher's exact test, on the side of the difference."""
    p = float(stats.fisher_exact([[x1, n1 - x1], [x0, n0 - x0]]).pvalue)
    size = float(-special.ndtri(p / 2))
    return size if x1 * (n0 - x0) > x0 * (n1 - x1) else -size


def _pooled(x1: int, n1: int, x0: int, n0: int, *, stretch: float = 1.0) -> float:
    pooled = (x1 + x0) / (n1 + n0)
    variance = pooled * (1 - pooled) * (1 / n1 + 1 / n0) * stretch
    return (x1 / n1 - x0 / n0) / sqrt(variance)


def _score(x1: int, n1: int, x0: int, n0: int) -> float:
    """Miettinen and Nurminen's statistic at no difference: the pooled one with N / (N - 1)."""
    return _pooled(x1, n1, x0, n0, stretch=(n1 + n0) / (n1 + n0 - 1))


def _ten_below(x1: int, n1: int, x0: int, n0: int) -> float:
    """Against a difference of -0.1: the variance is that of the likeliest rates so far apart."""

    def unlikely(rate: float) -> float:
        pairs = ((x1, n1, rate - 0.1), (x0, n0, rate))
        return -sum(x * log(p) + (n - x) * log(1 - p) for x, n, p in pairs)

    inside = (0.1 + 1e-9, 1 - 1e-9)
    found = optimize.minimize_scalar(
        unlikely, bounds=inside, method="bounded", options={"xatol": 1e-12}
    )
    rate = float(found.x)
    variance = (rate - 0.1) * (1.1 - rate) / n1 + rate * (1 - rate) / n0
    return (x1 / n1 - x0 / n0 + 0.1) / sqrt(variance)


_RATE_TESTS = {
    "fisher": _fisher,
    "chi-square": _pooled,
    "score": _score,
    "ten below": _ten_below,
}
