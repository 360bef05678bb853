"""The door for tables: anything narwhals can read becomes checked numpy columns.

Messages name the column and the row; rows count from 1, the first row of data. The table library is
imported only where a file or a mapping is read: it costs 60 MB that arrays do not need.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import narwhals.stable.v2 as nw
import numpy as np
import numpy.typing as npt

from equipoise.errors import InputError, did_you_mean

if TYPE_CHECKING:
    import polars as pl
    from narwhals.stable.v2.typing import IntoFrame

Frame = nw.DataFrame[Any]
"""A table that has come through the door."""


AnyTable: TypeAlias = "IntoFrame | Mapping[str, Any] | str | Path"
"""What is taken for a table: a frame that narwhals reads, a mapping of columns, a path."""
FILE_ROW = "\x00row"  # the column that counts rows of which some were left out


class Labels(NamedTuple):
    """A column of groups.

    codes : (n,) int32, 0 for the first level
    levels : the distinct values, in the column's own order if it has one (Enum, Categorical), else
             sorted
    """

    codes: npt.NDArray[np.int32]
    levels: tuple[Any, ...]


def frame_of(data: AnyTable) -> Frame:
    """Any table as a narwhals frame: a data frame, a mapping of columns, or a path to a file.

    Raises   InputError if it is none of these, or has no rows.
    """
    if isinstance(data, str | Path):
        data = read_table(Path(data))
    elif isinstance(data, Mapping):
        data = table_of(data)
    try:
        frame: Any = nw.from_native(data)
    except TypeError:
        raise InputError(
            f"data: {type(data).__name__} found; expected a data frame, a mapping of columns "
            "or the path of a file"
        ) from None
    eager: Frame = frame.collect() if isinstance(frame, nw.LazyFrame) else frame
    if eager.shape[0] == 0:
        raise InputError("data: no rows; at least one is needed")
    return eager


def table_of(columns: Mapping[str, Any]) -> pl.DataFrame:
    """A mapping of columns as a table.

    Raises   InputError if the columns differ in length.
    """
    import polars as pl

    try:
        return pl.DataFrame(dict(columns), strict=False)
    except (pl.exceptions.PolarsError, TypeError, ValueError) as error:
        raise InputError(f"data: the columns do not make a table ({error})") from None


def read_table(path: Path) -> pl.DataFrame:
    """A table from a file by its suffix: csv, tsv, parquet, arrow, xpt or sas7bdat.

    Raises   InputError if there is no such file, the suffix is not known, or it cannot be read.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    kind = path.suffix.lower()
    if kind not in _READERS:
        raise InputError(f"{path}: expected one of {', '.join(_READERS)}")
    try:
        return _READERS[kind](path)
    except InputError:
        raise
    except Exception as error:  # each reader has its own exceptions; all mean the same to a user
        raise InputError(f"{path}: cannot be read ({str(error).splitlines()[0]})") from None


def write_table(
    table: pl.DataFrame, path: Path, *, metadata: Mapping[str, str] | None = None
) -> None:
    """A table as a Parquet file. Raises OSError with the system's own reason."""
    # polars would write the file itself, and tells of a full disk as of a fault of the format.
    whole = io.BytesIO()
    table.write_parquet(whole, metadata=None if metadata is None else dict(metadata))
    path.write_bytes(whole.getbuffer())


def _csv(path: Path, separator: str = ",") -> pl.DataFrame:
    import polars as pl

    return pl.read_csv(
        path, separator=separator, infer_schema_length=None, null_values=["", "NA", "."]
    )


def _parquet(path: Path) -> pl.DataFrame:
    import polars as pl

    return pl.read_parquet(path)


def _arrow(path: Path) -> pl.DataFrame:
    import polars as pl

    return pl.read_ipc(path)


def _sas(path: Path) -> pl.DataFrame:
    import polars as pl
    import pyreadstat

    read = pyreadstat.read_xport if path.suffix.lower() == ".xpt" else pyreadstat.read_sas7bdat
    columns, _ = read(str(path), output_format="dict")
    return pl.DataFrame(columns, strict=False)


_READERS: dict[str, Callable[[Path], pl.DataFrame]] = {
    ".csv": _csv,
    ".tsv": lambda path: _csv(path, "\t"),
    ".parquet": _parquet,
    ".arrow": _arrow,
    ".feather": _arrow,
    ".xpt": _sas,
    ".sas7bdat": _sas,
}


def column(frame: Frame, name: str) -> nw.Series[Any]:
    """A column by name, without missing values.

    Raises   InputError if there is no such column, a row is missing, or holds several values.
    """
    if name not in frame.columns:
        hint = f"{did_you_mean(name, frame.columns)}; it has {', '.join(frame.columns)}"
        raise InputError(f"column {name}: not in the data{hint}")
    found = frame[name]
    if found.dtype.is_nested():
        raise InputError(f"column {name}: each row holds several values; expected one")
    missing = found.is_null().to_numpy()
    if missing.any():
        raise InputError(f"column {name}, row {_row(frame, missing)}: missing; expected a value")
    return found


