"""The public names, for type checkers; what each stands for is in `__init__.py`."""

from equipoise.adam.derive import derive as derive
from equipoise.adam.explain.step import Step as Step
from equipoise.adam.explain.trace import explain as explain
from equipoise.adam.model import ADaM as ADaM
from equipoise.adam.queries import queries as queries
from equipoise.adam.study import Study as Study
from equipoise.adam.study import cut_at as _cut_at
from equipoise.adam.submit.files import write_adam as write_adam
from equipoise.analysis.analyze import analyze as analyze
from equipoise.analysis.continuous.mmrm.constrained import (
    constrained_measures as constrained_measures,
)
from equipoise.analysis.continuous.mmrm.model import RepeatedMeasures as RepeatedMeasures
from equipoise.analysis.continuous.mmrm.model import repeated_measures as repeated_measures
from equipoise.analysis.continuous.ranked import Ranks as Ranks
from equipoise.analysis.continuous.ranked import ranks as ranks
from equipoise.analysis.continuous.terms_tested import terms_tested as terms_tested
from equipoise.analysis.response.logistic import Logistic as Logistic
from equipoise.analysis.response.logistic import logistic as logistic
from equipoise.analysis.response.result import Response as Response
from equipoise.analysis.response.stratified import stratified_wilson as stratified_wilson
from equipoise.analysis.response.summary import response as response
from equipoise.analysis.results import Estimate as Estimate
from equipoise.analysis.results import Results as Results
from equipoise.analysis.results import Row as Row
from equipoise.analysis.samples.sample import Sample as Sample
from equipoise.analysis.survival.competed import Competing as Competing
from equipoise.analysis.survival.competed import competing as competing
from equipoise.analysis.survival.parametric import ParametricTimes as ParametricTimes
from equipoise.analysis.survival.parametric import parametric_times as parametric_times
from equipoise.analysis.survival.regression.baseline import baseline_hazard as baseline_hazard
from equipoise.analysis.survival.regression.baseline import (
    predicted_survival as predicted_survival,
)
from equipoise.analysis.survival.summary import Survival as Survival
from equipoise.analysis.survival.summary import survival as survival
from equipoise.analysis.survival.tests.permutation import (
    permutation_logrank as permutation_logrank,
)
from equipoise.conduct.exchange.redcap.account import RedcapImported as RedcapImported
from equipoise.conduct.record import Record as Record
from equipoise.design.bounds.boundaries import bounds as bounds
from equipoise.design.bounds.model import Bounds as Bounds
from equipoise.design.model import Design as Design
from equipoise.design.model import HypothesisPlan as HypothesisPlan
from equipoise.design.model import LookDesign as LookDesign
from equipoise.design.monitor.model import MonitoredHypothesis as MonitoredHypothesis
from equipoise.design.monitor.model import Seen as Seen
from equipoise.design.monitor.monitor import monitor as monitor
from equipoise.design.monitor.monitoring import Monitoring as Monitoring
from equipoise.design.plan.plan import plan as plan
from equipoise.design.size.asked import size as size
from equipoise.design.size.logrank import LogrankDesign as LogrankDesign
from equipoise.design.size.model import Size as Size
from equipoise.errors import DataError as DataError
from equipoise.errors import EquipoiseError as EquipoiseError
from equipoise.errors import Finding as Finding
from equipoise.errors import FindingsError as FindingsError
from equipoise.errors import InputError as InputError
from equipoise.errors import ProtocolError as ProtocolError
from equipoise.evidence.reconstruct import Reconstruction as Reconstruction
from equipoise.evidence.reconstruct import reconstruct as reconstruct
from equipoise.meaning.check import Checked as Checked
from equipoise.meaning.check import check as check
from equipoise.meaning.check import read as read
from equipoise.meaning.exchange import export as export
from equipoise.meaning.exchange import import_ as import_
from equipoise.meaning.methods import Method as Method
from equipoise.meaning.methods import Monitored as Monitored
from equipoise.meaning.options import MethodOptions as MethodOptions
from equipoise.protocol.exchange.usdm import Imported as Imported
from equipoise.protocol.model import Protocol as Protocol
from equipoise.protocol.read.resolve import resolve as resolve
from equipoise.protocol.read.resolve import resolve_truth as resolve_truth
from equipoise.protocol.read.resolve import truth_digest as truth_digest
from equipoise.protocol.read.schemas import schema as schema
from equipoise.protocol.write.amend import Change as Change
from equipoise.protocol.write.amend import diff as diff
from equipoise.protocol.write.template import new as new
from equipoise.reporting.added.sections import AddedSection as AddedSection
from equipoise.reporting.comparison.compare import BuildComparison as BuildComparison
from equipoise.reporting.documents.abstract import abstract as abstract
from equipoise.reporting.documents.crf.case_report_form import CaseReportForm as CaseReportForm
from equipoise.reporting.documents.crf.case_report_form import case_report_form as case_report_form
from equipoise.reporting.documents.pages import Synopsis as Synopsis
from equipoise.reporting.documents.paper.formats import write_document as write_document
from equipoise.reporting.documents.paper.model import PaperDocument as PaperDocument
from equipoise.reporting.documents.people import keep_texts as keep_texts
from equipoise.reporting.documents.plain import plain_summary as plain_summary
from equipoise.reporting.documents.plan.sap import sap as sap
from equipoise.reporting.documents.protocol.document import (
    protocol_document as protocol_document,
)
from equipoise.reporting.documents.synopsis import synopsis as synopsis
from equipoise.reporting.exports.export import export_results as export_results
from equipoise.reporting.figures.alone import write_figure as write_figure
from equipoise.reporting.figures.model import ReportFigure as ReportFigure
from equipoise.reporting.html import report as report
from equipoise.reporting.model import Display as Display
from equipoise.reporting.model import Line as Line
from equipoise.reporting.monitoring.report import monitor_report as monitor_report
from equipoise.reporting.numbers import Numbers as Numbers
from equipoise.reporting.package.package import SubmissionPackage as SubmissionPackage
from equipoise.reporting.package.package import write_package as write_package
from equipoise.reporting.plots.figure import figure as figure
from equipoise.reporting.tables.listing import Listing as Listing
from equipoise.reporting.tables.listing import listing as listing
from equipoise.reporting.why import why as why
from equipoise.reporting.writers.files import write_tables as write_tables
from equipoise.reporting.writers.listing import write_listing as write_listing
from equipoise.sdtm.model import SDTM as SDTM
from equipoise.sdtm.model import Snapshot as Snapshot
from equipoise.sdtm.places import Sheet as Sheet
from equipoise.sdtm.read.read import read_sdtm as read_sdtm
from equipoise.sdtm.read.read import survey_sdtm as survey_sdtm
from equipoise.sdtm.study import ExaminedStudy as ExaminedStudy
from equipoise.sdtm.tabulate.tabulate import tabulate as tabulate
from equipoise.simulation.fairness.fairness import Fairness as Fairness
from equipoise.simulation.fairness.fairness import fairness as fairness
from equipoise.simulation.fit.fit import FittedTruth as FittedTruth
from equipoise.simulation.fit.fit import Misfit as Misfit
from equipoise.simulation.fit.fit import fit_truth as fit_truth
from equipoise.simulation.object.run import run as run
from equipoise.simulation.operating.characteristics import Operating as Operating
from equipoise.simulation.operating.characteristics import OperatingRow as OperatingRow
from equipoise.simulation.operating.own_tests import LookFrame as LookFrame
from equipoise.simulation.operating.published import Beside as Beside
from equipoise.simulation.operating.published import published as published
from equipoise.simulation.scenarios import SimulatedScenarios as SimulatedScenarios
from equipoise.simulation.scenarios import scenarios as scenarios
from equipoise.simulation.simulate import look_frames as look_frames
from equipoise.simulation.simulate import simulate as simulate
from equipoise.version import __version__ as __version__
from equipoise.workspace.allocation import AllocationFolder as AllocationFolder
from equipoise.workspace.build import build as build
from equipoise.workspace.checklist import checklist as checklist
from equipoise.workspace.compare import compare as compare
from equipoise.workspace.conduct import ConductFolder as ConductFolder
from equipoise.workspace.deployment.deploy import deploy as deploy
from equipoise.workspace.exchange.redcap import SuggestedMap as SuggestedMap
from equipoise.workspace.exchange.redcap import import_redcap_files as import_redcap_files
from equipoise.workspace.exchange.redcap import suggest_redcap_map as suggest_redcap_map
from equipoise.workspace.exchange.taken import OdmWritten as OdmWritten
from equipoise.workspace.exchange.taken import SheetsWritten as SheetsWritten
from equipoise.workspace.exchange.taken import Taking as Taking
from equipoise.workspace.exchange.taken import compare_odm as compare_odm
from equipoise.workspace.exchange.taken import write_odm as write_odm
from equipoise.workspace.exchange.taken import write_sheets as write_sheets
from equipoise.workspace.folder import Workspace as Workspace
from equipoise.workspace.manifest import Manifest as Manifest
from equipoise.workspace.run import VirtualData as VirtualData
from equipoise.workspace.run import run_into as run_into
from equipoise.workspace.sealed.contingency import SealedList as SealedList
from equipoise.workspace.sealed.contingency import open_envelope as open_envelope
from equipoise.workspace.sealed.contingency import seal_list as seal_list
from equipoise.workspace.verify import Verification as Verification
from equipoise.workspace.verify import verify as verify
from equipoise.workspace.warm import Warmed as Warmed
from equipoise.workspace.warm import warm as warm

cut = _cut_at
