"""The public surface: a name is added or taken away on purpose."""

import subprocess
import sys

import pytest

import equipoise

SURFACE = {
    "Manifest", "Protocol", "Workspace", "analyze", "bounds", "build", "cut", "derive", "explain",
    "monitor", "plan", "read", "read_sdtm", "reconstruct", "report", "resolve", "response", "run",
    "simulate", "survival", "tabulate", "verify", "write_adam", "__version__",
}  # fmt: skip


def test_the_surface_is_this():
    assert set(equipoise.__all__) == SURFACE


@pytest.mark.parametrize("name", sorted(SURFACE))
def test_every_name_is_there_and_documented(name):
    found = getattr(equipoise, name)
    assert isinstance(found, str) or found.__doc__


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'analyse'"):
        _ = equipoise.analyse


def test_importing_the_package_is_light():
    heavy = "{'numpy', 'polars', 'numba', 'scipy', 'matplotlib', 'pydantic'}"
    code = f"import equipoise, sys; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
