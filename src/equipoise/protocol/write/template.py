"""A commented protocol to start from."""

from __future__ import annotations

from importlib.resources import files
from typing import Final, NamedTuple

from equipoise.errors import InputError, did_you_mean
from equipoise.protocol.language.activities import (
    LABORATORY,
    QUESTIONNAIRES,
    TUMOR_ASSESSMENT,
    Activity,
)
from equipoise.protocol.read.schemas import SCHEMA_FILES


class Example(NamedTuple):
    """An endpoint of a type, and what is assumed of it.

    do : what is done at its visits, beside the laboratory
    control, other : what is assumed of the control arm and of each other
    test, estimator : of superiority
    margin, not_worse, margin_test : of non-inferiority, with what is assumed of every arm
    shared : what is assumed beside the arms; lasts : how long its visits go on
    """

    key: str
    do: tuple[Activity, ...]
    control: str
    other: str
    test: str
    estimator: str
    margin: str
    not_worse: tuple[str, str]
    margin_test: str
    shared: str = ""
    lasts: str = "epoch: treatment"


ENDPOINTS: Final[dict[str, Example]] = {
    "time to event": Example(
        "PFS", (TUMOR_ASSESSMENT,), "median 9 months", "hazard ratio 0.65",
        "stratified log-rank", "[stratified Cox, Kaplan-Meier, median]",
        "1.5", ("median 9 months", "hazard ratio 1"), "stratified Cox",
        lasts="until: progression       # however long that takes, treated or not",
    ),
    "proportion": Example(
        "ORR", (TUMOR_ASSESSMENT,), "20%", "40%",
        "Fisher exact", "[Clopper-Pearson, Miettinen-Nurminen]",
        "-15%", ("75%", "75%"), "Farrington-Manning",
    ),
    "continuous": Example(
        "CHANGE", ("vital signs",), "{mean: -4, sd: 10}", "{mean: -8, sd: 10}",
        "MMRM", "MMRM",
        "3.5", ("{mean: -8, sd: 10}", "{mean: -8, sd: 10}"), "MMRM",
    ),
    "count": Example(
        "EXACERBATIONS", (), "1.2", "0.75",
        "negative binomial", "[negative binomial, Poisson rate]",
        "1.5", ("1.2", "1.2"), "negative binomial",
        shared="dispersion: 0.5           # the variance of m events is m + 0.5 m^2",
    ),
    "questionnaire": Example(
        "QOL", (QUESTIONNAIRES,), "{mean: 0, sd: 20}", "{mean: 7, sd: 20}",
        "MMRM", "MMRM",
        "7", ("{mean: 0, sd: 20}", "{mean: 0, sd: 20}"), "MMRM",
    ),
}  # fmt: skip
SUPERIORITY, NON_INFERIORITY = "superiority", "non-inferiority"
MOST_ARMS: Final = 9
PER_ARM: Final = 200
PER_PAIR: Final = 1.3  # of a pair of arms, for each subject of one of them


def new(
    *,
    arms: int = 2,
    endpoint: str = "time to event",
    framework: str = SUPERIORITY,
    like: str | None = None,
) -> str:
    """The text of a commented protocol to start from.

    arms, endpoint : how many, and the type of the primary endpoint
    framework : superiority or non-inferiority
    like : the name of a shipped protocol, instead
    Raises   InputError for a type, a framework or a name that is not known, or too few or many
             arms.
    """
    if like is not None:
        return shipped(like)
    return start(arms=arms, endpoint=endpoint, framework=framework)


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


def start(
    *,
    arms: int = 2,
    endpoint: str = "time to event",
    framework: str = SUPERIORITY,
    per_arm: int = PER_ARM,
) -> str:
    """The text of a small valid protocol with so many arms and one endpoint of a type.

    per_arm : subjects of each arm
    Raises   InputError if the type or the framework is unknown, or there are fewer than 2 arms or
             too many.
    """
    if endpoint not in ENDPOINTS:
        hint = did_you_mean(endpoint, ENDPOINTS)
        raise InputError(f'"{endpoint}" is no type; expected one of {", ".join(ENDPOINTS)}{hint}')
    if framework not in (SUPERIORITY, NON_INFERIORITY):
        hint = did_you_mean(framework, (SUPERIORITY, NON_INFERIORITY))
        raise InputError(
            f'no template has the framework "{framework}"; expected {SUPERIORITY} or '
            f"{NON_INFERIORITY}{hint}"
        )
    if not 2 <= arms <= MOST_ARMS:
        single = "a trial with a single arm is out of scope; " if arms == 1 else ""
        raise InputError(f"{single}{arms} arms; expected 2 to {MOST_ARMS}")
    example = ENDPOINTS[endpoint]
    return _template("start.yaml").format(
        schema=SCHEMA_FILES["human"],
        framework=framework,
        key=example.key,
        lasts=example.lasts,
        gap=" " * (16 - len(framework)),
        size=arms * per_arm,
        arms=_arms(arms),
        ratio=":".join(["1"] * arms),
        blocks=f"{2 * arms}, {3 * arms}",
        endpoints=_endpoint(endpoint, framework, arms * per_arm, per_arm),
        do=", ".join([*example.do, LABORATORY]),
        assume=_assume(arms, example, framework),
    )


def _endpoint(kind: str, framework: str, size: int, per_arm: int) -> str:
    """The endpoint with its estimand and its design."""
    example, is_margin = ENDPOINTS[kind], framework == NON_INFERIORITY
    fills = {
        "size": str(size),
        "events": str(round(PER_PAIR * per_arm)),
        "test": example.margin_test if is_margin else example.test,
        "estimator": example.estimator,
        "margin": f"\n    margin: {example.margin}" if is_margin else "",
    }
    text = _template(f"endpoints/{kind.replace(' ', '-')}.yaml")
    for name, value in fills.items():
        text = text.replace(f"{{{name}}}", value)
    return text


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


def _assume(arms: int, example: Example, framework: str) -> str:
    lines = ["assume:", "  accrual: {lasts: 24 months}", "  follow up: 24 months"]
    lines += ["  dropout: {all: 5%}            # a year", f"  {example.key}:"]
    control, other = example.control, example.other
    if framework == NON_INFERIORITY:
        control, other = example.not_worse
    lines += [f"    {name}: {other if at else control}" for at, name in enumerate(_names(arms))]
    return "\n".join([*lines, *([f"    {example.shared}"] if example.shared else [])]) + "\n"


def _template(name: str) -> str:
    return files("equipoise.protocol").joinpath("templates", name).read_text(encoding="utf-8")
