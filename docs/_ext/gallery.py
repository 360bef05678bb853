"""Each figure beside the command that draws it, of one virtual trial."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from equipoise import Results

EXAMPLE = "dual-primary"
_ROOT = Path(__file__).parents[2]
_SEED = 5


def page(folder: Path) -> Iterator[str]:
    """The page, with the figures that lie in the folder."""
    yield "# Gallery"
    yield (
        f"Every figure of one virtual trial, `examples/{EXAMPLE}` by its first truth with seed "
        f"{_SEED}, and the command that draws it. It writes the numbers that are drawn as well."
    )
    yield (
        f"```console\n$ equipoise run examples/{EXAMPLE} --seed {_SEED} --truth 'as planned'\n"
        f"$ equipoise build examples/{EXAMPLE}\n```"
    )
    for picture in sorted((folder / "figures").glob("*.svg")):
        title = picture.with_suffix(".txt").read_text(encoding="utf-8")
        yield f"## {title}"
        yield f"```console\n$ equipoise figure examples/{EXAMPLE} {picture.stem} -o figures\n```"
        yield f"![{title}](figures/{picture.name})"


def is_drawn(folder: Path) -> bool:
    return (folder / "figures").is_dir()


def draw(folder: Path) -> None:
    """Run the trial, build it, and draw all there is."""
    import equipoise as eq
    from equipoise.workspace.answers import results_of

    with tempfile.TemporaryDirectory() as scratch:
        trial, made = Path(scratch) / EXAMPLE, Path(scratch) / "figures"
        shutil.copytree(_ROOT / "examples" / EXAMPLE, trial)
        truth = next(iter(eq.read(trial / "protocol.yaml").truth))
        eq.run_into(trial, truth=truth, seed=_SEED)
        eq.build(trial, trials=0)
        _write(results_of(trial, None), made)
        shutil.copytree(made, folder / "figures")


def _write(results: Results, folder: Path) -> None:
    """NAME.svg and NAME.txt, its title; what these data do not have is left to the report."""
    import equipoise as eq
    from equipoise.reporting.figures.alone import figures, report_figure
    from equipoise.reporting.numbers import Numbers
    from equipoise.reporting.plots.trial import OF_TRIAL
    from equipoise.reporting.words import NumberText

    for name in [*figures(results, Numbers(results, NumberText().style)), *OF_TRIAL]:
        with suppress(eq.InputError):
            eq.write_figure(results, name, folder)
            title = report_figure(results, name).title
            (folder / f"{name}.txt").write_text(title, encoding="utf-8")
