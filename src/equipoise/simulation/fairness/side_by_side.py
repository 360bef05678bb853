"""Fairness as a table and one figure."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.reporting.figures.style import ARMS, CONTROL, FAINT, canvas, svg
from equipoise.simulation.fairness.fairness import Fairness, MethodFairness

HEAD = ("method", "guessed", "forced", "SD", "mean", "most", "in a stratum", "rejected")


def table(found: Fairness) -> Iterator[str]:
    """The lines to print: the protocol's method first, marked."""
    yield (
        f"{found.trial}: {found.trials:,} virtual trials of {found.subjects} subjects in "
        f'{found.strata} strata, truth "{found.truth}", seed {found.seed}'
    )
    rows = [HEAD, *(_cells(one) for one in found.methods)]
    widths = [max(len(row[k]) for row in rows) for k in range(len(HEAD))]
    for row in rows:
        first, *rest = (cell for cell in row)
        cells = [
            first.ljust(widths[0]),
            *(c.rjust(w) for c, w in zip(rest, widths[1:], strict=True)),
        ]
        yield "  ".join(cells).rstrip()
    yield "guessed, forced: of the allocations, by one who has seen all before (exact, long run;"
    yield "  of minimization in these trials). SD, mean, most: of the difference between the arms."
    if found.tested:
        yield f"rejected: the planned test of {found.tested} where no arm differs."
    yield from found.notes
    yield from (f"not fit to go live: {reason}" for reason in found.refused)


def _cells(one: MethodFairness) -> tuple[str, ...]:
    mark = "* " if one.is_the_protocols else "  "
    error = "" if one.error is None else f"{one.error:.4f} +- {one.error_se or 0:.4f}"
    return (
        mark + one.name,
        "" if one.guessed is None else f"{one.guessed:.4f}",
        "" if one.forced is None else f"{one.forced:.4f}",
        f"{one.apart_sd:.2f}",
        f"{one.apart_mean:.2f}",
        f"{one.apart_most:g}",
        f"{one.in_stratum:g}",
        error,
    )


def figure(found: Fairness) -> str:
    """What is guessed against how far the arms part: better is lower and to the left."""
    with canvas(6.4, 4.2) as drawing:
        axes = drawing.subplots()
        for one in found.methods:
            if one.guessed is None:
                continue
            color = ARMS[0] if one.is_the_protocols else CONTROL
            axes.plot(one.apart_sd, 100 * one.guessed, "o", color=color)
            axes.annotate(
                one.name,
                (one.apart_sd, 100 * one.guessed),
                xytext=(5, 4),
                textcoords="offset points",
                color=color,
                fontsize=8,
            )
        axes.set_xlabel("Difference between the arms, standard deviation")
        axes.set_ylabel("Allocations guessed right, %")
        axes.set_xlim(left=0)
        axes.margins(x=0.25, y=0.12)
        axes.grid(color=FAINT, linewidth=0.6)
        axes.set_title(f"{found.trial}, virtual trials", fontsize=10, loc="left")
        return svg(drawing, "Guessed allocations against imbalance, by method")
