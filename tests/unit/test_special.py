"""Special functions are scipy's own, and what scipy knows beside them is there when asked for."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import equipoise.special

SOURCE = Path(equipoise.special.__file__)


def names() -> list[str]:
    """What the module offers to those who import from it."""
    tree = ast.walk(ast.parse(SOURCE.read_text("utf-8")))
    ours = (n for n in tree if isinstance(n, ast.ImportFrom) and n.module == "scipy.special")
    return [alias.name for node in ours for alias in node.names]


def run(code: str) -> str:
    """What a fresh Python prints."""
    done = subprocess.run(
        [sys.executable, "-c", code, str(SOURCE.parents[1]), *names()],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.strip()


OURS = "import sys; sys.path.insert(0, sys.argv[1]); from equipoise import special as ours\n"
ALL_SAME = (
    "import scipy.special as theirs\n"
    "print(all(getattr(ours, n) is getattr(theirs, n) for n in sys.argv[2:]), len(sys.argv[2:]))"
)


def test_the_functions_need_nothing_else_of_scipy() -> None:
    found = run(f"{OURS}print(ours.ndtr(0.0), 'scipy._lib._array_api' in sys.modules)")
    assert found == "0.5 False"


@pytest.mark.parametrize("before", ["", "import scipy.special\n", "import scipy.stats\n"])
@pytest.mark.parametrize("after", ["", "import scipy.stats\n", "from scipy import optimize\n"])
def test_each_is_scipys_own_whoever_comes_first(before: str, after: str) -> None:
    assert run(f"{before}{OURS}{after}{ALL_SAME}") == f"True {len(names())}"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("from scipy.special import logsumexp; print(logsumexp([0.0]))", "0.0"),
        ("import scipy.special._ufuncs as u; print(u.ndtr is ours.ndtr)", "True"),
        ("import scipy.special; print(scipy.special._ufuncs.ndtr is ours.ndtr)", "True"),
        ("from scipy.stats import norm; print(norm.cdf(0.0))", "0.5"),
        ("import scipy.special as s; print('roots_legendre' in dir(s), s.__name__)",
         "True scipy.special"),
        ("import scipy.special as s; print(hasattr(s, 'nothing'), s.comb(4, 2))", "False 6.0"),
        ("import scipy.special as s, pickle; print(pickle.loads(pickle.dumps(s.ndtr)) is s.ndtr)",
         "True"),
    ],
)  # fmt: skip
def test_the_rest_is_there_when_asked_for(asked: str, expected: str) -> None:
    assert run(f"{OURS}{asked}") == expected


def test_several_threads_may_ask_at_once() -> None:
    code = (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "import scipy.special as s\n"
        "with ThreadPoolExecutor(8) as pool:\n"
        "    print(set(pool.map(lambda _: float(s.comb(4, 2)), range(64))))"
    )
    assert run(f"{OURS}{code}") == "{6.0}"


def test_a_scipy_that_is_built_otherwise_is_imported_as_ever() -> None:
    code = (
        "import sys, importlib; sys.path.insert(0, sys.argv[1]); asked = importlib.import_module\n"
        "def refuse(name):\n"
        "    if name == 'scipy.special._ufuncs': raise ImportError(name)\n"
        "    return asked(name)\n"
        "importlib.import_module = refuse\n"
        "from equipoise import special as ours; importlib.import_module = asked\n"
    )
    assert run(f"{code}{ALL_SAME}") == f"True {len(names())}"
    assert run(f"{code}print('scipy._lib._array_api' in sys.modules)") == "True"


def test_what_nobody_knows_is_no_function() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        _ = equipoise.special.nothing  # type: ignore[attr-defined]
