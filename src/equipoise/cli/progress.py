"""What is under way, on a terminal only and on its error stream."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from equipoise.workspace.build import Say

_Watch = Callable[[int], None]


@contextmanager
def stages() -> Iterator[Say]:
    """A line that names the stage under way."""
    if not sys.stderr.isatty():
        yield lambda stage: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("")
        yield lambda stage: bar.update(task, description=stage)


@contextmanager
def counted(name: str, total: int) -> Iterator[_Watch]:
    """A bar of how many of so many are done."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task(name, total=total)
        yield lambda done: bar.update(task, completed=done)


@contextmanager
def timed(name: str, total: int) -> Iterator[_Watch]:
    """A bar with rate and time left; where nobody watches, one line when all is done."""
    if not sys.stderr.isatty():
        yield from _told_at_the_end(name, total)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f} trials, {task.fields[rate]:,.0f} a second"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(name, total=total, rate=0.0)
        yield lambda done: bar.update(task, completed=done, rate=bar.tasks[0].speed or 0.0)


def _told_at_the_end(name: str, total: int) -> Iterator[_Watch]:
    begun = monotonic()
    yield lambda done: None
    spent = monotonic() - begun
    rate = f", {total / spent:,.0f} a second" if spent > 0.0 else ""
    print(f"{name}: {total:,} trials in {spent:.1f} s{rate}", file=sys.stderr)
