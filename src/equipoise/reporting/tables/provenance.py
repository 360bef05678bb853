"""What was noticed in the data, what was left out, and the published figures beside this run's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from html import escape

from equipoise.analysis.results import Results
from equipoise.meaning.figures import places
from equipoise.protocol.model import Protocol, Published
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.rounding import MISSING, count, p_value, percent, rounded
from equipoise.reporting.tables.model import Line, Table

SHOWN_PER_RULE = 3


def findings_table(results: Results) -> Table:
    """Warnings of the data, the first few of each rule, the rest counted."""
    total = Counter(f.rule for f in results.findings)
    shown: Counter[str] = Counter()
    lines = []
    for finding in results.findings:
        shown[finding.rule] += 1
        if shown[finding.rule] <= SHOWN_PER_RULE:
            cells = (escape(finding.message), finding.severity, finding.rule)
            lines.append(Line(finding.place, cells, 1))
        elif shown[finding.rule] == total[finding.rule]:
            more = total[finding.rule] - SHOWN_PER_RULE
            lines.append(Line(f"and {more} more of this kind", ("", "", finding.rule), 1))
    return Table(
        "findings", "Findings in the data", ("What was found", "Severity", "Rule"), tuple(lines)
    )


def excluded_table(results: Results) -> Table:
    """What the cut-off took away or made unknown."""
    lines = [
        Line(f"{row['domain']}: {row['reason']}", (count(row["rows"]), count(row["subjects"])))
        for row in results.data.snapshot.excluded.iter_rows(named=True)
    ]
    title = "Records that the data cut-off excluded or made unknown"
    return Table("excluded", title, ("Records", "Patients"), tuple(lines))


def published_table(results: Results, numbers: Numbers) -> Table:
    """Each published figure, this run's, and the interval of virtual trials where there is one."""
    plan = results.data.protocol.report
    protocol = results.data.protocol
    lines = [Line(f.says, _figure(protocol, numbers, f)) for f in plan.published]
    return Table(
        "published",
        "Published figures and this run",
        ("Published", "This run", "Central 95% of virtual trials", "Published inside"),
        tuple(lines),
        (escape(f"Published: {plan.citation}." if plan.citation else ""),),
    )


def _figure(protocol: Protocol, numbers: Numbers, figure: Published) -> tuple[str, ...]:
    text = _style(figure)
    published = MISSING if figure.value is None else text(figure.value)
    if figure.lower is not None and figure.upper is not None:
        published += f" ({text(figure.lower)} to {text(figure.upper)})"
    own = _own(protocol, numbers, figure, text)
    low = numbers.find("published", "simulated lower", term=figure.says)
    high = numbers.find("published", "simulated upper", term=figure.says)
    if low is None or high is None:
        return published, own, MISSING, MISSING
    inside = MISSING
    if figure.value is not None and low.value is not None and high.value is not None:
        inside = "yes" if low.value <= figure.value <= high.value else "no"
    ends = f"{low.html(text, absent='not reached')} to {high.html(text, absent='not reached')}"
    return published, own, ends, inside


def _own(
    protocol: Protocol, numbers: Numbers, figure: Published, text: Callable[[float], str]
) -> str:
    """This run's number, where the results have one."""
    for place in places(protocol, figure):
        where = place._asdict()
        if numbers.find(**where) is not None:
            return numbers.limits(text=text, **where)
    return MISSING


def _style(figure: Published) -> Callable[[float], str]:
    if figure.statistic == "p":
        return p_value
    if figure.statistic in ("survival", "rate") or figure.statistic.endswith("proportion"):
        return lambda v: f"{percent(v)}%"
    if figure.statistic in ("events", "responders", "n") or figure.statistic.endswith("patients"):
        return count
    return lambda v: rounded(v, 1 if "months" in figure.statistic else 2)


def sources_table(results: Results) -> Table:
    """Every source that the protocol cites, and how many figures rest on it."""
    protocol = results.data.protocol
    cited = Counter(s for mark in protocol.provenance.values() for s in mark.get("sources", ()))
    lines = [
        Line(key, (escape(source.text), str(cited.get(key, 0)), "yes" if source.recalled else ""))
        for key, source in protocol.sources.items()
    ]
    heads = ("Source", "Figures", "Recalled only")
    return Table("sources", "Sources of the protocol's figures", heads, tuple(lines))
