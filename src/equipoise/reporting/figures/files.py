"""A figure as files: the picture in one of four formats, and what it draws as CSV."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Protocol

from equipoise.errors import InputError, did_you_mean
from equipoise.reporting.figures.still import standalone
from equipoise.reporting.model import Display, plain
from equipoise.reporting.write import write_bytes
from equipoise.reporting.writers.csv_rows import csv_of
from equipoise.reporting.writers.typst import compiled, string_markup


class DrawnFigure(Protocol):
    """What a figure must have to be written."""

    @property
    def key(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def svg(self) -> str: ...
    @property
    def says(self) -> str: ...
    @property
    def data(self) -> Display: ...


PICTURES: Final = ("svg", "pdf", "png", "eps")


def figure_files(
    figure: DrawnFigure, folder: str | Path, *, to: str = "svg", width: int, gray: bool = False
) -> list[Path]:
    """KEY.svg, pdf, png or eps, and KEY.csv.

    Raises   InputError for another format, a width that is not above 0, or where PDF and PNG need
             the package typst and EPS the program pdftops and it is not there.
    """
    if to not in PICTURES:
        hint = did_you_mean(to, PICTURES)
        raise InputError(f'to: found "{to}", expected {", ".join(PICTURES)}{hint}')
    if width <= 0:
        raise InputError(f"width: found {width}, expected millimeters above 0, as 84 or 174")
    picture = standalone(figure.svg, width=width, gray=gray)
    body = picture.encode() if to == "svg" else _printed(picture, figure, to, width)
    place = Path(folder)
    return [
        write_bytes(place / f"{figure.key}.{to}", body),
        write_bytes(place / f"{figure.key}.csv", data_csv(figure.data).encode()),
    ]


def data_csv(display: Display) -> str:
    """The table of a figure, its heads in the first line and nothing else."""
    heads = [display.title, *map(plain, display.heads)]
    return csv_of([heads, *([line.label, *map(plain, line.cells)] for line in display.lines)])


def _printed(picture: str, figure: DrawnFigure, to: str, width: int) -> bytes:
    drawn, says = string_markup(picture.replace("\n", " ")), string_markup(figure.says)
    source = (
        f"#set document(title: {string_markup(figure.title)}, date: none)\n"
        f"#set page(width: {width}mm, height: auto, margin: 0mm)\n"
        f'#image(bytes({drawn}), format: "svg", width: 100%, alt: {says})\n'
    )
    if to == "png":
        return compiled(source, "png")
    made = compiled(source)
    return made if to == "pdf" else _eps(made)


def _eps(pdf: bytes) -> bytes:
    """EPS by poppler's pdftops. Raises InputError where that is not installed."""
    import subprocess
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "f.pdf", Path(folder) / "f.eps"
        source.write_bytes(pdf)
        try:
            subprocess.run(
                ["pdftops", "-eps", "-level3", source, out], check=True, capture_output=True
            )
        except (OSError, subprocess.CalledProcessError):
            raise InputError(
                "EPS needs the program pdftops (of poppler), which cannot be run; take svg or pdf"
            ) from None
        return out.read_bytes()
