"""One look for every figure, and the same bytes for the same rows."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

CONTROL = "#6b7280"
ARMS = ("#0f5c8c", "#c2542d", "#3f7d4e", "#7b4f9d")
INK = "#1f2933"
FAINT = "#d5dae0"

_RC: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "equipoise",
    "font.family": "sans-serif",
    "font.sans-serif": ["Helvetica", "Arial", "DejaVu Sans"],
    "font.size": 10,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
}


def colors(arms: Sequence[str], control: str) -> dict[str, str]:
    """A color for each arm; the control is gray."""
    experimental = [a for a in arms if a != control]
    found = {a: ARMS[i % len(ARMS)] for i, a in enumerate(experimental)}
    return found | {control: CONTROL}


@contextmanager
def canvas(width: float, height: float) -> Iterator[Any]:
    """A matplotlib figure in the house style, drawn without a screen."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(_RC):
        yield Figure(figsize=(width, height))


def svg(figure: Any, label: str) -> str:
    """The figure as inline SVG with a label for screen readers."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", bbox_inches="tight", metadata={"Date": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    head = f'<svg role="img" aria-label="{label}" '
    text = re.sub(r"<svg ", head, text, count=1)
    return re.sub(r'(<svg[^>]*?) width="[^"]*pt" height="[^"]*pt"', r"\1", text, count=1)
