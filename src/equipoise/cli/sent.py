"""What a command of a running trial asks, for its help and for what is typed."""

from __future__ import annotations

import csv
import inspect
import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Annotated, Any, ClassVar

import typer
from typer.core import TyperCommand

_ARGUMENT = re.compile(r"(?:^|; )((?:[a-z]\w*, )*[a-z]\w*) : ", re.MULTILINE)
_OF_ALL = {
    "reason": "Why; asked for by commands that change what was said before.",
    "revision": "Of the record, as it was seen; an older one is refused.",
    "subject": "As SITE-001.",
    "site": "The site.",
    "form": "The form, as its command told.",
    "drug": "As the protocol calls it.",
    "on": "The day.",
    "last": "The last day, of several.",
    "unit": "Of the amount.",
    "key": "The form or the visit, as the protocol calls it.",
    "visit": "The visit, as its command told.",
    "item": "Of the form.",
    "account": "The account that it is about.",
    "role": "Such as data manager, or unblinded statistician.",
}
_SOURCE = re.compile(r"^\s*Source {2,}", re.MULTILINE)


def sent() -> dict[str, str]:
    """What a trial is told from the command line: each command, and what it does.

    It is kept beside `conduct.commands`, the first sentence of each, so that a list of commands
    imports none of them; a test holds the two together.
    """
    text = files("equipoise.cli").joinpath("commands.csv").read_text(encoding="utf-8")
    return {row["command"]: row["does"] for row in csv.DictReader(text.splitlines())}


class SentCommand(TyperCommand):
    """A command whose options are the fields of what is sent; they are read when help is asked."""

    sent: ClassVar[str] = ""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Help with every option."""
        self.tell_all()
        super().format_help(ctx, formatter)

    def tell_all(self) -> None:
        """Take the words and options of the command that is sent."""
        from equipoise.conduct.commands.every import EVERY_COMMAND

        model = EVERY_COMMAND[self.sent]
        text = inspect.getdoc(model) or ""
        self.help = _ARGUMENT.split(text)[0].strip() if _ARGUMENT.search(text) else text
        self.params[-1:-1] = _options(model.model_fields, text)


def _options(fields: Mapping[str, Any], text: str) -> list[Any]:
    """An option for each field, as typer makes them."""

    def asked(**_: Any) -> None: ...

    kept = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            annotation=Annotated[str, _option(name, field, text)],
            **({} if field.is_required() else {"default": ""}),
        )
        for name, field in fields.items()
    ]
    asked.__signature__ = inspect.Signature(kept)  # type: ignore[attr-defined]
    asked.__annotations__ = {one.name: one.annotation for one in kept}
    app = typer.Typer(add_completion=False)
    app.command()(asked)
    return [one for one in typer.main.get_command(app).params if one.name != "help"]


def _option(name: str, field: Any, text: str) -> Any:
    kind = _kind(field.annotation)
    return typer.Option(option_of(name), metavar=kind, help=_words(name, text), show_default=False)


def command_class(name: str) -> type[SentCommand]:
    """The class of the command that sends `name`."""
    return type(f"Sent{name.title().replace(' ', '')}", (SentCommand,), {"sent": name})


def option_of(field: str) -> str:
    """How a field is typed; `--key` is what the command line calls the file of the list's key."""
    return "--" + {"key": "key-of"}.get(field, field.replace("_", "-"))


def given(name: str, words: list[str]) -> dict[str, Any]:
    """`--subject A-001 --met '{"I1": true}'` as what the command asks for.

    Raises   InputError for an option that the command does not have.
    """
    from equipoise.conduct.commands.every import EVERY_COMMAND
    from equipoise.errors import InputError, did_you_mean

    asked = EVERY_COMMAND[name].model_fields
    known = {option_of(field): field for field in asked}
    if len(words) % 2:
        raise InputError(
            f"{name}: {words[-1]}: an option and its value; expected {', '.join(known)}"
        )
    found = {}
    for option, value in zip(words[::2], words[1::2], strict=True):
        if option not in known:
            near = did_you_mean(option, known)
            raise InputError(f"{name}: no option {option}; expected {', '.join(known)}{near}")
        found[known[option]] = _read(value, asked[known[option]].annotation)
    return found


def _read(value: str, kind: Any) -> Any:
    import json

    if kind in (str, str | None):
        return value
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        return value


def _words(name: str, text: str) -> str:
    """What a command's docstring says of a field."""
    told = dict(_told(text)).get(name, _OF_ALL.get(name, ""))
    return told[:1].upper() + told[1:] + ("." if told and not told.endswith(".") else "")


def _told(text: str) -> Iterator[tuple[str, str]]:
    parts = _ARGUMENT.split(_SOURCE.split(text)[0])
    for names, said in zip(parts[1::2], parts[2::2], strict=True):
        for name in names.split(", "):
            yield name, " ".join(said.split()).rstrip(";")


def _kind(annotation: Any) -> str:
    """The kind of a value, in a word."""
    spelled = str(annotation)
    if "datetime.datetime" in spelled:
        return "<moment>"
    if "datetime.date" in spelled:
        return "<date>"
    if any(mark in spelled for mark in ("dict", "list", "tuple")):
        return "<JSON>"
    numbers = {"int": "<int>", "float": "<float>", "bool": "<bool>"}
    return next((word for part, word in numbers.items() if part in spelled), "<str>")
