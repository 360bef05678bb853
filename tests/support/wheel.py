"""The wheel in an environment of its own, with the dependencies that it declares and no other.

The dependencies are those of the environment that runs the tests, linked one by one: nothing is
fetched, and a package that is there for developers only (pandas) is not to be seen.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]


def built(folder: Path) -> Path:
    """The wheel, made from this repository."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = folder.glob("*.whl")
    return wheel


def bare_environment(wheel: Path, folder: Path) -> Path:
    """An environment that holds the wheel and what it declares; returns its site-packages."""
    venv.create(folder, with_pip=False, symlinks=True)
    (site,) = folder.glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
        (metadata,) = [n for n in archive.namelist() if n.endswith(".dist-info/METADATA")]
        text = archive.read(metadata).decode()
    declared = re.findall(r"^Requires-Dist: (.+)$", text, re.MULTILINE)
    for found in closure(declared):
        _link(found, site)
    return site


def closure(declared: list[str]) -> list[Distribution]:
    """The distributions that are asked for, and what they ask for in turn."""
    done: dict[str, Distribution] = {}
    waiting = list(_wanted(declared, frozenset()))
    while waiting:
        name, extras = waiting.pop()
        if name in done and not extras:
            continue
        found = distribution(name)
        done[name] = found
        waiting += [w for w in _wanted(found.requires or [], extras) if w[0] not in done]
    return list(done.values())


def _wanted(texts: list[str], extras: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    for text in texts:
        one = Requirement(text)
        asked = [{"extra": extra} for extra in ("", *extras)]
        if one.marker is None or any(one.marker.evaluate(each) for each in asked):
            try:
                distribution(one.name)
            except PackageNotFoundError:
                raise AssertionError(f"{one.name} is declared, but the tests have none") from None
            yield one.name.lower().replace("_", "-"), frozenset(one.extras)


def _link(found: Distribution, site: Path) -> None:
    """Everything of a distribution that lies in site-packages, by its first name."""
    tops = {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}
    for top in tops:
        there, here = Path(str(found.locate_file(top))), site / top
        if there.exists() and not here.exists():
            here.symlink_to(there.resolve())


def plain_variables(**others: str) -> dict[str, str]:
    """The environment variables of a machine on which nobody has set any."""
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "LC_ALL")}
    return kept | others
