"""Distributions for tests: the example as it is installed, and small ones that are broken."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from support.wheel import ROOT

EXAMPLE = ROOT / "examples" / "extension"


def installed_example(folder: Path) -> Path:
    """The example's wheel, made and unpacked as an installer does; the folder is for sys.path."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "dist")],
        cwd=EXAMPLE, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = (folder / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def distribution(folder: Path, name: str, module: str, group: str, entry: str) -> None:
    """A distribution NAME 1.0 whose module has a text, and that adds one thing to a group.

    entry : `name = object`, the object being of the module
    """
    package = name.replace("-", "_")
    (folder / f"{package}.py").write_text(module, encoding="utf-8")
    metadata = folder / f"{package}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    left, _, right = entry.partition(" = ")
    lines = f"[equipoise.{group}]\n{left} = {package}:{right}\n"
    (metadata / "entry_points.txt").write_text(lines, encoding="utf-8")
