"""Options that take several values in a row."""

import json

import pytest
from typer.testing import CliRunner

from equipoise.cli import application

ROWS = [(5, 1, 0, "f"), (9, 0, 0, "m"), (12, 1, 0, "f"), (20, 1, 0, "m"), (30, 0, 0, "f")]
ROWS += [(3, 1, 1, "m"), (7, 1, 1, "f"), (14, 0, 1, "m"), (25, 1, 1, "f"), (40, 1, 1, "m")]


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "trial.csv"
    lines = [",".join(map(str, row)) for row in ROWS]
    path.write_text("\n".join(["time,event,arm,sex", *lines]))
    return str(path)


def found(*args):
    told = CliRunner().invoke(application(), ["survival", *args])
    assert told.exit_code == 0, told.output
    return json.loads(told.stdout)


@pytest.mark.parametrize(
    "at", [("--at", "10", "20"), ("--at", "10,20"), ("--at", "10", "--at", "20")]
)
def test_times_in_a_row_with_commas_and_repeated(data, at):
    told = found(data, "--time", "time", "--event", "event", "--arm", "arm", *at, "--json")
    assert [p["time"] for p in told["arms"][0]["at"]] == [10, 20]


def test_an_argument_after_a_repeatable_option_is_still_the_argument(data):
    columns = ("--time", "time", "--event", "event", "--arm", "arm", "--json")
    assert found("--strata", "sex", data, *columns)["strata"] == ["sex"]
    assert found(data, *columns, "--strata", "sex")["strata"] == ["sex"]


def test_a_second_word_after_a_single_option_is_refused(data):
    told = CliRunner().invoke(application(), ["survival", data, "--time", "time", "arm"])
    assert told.exit_code == 2
