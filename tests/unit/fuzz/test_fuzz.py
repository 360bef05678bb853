"""A small part of the fuzzer, and a planted fault that each of its judgments sees."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3]))

from fuzz.bases import base, work_on_data
from fuzz.judge import Planted, judged
from fuzz.protocols import broken_protocols, examples, work_on
from fuzz.tables import broken_data

from equipoise.errors import Finding

FEW = 24
SEED = 11


def test_broken_protocols_are_told_in_their_place() -> None:
    texts = {n: t for n, t in examples().items() if n in ("dose-finding", "non-inferiority")}
    usual = {name: {f.message for f in work_on(text)} for name, text in texts.items()}
    seen = [
        judged(broken.planted, lambda t=broken.text: work_on(t), usual[name])
        for name, broken in broken_protocols(SEED, texts, FEW)
    ]
    assert [(v.fault, str(v.planted), v.words) for v in seen if v.fault] == []
    assert sum(v.planted.must for v in seen) > FEW // 2


def test_broken_data_are_told_and_leave_the_earlier_build_whole(tmp_path: Path) -> None:
    own = base("dose-finding", tmp_path)
    bases, raw = {"dose-finding": own.tables}, {"dose-finding": own.raw}
    seen = [
        judged(case.planted, lambda c=case: work_on_data(own, c), own.usual)
        for _, case in broken_data(SEED, bases, raw, FEW // 2)
    ]
    assert [(v.fault, str(v.planted), v.words) for v in seen if v.fault] == []
    assert any(v.told for v in seen)


def test_the_same_seed_gives_the_same_cases() -> None:
    first = [b for _, b in broken_protocols(3, examples(), 5)]
    assert first == [b for _, b in broken_protocols(3, examples(), 5)]
    assert first != [b for _, b in broken_protocols(4, examples(), 5)]


PLANTED = Planted("odd", True, {"file": "ae.csv", "row": 3, "variable": "AESEQ"})
RIGHT = Finding("ae.csv row 3 AESEQ", "odd")


def _raises() -> list[Finding]:
    raise KeyError("x")


def _hungry() -> list[Finding]:
    raise MemoryError


@pytest.mark.parametrize(
    ("work", "fault"),
    [
        (lambda: [RIGHT], ""),
        (lambda: [Finding("ae.csv row 4 AESEQ", "odd")], "wrong place"),
        (lambda: [], "silent"),
        (lambda: [Finding("ae.csv row 3 AESEQ", "odd", severity="note")], "silent"),
        (_raises, "traceback"),
        (_hungry, "memory"),
    ],
)
def test_the_judge_sees_each_kind_of_fault(work, fault: str) -> None:
    assert judged(PLANTED, work).fault == fault


def test_what_the_unbroken_example_says_too_is_not_counted() -> None:
    assert judged(PLANTED, lambda: [RIGHT], usual={"odd"}).fault == "silent"
