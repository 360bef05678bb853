"""A commented protocol to start from."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from equipoise.errors import InputError, did_you_mean
from equipoise.protocol.language.activities import (
    LABORATORY,
    QUESTIONNAIRES,
    TUMOR_ASSESSMENT,
    Activity,
)
from equipoise.protocol.read.schemas import SCHEMA_FILES

# endpoint type -> its name in the template, and what is assumed of the control and of the others
ENDPOINTS: Final[dict[str, tuple[str, str, str]]] = {
    "time to event": ("PFS", "median 9 months", "hazard ratio 0.65"),
    "proportion": ("ORR", "20%", "40%"),
    "continuous": ("CHANGE", "{mean: 0, sd: 10}", "{mean: 4, sd: 10}"),
    "count": ("EXACERBATIONS", "1.2", "0.8"),
    "questionnaire": ("QOL", "{mean: 0, sd: 20}", "{mean: 7, sd: 20}"),
}
# what is done at its visits, beside the laboratory
ASSESSED: Final[dict[str, tuple[Activity, ...]]] = {
    "time to event": (TUMOR_ASSESSMENT,),
    "proportion": (TUMOR_ASSESSMENT,),
    "questionnaire": (QUESTIONNAIRES,),
}
MOST_ARMS: Final = 9
PER_ARM: Final = 200


def new(*, arms: int = 2, endpoint: str = "time to event", like: str | None = None) -> str:
    """The text of a commented protocol to start from.

    arms, endpoint : how many, and the type of the primary endpoint
    like : the name of a shipped protocol, instead
    Raises   InputError for a type or a name that is not known, or too few or many arms.
    """
    return start(arms=arms, endpoint=endpoint) if like is None else shipped(like)


def templates() -> tuple[str, ...]:
    """Names of the protocols that a new one can be like."""
    folder = files("equipoise.protocol").joinpath("templates")
    names = (p.name for p in folder.iterdir() if p.name.endswith(".yaml"))
    return tuple(sorted(n.removesuffix(".yaml") for n in names if n != "start.yaml"))


def shipped(name: str) -> str:
    """The text of a shipped protocol, to be changed into one's own.

    Raises   InputError if none goes by that name.
    """
    known = templates()
    if name not in known:
        hint = did_you_mean(name, known)
        raise InputError(f'no protocol goes by "{name}"; expected {", ".join(known)}{hint}')
    lines = _template(f"{name}.yaml").splitlines(keepends=True)
    return f"# yaml-language-server: $schema={SCHEMA_FILES['human']}\n" + "".join(
        line for line in lines if "yaml-language-server" not in line
    )


def start(*, arms: int = 2, endpoint: str = "time to event") -> str:
    """The text of a small valid protocol with so many arms and one endpoint of a type.

    Raises   InputError if the type is unknown, or there are fewer than 2 arms or too many.
    """
    if endpoint not in ENDPOINTS:
        hint = did_you_mean(endpoint, ENDPOINTS)
        raise InputError(f'"{endpoint}" is no type; expected one of {", ".join(ENDPOINTS)}{hint}')
    if not 2 <= arms <= MOST_ARMS:
        raise InputError(f"{arms} arms; expected 2 to {MOST_ARMS}")
    size = arms * PER_ARM
    part = _template(f"endpoints/{endpoint.replace(' ', '-')}.yaml").replace("{size}", str(size))
    return _template("start.yaml").format(
        schema=SCHEMA_FILES["human"],
        size=size,
        arms=_arms(arms),
        ratio=":".join(["1"] * arms),
        blocks=f"{2 * arms}, {3 * arms}",
        endpoints=part,
        do=", ".join([*ASSESSED.get(endpoint, ()), LABORATORY]),
        assume=_assume(arms, endpoint),
    )


def _names(arms: int) -> list[str]:
    return ["control", *(["treatment"] if arms == 2 else [f"dose {i}" for i in range(1, arms)])]


def _arms(arms: int) -> str:
    lines = []
    for at, name in enumerate(_names(arms)):
        role = "experimental" if at else "control"
        drug = (
            f"study drug {100 * at} mg oral every 1 day" if at else "placebo 0 mg oral every 1 day"
        )
        lines += [f"  {name}:", f"    label: {name.capitalize()}", f"    role: {role}"]
        lines += ["    give:", f"      - {drug} until week 52"]
    return "\n".join(lines)


def _assume(arms: int, endpoint: str) -> str:
    key, control, other = ENDPOINTS[endpoint]
    lines = ["assume:", "  accrual: {lasts: 24 months}", "  follow up: 24 months"]
    lines += ["  dropout: {all: 5%}            # a year", f"  {key}:"]
    lines += [f"    {name}: {other if at else control}" for at, name in enumerate(_names(arms))]
    return "\n".join(lines) + "\n"


def _template(name: str) -> str:
    return files("equipoise.protocol").joinpath("templates", name).read_text(encoding="utf-8")
