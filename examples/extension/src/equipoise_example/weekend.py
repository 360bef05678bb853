"""A rule about collected data."""

from collections.abc import Iterator

from equipoise import ExaminedStudy, Finding


def weekend(study: ExaminedStudy) -> Iterator[Finding]:
    """Subjects whose reference start is a Saturday or a Sunday, in one warning."""
    for sheet in study.having("RFSTDTC", domain="DM"):
        days = sheet.table["RFSTDTC"].str.slice(0, 10).str.to_date(strict=False)
        late = (days.dt.weekday() > 5).fill_null(False)
        if late.any():
            row = int(late.arg_true()[0])
            told = f"{late.sum()} of {sheet.table.height} subjects begin on a weekend"
            place = sheet.place("RFSTDTC", row=row)
            yield Finding(place, told, "a day on which the clinic is open", severity="warning")
