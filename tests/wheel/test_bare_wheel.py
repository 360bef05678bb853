"""The bare wheel, outside the repository, with its declared dependencies alone.

It builds the pilot, and computes in four environments: as usual; without HOME; where neither the
package nor a home can be written; and where temporary files cannot be written either.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.wheel import ROOT, bare_environment, built, plain_variables

TRIAL = "protocol.yaml"
CURVES = """import equipoise as eq
data = {'t': [1, 2, 3, 4, 5, 6], 'e': [1, 1, 0, 1, 1, 0], 'a': list('xyxyyx')}
print(eq.survival(data, time='t', event='e', arm='a', control='x'))"""
KERNEL = """from equipoise.kernels.lattice_weights import lowered
print(lowered(0.5, 10, 0, 1, False))"""
"""One kernel, where it is asked no more than where kernels are kept."""


@pytest.fixture(scope="module")
def away() -> Iterator[Path]:
    """A folder outside the repository that every user can enter."""
    folder = Path(tempfile.mkdtemp(prefix="equipoise-wheel-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def python(away: Path) -> Path:
    """The interpreter of the bare environment."""
    bare_environment(built(away / "dist"), away / "bare")
    return away / "bare" / "bin" / "python"


@pytest.fixture(scope="module")
def pilot(away: Path) -> Path:
    """The pilot's folder, with its data as XPT."""
    trial = away / "pilot"
    trial.mkdir()
    shutil.copy(ROOT / "examples" / "pilot" / TRIAL, trial)
    collect = [sys.executable, "examples/pilot/collect.py", str(trial / "sdtm")]
    subprocess.run(collect, cwd=ROOT, check=True, capture_output=True)
    return trial


def test_no_package_of_the_developers_is_there(python: Path) -> None:
    code = "from importlib.util import find_spec as f; print([f(n) for n in ('pandas', 'pytest')])"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[None, None]"


def test_it_builds_the_pilot(python: Path, pilot: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [python, "-m", "equipoise", "build", str(pilot)], cwd=tmp_path,
        env=plain_variables(HOME=str(tmp_path)), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "hazard ratio 4.08 (95% CI 2.59 to 6.42)" in done.stdout
    assert done.stderr == ""
    assert (pilot / "build" / "ttde-final" / "report.html").is_file()


def test_it_computes_without_a_home(python: Path) -> None:
    done = computed(python, plain_variables(), CURVES)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def computed(
    python: Path, variables: dict[str, str], words: str = KERNEL, *, temporary: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """What compiles kernels, by a user who can write nothing but temporary files."""
    if temporary is not None:
        words = f"import tempfile; tempfile.tempdir = {str(temporary)!r}\n{words}"
    return subprocess.run(
        [python, "-c", words], cwd="/", env=variables, preexec_fn=_like_others,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def _like_others() -> None:
    """Root, if it is root that runs the tests, is held to the modes of files like everybody."""
    drop, override = 24, 1  # PR_CAPBSET_DROP, CAP_DAC_OVERRIDE
    ctypes.CDLL(None).prctl(drop, override, 0, 0, 0)


@pytest.fixture
def locked(python: Path, away: Path) -> Iterator[dict[str, str]]:
    """Neither the package nor a home can be written; the variables that say so."""
    (package,) = away.glob("bare/lib/python*/site-packages/equipoise")
    home = away / "home"
    home.mkdir(exist_ok=True)
    every = [home, package, *(p for p in package.rglob("*") if p.is_dir())]
    for cache in package.rglob("*.nb[ic]"):
        cache.unlink()
    for folder in every:
        folder.chmod(0o555)
    yield plain_variables(HOME=str(home))
    for folder in every:
        folder.chmod(0o755)


def test_kernels_are_kept_among_temporary_files(
    python: Path, away: Path, locked: dict[str, str]
) -> None:
    own = away / "temporary"
    own.mkdir()
    first = computed(python, locked | {"TMPDIR": str(own)})
    assert first.returncode == 0, first.stderr
    (told,) = first.stderr.splitlines()
    assert told.startswith(f"equipoise: compiled kernels are kept in {own}/equipoise-kernels-")
    (folder,) = own.iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700
    kept = {file: file.stat().st_mtime_ns for file in folder.rglob("*.nb[ic]")}
    assert kept
    assert computed(python, locked | {"TMPDIR": str(own)}).stdout == first.stdout
    assert {file: file.stat().st_mtime_ns for file in folder.rglob("*.nb[ic]")} == kept


def test_a_folder_that_others_can_write_is_no_cache(
    python: Path, away: Path, locked: dict[str, str]
) -> None:
    """What lies in a cache is run: it may not be somebody else's."""
    own = away / "shared"
    trap = own / f"equipoise-kernels-{os.getuid()}"
    trap.mkdir(parents=True)
    trap.chmod(0o777)
    assert computed(python, locked | {"TMPDIR": str(own)}).returncode == 0
    assert not list(trap.iterdir())


def test_without_temporary_files_each_run_compiles(
    python: Path, away: Path, locked: dict[str, str]
) -> None:
    closed = away / "closed"
    closed.mkdir(mode=0o555)
    done = computed(python, locked, temporary=closed)
    assert done.returncode == 0, done.stderr
    (told,) = done.stderr.splitlines()
    assert "each run compiles them again" in told
