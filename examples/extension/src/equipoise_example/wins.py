"""A figure and a section of the report, both from rows of the results."""

from equipoise import AddedSection, Display, Line, Numbers, ReportFigure, Results
from equipoise_example.win_ratio import NAME

SHARES = ("wins", "losses", "undecided pairs")
WIDTH, HEIGHT = 600, 60


def asked(results: Results) -> list[tuple[str, str]]:
    """Estimand and comparison of every win ratio."""
    rows = results.select(statistic=NAME, subgroup="")
    return list(rows.select("analysis", "comparison").iter_rows())


def figure(results: Results, numbers: Numbers) -> ReportFigure | None:
    """A bar for each comparison: pairs won, lost and undecided. None where there is none."""
    lines, bars = [], []
    for k, (key, comparison) in enumerate(asked(results)):
        found = [numbers.find(key, name, comparison=comparison) for name in SHARES]
        lines.append(Line(f"{key}, {comparison}", tuple((n,) for n in found if n)))
        bars.append(_bar(f"{key}, {comparison}", [n.value or 0.0 for n in found if n], k))
    if not lines:
        return None
    table = Display("wins", "", "Pairs", tuple((name,) for name in SHARES), tuple(lines))
    says = "; ".join(f"{one.label}: {', '.join(str(c[0]) for c in one.cells)}" for one in lines)
    svg = (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT * len(bars)}" role="img" aria-label="{says}" '
        f'xmlns="http://www.w3.org/2000/svg">{"".join(bars)}</svg>'
    )
    caption = ("Pairs of patients of both arms: won by the experimental arm, lost, undecided.",)
    return ReportFigure("wins", "", "Pairs won and lost", svg, caption, says, table)


def _bar(label: str, values: list[float], k: int) -> str:
    parts, x, y = [f'<text x="0" y="{HEIGHT * k + 18}" font-size="14">{label}</text>'], 0.0, 0
    for value, color in zip(values, ("#1b6ca8", "#c9721a", "#bbbbbb"), strict=True):
        width, y = WIDTH * value / sum(values), HEIGHT * k + 26
        parts.append(f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="24" fill="{color}"/>')
        x += width
    return "".join(parts)


def section(results: Results, numbers: Numbers) -> AddedSection | None:
    """A sentence for each win ratio; every number is a row. None where there is none."""
    said = []
    for key, comparison in asked(results):
        at = {"comparison": comparison, "method": NAME}
        ratio = numbers.limits(key, NAME, **at)
        p = numbers.cell(key, "p", **at)
        words = f"{key}, {comparison}: of the pairs of which one patient is known to do better, "
        said.append((words, "wins for each loss are ", *ratio, ", P ", *p, "."))
    return AddedSection("Win ratio", tuple(said)) if said else None
