"""TU and TR as the rules need them: readings, lesions, sizes in whole ten-thousandths of a mm."""

from __future__ import annotations

import polars as pl

from equipoise.adam.dates.dtc import date_of, flag_of
from equipoise.errors import InputError
from equipoise.protocol.model import RecistOptions

SERIES = ("USUBJID", "READER")
READING = (*SERIES, "VISITNUM")
UNITS_PER_MM = 10_000  # sizes as integers, so that 0.7 and 1.2 are compared exactly
TOO_SMALL_MM = 5  # RECIST 1.1 4.3.2: too small to measure is entered as 5 mm

ROLES = ("TARGET", "NON-TARGET", "NEW", "EQUIVOCAL NEW")
_ALSO = {
    "NEW EQUIVOCAL": "EQUIVOCAL NEW",
    "EQUIVOCAL": "EQUIVOCAL NEW",
    "UNEQUIVOCAL NEW": "NEW",
    "NEW UNEQUIVOCAL": "NEW",
    "UNEQUIVOCAL": "NEW",
}
_NO_LESION = ("BENIGN ABNORMALITY",)
ABSENT = ("ABSENT", "DISAPPEARED", "RESOLVED", "NOT PRESENT")
_NODE = r"(?i)LYMPH\s*NODE|NODAL|^NODE"
_NODAL_TESTS = ("SAXIS", "LPERP", "DIAMETER")  # short axis; the sum uses it for nodes (4.2)
_OTHER_TESTS = ("LDIAM", "DIAMETER")
# Other tests of TR, such as a volume or a percent change, are no sizes.
_SIZES = tuple(dict.fromkeys((*_NODAL_TESTS, *_OTHER_TESTS)))


def require(frame: pl.DataFrame, domain: str, columns: tuple[str, ...]) -> None:
    """Raise InputError naming every column of `domain` that is not there."""
    missing = [c for c in columns if c not in frame.columns]
    if missing:
        raise InputError(f"{domain}: expected column {', '.join(missing)}; found {frame.columns}")


def standard(frame: pl.DataFrame, domain: str, columns: tuple[str, ...]) -> pl.DataFrame:
    """`domain` rows with `columns` present, blanks as null, and READER, EVAL, ACPTFL."""
    optional = (f"{domain}EVAL", f"{domain}EVALID", f"{domain}ACPTFL", *columns)
    frame = frame.with_columns(
        pl.lit(None, dtype=pl.String).alias(c) for c in optional if c not in frame.columns
    )
    texts = [c for c, kind in frame.schema.items() if kind == pl.String]
    frame = frame.with_columns(
        pl.when(pl.col(c).str.strip_chars() != "").then(pl.col(c).str.strip_chars()).alias(c)
        for c in texts
    )
    evaluator = pl.col(f"{domain}EVAL").fill_null("INVESTIGATOR")
    return frame.with_columns(
        READER=pl.coalesce(f"{domain}EVALID", evaluator),
        EVAL=evaluator,
        ACPTFL=pl.col(f"{domain}ACPTFL"),
        VISITNUM=pl.col("VISITNUM").cast(pl.Float64),
    )


def lesions(tu: pl.DataFrame) -> pl.DataFrame:
    """The lesions a reader named: USUBJID, READER, LESION, ROLE, NODAL, VISITNUM first named.

    Raises   InputError for a TUSTRESC that is no lesion role.
    Source   RECIST 1.1 4.2; SDTMIG 3.4, TU assumptions.
    """
    require(tu, "TU", ("USUBJID", "VISITNUM", "TULNKID", "TUSTRESC", "TUSEQ"))
    role = pl.col("TUSTRESC").str.to_uppercase().replace(_ALSO)
    named = standard(tu, "TU", ("TUTESTCD", "TULOC", "TUDTC", "VISIT")).with_columns(ROLE=role)
    named = named.filter(pl.col("TUTESTCD").fill_null("TUMIDENT") == "TUMIDENT")
    named = named.filter(~pl.col("ROLE").is_in(_NO_LESION))
    strange = named.filter(~pl.col("ROLE").is_in(ROLES))
    if len(strange):
        seq, word = strange.select("TUSEQ", "TUSTRESC").row(0)
        raise InputError(f"TU row TUSEQ {seq}: TUSTRESC {word!r}; expected {', '.join(ROLES)}")
    return named.with_columns(
        LESION=pl.col("TULNKID"), NODAL=pl.col("TULOC").str.contains(_NODE).fill_null(False)
    ).sort(*READING, "LESION")


