"""What distributions add: found without a cost, and refused in one sentence that names them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import equipoise as eq
from equipoise.design.bounds.spending import spending
from equipoise.errors import InputError
from equipoise.extensions import BrokenExtensionError, added, everything
from equipoise.meaning.methods import METHODS
from equipoise.protocol.language.families import FAMILIES, SPENDING
from equipoise.reporting.added.figures import added_figures
from equipoise.reporting.added.sections import added_sections
from equipoise.reporting.numbers import Numbers
from support.extension import EXAMPLE, distribution
from support.street import pilot_folder, pilot_protocol, pilot_results

HEAD = "import equipoise as eq\nimport numpy as np\n"
METHOD = HEAD + "M = eq.Method('x', ('time to event',), compute=lambda sample: [])\n"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_nothing_is_installed_and_nothing_is_loaded() -> None:
    assert everything() == ()
    code = (
        "import sys; from equipoise.extensions import everything; everything(); "
        "print('importlib.metadata' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


METHODS_THAT_ARE_NONE = [
    ("nowhere", "x = M", "import nowhere_at_all\n", "ModuleNotFoundError: No module named"),
    ("absent", "x = M", "", "AttributeError"),
    ("syntax", "x = M", "def (:\n", "SyntaxError"),
    ("function", "x = M", "def M(sample): ...\n", "expected a Method, found <function M"),
    ("other-name", "y = M", METHOD, 'it calls itself "x"'),
    ("nothing", "x = M", METHOD.replace("lambda sample: []", "None"), "expected a function of sa"),
    ("narrow", "x = M", METHOD.replace("lambda sample", "lambda"), "too many positional arg"),
    ("fits", "x = M", METHOD.replace("time to event", "tim"), "fits ('tim',)"),
    ("kernel", "x = M", METHOD.replace("compute", "simulated=True, compute"), "simulated: virtual"),
    ("margin", "x = M", METHOD.replace("compute", "margin=True, compute"), "margin: only methods"),
    ("plan", "x = M", METHOD.replace("compute", "planned_as='z', compute"), 'planned as "z"'),
]


@pytest.mark.parametrize(("name", "entry", "module", "why"), METHODS_THAT_ARE_NONE)
def test_a_broken_method_is_told_in_a_sentence(
    name: str, entry: str, module: str, why: str, path: Path
) -> None:
    distribution(path, f"broken-{name}", module, "methods", entry)
    asked = entry.partition(" = ")[0]
    with pytest.raises(BrokenExtensionError) as told:
        METHODS[asked]
    text = str(told.value)
    head = f'broken-{name} 1.0 adds the method "{asked}", which cannot be used: '
    assert text.startswith(head)
    assert why in text
    assert "\n" not in text


def test_a_name_of_the_house_is_taken(path: Path) -> None:
    module = METHOD.replace("'x'", "'log-rank'")
    distribution(path, "taking", module, "methods", "log-rank = M")
    told = 'taking 1.0 adds the method "log-rank", which cannot be used: the name is taken by Equ'
    with pytest.raises(BrokenExtensionError, match=told):
        METHODS["log-rank"]
    found = eq.check("examples/pilot")
    assert not found.ok
    assert found.findings[0].message.startswith("taking 1.0 adds the method")


def test_two_distributions_may_not_add_one_name(path: Path) -> None:
    distribution(path, "first", METHOD, "methods", "x = M")
    distribution(path, "second", METHOD, "methods", "x = M")
    with pytest.raises(BrokenExtensionError, match=r"the name is taken by first 1\.0"):
        METHODS["x"]


def test_a_method_of_another_is_one_of_the_table(path: Path) -> None:
    distribution(path, "good", METHOD, "methods", "x = M")
    assert set(METHODS) == set(METHODS.house) | {"x"}
    assert METHODS["x"].extension == "good 1.0"
    assert METHODS["log-rank"].extension == ""


FAILING = [
    ("raises", "1 / 0", "ZeroDivisionError: division by zero"),
    ("rows", "[7]", "expected rows made by sample.row"),
    ("posing", "[sample.row('log-rank', 'p', 0.5)]", "expected rows made by sample.row"),
]


@pytest.mark.parametrize(("name", "body", "why"), FAILING)
def test_a_method_that_fails_is_told_by_analyze(name: str, body: str, why: str, path: Path) -> None:
    module = METHOD.replace("lambda sample: []", f"lambda sample: {body}")
    distribution(path, f"failing-{name}", module, "methods", "x = M")
    protocol = pilot_protocol().with_("estimands.TTDE.estimator", ["x"])
    data = eq.read_sdtm(pilot_folder(), protocol=protocol)
    with pytest.raises(InputError) as told:
        eq.analyze(eq.derive(eq.cut(data, protocol=protocol)))
    assert f"failing-{name} 1.0 adds" in str(told.value)
    assert why in str(told.value)


def test_a_method_that_finds_no_answer_has_a_row_that_says_why(path: Path) -> None:
    module = HEAD + (
        "def none(sample):\n    raise eq.InputError('nobody wins')\n"
        "M = eq.Method('x', ('time to event',), compute=none)\n"
    )
    distribution(path, "without-answer", module, "methods", "x = M")
    protocol = pilot_protocol().with_("estimands.TTDE.estimator", ["x"])
    data = eq.read_sdtm(pilot_folder(), protocol=protocol)
    rows = eq.analyze(eq.derive(eq.cut(data, protocol=protocol))).select(method="x")
    assert rows["value"].to_list() == [None, None]
    assert rows["note"].to_list() == ["not estimable: nobody wins"] * 2
    assert rows["extension"].to_list() == ["without-answer 1.0"] * 2


CURVES = [
    ("negative", "lambda t, error: -t", "expected 1 numbers from 0 to 0.025"),
    ("too-much", "lambda t, error: 2 * error * t**0", "expected 1 numbers from 0 to 0.025"),
    ("shape", "lambda t, error: 0.01", "expected 1 numbers from 0"),
    ("raising", "lambda t, error: 1 / 0", "ZeroDivisionError"),
]


@pytest.mark.parametrize(("name", "body", "why"), CURVES)
def test_a_curve_that_is_none(name: str, body: str, why: str, path: Path) -> None:
    distribution(path, f"curve-{name}", HEAD + f"f = {body}\n", "spending", "mine = f")
    with pytest.raises(InputError) as told:
        spending("mine").spent(np.array([0.5]), 0.025)
    assert f'curve-{name} 1.0 adds the spending function "mine"' in str(told.value)
    assert why in str(told.value)


def test_a_curve_that_falls(path: Path) -> None:
    module = HEAD + "f = lambda t, error: error * (1 - t)\n"
    distribution(path, "falling", module, "spending", "mine = f")
    with pytest.raises(InputError, match="error spent may not fall with time"):
        spending("mine").spent(np.array([0.2, 0.5]), 0.025)


def test_a_spending_function_is_a_family_with_its_words(path: Path) -> None:
    module = (
        HEAD + "def f(t, error, rho):\n    '''Spending by powers.'''\n    return error * t**rho\n"
    )
    distribution(path, "powers", module, "spending", "mine = f")
    assert SPENDING["mine"].form == FAMILIES["mine"].form == "mine:RHO"
    assert SPENDING["mine"].says == "Spending by powers (powers 1.0)"
    time = np.linspace(0.1, 1.0, 10)
    ours = spending("kim-demets:3").spent(time, 0.025)
    np.testing.assert_array_equal(spending("mine:3").spent(time, 0.025), ours)
    with pytest.raises(InputError, match="mine takes 1 parameter; expected mine:RHO"):
        spending("mine:1,2")


RULES = [
    ("raising", "adults", "lambda study: 1 / 0", "ZeroDivisionError"),
    ("words", "adults", "lambda study: ['old']", "expected findings, found 'old'"),
    ("narrow", "adults", "lambda: []", "too many positional arguments"),
    ("house", "S31", "lambda study: []", "an id of Equipoise"),
]


@pytest.mark.parametrize(("name", "rule", "body", "why"), RULES)
def test_a_rule_that_is_none(name: str, rule: str, body: str, why: str, path: Path) -> None:
    distribution(path, f"rule-{name}", HEAD + f"f = {body}\n", "rules", f"{rule} = f")
    with pytest.raises(InputError) as told:
        eq.read_sdtm(pilot_folder(), protocol=pilot_protocol())
    assert f'rule-{name} 1.0 adds the rule "{rule}"' in str(told.value)
    assert why in str(told.value)


PARTS = [
    ("figures", "raising", "x = f", "f = lambda results, numbers: 1 / 0", "ZeroDivisionError"),
    ("figures", "text", "x = f", "f = lambda results, numbers: 'svg'", "expected a ReportFigure"),
    ("figures", "flow", "flow = f", "f = lambda results, numbers: None", "taken by Equipoise"),
    ("sections", "raising", "x = f", "f = lambda results, numbers: 1 / 0", "ZeroDivisionError"),
    (
        "sections",
        "text",
        "x = f",
        "f = lambda results, numbers: 'text'",
        "expected an AddedSection",
    ),
    ("sections", "narrow", "x = f", "f = lambda results: None", "too many positional arguments"),
    ("sections", "words", "x = f", "f = lambda r, n: eq.AddedSection('t', ('p',))", "as a tuple"),
]


def made(group: str, results: eq.Results) -> object:
    if group == "figures":
        return added_figures(results, Numbers(results), ["flow"])
    return added_sections(results, Numbers(results))


@pytest.mark.parametrize(("group", "name", "entry", "body", "why"), PARTS)
def test_a_part_of_the_report_that_is_none(
    group: str, name: str, entry: str, body: str, why: str, path: Path
) -> None:
    distribution(path, f"{group}-{name}", f"{HEAD}{body}\n", group, entry)
    results = pilot_results()
    with pytest.raises(BrokenExtensionError) as told:
        made(group, results)
    assert why in str(told.value)
    assert f"{group}-{name} 1.0" in str(told.value)


def test_what_adds_nothing_here_is_left_out(path: Path) -> None:
    distribution(path, "silent", "f = lambda results, numbers: None\n", "sections", "x = f")
    results = pilot_results()
    assert added_sections(results, Numbers(results)) == []


def test_the_example_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six patients. Control 2, 5+, 6; experimental 3, 7+, 8, where + is censored.

    A pair is decided if the shorter time is an event. Against control 2: 3, 7 and 8 win. Against
    5+: 3 loses (event at 3 < 5), 7+ and 8 are not known to be longer. Against 6: 3 loses, 7+ and 8
    win. So 5 wins, 2 losses, 2 undecided.
    Scores (outlived - outlived by): 2 -> 0 - 5 = -5; 5+ -> 2 - 0 = 2; 6 -> 2 - 2 = 0;
    3 -> 1 - 4 = -3; 7+ -> 3 - 0 = 3; 8 -> 3 - 0 = 3; their sum is 0, of the experimental arm 3.
    Variance 3 x 3 / (6 x 5) x (25 + 4 + 0 + 9 + 9 + 9) = 0.3 x 56 = 16.8; Z = 3 / sqrt(16.8).
    """
    monkeypatch.syspath_prepend(str(EXAMPLE / "src"))
    from equipoise_example.win_ratio import wins

    time = np.array([2, 5, 6, 3, 7, 8])
    event = np.array([True, False, True, True, False, True])
    found = wins(time, event, np.array([0, 0, 0, 1, 1, 1]))
    assert found[:3] == (5, 2, 2)
    assert found.z == pytest.approx(3.0 / 16.8**0.5)
    assert found.ratio == 2.5
    low, high = found.limits
    assert low * high == pytest.approx(2.5**2)


def test_names_are_held_apart_by_group(path: Path) -> None:
    distribution(path, "grouped", METHOD, "methods", "x = M")
    assert [one.name for one in added("methods")] == ["x"]
    assert added("rules") == ()
    assert isinstance(pilot_results().rows, pl.DataFrame)
