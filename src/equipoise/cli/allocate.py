"""`equipoise allocate`: the list of a trial, committed to, served, revealed and replayed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli.build import Where
from equipoise.cli.opened import AsJson, folder_of, say

if TYPE_CHECKING:
    from equipoise.workspace.allocation import AllocationFolder

app = typer.Typer(
    help="The allocation list of a trial, committed to, served, revealed and replayed.",
    no_args_is_help=True,
)

Kind = Annotated[str, typer.Option(help="production, training or test.")]
KeyFiles = Annotated[
    list[Path] | None,
    typer.Option(help="File with the key, or with a share of it; else EQUIPOISE_KEY."),
]

SERVED = ("subject", "number", "arm", "stratum")
"""What a person is told of a line of the ledger; never its draw or the next slot."""


def _folder(where: Path, kind: str) -> tuple[AllocationFolder, Path]:
    from typing import cast, get_args

    from equipoise.allocation.secret import ListKind
    from equipoise.errors import InputError
    from equipoise.workspace.allocation import AllocationFolder
    from equipoise.workspace.folder import Workspace

    if kind not in get_args(ListKind):
        raise InputError(f'there is no list "{kind}"; expected {", ".join(get_args(ListKind))}')
    space = Workspace.at(where)
    found = AllocationFolder.of(space.folder, space.protocol(), cast(ListKind, kind))
    return found, space.folder


@app.command("key")
def key_(
    where: Where,
    output: Annotated[Path, typer.Option("--output", "-o", help="File that gets the key.")],
    shares: Annotated[
        int, typer.Option(min=1, help="Files FILE.1, FILE.2, ..., which only together are the key.")
    ] = 1,
    key: KeyFiles = None,
    as_json: AsJson = False,
) -> None:
    """A new key of a trial's lists; with --key one that is there, split into shares."""
    import secrets

    from equipoise.allocation.secret import KEY_BYTES
    from equipoise.workspace.folder import Workspace
    from equipoise.workspace.keys import keep_key, read_key

    trial = Workspace.at(where).folder
    whole = read_key(key, trial=trial) if key else secrets.token_bytes(KEY_BYTES)
    files = [output] if shares == 1 else [Path(f"{output}.{n + 1}") for n in range(shares)]
    keep_key(whole, files, trial=trial)
    named = [str(file) for file in files]
    say("\n".join(named), {"files": named}, as_json=as_json)


@app.command()
def review(
    where: Where,
    kind: Kind = "test",
    key: KeyFiles = None,
    length: Annotated[int | None, typer.Option(min=1, help="Slots in each stratum.")] = None,
    as_json: AsJson = False,
) -> None:
    """What the unblinded statistician looks at before a list is activated: totals, and no slot."""
    from equipoise.allocation import review as of_list
    from equipoise.workspace.keys import make_key, read_key

    found, trial = _folder(where, kind)
    make_key(key or [], trial=trial)
    subjects = found.protocol.population.randomize
    secret = found.drafted(read_key(key or [], trial=trial), length=length or subjects)
    seen, wrong = [*of_list.review(secret, subjects=subjects)], [*found.wrong_with(secret)]
    text = "\n".join([*seen, *(f"wrong: {line}" for line in wrong)])
    say(text, {"kind": kind, "review": seen, "wrong": wrong}, as_json=as_json)
    if wrong:
        raise typer.Exit(1)


