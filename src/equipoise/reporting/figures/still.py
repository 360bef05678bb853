"""A figure as a picture of its own: colors inside, so that any program draws it."""

from __future__ import annotations

import re

from equipoise.reporting.writers.templates import resource

COLUMN, PAGE = 84, 174  # mm
_GRAY = ("#000000", "#555555", "#888888", "#333333", "#999999")
_VARIABLE = re.compile(r"(--[\w-]+):\s*([^;}]+);")
_OF_ARM = re.compile(r"svg [^{}\n]*\.a\d[^{}]*\{[^}]*\}")
_ARM_NAME = re.compile(r"--a\d")
_USE = re.compile(r"var\((--[\w-]+)\)")


def sheet(*, gray: bool = False, arms: bool = True) -> str:
    """The rules of figures for paper, each color written out.

    arms : False to leave out every color that tells one arm from another
    """
    lines = [
        line
        for name in ("report.css", "committee.css", "plots.css")
        for line in resource(name).splitlines()
        if line.startswith((":root", "svg "))
    ]
    colors = dict(_VARIABLE.findall(lines[0]))
    if gray:
        colors |= {f"--a{i}": color for i, color in enumerate(_GRAY)}
    if not arms:
        lines = [_OF_ARM.sub("", line) for line in lines]
        colors = {k: v for k, v in colors.items() if not _ARM_NAME.fullmatch(k)}
        colors["--accent"] = colors["--ink"]
    rules = "\n".join(line for line in lines if not line.startswith(":root"))
    text = "text { font-family: Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif; }"
    return _USE.sub(lambda m: colors.get(m[1], "#000000"), f"{rules}\n{text}")


def standalone(svg: str, *, width: int, gray: bool = False, arms: bool = True) -> str:
    """One of the drawings of a figure, with its colors inside and a width in millimeters."""
    found = re.findall(r"<svg.*?</svg>", svg, re.DOTALL)
    one = found[-1] if width <= COLUMN else found[0]
    style = f"<style>{sheet(gray=gray, arms=arms)}</style>"
    sized = re.sub(r'<svg( class="[^"]*")?', f'<svg width="{width}mm"', one, count=1)
    return re.sub(r"(<svg[^>]*>)", lambda m: m[1] + style, sized, count=1) + "\n"
