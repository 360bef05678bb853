"""Every sentence that refuses has a number. `EQUIPOISE_APPROVE=1` gives new ones theirs."""

from __future__ import annotations

import ast
import os
from pathlib import Path

import pytest

from equipoise.conduct.commands.refusals import FILE_OF_REFUSALS, OTHER_REASON, refusals, rule_of

SRC = Path(__file__).parents[4] / "src" / "equipoise"
FILE = SRC / "conduct" / "commands" / FILE_OF_REFUSALS
WHERE = sorted([*(SRC / "conduct" / "commands").rglob("*.py"),
                *(SRC / "service" / "pages").rglob("*.py"),
                *(SRC / "service" / "web").rglob("*.py")])  # fmt: skip
RAISED = ("RefusedError", "KeyUsedError", "TooOftenError")


def said(node, known):
    """A sentence with {} for what it names; None where it is put together elsewhere."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.JoinedStr):
        return "".join(one.value if isinstance(one, ast.Constant) else "{}" for one in node.values)
    return None


def nodes(tree):
    """What is given against a command: yielded by words, or raised as a list."""
    for one in ast.walk(tree):
        if isinstance(one, ast.FunctionDef) and ast.unparse(one.returns or ast.Constant(0)) == (
            "Iterator[str]"
        ):
            yield from (n.value for n in ast.walk(one) if isinstance(n, ast.Yield))
        if isinstance(one, ast.Call) and ast.unparse(one.func) in RAISED:
            yield from (e for a in one.args[1:2] if isinstance(a, ast.List) for e in a.elts)


def sentences(files=WHERE):
    found = {}
    for file in files:
        tree = ast.parse(file.read_text("utf-8"))
        known = {
            one.target.id: one.value.value
            for one in tree.body
            if isinstance(one, ast.AnnAssign) and isinstance(one.value, ast.Constant)
        }
        found |= {text: str(file) for node in nodes(tree) if (text := said(node, known))}
    return {text: file for text, file in found.items() if text.replace("{}", "").strip(": ;")}


def approve(new):
    number = max([0, *(int(rule[1:]) for rule in refusals().values())])
    with FILE.open("a", encoding="utf-8", newline="") as out:
        for text in new:
            number += 1
            quoted = '"' + text.replace('"', '""') + '"' if set(text) & set('",') else text
            out.write(f"R{number:03},{quoted}\n")
    refusals.cache_clear()


def test_every_sentence_has_a_number():
    new = [text for text in sentences() if text not in refusals()]
    if new and os.environ.get("EQUIPOISE_APPROVE"):
        approve(new)
        new = []
    assert new == [], "EQUIPOISE_APPROVE=1 gives them theirs"


def test_a_number_is_of_one_sentence():
    rules = [*refusals().values()]
    assert len(set(rules)) == len(rules)
    assert OTHER_REASON not in rules


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("the consent has no date", "the consent has no date"),
        ("the trial is paused: safety", "the trial is {}{}"),
        ("the trial is built, not live", "the trial is {}, not live"),
        ("the site has not approved version 2 of the protocol",
         "the site has not approved version {} of the protocol"),
    ],
)  # fmt: skip
def test_a_reason_is_known_by_its_words(reason, sentence):
    assert rule_of(reason) == refusals()[sentence]


def test_what_a_protocol_says_itself_has_no_number_of_ours():
    assert rule_of("which unit?") == OTHER_REASON


def test_a_new_sentence_is_seen(tmp_path):
    """Planted: a command with a sentence that nobody gave a number."""
    file = tmp_path / "new.py"
    file.write_text(
        "def against(self) -> Iterator[str]:\n    yield f'the moon is {self.moon}'\n", "utf-8"
    )
    (text,) = sentences([file])
    assert text not in refusals()
