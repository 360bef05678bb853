"""The command line: one file per command, in the order in which a trial runs."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

import typer

from equipoise.cli.garbage import collect_seldom
from equipoise.cli.on_demand import on_demand

# name on the command line -> module; a module offers `command` or, for a group, `app`
COMMANDS = {
    "new": "new",
    "check": "check",
    "resolve": "resolve",
    "synopsis": "synopsis",
    "protocol": "protocol",
    "crf": "crf",
    "sap": "sap",
    "diff": "diff",
    "schema": "schema",
    "export": "export",
    "import": "import_",
    "plan": "plan",
    "bounds": "bounds",
    "size": "size",
    "monitor": "monitor",
    "fairness": "fairness",
    "allocate": "allocate",
    "conduct": "conduct",
    "serve": "serve",
    "upgrade": "upgrade",
    "deploy": "deploy",
    "audit": "audit",
    "contingency": "contingency",
    "sdtm": "sdtm",
    "odm": "odm",
    "run": "run",
    "cut": "cut",
    "derive": "derive",
    "analyze": "analyze",
    "report": "report",
    "tables": "tables",
    "figure": "figure",
    "monitor-report": "monitor_report",
    "package": "package",
    "listing": "listing",
    "why": "why",
    "abstract": "abstract",
    "plain": "plain",
    "checklist": "checklist",
    "build": "build",
    "compare": "compare",
    "explain": "explain",
    "queries": "queries",
    "verify": "verify",
    "simulate": "simulate",
    "published": "published",
    "fit-truth": "fit_truth",
    "reconstruct": "reconstruct",
    "survival": "survival",
    "response": "response",
    "competing": "competing",
    "warm": "warm",
}

NAME = "equipoise"  # of the program, also where it is run as `python -m equipoise`
_HANGUP = (signal.SIGHUP,) if hasattr(signal, "SIGHUP") else ()


def application() -> typer.Typer:
    """The application with every command; none of them has been imported yet."""
    app = typer.Typer(
        name=NAME,
        cls=on_demand(COMMANDS),
        help="Trials as code: design, randomize, run, simulate, analyze and report one protocol.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_version)
    return app


def _print_version(wanted: bool) -> None:
    if wanted:
        from equipoise.version import __version__

        typer.echo(f"equipoise {__version__}")
        raise typer.Exit


def _version(
    version: bool = typer.Option(
        False, "--version", callback=_print_version, is_eager=True, help="Print the version."
    ),
    verbose: bool = typer.Option(
        False, "--verbose", "-v", help="Tell on standard error what is done; EQUIPOISE_LOG as well."
    ),
) -> None:
    """Options of every command; the version prints itself before any of them runs."""
    from equipoise.cli.logs import begin

    begin(verbose=verbose)


def main() -> None:
    """Run a command; a fault of the input is told in words, never as a traceback.

    With --json every outcome is JSON on standard output. Exit codes: 0, 1 for faults or results
    that disagree, 2 for a command that is not understood.
    """
    from equipoise.cli.failure import FAULTS
    from equipoise.errors import EquipoiseError

    collect_seldom()
    run = _in_json if "--json" in sys.argv[1:] else application()
    try:
        with _orderly():
            run(prog_name=NAME)
    except EquipoiseError as problem:
        _fail(problem, str(problem), FAULTS)
    except OSError as problem:
        where = f"{problem.filename}: " if problem.filename else ""
        _fail(problem, f"{where}{problem.strerror or problem}", FAULTS)


def _in_json(prog_name: str) -> None:
    """Run a command; one that is not understood is told in JSON as well."""
    from equipoise.cli.failure import MISUNDERSTOOD

    try:
        found = application()(standalone_mode=False, args=sys.argv[1:], prog_name=prog_name)
    except Exception as problem:
        told = getattr(problem, "format_message", None)  # of typer's own, which are its secret
        if told is None:
            raise
        _fail(problem, told(), MISUNDERSTOOD)
    sys.exit(found if isinstance(found, int) else 0)


def _fail(problem: Exception, message: str, code: int) -> NoReturn:
    if "--json" in sys.argv[1:]:
        import json

        from equipoise.cli.failure import failure

        typer.echo(json.dumps(failure(problem, message, code), indent=1, ensure_ascii=False))
    else:
        typer.echo(message, err=True)
    sys.exit(code)


@contextmanager
def _orderly() -> Iterator[None]:
    """Told to end, by another process or by a closed terminal, put things away before."""
    known = {}
    with suppress(ValueError):  # only the main thread may ask for it
        for number in (signal.SIGTERM, *_HANGUP):
            if signal.getsignal(number) is signal.SIG_DFL:  # `nohup` ignores one of them
                known[number] = signal.signal(number, _end)
    try:
        yield
    finally:
        for number, before in known.items():
            signal.signal(number, before)


def _end(number: int, frame: object) -> None:
    sys.exit(128 + number)
