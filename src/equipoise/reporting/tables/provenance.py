"""What was noticed in the data, what was left out, and the published figures beside this run's."""

from __future__ import annotations

from collections import Counter

from equipoise.analysis.results import Results
from equipoise.meaning.figures import places
from equipoise.protocol.model import Protocol, Published
from equipoise.reporting.model import DASH, Cell, Display, Line, run
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.words import NumberText, kind_of

SHOWN_PER_RULE = 3


def findings_table(results: Results) -> Display:
    """Warnings of the data, the first few of each rule, the rest counted."""
    total = Counter(f.rule for f in results.findings)
    shown: Counter[str] = Counter()
    lines = []
    for finding in results.findings:
        shown[finding.rule] += 1
        if shown[finding.rule] <= SHOWN_PER_RULE:
            told = ((finding.message,), (finding.severity,), (finding.rule,))
            lines.append(Line(finding.place, told, 1))
        elif shown[finding.rule] == total[finding.rule]:
            more = total[finding.rule] - SHOWN_PER_RULE
            rest = ((), (), (finding.rule,))
            lines.append(Line(f"and {more} more of this kind", rest, 1))
    heads: tuple[Cell, ...] = (("What was found",), ("Severity",), ("Rule",))
    return Display("findings", "16.2.10", "Findings in the data", heads, tuple(lines), words=True)


def excluded_table(results: Results) -> Display:
    """What the cut-off took away or made unknown."""
    words = NumberText()
    lines = [
        Line(
            f"{row['domain']}: {row['reason']}",
            ((words.count(row["rows"]),), (words.count(row["subjects"]),)),
        )
        for row in results.data.snapshot.excluded.iter_rows(named=True)
    ]
    title = "Records that the data cut-off excluded or made unknown"
    return Display("excluded", "16.2.3", title, (("Records",), ("Patients",)), tuple(lines))


def published_table(results: Results, numbers: Numbers) -> Display:
    """Each published figure, this run's, and the interval of virtual trials where there is one."""
    plan = results.data.protocol.report
    protocol = results.data.protocol
    lines = [Line(f.says, _figure(protocol, numbers, f)) for f in plan.published]
    heads = ("Published", "This run", "Central 95% of virtual trials", "Published inside")
    return Display(
        "published",
        "14.4.1",
        "Published figures and this run",
        tuple((head,) for head in heads),
        tuple(lines),
        (f"Published: {plan.citation}.",) if plan.citation else (),
    )


def _figure(protocol: Protocol, numbers: Numbers, figure: Published) -> tuple[Cell, ...]:
    unit = "%" if kind_of(figure.statistic) == "percent" else ""

    def text(value: float) -> str:
        return numbers.words.say(figure.statistic, value, of=figure.value) + unit

    published = DASH if figure.value is None else (text(figure.value),)
    if figure.lower is not None and figure.upper is not None:
        published = run(published, f" ({text(figure.lower)} to {text(figure.upper)})")
    own = _own(protocol, numbers, figure, unit)
    low = numbers.find("published", "simulated lower", term=figure.says)
    high = numbers.find("published", "simulated upper", term=figure.says)
    if low is None or high is None:
        return published, own, DASH, DASH
    inside = DASH
    if figure.value is not None and low.value is not None and high.value is not None:
        inside = ("yes" if low.value <= figure.value <= high.value else "no",)
    return published, own, run(low, unit, " to ", high, unit), inside


def _own(protocol: Protocol, numbers: Numbers, figure: Published, unit: str) -> Cell:
    """This run's number, where the results have one."""
    for place in places(protocol, figure):
        where = place._asdict()
        if numbers.find(**where) is not None:
            return numbers.limits(unit=unit, **where)
    return DASH


def sources_table(results: Results) -> Display:
    """Every source that the protocol cites, and how many figures rest on it."""
    protocol = results.data.protocol
    cited = Counter(s for mark in protocol.provenance.values() for s in mark.get("sources", ()))
    lines = [
        Line(
            key,
            ((source.text,), (str(cited.get(key, 0)),), ("yes" if source.recalled else "no",)),
        )
        for key, source in protocol.sources.items()
    ]
    heads = (("Source",), ("Figures",), ("Recalled only",))
    title = "Sources of the protocol's figures"
    return Display("sources", "16.1.12", title, heads, tuple(lines), words=True)