def numbers(frame: Frame, name: str) -> npt.NDArray[Any]:
    """A column of finite numbers, as int64 or float64.

    Raises   InputError naming the first row that is no number.
    """
    found = column(frame, name)
    values = found.to_numpy()
    if values.dtype.kind in "iub":
        return np.ascontiguousarray(values, np.int64)
    if values.dtype.kind != "f":
        odd = np.array([not _is_number(v) for v in values.tolist()])
        at = f", row {_row(frame, odd)}" if odd.any() else ""
        first = values[odd][0] if odd.any() else values[0]
        raise InputError(f'column {name}{at}: "{first}" found; expected a number')
    values = np.ascontiguousarray(values, np.float64)
    bad = ~np.isfinite(values)
    if bad.any():
        at = f"row {_row(frame, bad)}: {values[bad][0]}"
        raise InputError(f"column {name}, {at}; expected a finite number")
    return values


def times(frame: Frame, name: str) -> npt.NDArray[Any]:
    """A column of times: finite numbers of 0 or more.

    Raises   InputError naming the first row that is not.
    """
    values = numbers(frame, name)
    bad = values < 0
    if bad.any():
        at = f"row {_row(frame, bad)}: {values[bad][0]}"
        raise InputError(f"column {name}, {at}; expected a time of 0 or more")
    return values


def flags(frame: Frame, name: str) -> npt.NDArray[np.bool_]:
    """A column of True and False, or 1 and 0.

    Raises   InputError for any other coding; 1/2 is never taken silently.
    """
    values = column(frame, name).to_numpy()
    if values.dtype.kind == "b":
        return np.ascontiguousarray(values)
    values = numbers(frame, name)
    bad = (values != 0) & (values != 1)
    if bad.any():
        found = ", ".join(f"{v:g}" for v in np.unique(values)[:6])
        raise InputError(
            f"column {name}, row {_row(frame, bad)}: {values[bad][0]:g}; expected 0 (censored) or "
            f"1 (event); it has {found}; name the event's value, as in {name}=={np.max(values):g}"
        )
    return np.ascontiguousarray(values != 0)


def is_value(frame: Frame, name: str, value: str) -> npt.NDArray[np.bool_]:
    """Whether each row of a column has a value, compared as a number if both are, else as text.

    Raises   InputError if no row has it.
    """
    values = column(frame, name).to_numpy()
    if values.dtype.kind in "iuf" and _is_number(value):
        same = values == float(value)
    else:
        same = np.array([str(v) == value for v in values.tolist()])
    if not same.any():
        raise InputError(f"column {name}: no row has {value}")
    return np.ascontiguousarray(same)


def labels(frame: Frame, name: str, *, levels: Sequence[Any] | None = None) -> Labels:
    """A column of groups, in the order of `levels` if given.

    Raises   InputError if a row's value is not among `levels`.
    """
    found = column(frame, name)
    own = levels if levels is not None else _own_levels(found)
    values = found.to_numpy() if own is None else np.asarray(found.to_list(), dtype=object)
    if own is None:
        if values.dtype.kind == "O":
            values = values.astype(str)
        distinct, code = np.unique(values, return_inverse=True)
        return Labels(code.astype(np.int32), tuple(distinct.tolist()))
    place = {level: i for i, level in enumerate(own)}
    codes = np.array([place.get(v, -1) for v in values.tolist()], np.int32)
    if (codes < 0).any():
        at = f"row {_row(frame, codes < 0)}: {values[codes < 0][0]}"
        raise InputError(f"column {name}, {at}; expected {', '.join(map(str, own))}")
    used = np.unique(codes)
    again = np.searchsorted(used, codes).astype(np.int32)
    return Labels(again, tuple(own[i] for i in used))


def crossed(frame: Frame, names: Sequence[str]) -> Labels:
    """The groups made by several columns together; levels are tuples of those that occur.

    Raises   InputError as `labels`.
    """
    code = np.zeros(frame.shape[0], np.int64)
    parts = [labels(frame, name) for name in names]
    for part in parts:
        code = code * len(part.levels) + part.codes
    distinct, again = np.unique(code, return_inverse=True)
    return Labels(again.astype(np.int32), tuple(_unpacked(int(c), parts) for c in distinct))


def _unpacked(code: int, parts: Sequence[Labels]) -> tuple[Any, ...]:
    level = []
    for part in reversed(parts):
        code, here = divmod(code, len(part.levels))
        level.append(part.levels[here])
    return tuple(reversed(level))


def _own_levels(found: nw.Series[Any]) -> Sequence[Any] | None:
    """The declared order of a categorical column, or None.

    Polars' Categorical has no order of its own; its Enum, and pandas' categories, do.
    """
    ordered = isinstance(found.dtype, nw.Enum)
    if ordered or (isinstance(found.dtype, nw.Categorical) and found.implementation.is_pandas()):
        return list(found.cat.get_categories().to_list())
    return None


def _row(frame: Frame, bad: npt.NDArray[np.bool_]) -> int:
    at = int(np.argmax(bad))
    return int(frame[FILE_ROW][at]) if FILE_ROW in frame.columns else at + 1


def _is_number(value: Any) -> bool:
    try:
        return bool(np.isfinite(float(value)))
    except (TypeError, ValueError):
        return False
