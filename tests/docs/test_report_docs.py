"""The page about the report names tests that there are, and commands that there are."""

import re
from pathlib import Path

from equipoise.cli import COMMANDS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "report.md").read_text(encoding="utf-8")


def test_every_test_that_is_named_is_there() -> None:
    table = PAGE.split("## Faults of the first report")[1]
    named = 0
    for line in table.splitlines():
        file = ""
        for path, test in re.findall(r"`([\w/]*?(?:\w+\.py)?)(?:::(test_\w+))?`", line):
            file = path or file
            if not file.endswith(".py"):
                continue
            where = ROOT / file if "/" in file else ROOT / "tests" / "unit" / "reporting" / file
            source = where.read_text(encoding="utf-8")
            assert not test or f"def {test}(" in source, (file, test)
            named += 1
    assert named > 20


def test_every_document_has_a_heading() -> None:
    heads = re.findall(r"^#{2,3} (.+)$", PAGE, re.MULTILINE)
    assert {
        "Listings", "Documents", "Abstract", "Plain summary", "Protocol and analysis plan",
        "Checklists", "Comparing two builds",
    } <= set(heads)  # fmt: skip


def test_every_command_that_is_named_is_there() -> None:
    named = set(re.findall(r"`equipoise ([\w-]+) ", PAGE))
    assert named >= {
        "build", "report", "tables", "figure", "why", "monitor-report", "listing", "abstract",
        "plain", "protocol", "sap", "checklist", "compare",
    }  # fmt: skip
    assert named <= set(COMMANDS)
