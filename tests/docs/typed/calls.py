"""Calls of the public door; those marked `# wrong` are, and a type checker must say so.

Read by type checkers only (tests/docs/test_typed.py); nothing here is run.
"""

from datetime import date
from pathlib import Path

import equipoise as eq

protocol = eq.read("protocol.yaml")
eq.read(12.5)  # wrong
eq.nope()  # wrong
checked = eq.check(Path("protocol.yaml"))
faults: tuple[eq.Finding, ...] = checked.findings
text: str = eq.new(arms=3, endpoint="proportion")
eq.new(arms="three")  # wrong
resolved = eq.resolve(protocol)
eq.resolve("protocol.yaml")  # wrong
changes: tuple[eq.Change, ...] = eq.diff(protocol, protocol)
eq.diff(protocol)  # wrong
markdown: str = eq.synopsis(protocol).to_markdown()
usdm = eq.export(protocol, to="usdm")
eq.export(protocol, to="word")  # wrong
begun: eq.Imported = eq.import_("study.json")
human = eq.schema("human")
design: eq.Design = eq.plan(protocol)
eq.plan(design)  # wrong
words: str = design.in_words()
seen = {"PFS": [eq.Seen("interim", 40.0, 2.1)]}
monitored: eq.Monitoring = eq.monitor(design, seen)
bound: eq.Bounds = eq.bounds([0.5, 1.0], alpha=0.025)
eq.bounds([0.5, 1.0], alpah=0.025)  # wrong
sized: eq.Size = eq.size("mean", sd=2.0, difference=1.0)
eq.size("mean", hazard_ratio=0.5)  # wrong
shares: eq.Size = eq.size("proportion", control=0.4, margin=0.1)
looked: eq.LogrankDesign = eq.size("survival", looks=[18.0], hazard_ratio=0.5, median=9.0)
record: eq.Record = eq.run(protocol, truth="as reported", seed=7)
eq.run(protocol, truth="as reported")  # wrong
sdtm: eq.SDTM = eq.tabulate(record)
snapshot: eq.Snapshot = eq.cut(sdtm, look="PFS final")
adam: eq.ADaM = eq.derive(snapshot)
eq.derive(sdtm)  # wrong
results: eq.Results = eq.analyze(adam)
estimate: eq.Estimate = results["primary"]
page: Path = eq.report(results, "report.html")
step: eq.Step = eq.explain(adam, "PFS", subject="0042")
done: eq.Manifest = eq.build("trial", upto="analyze")
again: eq.Verification = eq.verify(done.folder)
operating: eq.Operating = eq.simulate(protocol, truth="as reported", trials=1000, seed=7)
fitted: eq.FittedTruth = eq.fit_truth(protocol, truth="as reported", seed=7)
beside: list[eq.Beside] = eq.published(protocol, truth="as reported", seed=7)
rebuilt: eq.Reconstruction = eq.reconstruct("curve.csv", at_risk={"time": [0], "at_risk": [9]})
curves: eq.Survival = eq.survival("adtte.parquet", time="AVAL", event="CNSR==0", arm="TRTP")
rates: eq.Response = eq.response({"R": [1], "A": ["x"]}, responder="R", arm="A")
power: int = operating.value("power", hypothesis="PFS").value  # wrong
first: date | None = protocol.trial.first_patient
try:
    eq.read_sdtm("sdtm", protocol=protocol)
except (eq.DataError, eq.ProtocolError) as error:
    listed: tuple[eq.Finding, ...] = error.findings
