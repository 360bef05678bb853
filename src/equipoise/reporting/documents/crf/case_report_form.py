"""The case report form of a protocol, as a page or a PDF."""

from __future__ import annotations

from equipoise.errors import expect
from equipoise.meaning.forms.resolve import forms_of
from equipoise.protocol import Protocol
from equipoise.reporting.documents.crf.html import crf_html
from equipoise.reporting.documents.crf.model import FormsOnPaper, on_paper
from equipoise.reporting.documents.crf.typst import crf_pdf


class CaseReportForm(FormsOnPaper):
    """Every form of a protocol, and at which of its visits each is filled in."""

    def to_html(self) -> str:
        """One page that needs nothing else."""
        return crf_html(self)

    def to_pdf(self) -> bytes:
        """The PDF, tagged. Raises InputError where the package typst is not installed."""
        return crf_pdf(self)


def case_report_form(protocol: Protocol, *, annotated: bool = False) -> CaseReportForm:
    """The forms that sites fill in.

    annotated : with the domain, variable and test that each answer becomes
    Checked  tests/unit/reporting/test_crf.py.
    """
    expect(protocol, Protocol)
    return CaseReportForm(
        protocol.trial.title,
        protocol.trial.id,
        protocol.trial.version,
        protocol.digest,
        tuple(visit.label or key for key, visit in protocol.visits.items()),
        tuple(on_paper(protocol, form) for form in forms_of(protocol).values() if form.items),
        annotated,
    )