@app.command()
def activate(
    where: Where,
    made_by: Annotated[str, typer.Option(help="Who makes the list.")],
    reviewed_by: Annotated[str, typer.Option(help="The unblinded statistician who reviewed it.")],
    kind: Kind = "test",
    key: KeyFiles = None,
    length: Annotated[
        int | None, typer.Option(min=1, help="Slots in each stratum; by default all subjects.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Commit to a list that was reviewed; a key file that is not there is made."""
    from equipoise.workspace.keys import make_key, read_key

    found, trial = _folder(where, kind)
    make_key(key or [], trial=trial)
    subjects = found.protocol.population.randomize
    said = found.activate(
        read_key(key or [], trial=trial),
        length=length or subjects,
        by=made_by,
        reviewed_by=reviewed_by,
    )
    text = f"{kind} list of {said['trial']} activated; commitment {said['commitment']}"
    body = {name: said[name] for name in ("trial", "kind", "length", "commitment", "activated")}
    say(text, body, as_json=as_json)


@app.command("next")
def next_(
    where: Where,
    subject: Annotated[str, typer.Option(help="The subject's number.")],
    level: Annotated[
        list[str] | None, typer.Option(help='A factor\'s level, such as "SEX=F"; one for each.')
    ] = None,
    kind: Kind = "test",
    key: KeyFiles = None,
    as_json: AsJson = False,
) -> None:
    """Allocate a subject and write it into the ledger; asked again, the answer is the same."""
    from equipoise.workspace.keys import read_key

    found, trial = _folder(where, kind)
    stratum = _stratum(found, level or [])
    line = found.serve(read_key(key or [], trial=trial), subject=subject, stratum=stratum)
    label = found.protocol.arms[line["arm"]].label
    said = "" if kind == "production" else f"  ({kind} list)"
    body = {"kind": kind, "label": label, **{name: line[name] for name in SERVED}}
    say(f"{subject}: {label}, allocation {line['number']}{said}", body, as_json=as_json)


def _stratum(found: AllocationFolder, level: list[str]) -> tuple[str, ...]:
    from equipoise.errors import InputError

    said = dict(one.split("=", 1) for one in level if "=" in one)
    factors = found.protocol.allocation.strata
    wrong = [f"{key}: no level is given" for key in factors if key not in said]
    wrong += [f"{key}: is no factor of the allocation" for key in said if key not in factors]
    if wrong:
        raise InputError("\n".join(wrong))
    return tuple(said[key] for key in factors)


@app.command()
def reveal(
    where: Where,
    output: Annotated[Path, typer.Option("--output", "-o", help="File that gets the list.")],
    kind: Kind = "test",
    key: KeyFiles = None,
    as_json: AsJson = False,
) -> None:
    """Write the list out and print its salt; it serves nobody afterwards."""
    from equipoise.protocol.read.resolve import write_text
    from equipoise.workspace.keys import read_key

    found, trial = _folder(where, kind)
    text, salt = found.reveal(read_key(key or [], trial=trial))
    write_text(output, text)
    commitment = found.stated["commitment"]
    check = f"(cat {output}; printf {salt}) | sha256sum"
    body = {"kind": kind, "file": str(output), "salt": salt, "commitment": commitment}
    words = f"salt {salt}\ncommitment {commitment}\ncheck: {check}"
    say(words, body | {"check": check}, as_json=as_json)


@app.command()
def replay(
    where: Where, kind: Kind = "test", key: KeyFiles = None, as_json: AsJson = False
) -> None:
    """Recompute every allocation of the ledger from the key, and open the commitment."""
    from equipoise.workspace.keys import read_key

    found, trial = _folder(where, kind)
    count, differs, opens = found.replay(read_key(key or [], trial=trial))
    opened = "opens" if opens else "does not open"
    same = f"{count - len(differs):,} of {count:,} reproduced; commitment {opened}"
    body = {"kind": kind, "allocations": count, "differs": differs, "opens": opens}
    say("\n".join([*differs, same]), body, as_json=as_json)
    if differs or not opens:
        raise typer.Exit(1)


@app.command()
def rerandomize(
    where: Where,
    estimand: Annotated[str, typer.Option(help="Of times to an event.")],
    seed: Annotated[int, typer.Option(min=0, help="Key of every random draw.")],
    look: Annotated[str | None, typer.Option(help="The look; by default the report's.")] = None,
    draws: Annotated[int, typer.Option(min=1, help="Re-randomizations.")] = 5000,
    kind: Kind = "test",
    as_json: AsJson = False,
) -> None:
    """Test an estimand against what the ledger's method, order and strata could have given."""
    from equipoise.workspace.folder import Workspace
    from equipoise.workspace.rerandomize import rerandomize as test

    found, _ = _folder(where, kind)
    done = test(Workspace.at(where), found, estimand=estimand, look=look, draws=draws, seed=seed)
    low, high = done.limits.lower, done.limits.upper
    text = (
        f"{estimand}: re-randomization P {done.p:.4g} (95% limits of the simulation {low:.4g} to "
        f"{high:.4g}), {done.exceedances:,} of {done.draws:,} as extreme, "
        f"{found.protocol.allocation.method}, seed {seed}"
    )
    body = {
        **{"kind": kind, "estimand": estimand, "p": float(done.p)},
        **{"lower": float(low), "upper": float(high), "exceedances": int(done.exceedances)},
        **{"draws": done.draws, "method": found.protocol.allocation.method, "seed": seed},
    }
    say(text, body, as_json=as_json)


@app.command("import")
def import_list(
    where: Where,
    listed: Annotated[
        Path, typer.Option("--list", help="Comma-separated, as docs/conduct.md has it.")
    ],
    by: Annotated[str, typer.Option(help="The account of the unblinded statistician.")],
    as_json: AsJson = False,
) -> None:
    """Take the allocations of a trial that began elsewhere into its store, as a closed list."""
    import uuid

    from equipoise.errors import InputError

    if not listed.is_file():
        raise InputError(f"{listed}: there is no such file")
    given = {"file": listed.name, "text": listed.read_text("utf-8-sig")}
    said = folder_of(where).send("import list", given, by=by, request=str(uuid.uuid4()))
    body = {name: said[name] for name in ("list", "subjects", "sha256")}
    say(f"{said['subjects']:,} subjects, sha256 {said['sha256']}", body, as_json=as_json)
