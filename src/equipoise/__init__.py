"""Trials as code: one protocol file designs, randomizes, runs, simulates, analyzes and reports.

    >>> import equipoise as eq
    >>> protocol = eq.read("examples/netter1/protocol.yaml")

Nouns are frozen data, verbs are plain functions, and each verb takes one noun to the next.
`dir(equipoise)` is the table of contents; docs/python.md says what each name is.
"""

from __future__ import annotations

from equipoise.version import __version__ as __version__

# public name -> "module:name there"; imported on first use, so that `import equipoise` is light
_PUBLIC = {
    "abstract": "reporting.documents.abstract:abstract",
    "ADaM": "adam.model:ADaM",
    "AllocationFolder": "workspace.allocation:AllocationFolder",
    "analyze": "analysis.analyze:analyze",
    "Beside": "simulation.operating.published:Beside",
    "Bounds": "design.bounds.model:Bounds",
    "bounds": "design.bounds.boundaries:bounds",
    "build": "workspace.build:build",
    "BuildComparison": "reporting.comparison.compare:BuildComparison",
    "case_report_form": "reporting.documents.crf.case_report_form:case_report_form",
    "CaseReportForm": "reporting.documents.crf.case_report_form:CaseReportForm",
    "Change": "protocol.write.amend:Change",
    "check": "meaning.check:check",
    "Checked": "meaning.check:Checked",
    "checklist": "workspace.checklist:checklist",
    "compare": "workspace.compare:compare",
    "ConductFolder": "workspace.conduct:ConductFolder",
    "cut": "adam.study:cut_at",
    "DataError": "errors:DataError",
    "derive": "adam.derive:derive",
    "Design": "design.model:Design",
    "diff": "protocol.write.amend:diff",
    "EquipoiseError": "errors:EquipoiseError",
    "Estimate": "analysis.results:Estimate",
    "explain": "adam.explain.trace:explain",
    "export": "meaning.exchange:export",
    "export_results": "reporting.exports.export:export_results",
    "deploy": "workspace.deployment.deploy:deploy",
    "seal_list": "workspace.sealed.contingency:seal_list",
    "open_envelope": "workspace.sealed.contingency:open_envelope",
    "SealedList": "workspace.sealed.contingency:SealedList",
    "fairness": "simulation.fairness.fairness:fairness",
    "Fairness": "simulation.fairness.fairness:Fairness",
    "figure": "reporting.plots.figure:figure",
    "Finding": "errors:Finding",
    "FindingsError": "errors:FindingsError",
    "fit_truth": "simulation.fit.fit:fit_truth",
    "FittedTruth": "simulation.fit.fit:FittedTruth",
    "look_frames": "simulation.simulate:look_frames",
    "HypothesisPlan": "design.model:HypothesisPlan",
    "import_": "meaning.exchange:import_",
    "Imported": "protocol.exchange.usdm:Imported",
    "InputError": "errors:InputError",
    "keep_texts": "reporting.documents.people:keep_texts",
    "Listing": "reporting.tables.listing:Listing",
    "listing": "reporting.tables.listing:listing",
    "LogrankDesign": "design.size.logrank:LogrankDesign",
    "LookFrame": "simulation.operating.own_tests:LookFrame",
    "LookDesign": "design.model:LookDesign",
    "Manifest": "workspace.manifest:Manifest",
    "Misfit": "simulation.fit.fit:Misfit",
    "monitor": "design.monitor.monitor:monitor",
    "monitor_report": "reporting.monitoring.report:monitor_report",
    "MonitoredHypothesis": "design.monitor.model:MonitoredHypothesis",
    "Monitoring": "design.monitor.monitoring:Monitoring",
    "new": "protocol.write.template:new",
    "Operating": "simulation.operating.characteristics:Operating",
    "OperatingRow": "simulation.operating.characteristics:OperatingRow",
    "PaperDocument": "reporting.documents.paper.model:PaperDocument",
    "plain_summary": "reporting.documents.plain:plain_summary",
    "plan": "design.plan.plan:plan",
    "Protocol": "protocol.model:Protocol",
    "protocol_document": "reporting.documents.protocol.document:protocol_document",
    "ProtocolError": "errors:ProtocolError",
    "published": "simulation.operating.published:published",
    "queries": "adam.queries:queries",
    "read": "meaning.check:read",
    "read_sdtm": "sdtm.read.read:read_sdtm",
    "reconstruct": "evidence.reconstruct:reconstruct",
    "Reconstruction": "evidence.reconstruct:Reconstruction",
    "Record": "conduct.record:Record",
    "report": "reporting.html:report",
    "resolve": "protocol.read.resolve:resolve",
    "resolve_truth": "protocol.read.resolve:resolve_truth",
    "Response": "analysis.response.result:Response",
    "response": "analysis.response.summary:response",
    "Results": "analysis.results:Results",
    "Row": "analysis.results:Row",
    "run": "simulation.object.run:run",
    "run_into": "workspace.run:run_into",
    "sap": "reporting.documents.plan.sap:sap",
    "schema": "protocol.read.schemas:schema",
    "SDTM": "sdtm.model:SDTM",
    "Seen": "design.monitor.model:Seen",
    "scenarios": "simulation.scenarios:scenarios",
    "SimulatedScenarios": "simulation.scenarios:SimulatedScenarios",
    "simulate": "simulation.simulate:simulate",
    "Size": "design.size.model:Size",
    "size": "design.size.asked:size",
    "Snapshot": "sdtm.model:Snapshot",
    "Step": "adam.explain.step:Step",
    "Study": "adam.study:Study",
    "survey_sdtm": "sdtm.read.read:survey_sdtm",
    "Survival": "analysis.survival.summary:Survival",
    "survival": "analysis.survival.summary:survival",
    "Synopsis": "reporting.documents.pages:Synopsis",
    "synopsis": "reporting.documents.synopsis:synopsis",
    "tabulate": "sdtm.tabulate.tabulate:tabulate",
    "truth_digest": "protocol.read.resolve:truth_digest",
    "Verification": "workspace.verify:Verification",
    "verify": "workspace.verify:verify",
    "VirtualData": "workspace.run:VirtualData",
    "Workspace": "workspace.folder:Workspace",
    "warm": "workspace.warm:warm",
    "Warmed": "workspace.warm:Warmed",
    "why": "reporting.why:why",
    "write_adam": "adam.submit.files:write_adam",
    "write_document": "reporting.documents.paper.formats:write_document",
    "write_figure": "reporting.figures.alone:write_figure",
    "write_listing": "reporting.writers.listing:write_listing",
    "SubmissionPackage": "reporting.package.package:SubmissionPackage",
    "write_package": "reporting.package.package:write_package",
    "write_tables": "reporting.writers.files:write_tables",
    # what extensions are made of
    "Display": "reporting.model:Display",
    "ExaminedStudy": "sdtm.study:ExaminedStudy",
    "Line": "reporting.model:Line",
    "Method": "meaning.methods:Method",
    "MethodOptions": "meaning.options:MethodOptions",
    "Monitored": "meaning.methods:Monitored",
    "Numbers": "reporting.numbers:Numbers",
    "ReportFigure": "reporting.figures.model:ReportFigure",
    "Sample": "analysis.samples.sample:Sample",
    "AddedSection": "reporting.added.sections:AddedSection",
    "Sheet": "sdtm.places:Sheet",
    # functions of arrays and of plain tables
    "competing": "analysis.survival.competed:competing",
    "Competing": "analysis.survival.competed:Competing",
    "ranks": "analysis.continuous.ranked:ranks",
    "Ranks": "analysis.continuous.ranked:Ranks",
    "logistic": "analysis.response.logistic:logistic",
    "Logistic": "analysis.response.logistic:Logistic",
    "parametric_times": "analysis.survival.parametric:parametric_times",
    "ParametricTimes": "analysis.survival.parametric:ParametricTimes",
    "predicted_survival": "analysis.survival.regression.baseline:predicted_survival",
    "baseline_hazard": "analysis.survival.regression.baseline:baseline_hazard",
    "permutation_logrank": "analysis.survival.tests.permutation:permutation_logrank",
    "repeated_measures": "analysis.continuous.mmrm.model:repeated_measures",
    "RepeatedMeasures": "analysis.continuous.mmrm.model:RepeatedMeasures",
    "constrained_measures": "analysis.continuous.mmrm.constrained:constrained_measures",
    "terms_tested": "analysis.continuous.terms_tested:terms_tested",
    "stratified_wilson": "analysis.response.stratified:stratified_wilson",
}

__all__ = [*_PUBLIC, "__version__"]


def __getattr__(name: str) -> object:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'equipoise' has no attribute {name!r}")
    from importlib import import_module

    module, _, inner = _PUBLIC[name].partition(":")
    found = getattr(import_module(f"equipoise.{module}"), inner)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
