"""The statistical analysis plan: whole, the same twice, and one sentence for one change."""

from __future__ import annotations

import pytest

from equipoise.meaning.check import read
from equipoise.meaning.methods import METHODS
from equipoise.protocol import Protocol
from equipoise.protocol.write.amend import diff
from equipoise.reporting.catalog import CATALOG
from equipoise.reporting.documents.paper.formats import DOCUMENT_WRITERS, document_as
from equipoise.reporting.documents.paper.model import Sentence
from equipoise.reporting.documents.plan.formulas import FORMULAS, formula
from equipoise.reporting.documents.plan.sap import sap
from equipoise.reporting.model import Display, plain
from support.command import command
from support.street import EXAMPLES, protocol
from support.virtual import netter


def tables(of: Protocol) -> dict[str, list[list[str]]]:
    found = (block for block in sap(of).blocks if isinstance(block, Display))
    return {t.key: [[ln.label, *map(plain, ln.cells)] for ln in t.lines] for t in found}


def sentences(of: Protocol) -> list[str]:
    return [plain(block.text) for block in sap(of).blocks if isinstance(block, Sentence)]


def test_every_method_has_a_formula() -> None:
    assert [name for name in METHODS if not formula(name)] == []
    assert set(FORMULAS) <= {name.removeprefix("stratified ") for name in METHODS} | set(METHODS)


def test_the_chapters_in_order() -> None:
    assert [chapter.title for chapter in sap(netter()).chapters] == [
        "Estimands", "Analysis populations", "Events, censoring and intercurrent events",
        "Methods", "Multiplicity", "Looks, bounds and sample size", "Safety", "Missing data",
        "Displays and their shells", "Code", "Other analyses", "Changes from the protocol",
    ]  # fmt: skip


def test_it_says_what_the_protocol_says() -> None:
    found = tables(netter())
    assert len(found["estimands"]) == len(netter().estimands)
    assert ["All treated patients", "treated", "as treated", "SAFFL"] in found["populations"]
    assert found["censoring"][0][2:4] == [
        "Disease progression; Death",
        "Last adequate tumor assessment; Randomized, not assessed after baseline",
    ]
    assert found["methods-1"][0][:2] == ["stratified log-rank", formula("stratified log-rank")]
    assert found["graph"] == [["PFS", "1", "0", "1"], ["OS", "0", "0", "0"]]
    assert [row[0] for row in found["looks"]] == ["PFS, final", "OS, interim", "OS, final"]
    assert [row[0] for row in found["displays"]] == [entry.number for entry in CATALOG]
    calls = dict(row[:2] for row in found["code"])
    assert "coxph(Surv(AVAL, CNSR == 0) ~ TRT01P + strata" in calls["PFS: stratified Cox"]
    assert netter().digest in str(sap(netter()))


def test_shells_have_no_digit() -> None:
    cells = [
        cell
        for key, rows in tables(netter()).items()
        if key.startswith("shell-")
        for row in rows
        for cell in row[1:]
    ]
    assert len(cells) > 80
    assert not [cell for cell in cells if any(sign.isdigit() for sign in cell)]


@pytest.mark.parametrize("form", [form for form in DOCUMENT_WRITERS if form != "pdf"])
def test_twice_the_same_bytes(form: str) -> None:
    file = EXAMPLES / "dual-primary" / "protocol.yaml"
    assert document_as(sap(read(file)), form) == document_as(sap(read(file)), form)


def test_one_bound_amended_is_one_sentence() -> None:
    """Of the plan, and of the amendment."""
    old = netter()
    new = old.with_("design.OS.spending", "lan-demets-pocock")
    gone = [s for s in sentences(old) if s not in sentences(new)]
    come = [s for s in sentences(new) if s not in sentences(old)]
    assert len(gone) == len(come) == 1
    assert gone[0].startswith("OS: one-sided level 2.5%, Lan-DeMets spending of the O'Brien")
    assert come[0].startswith("OS: one-sided level 2.5%, Lan-DeMets spending of the Pocock type")
    assert len(diff(old, new)) == 1


def test_a_plan_that_cannot_be_made_says_why() -> None:
    bare = sentences(protocol())
    why = "assume.accrual and assume.follow up say when the study ends"
    assert any(s.startswith("Bounds cannot be worked out:") and why in s for s in bare)


def test_the_command(tmp_path) -> None:
    file = EXAMPLES / "netter1" / "protocol.yaml"
    done = command("sap", file, "--to", "docx", "-o", tmp_path / "sap.docx")
    assert done.code == 0, done.err
    assert done.out.splitlines()[1] == (
        "to be written in text.yaml: sap.missing, sap.others, sap.changes"
    )
    assert (tmp_path / "sap.docx").read_bytes()[:2] == b"PK"
    assert command("sap", tmp_path / "no.yaml").code == 1
