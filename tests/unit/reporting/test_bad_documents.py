"""Documents of trials that went badly: a document that says so, never a traceback."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest

from equipoise.analysis.results import Results, frame
from equipoise.protocol import Protocol
from equipoise.protocol.model import Arm, altered
from equipoise.reporting.documents.abstract import WITHOUT_LIMIT, abstract
from equipoise.reporting.documents.paper.formats import document_as
from equipoise.reporting.documents.paper.model import PaperDocument
from equipoise.reporting.documents.plain import plain_summary
from equipoise.reporting.documents.plan.sap import sap
from equipoise.reporting.documents.protocol.document import protocol_document
from equipoise.reporting.tables.listing import listing
from support.badly import ADSL, LABELS, results
from support.street import pilot_results

OF_RESULTS: dict[str, Callable[[Results], PaperDocument]] = {
    "abstract": lambda found: abstract(found, words=WITHOUT_LIMIT),
    "plain": plain_summary,
}
OF_PROTOCOL: dict[str, Callable[[Protocol], PaperDocument]] = {
    "m11": protocol_document,
    "spirit": lambda protocol: protocol_document(protocol, form="spirit"),
    "sap": sap,
}
FORMS = ("text", "html", "docx", "json", "pdf")


def named(label: str) -> Results:
    whole = pilot_results()
    arms = {k: a.model_copy(update={"label": label}) for k, a in whole.data.protocol.arms.items()}
    rules = altered(whole.data.protocol, arms=arms)
    return replace(whole, data=replace(whole.data, protocol=rules))


@pytest.mark.parametrize("label", LABELS, ids=lambda label: label[:8])
def test_labels_of_any_signs(label: str) -> None:
    found = named(label)
    made = [make(found) for make in OF_RESULTS.values()]
    made += [make(found.data.protocol) for make in OF_PROTOCOL.values()]
    for document in made:
        assert " ".join(label.split())[:30] in " ".join(str(document).split())
        html = document_as(document, "html").decode()
        assert "<script>" not in html
        assert document_as(document, "docx")[:2] == b"PK"
        assert document_as(document, "json")


def test_a_label_of_any_signs_in_pdf() -> None:
    pytest.importorskip("typst")
    found = named(" ".join(LABELS))
    for document in (*(f(found) for f in OF_RESULTS.values()), sap(found.data.protocol)):
        assert document_as(document, "pdf").startswith(b"%PDF")


@pytest.mark.parametrize("name", OF_RESULTS)
def test_nobody_had_an_event(name: str) -> None:
    none = pl.lit(None, pl.Date)
    said = str(OF_RESULTS[name](results(ADSL.with_columns(RELDT=none, DTHDT=none))))
    assert re.search(r"\b0 of \d+ (patients|people)", said)
    assert "None" not in said
    assert "nan" not in said


@pytest.mark.parametrize("name", OF_RESULTS)
def test_an_arm_is_empty(name: str) -> None:
    new = pl.lit("new")
    said = str(OF_RESULTS[name](results(ADSL.with_columns(TRT01P=new, TRT01A=new))))
    assert "None" not in said
    assert "Old" in said


@pytest.mark.parametrize("name", OF_RESULTS)
def test_twelve_arms(name: str) -> None:
    whole = results()
    more = {f"arm{i}": Arm(label=f"Further arm {i}") for i in range(10)}
    arms = {**whole.data.protocol.arms, **more}
    rules = altered(whole.data.protocol, arms=arms)
    said = str(OF_RESULTS[name](replace(whole, data=replace(whole.data, protocol=rules))))
    assert all(arm.label in said for arm in arms.values())


@pytest.mark.parametrize("name", OF_RESULTS)
def test_five_thousand_terms(name: str) -> None:
    whole = pilot_results()
    rows = whole.rows.filter(
        (pl.col("analysis") == "safety") & (pl.col("statistic") == "any grade proportion")
        & (pl.col("term") == "PRURITUS")
    )  # fmt: skip
    assert rows.height == 3
    many = pl.concat([rows.with_columns(term=pl.lit(f"TERM {i}")) for i in range(5000)])
    said = OF_RESULTS[name](Results(pl.concat([whole.rows, many]), whole.data))
    assert len(str(said)) < 20_000


def test_a_p_value_of_nothing() -> None:
    whole = pilot_results()
    rows = whole.rows.with_columns(
        value=pl.when(pl.col("statistic") == "p").then(0.0).otherwise("value")
    )
    assert "P <0.0001" in str(abstract(Results(rows, whole.data)))


@pytest.mark.parametrize("name", OF_RESULTS)
def test_no_rows_at_all(name: str) -> None:
    """Results of nothing: what there is stands, and nothing is made up."""
    whole = pilot_results()
    said = str(OF_RESULTS[name](Results(frame([]), whole.data)))
    assert "None" not in said
    assert not re.search(r"\d+ out of 100", said)


def test_a_listing_of_any_signs() -> None:
    data = pilot_results().data
    table = pl.DataFrame({"USUBJID": [f"S-{i}" for i in range(len(LABELS))], "X": list(LABELS)})
    snapshot = replace(data.snapshot, tables={**data.snapshot.tables, "XX": table})
    made = listing(replace(data, snapshot=snapshot), "XX")
    assert [row[1] for row in made.rows] == list(LABELS)
    assert made.pages == 1
