"""A figure: the drawing, what it says in words, and the numbers that it draws, as a table."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.reporting.model import Cell, Display


@dataclass(frozen=True, slots=True)
class ReportFigure:
    """A drawing with its head.

    key : its name in files and addresses; caption : population, numbers, method
    svg : one drawing, or two: for wide pages and for small ones
    says : what somebody hears who does not see it; data : what is drawn
    extension : whose it is, distribution and version; "" for the house
    """

    key: str
    number: str
    title: str
    svg: str
    caption: Cell
    says: str
    data: Display
    extension: str = ""
