"""Plant a bug: one place in a function's source, replaced."""

from __future__ import annotations

import inspect
import tempfile
import textwrap
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest

from support import prepared


def plant(
    monkeypatch: pytest.MonkeyPatch,
    function: Any,
    old: str,
    new: str,
    *,
    also: tuple[ModuleType | type, ...] = (),
) -> None:
    """Replace `old` by `new` in a function, where it lives and where `also` imported it."""
    assert isinstance(function, FunctionType)
    source = textwrap.dedent(inspect.getsource(function))
    assert source.count(old) == 1, f"{old!r} stands {source.count(old)} times"
    module = inspect.getmodule(function)
    assert module is not None
    scope: dict[str, Any] = {}
    code = "from __future__ import annotations\n" + source.replace(old, new)
    exec(compile(code, "<mutant>", "exec"), vars(module), scope)
    name = function.__name__
    owner: Any = module
    for part in function.__qualname__.split(".")[:-1]:
        owner = getattr(owner, part)
    monkeypatch.setattr(prepared, "CONDUCTED", {})  # with the bug, from the first command on
    for place in (owner, *also):
        monkeypatch.setattr(place, name, scope[name])


@cache
def holds(promise: Callable[[Path], Any]) -> None:
    """What is promised is kept where no bug is planted; looked at once for all its bugs."""
    with tempfile.TemporaryDirectory() as folder:
        promise(Path(folder) / "well")
