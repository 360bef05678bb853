"""What the README and the docstrings say is what happens."""

import doctest
import linecache
import pkgutil
import re
from importlib import import_module
from pathlib import Path

import equipoise
from equipoise.cli import COMMANDS
from support.told import of_each

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_ten_lines_run(tmp_path, monkeypatch, capsys):
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    exec(compile(code, "README.md", "exec"), {})
    said = capsys.readouterr().out
    assert "74 events" in said
    assert "hazard ratio" in said
    assert "RECIST" in said or "FDA" in said
    assert "Virtual patients" in (tmp_path / "netter1.html").read_text(encoding="utf-8")


def test_the_test_command_is_what_ci_runs():
    assert "    make test" in README
    assert "make test" in (ROOT / ".ci/run").read_text(encoding="utf-8")


def test_every_command_that_is_named_exists():
    named = set(re.findall(r"(?:\.venv/bin/|`)equipoise ([a-z][a-z-]+)", README))
    assert {"build", "verify"} <= named
    assert named <= set(COMMANDS)


def test_every_file_that_is_named_exists():
    paths = re.findall(r"`((?:docs|examples|src)/[\w./-]+)`|\]\((docs/[\w.]+)\)", README)
    for pair in paths:
        name = pair[0] or pair[1]
        assert (ROOT / name).exists(), name


def _modules():
    walked = pkgutil.walk_packages(equipoise.__path__, "equipoise.")
    return [m.name for m in walked if not m.name.endswith("__main__")]


def test_docstring_examples(monkeypatch):
    monkeypatch.chdir(ROOT)
    # Doctest looks through all lines that Python keeps before each example.
    monkeypatch.setattr(linecache, "checkcache", lambda filename=None: None)
    how = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE

    def examples_hold(name):
        failed, _ = doctest.testmod(import_module(name), optionflags=how)
        assert failed == 0

    of_each(examples_hold, _modules(), at_least=900)
