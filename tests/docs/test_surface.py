"""The public door: what it offers, what its page says, and what a command does are the same."""

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import equipoise
from equipoise.cli import COMMANDS
from equipoise.errors import EquipoiseError, InputError

PAGE = (Path(__file__).parents[2] / "docs" / "python.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `(\w+)` \| (.+?) \|$", PAGE, re.MULTILINE))
OF_COMMAND = dict(re.findall(r"^\| `equipoise ([\w-]+)` \| `(\w+)`", PAGE, re.MULTILINE))


def test_the_page_lists_what_dir_lists():
    assert sorted(ROWS) == dir(equipoise)
    assert all(ROWS.values())


@pytest.mark.parametrize("name", sorted(set(dir(equipoise)) - {"__version__"}))
def test_the_page_says_what_the_docstring_says(name):
    said = inspect.getdoc(getattr(equipoise, name)) or ""
    assert ROWS[name] == said.splitlines()[0]


def test_the_page_says_each_thing_once():
    for pattern in (r"^\| (`\w+`) \|", r"^\| (`equipoise [\w-]+`) \|"):
        named = re.findall(pattern, PAGE, re.MULTILINE)
        assert len(named) == len(set(named)), pattern


def test_every_command_is_a_function_of_the_door():
    assert set(OF_COMMAND) == set(COMMANDS)
    assert all(callable(getattr(equipoise, name)) for name in OF_COMMAND.values())


def test_every_argument_is_typed():
    verbs = [getattr(equipoise, name) for name in dir(equipoise) if name[0].islower()]
    assert len(verbs) > 25
    for verb in verbs:
        for part in inspect.signature(verb).parameters.values():
            assert part.annotation not in (inspect.Parameter.empty, "Any"), (verb, part)


def test_every_exception_is_public():
    kinds = {EquipoiseError}
    while more := {s for kind in kinds for s in kind.__subclasses__()} - kinds:
        kinds |= more
    ours = {k.__name__ for k in kinds if k.__module__ == "equipoise.errors"}
    assert ours <= set(dir(equipoise))


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'analyse'"):
        _ = equipoise.analyse


def test_importing_the_package_is_light():
    heavy = "{'numpy', 'polars', 'numba', 'scipy', 'matplotlib', 'pydantic'}"
    code = f"import equipoise, sys; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("verb", "noun", "words"),
    [
        ("plan", "protocol.yaml", "expected a Protocol, found a str; equipoise.read makes one"),
        ("analyze", 7, "expected an ADaM, found an int"),
        ("derive", None, "expected a Snapshot, found a NoneType"),
    ],
)
def test_a_wrong_noun_is_told(verb, noun, words):
    with pytest.raises(InputError, match=words):
        getattr(equipoise, verb)(noun)