def measurements(tr: pl.DataFrame) -> pl.DataFrame:
    """TR rows with SIZE (integer, null if not measured), STATE and LESIONS (the ones it covers).

    A link of "T01.2" is a fragment of T01; "T01/T02" is T01 and T02 grown together (4.3.2).
    Raises   InputError for a unit other than mm and cm.
    """
    require(tr, "TR", ("USUBJID", "VISITNUM", "TRLNKID", "TRTESTCD", "TRSEQ", "TRDTC"))
    extra = ("TRGRPID", "TRSTRESC", "TRORRES", "TRSTRESU", "TRSTAT", "VISIT")
    rows = standard(tr, "TR", extra)
    if "TRSTRESN" not in rows.columns:
        rows = rows.with_columns(TRSTRESN=pl.col("TRSTRESC").cast(pl.Float64, strict=False))
    unit = pl.col("TRSTRESU").str.to_lowercase()
    sized = pl.col("TRTESTCD").is_in(_SIZES) & pl.col("TRSTRESN").is_not_null()
    odd = rows.filter(sized & unit.is_in(["mm", "cm"]).not_())
    if len(odd):
        seq, word = odd.select("TRSEQ", "TRSTRESU").row(0)
        raise InputError(f"TR row TRSEQ {seq}: TRSTRESU {word!r}; expected mm or cm")
    text = pl.coalesce("TRSTRESC", "TRORRES").str.to_uppercase()
    scale = pl.when(unit == "cm").then(10 * UNITS_PER_MM).otherwise(UNITS_PER_MM)
    size = (
        pl.when(sized)
        .then((pl.col("TRSTRESN") * scale).round(0).cast(pl.Int64))
        .when(text.str.contains("TOO SMALL"))
        .then(TOO_SMALL_MM * UNITS_PER_MM)
        .when(text.is_in(ABSENT))
        .then(0)
    )
    done = pl.col("TRSTAT").fill_null("") != "NOT DONE"
    parents = pl.col("TRLNKID").str.split("/").list.eval(pl.element().str.replace(r"\.\d+$", ""))
    return rows.with_columns(
        SIZE=pl.when(done).then(size), STATE=pl.when(done).then(text), LESIONS=parents
    )


def target_sizes(measured: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
    """One row per reading and measured target: TRLNKID, LESIONS, NODAL, SIZE, TRSEQ."""
    targets = named.filter(pl.col("ROLE") == "TARGET").select(*SERIES, "LESION", "NODAL").unique()
    rows = measured.with_columns(LESION=pl.col("LESIONS").list.first()).join(
        targets, on=[*SERIES, "LESION"], how="inner"
    )

    def first(tests: tuple[str, ...], column: str) -> pl.Expr:
        usable = pl.col("SIZE").is_not_null()
        return pl.coalesce(
            [
                pl.col(column).filter((pl.col("TRTESTCD") == t) & usable).first()
                for t in (*tests, "TUMSTATE")
            ]
        )

    picked = rows.group_by(*READING, "TRLNKID", maintain_order=True).agg(
        pl.col("LESIONS", "NODAL").first(),
        NODE=first(_NODAL_TESTS, "SIZE"),
        NODESEQ=first(_NODAL_TESTS, "TRSEQ"),
        OTHER=first(_OTHER_TESTS, "SIZE"),
        OTHERSEQ=first(_OTHER_TESTS, "TRSEQ"),
    )
    return picked.with_columns(
        SIZE=pl.when("NODAL").then("NODE").otherwise("OTHER"),
        TRSEQ=pl.when("NODAL").then("NODESEQ").otherwise("OTHERSEQ"),
    ).drop("NODE", "OTHER", "NODESEQ", "OTHERSEQ")


def readings(
    measured: pl.DataFrame, named: pl.DataFrame, *, options: RecistOptions
) -> pl.DataFrame:
    """One row per subject, reader and visit from baseline on, in order of time.

    Returns  USUBJID, READER, EVAL, ACPTFL, VISITNUM, VISIT, FIRSTDT, LASTDT, ADTF, BASELINE, and
        what was written there: TRSEQS, TUSEQS.
    Baseline is the visit at which the reader named targets and non-targets; without any, the first
    visit, unless a new lesion is seen there: then nothing was there at baseline.
    """
    shared = ("EVAL", "ACPTFL", "VISIT", "DTC", "TRSEQ")
    new = named.filter(pl.col("ROLE").is_in(["NEW", "EQUIVOCAL NEW"])).rename({"TUDTC": "DTC"})
    new = new.with_columns(TRSEQ=pl.lit(None, measured.schema["TRSEQ"]))
    columns = [*READING, *shared]
    rows = pl.concat(
        [measured.rename({"TRDTC": "DTC"}).select(columns), new.select(columns)],
        how="vertical_relaxed",
    )
    visits = rows.group_by(*READING).agg(
        pl.col("EVAL", "ACPTFL", "VISIT").drop_nulls().first(),
        FIRSTDT=date_of("DTC", impute=options.impute).min(),
        LASTDT=date_of("DTC", impute=options.impute).max(),
        ADTF=flag_of("DTC").drop_nulls().first(),
        TRSEQS=pl.col("TRSEQ").drop_nulls().cast(pl.Int64).sort(),
    )
    visits = visits.with_columns(TRSEQS=pl.when(pl.col("TRSEQS").list.len() > 0).then("TRSEQS"))
    identified = named.group_by(*READING).agg(TUSEQS=pl.col("TUSEQ").cast(pl.Int64).sort())
    visits = visits.join(identified, on=READING, how="left")
    based = named.filter(pl.col("ROLE").is_in(["TARGET", "NON-TARGET"]))
    first = based.group_by(*SERIES).agg(BASEVISIT=pl.col("VISITNUM").min())
    visits = visits.join(first, on=SERIES, how="left").sort(READING)
    when = pl.col("FIRSTDT").forward_fill().over(SERIES)  # an undated visit stays in its place
    visits = visits.with_columns(WHEN=when)
    visits = visits.join(
        new.select(READING).unique().with_columns(HASNEW=pl.lit(True)), on=READING, how="left"
    ).sort(*SERIES, "WHEN", "VISITNUM")
    clean = pl.when(pl.col("HASNEW").is_null()).then("VISITNUM").first().over(SERIES)
    start = pl.coalesce("BASEVISIT", clean)
    visits = visits.with_columns(BASELINE=(pl.col("VISITNUM") == start).fill_null(False))
    begun = pl.col("BASELINE").cum_max().over(SERIES) | (pl.col("VISITNUM") > start)
    return visits.filter(begun.fill_null(True)).drop("BASEVISIT", "WHEN", "HASNEW")
