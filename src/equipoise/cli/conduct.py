"""`equipoise conduct`: a trial run from the command line, one command at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from equipoise.cli.allocate import KeyFiles, Kind
from equipoise.cli.build import Where
from equipoise.cli.imported import import_data
from equipoise.cli.opened import AsJson, folder_of, say
from equipoise.cli.ranges import ranges
from equipoise.cli.sent import command_class, given, sent

if TYPE_CHECKING:
    from equipoise.allocation.secret import ListKind

app = typer.Typer(
    help="Run a trial: sites, subjects, allocation, doses, forms, queries, freezes, cuts.",
    no_args_is_help=True,
)
By = Annotated[str, typer.Option(help="The account of who does it.")]
Request = Annotated[
    str | None, typer.Option(help="Of this request; sent again, it is answered as before.")
]
ANY_OPTION = {"allow_extra_args": True, "ignore_unknown_options": True}


def list_kind(kind: str) -> ListKind:
    """A kind of list. Raises InputError where there is none."""
    from typing import cast, get_args

    from equipoise.allocation.secret import ListKind
    from equipoise.errors import InputError

    if kind not in get_args(ListKind):
        raise InputError(f'there is no list "{kind}"; expected {", ".join(get_args(ListKind))}')
    return cast(ListKind, kind)


@app.command()
def init(
    where: Where,
    owner: Annotated[str, typer.Option(help="The first account, who can make others.")],
    kind: Kind = "test",
    database: Annotated[str, typer.Option(help="URL of PostgreSQL; SQLite if left out.")] = "",
    role: Annotated[str, typer.Option(help="User of the service on PostgreSQL.")] = "",
    as_json: AsJson = False,
) -> None:
    """Make the store of a trial."""
    from equipoise.workspace.conduct import ConductFolder

    made = ConductFolder.init(
        where, owner=owner, kind=list_kind(kind), database=database, role=role
    )
    text = f"{made.folder}: a store that is served by its {kind} list; {owner} can open accounts"
    say(text, {"folder": str(made.folder), "list": kind, "owner": owner}, as_json=as_json)


@app.command()
def anchor(where: Where, as_json: AsJson = False) -> None:
    """Bind every chain of the audit into one row, and write its hash outside the database."""
    receipt = folder_of(where).store().anchor(by="", role="system")
    text = f"row {receipt.n} of the chain {receipt.chain}: {receipt.hash}"
    say(text, {**receipt._asdict()}, as_json=as_json)


@app.command()
def ask(where: Where, as_json: AsJson = False) -> None:
    """Run every rule of queries (Q01 to Q34) over the data: raise what it asks, close the rest."""
    found = folder_of(where).ask()
    lines = [f"{len(found.raised)} queries raised, {len(found.closed)} closed by rule"]
    say("\n".join([*found.left, *lines]), found._asdict(), as_json=as_json)


@app.command()
def replay(where: Where, key: KeyFiles = None, as_json: AsJson = False) -> None:
    """Make every allocation again from the key, and open the commitment."""
    count, differs, opens, late = folder_of(where, key).replay()
    whole = f"{count - len(differs):,} of {count:,} reproduced; commitment "
    lines = [*late, *differs, whole + ("opens" if opens else "does not open")]
    body = {"allocations": count, "differ": differs, "opens": opens, "out of order": late}
    say("\n".join(lines), body, as_json=as_json)
    if differs or not opens:
        raise typer.Exit(1)


BackupKey = Annotated[Path, typer.Option(help="File with the key of backups, elsewhere.")]


@app.command()
def backup(
    where: Where,
    output: Annotated[Path, typer.Option("--output", "-o", help="File that gets the backup.")],
    key: BackupKey,
    as_json: AsJson = False,
) -> None:
    """Every row and the anchors, encrypted; the key of the list is not among them."""
    is_new = not key.exists()
    count = folder_of(where).backup(output, key=key)
    made = f"\n{key}: the key was made; without it the backup cannot be read" if is_new else ""
    say(f"{output}: {count:,} rows{made}", {"file": str(output), "rows": count}, as_json=as_json)


@app.command()
def restore(
    where: Where,
    file: Annotated[Path, typer.Option(help="The backup.")],
    key: BackupKey,
    kind: Annotated[
        str, typer.Option(help="Kind of list that it should be of; the backup knows its own.")
    ] = "",
    database: Annotated[str, typer.Option(help="URL of PostgreSQL; SQLite if left out.")] = "",
    role: Annotated[str, typer.Option(help="User of the service on PostgreSQL.")] = "",
    as_json: AsJson = False,
) -> None:
    """A store from a backup, where there is none; its chains and anchors are verified."""
    from equipoise.workspace.sealed.restored import restored

    asked = list_kind(kind) if kind else None
    made = restored(file, where, key=key, kind=asked, database=database, role=role)
    found = made.audited()
    body = {"rows": found.rows, "chains": found.chains, "faults": list(found.faults)}
    say(found.in_words(), body, as_json=as_json)


def _made(asked: dict[str, Any]) -> dict[str, str]:
    """A token, which is told only now; what is asked gets its digest."""
    from equipoise.service.access.sessions import new_api_token

    token, asked["digest"] = new_api_token()
    return {"told once": token}


app.command("import")(import_data)
app.command("ranges")(ranges)


def _sender(name: str) -> Callable[..., None]:
    """The function behind one command of the trial."""

    def command(
        context: typer.Context,
        where: Where,
        by: By,
        request: Request = None,
        key: KeyFiles = None,
        as_json: AsJson = False,
    ) -> None:
        import uuid

        asked = given(name, context.args)
        once = _made(asked) if name == "make token" and "digest" not in asked else {}
        answer = folder_of(where, key).send(
            name, asked, by=by, request=request or str(uuid.uuid4())
        )
        answer |= once
        receipts = [f"{chain} row {n}: {hash_}" for chain, n, hash_ in answer["receipts"]]
        said = [f"{part}: {value}" for part, value in answer.items() if part != "receipts"]
        say("\n".join([*said, *receipts]), answer, as_json=as_json)

    return command


for _name, _does in sent().items():
    app.command(
        _name.lower().replace(" ", "-"),
        cls=command_class(_name),
        help=_does,
        context_settings=ANY_OPTION,
    )(_sender(_name))
