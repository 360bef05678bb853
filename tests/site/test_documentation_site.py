"""The documentation site: it builds without a warning; every name of the product has a heading."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

import equipoise
from equipoise.adam.queries import QUERY_RULES
from equipoise.cli import application
from equipoise.protocol.rules import RULES
from equipoise.sdtm.conform.conform import CONFORMANCE_RULES, TOLD_BY_READERS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
sys.path.append(str(DOCS / "_ext"))

import docstrings  # noqa: E402
import reference  # noqa: E402

TOP = typer.main.get_command(application())
PAGES = [path for path in DOCS.glob("*.md") if path.stem != "python"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    builder = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html"]
    done = subprocess.run(
        [*builder, "-D", "draws_gallery=0", str(DOCS), str(out)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return out


def test_it_builds_without_a_warning_and_asks_no_other_machine(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert not re.findall(r'(?:<script|<link|<img)[^>]+(?:src|href)="https?://', text), page


def test_a_docstring_is_shown_with_its_arguments_and_fields(site: Path) -> None:
    text = (site / "reference" / "api.html").read_text(encoding="utf-8")
    about = text[text.index('id="competing"') : text.index('id="constrained-measures"')]
    for shown in ("time", "covariates"):
        assert f'<dt><code class="docutils literal notranslate"><span class="pre">{shown}' in about
    assert "<dt>Returns</dt>" in about


def headings(page) -> list[str]:
    return [part.lstrip("# ") for part in page(Path()) if part.startswith("#")]


def test_every_rule_has_a_heading() -> None:
    told = {one.split()[0] for one in headings(reference.rules)[1:]}
    told_in_code = {
        number
        for path in (ROOT / "src/equipoise").rglob("*.py")
        for number in re.findall(r'"(S\d\d)"', path.read_text(encoding="utf-8"))
    }
    known = {rule.id for rule in (*RULES, *QUERY_RULES)} | set(TOLD_BY_READERS) | told_in_code
    known |= {rule.__doc__.split(":")[0].strip() for rule in CONFORMANCE_RULES}
    assert known <= told


def test_every_command_and_option_has_a_heading() -> None:
    told = headings(reference.commands)
    assert {f"`equipoise {name}`" for name in TOP.commands} <= set(told)
    assert told.count("`--json`") > 30


def test_every_public_name_has_a_heading() -> None:
    assert set(headings(reference.api)[1:]) == set(dir(equipoise)) - {"__version__"}


def _options(command) -> set[str]:
    if hasattr(command, "tell_all"):
        command.tell_all()
    return {
        one for parameter in command.params for one in (*parameter.opts, *parameter.secondary_opts)
    }


def _lines() -> list[tuple[str, str]]:
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        lines = re.findall(r"^    (equipoise .+)$|`(equipoise [^`]+)`", text, re.MULTILINE)
        found += [(page.name, one or other) for one, other in lines]
    return sorted(set(found))


@pytest.mark.parametrize(("page", "line"), _lines())
def test_every_command_that_a_page_shows_is_there_with_its_options(page: str, line: str) -> None:
    command = TOP
    words = line.split(" #")[0].split()[1:]
    while words and hasattr(command, "commands"):
        if words[0].startswith("-"):
            return
        assert words[0].strip(",.;") in command.commands, line
        command = command.commands[words.pop(0).strip(",.;")]
    used = {word.split("=")[0] for word in words if re.fullmatch(r"--?[a-z][\w-]*(=.*)?", word)}
    assert used <= _options(command) | {"--help", "-h"}, line


def test_a_docstring_of_every_kind_of_line() -> None:
    lines = [
        "Do it.", "", "a, b : one and `two`", "    and more; c : three", "Returns  all of it",
        "    to the last",
    ]  # fmt: skip
    assert docstrings.shown(lines) == [
        "Do it.", "", "", "``a``, ``b``", "    one and ``two`` and more", "", "", "``c``",
        "    three", "", "", "Returns", "    all of it to the last", "",
    ]  # fmt: skip
