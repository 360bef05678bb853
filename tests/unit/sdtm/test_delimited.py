"""Delimited text: what has not a value for every column is refused, with the row or the header."""

from pathlib import Path

import pytest

from equipoise.sdtm.read.delimited import read_delimited
from equipoise.sdtm.read.raw import RawTable, UnreadableError

WHOLE = 'USUBJID,AETERM\nS-1,rash\nS-2,"pain, back"\n'


def read(tmp_path: Path, text: str | bytes) -> RawTable:
    path = tmp_path / "ae.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_delimited(path)


def test_what_is_whole_is_read(tmp_path: Path) -> None:
    found = read(tmp_path, WHOLE)
    assert found.table.to_dict(as_series=False) == {
        "USUBJID": ["S-1", "S-2"],
        "AETERM": ["rash", "pain, back"],
    }
    assert found.doubts == ()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("A,B\n1,2\n3\n", 'row 2 has 1 values for 2 columns; it begins "3"'),
        ("A,B\n1,2,3\n", "row 1 has 3 values for 2 columns"),
        ("A,B\n1,2\n\n3,4\n", "row 2 has 0 values for 2 columns; it is empty"),
        ("A,B,A\n1,2,3\n", "the header has the column A twice"),
        ("A,,B\n1,2,3\n", "the header has no name for column 2"),
        ('A,B\n1,"2\n3,4\n', "line 3: a quote that is opened is never closed"),
        ('A,B\n1,"2"x\n', "line 2: "),
        ("\nA,B\n", "the file has no header line"),
        ("", "the file has no header line"),
        (b"A,B\n1,\x00\n", "the file holds bytes of no text"),
    ],
)
def test_what_is_not_whole_is_refused(tmp_path: Path, text: str | bytes, fault: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(tmp_path, text)
    assert str(caught.value).startswith(fault)


def test_every_faulty_row_is_told_and_of_very_many_the_number(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(tmp_path, "A,B\n1\n1,2\n3,4,5\n")
    assert caught.value.args == (
        'row 1 has 1 values for 2 columns; it begins "1"',
        'row 3 has 3 values for 2 columns; it begins "3 | 4 | 5"',
    )
    with pytest.raises(UnreadableError) as caught:
        read(tmp_path, "A,B\n" + "1\n" * 1_050)
    assert len(caught.value.args) == 21
    assert caught.value.args[-1] == "1,030 more rows have more or fewer than 2 values"


def test_cut_at_any_byte_it_is_refused_or_doubted_unless_a_line_ends_there(tmp_path: Path) -> None:
    silent = []
    for size in range(len(WHOLE)):
        try:
            found = read(tmp_path, WHOLE[:size])
        except UnreadableError:
            continue
        if not found.doubts:
            silent.append(WHOLE[:size])
    assert silent == ["USUBJID,AETERM\n", "USUBJID,AETERM\nS-1,rash\n"]


@pytest.mark.parametrize("tail", ["\n\n\n", ",\n,\n", "\r\n\r\n"])
def test_lines_of_nothing_at_the_end_are_no_rows(tmp_path: Path, tail: str) -> None:
    assert read(tmp_path, WHOLE + tail).table.height == 2


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_marked_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    found = read(tmp_path, WHOLE.encode(encoding))
    assert found.table.columns == ["USUBJID", "AETERM"]
    assert found.encoding == ("UTF-16" if encoding == "utf-16" else "")


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_separators(tmp_path: Path, mark: str) -> None:
    assert read(tmp_path, f"A{mark}B\n1{mark}2\n").table.row(0) == ("1", "2")


def test_line_breaks_between_quotes_and_old_line_ends(tmp_path: Path) -> None:
    assert read(tmp_path, 'A,B\r\n"x\r\ny",2\r\n').table.row(0) == ("x\r\ny", "2")
