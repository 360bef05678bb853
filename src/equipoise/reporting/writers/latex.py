"""Displays as LaTeX: longtable and booktabs, for inclusion in a paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from equipoise.reporting.model import Display, Line, plain
from equipoise.reporting.writers.page import Stamp, spans, title_lines

_SIGNS = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "%": r"\%", "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", "\n": " ",
    "\N{MINUS SIGN}": r"\textminus{}", "\N{THIN SPACE}": r"\,", "×": r"\texttimes{}",
    "∞": r"\ensuremath{\infty}", "·": r"\textperiodcentered{}",
}  # fmt: skip
_RAISED = dict(zip("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))


def escaped(text: str) -> str:
    """Text in LaTeX's words.

    >>> escaped("50% {a} P<0.001")
    '50\\\\% \\\\{a\\\\} P\\\\textless{}0.001'
    """
    found, power = [], ""
    for sign in [*text, ""]:
        if sign in _RAISED and sign:
            power += _RAISED[sign]
            continue
        if power:
            found.append(rf"\textsuperscript{{{power}}}")
            power = ""
        found.append(_SIGNS.get(sign, sign))
    return "".join(found)


def latex(displays: Sequence[Display], stamp: Stamp) -> str:
    """One document that LuaLaTeX or XeLaTeX sets."""
    head = (
        "\\documentclass[9pt]{extarticle}\n\\usepackage{fontspec,longtable,booktabs,caption}\n"
        "\\usepackage[landscape,margin=2cm]{geometry}\n\\begin{document}\n"
    )
    running = f"\\markright{{{escaped(stamp.head)}}}\\pagestyle{{myheadings}}\n"
    tables = "\n\\clearpage\n".join(_table(display, stamp) for display in displays)
    return f"{head}{running}{tables}\n\\end{{document}}\n"


def _table(display: Display, stamp: Stamp) -> str:
    side = "p{0.18\\linewidth}" if display.words else "r"
    columns = "p{0.3\\linewidth}" + side * len(display.heads)
    if display.shares:
        parts = (0.9 * share / sum(display.shares) for share in display.shares)
        columns = "".join(f"p{{{part:.3f}\\linewidth}}" for part in parts)
    heads = " & ".join([escaped(display.corner), *(escaped(plain(head)) for head in display.heads)])
    title = ". ".join(title_lines(display))
    notes = "".join(f"\n\n{{\\footnotesize {escaped(note)}}}" for note in display.footnotes)
    body = "\n".join(_lines(display))
    return (
        f"\\begin{{longtable}}{{{columns}}}\n"
        f"\\caption*{{{escaped(title)}}}\\label{{t:{display.key}}}\\\\\n"
        f"\\toprule\n{heads} \\\\\n\\midrule\n\\endhead\n{body}\n\\bottomrule\n"
        f"\\end{{longtable}}{notes}\n\n{{\\footnotesize {escaped(stamp.digests)}}}"
    )


def _lines(display: Display) -> Iterator[str]:
    for line in display.lines:
        label = f"\\hspace*{{{line.indent}em}}{escaped(line.label)}"
        if spans(line):
            kind = "\\textit" if line.indent else "\\textbf"
            yield f"\\multicolumn{{{len(display.heads) + 1}}}{{l}}{{{kind}{{{label}}}}} \\\\"
        else:
            yield _cells(line, label)


def _cells(line: Line, label: str) -> str:
    return " & ".join([label, *(escaped(plain(cell)) for cell in line.cells)]) + " \\\\"
