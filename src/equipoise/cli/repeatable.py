"""Repeatable options that also take several values in a row: --at 30 90."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from typer.core import TyperCommand

ALONE = "[NAME]..."
"""As the metavar of a repeatable option: it may stand without a value, which is then "". """


class Several(TyperCommand):
    """A command that reads `DATA --at 30 90` as `DATA --at 30 --at 90`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, spread(args, self.params))


def spread(args: Sequence[str], params: Sequence[Any]) -> list[str]:
    """The arguments with the name of a repeatable option put before each of its values.

    Only after the command's own arguments: before them a second word may be one of those.
    """
    options = [p for p in params if p.param_type_name == "option"]
    repeatable = {name for p in options if p.multiple for name in p.opts}
    flags = {name for p in options if p.is_flag for name in (*p.opts, *p.secondary_opts)}
    wanted = sum(p.param_type_name == "argument" and p.required for p in params)
    out: list[str] = []
    alone = {name for p in options if p.metavar == ALONE for name in p.opts}
    current, awaited, given = "", False, 0
    for at, word in enumerate(args):
        if word == "--":
            return [*out, *args[at:]]
        if word in alone and not awaited and _nothing_follows(args[at + 1 :]):
            out += [word, ""]
            continue
        if word.startswith("-") and len(word) > 1 and not awaited:
            current = word if word in repeatable else ""
            awaited = word not in flags and "=" not in word
        elif awaited:
            awaited = False
        elif current and given >= wanted:
            out.append(current)
        else:
            given += 1
        out.append(word)
    return out


def _nothing_follows(rest: Sequence[str]) -> bool:
    return not rest or rest[0].startswith("-")
