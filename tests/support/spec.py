"""The cases of the protocol language, and how their resolved forms are approved.

`python tests/support/spec.py` writes the resolved forms anew; read the difference before you
commit it.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from equipoise.meaning.check import read
from equipoise.protocol import Protocol, resolve, resolve_truth

SPEC = Path(__file__).parents[1] / "spec"
VALID = sorted((SPEC / "valid").glob("*.yaml"))
INVALID = sorted((SPEC / "invalid").glob("*.yaml"))
WARNED = sorted((SPEC / "warned").glob("*.yaml"))
EXAMPLES = sorted((SPEC.parents[1] / "examples").glob("*/protocol.yaml"))
NETTER_FILE = SPEC.parents[1] / "examples" / "netter1" / "protocol.yaml"


def resolved_file(case: Path) -> Path:
    return case.with_suffix(".resolved.json")


def approved(protocol: Protocol) -> dict[str, Any]:
    """What is kept of a case: its resolved form, with the provenance that is no default."""
    form = resolve(protocol)
    said = {k: v for k, v in form["provenance"].items() if v["kind"] != "default"}
    kept = {**form, "provenance": said, "digest": protocol.digest}
    own = resolve_truth(protocol)
    written = [k for k in ("truth", "scenarios") if own[k] and not _follows(protocol, k)]
    return {**kept, **{k: own[k] for k in written}}


def _follows(protocol: Protocol, key: str) -> bool:
    """Whether the truth is the one that follows from what is assumed."""
    return (
        key == "truth"
        and protocol.provenance.get("/truth/as planned/label", {}).get("kind") == "derived"
    )


def expected_line(case: Path) -> str:
    """The first line that `check` prints of a case, without the name of the file."""
    return case.read_text(encoding="utf-8").split("\n", 1)[0].removeprefix("# expect ")


def plain_yaml(path: Path) -> Any:
    """A file as an editor reads it, dates as text; every caller's own, to change."""
    return json.loads(_as_json(path.read_text(encoding="utf-8")))


@cache
def _as_json(text: str) -> str:
    """YAML as JSON: many tests begin with the same long file."""
    return json.dumps(YAML(typ="safe", pure=True).load(text), default=str)


if __name__ == "__main__":
    for case in VALID:
        text = json.dumps(approved(read(case)), indent=1, ensure_ascii=False) + "\n"
        resolved_file(case).write_text(text, encoding="utf-8")
