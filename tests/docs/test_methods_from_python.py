"""Every function of the survival room is documented, and nothing else is."""

import re
from pathlib import Path

from equipoise.analysis import survival

DOC = Path(__file__).parents[2] / "docs" / "methods.md"


def test_every_function_of_arrays_is_in_the_table():
    _, _, section = DOC.read_text(encoding="utf-8").partition("## From Python")
    cells = re.findall(r"^\| (`.*?) \|", section, flags=re.MULTILINE)
    named = {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}
    assert named == {name for name in survival.__all__ if name[0].islower()}
