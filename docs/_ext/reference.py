"""Pages that are made from the product itself: commands, rules, the public names, figures.

They are written into docs/reference before the site is read, and are in no version: what they
say cannot be behind the code.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gallery
import validation

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_PROMPT = "```console\n$ {}\n```"


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("draws_gallery", True, "env", bool)
    app.connect("builder-inited", _begin)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _begin(app: Sphinx) -> None:
    folder = Path(app.srcdir) / "reference"
    if app.config.draws_gallery and not gallery.is_drawn(folder):
        gallery.draw(folder)
    write_all(folder)


def write_all(folder: Path) -> None:
    """Write every page that is not as it was."""
    folder.mkdir(exist_ok=True)
    pages = {"commands": commands, "rules": rules, "api": api, "gallery": gallery.page}
    pages["validation"] = validation.page
    for name, page in pages.items():
        text = "\n\n".join(page(folder)) + "\n"
        path = folder / f"{name}.md"
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def commands(_: Path) -> Iterator[str]:
    """Every command with every argument and option."""
    import typer

    from equipoise.cli import application

    yield "# Every command"
    yield "Each takes `--help`; what `--json` prints has a schema in `equipoise.cli`."
    top = typer.main.get_command(application())
    for name in top.commands:
        yield from _command(f"equipoise {name}", top.commands[name], level=2)


def _command(name: str, command: Any, level: int) -> Iterator[str]:
    if hasattr(command, "tell_all"):
        command.tell_all()
    yield f"{'#' * level} `{name}`"
    yield _escaped(inspect.cleandoc(command.help or ""))
    for parameter in command.params:
        if parameter.name != "help":
            yield f"{'#' * (level + 1)} `{_spelled(parameter)}`"
            yield from _told(parameter)
    for sub in getattr(command, "commands", {}):
        yield from _command(f"{name} {sub}", command.commands[sub], level + 1)


def _spelled(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name)
    return ", ".join([*parameter.opts, *parameter.secondary_opts])


def _told(parameter: Any) -> Iterator[str]:
    if getattr(parameter, "help", None):
        yield _escaped(parameter.help)
    default = parameter.default
    if isinstance(default, str | int | float) and not isinstance(default, bool):
        yield f"Default: `{default}`."


def rules(_: Path) -> Iterator[str]:
    """Every rule of protocols, of collected data, and of queries to a site."""
    from equipoise.adam.queries import QUERY_RULES
    from equipoise.protocol.rules import RULES
    from equipoise.sdtm.conform.conform import CONFORMANCE_RULES, TOLD_BY_READERS

    yield "# Every rule"
    yield "## Of protocols"
    yield "Told by `equipoise check`, with file, line and column."
    for rule in RULES:
        yield f"### {rule.id} {rule.title}"
        yield f"[What it means, and the line of a case](../protocol.md#{_anchor(rule)})"
    yield "## Of collected data"
    yield "Told by whatever reads the data, with file, row and column."
    for number, sentence in sorted(
        {**TOLD_BY_READERS, **dict(map(_of_data, CONFORMANCE_RULES))}.items()
    ):
        yield f"### {number}"
        yield _escaped(sentence)
    yield "## Of queries"
    yield "Told by `equipoise queries`: what only the site can settle."
    for rule in QUERY_RULES:
        yield f"### {rule.id} {rule.title}"
        yield _escaped(inspect.cleandoc(rule.find.__doc__ or "").partition("\n\n")[0])


def _anchor(rule: Any) -> str:
    plain = re.sub(r"[^\w\- ]", "", f"{rule.id} {rule.title}".lower())
    return plain.replace(" ", "-")


def _of_data(rule: Any) -> tuple[str, str]:
    number, _, sentence = inspect.cleandoc(rule.__doc__).partition("\n\n")[0].partition(": ")
    return number, sentence[:1].upper() + sentence[1:]


def api(_: Path) -> Iterator[str]:
    """Every public name with its docstring."""
    import equipoise

    yield "# Every public name"
    yield "[From Python](../python.md) says what belongs together."
    for name in dir(equipoise):
        if name != "__version__":
            yield f"## {name}"
            yield _directive(name, getattr(equipoise, name))


def _directive(name: str, thing: Any) -> str:
    kind = "class" if inspect.isclass(thing) else "function"
    kind = "exception" if kind == "class" and issubclass(thing, Exception) else kind
    if kind != "function" and not inspect.isclass(thing):
        kind = "data"
    return f"```{{eval-rst}}\n.. auto{kind}:: equipoise.{name}\n   :no-index:\n```"


def _escaped(text: str) -> str:
    return re.sub(r"([<>\[\]*|])", r"\\\1", text)
