"""The language of conditions: what is read, and what is said where it cannot be."""

from __future__ import annotations

import pytest

from equipoise.protocol.language.conditions import (
    And,
    Compare,
    ConditionError,
    In,
    Like,
    Name,
    Not,
    Number,
    Or,
    Present,
    Text,
    names,
    parse_condition,
)

A = Compare(Name("A"), "=", Number(1.0))
B = Compare(Name("B"), "=", Number(2.0))
C = Compare(Name("C"), "=", Number(3.0))


def test_and_binds_tighter_than_or() -> None:
    assert parse_condition("A = 1 or B = 2 and C = 3") == Or((A, And((B, C))))
    assert parse_condition("(A = 1 or B = 2) and C = 3") == And((Or((A, B)), C))


def test_not_takes_one_test() -> None:
    assert parse_condition("not A = 1 and B = 2") == And((Not(A), B))
    assert parse_condition("not (A = 1 and B = 2)") == Not(And((A, B)))


def test_tests_and_values() -> None:
    assert parse_condition('X in ("CR", "PR")') == In(Name("X"), (Text("CR"), Text("PR")), False)
    assert parse_condition("X not in (1, 2)") == In(Name("X"), (Number(1), Number(2)), True)
    assert parse_condition('X contains "or"') == Like(Name("X"), "contains", "or")
    assert parse_condition('X starts with "A"') == Like(Name("X"), "starts with", "A")
    assert parse_condition("X is missing") == Present(Name("X"), True)
    assert parse_condition("X is present") == Present(Name("X"), False)
    assert parse_condition("X >= -1.5 mL/min") == Compare(Name("X"), ">=", Number(-1.5, "mL/min"))
    assert parse_condition("ADT > STARTDT") == Compare(Name("ADT"), ">", Name("STARTDT"))
    assert parse_condition("creatinine clearance < 40") == Compare(
        Name("creatinine clearance"), "<", Number(40.0)
    )


def test_space_and_lines_do_not_matter() -> None:
    assert parse_condition("A=1\n  and B  = 2") == And((A, B))


def test_names_of_every_variable_that_is_read() -> None:
    text = 'A = 1 and not (B in (X, 2) or C > D) and E contains "x" and F is missing'
    assert list(names(parse_condition(text))) == ["A", "B", "X", "C", "D", "E", "F"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "found the end at column 1 of ``; expected a variable"),
        (
            "AGE",
            "found the end at column 4 of `AGE`; expected =, !=, <, <=, >, >=, in, contains, "
            "starts with, is present or is missing",
        ),
        ("AGE >= 18 and", "found the end at column 14 of `AGE >= 18 and`; expected a variable"),
        ("AGE is old", 'found "old" at column 8 of `AGE is old`; expected "missing"'),
        ("(AGE = 1", 'found the end at column 9 of `(AGE = 1`; expected ")"'),
        ("A = 1 !! 2", 'found "!" at column 7 of `A = 1 !! 2`; expected a variable, a value'),
        ('A = "x', 'found "" at column 5'),
        ("X in 1", 'found "1" at column 6 of `X in 1`; expected "("'),
        ("X contains 1", 'found "1" at column 12 of `X contains 1`; expected a text in double'),
        ("A = 1 B = 2", 'found "=" at column 9 of `A = 1 B = 2`; expected "and", "or" or the end'),
        ('A = "x" "y"', 'found "y" at column 9 of `A = "x" "y"`; expected "and", "or" or the end'),
    ],
)
def test_what_cannot_be_read_is_told_with_its_column(text: str, message: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse_condition(text)
    assert message in str(caught.value)
