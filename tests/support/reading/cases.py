"""Small protocols, each with what it means worked out by hand."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from equipoise.meaning.check import read_text
from equipoise.protocol import Protocol

FOLDER = Path(__file__).parents[2] / "cases" / "reading"
TRUTH = "so"
FIGURES = {"rate": ("p",), "events": ("hazard ratio", "p")}


@dataclass(frozen=True)
class Case:
    """A protocol, and by hypothesis what the rooms must say of it.

    refuses : room -> words of its refusal; only : the rooms that are asked, or all
    without : a reader whose readings of every second patient are missing from the data, or ""
    """

    name: str
    text: str
    expect: dict[str, Any]
    refuses: dict[str, str]
    only: tuple[str, ...]
    without: str

    def protocol(self) -> Protocol:
        return read_text(self.text)


@cache
def cases() -> dict[str, Case]:
    """Every case of the folder by its name."""
    found: dict[str, Case] = {}
    for path in sorted(FOLDER.glob("[a-z]*.yaml")):
        for said in _load(path)["cases"]:
            case = _case(said)
            assert case.name not in found, case.name
            found[case.name] = case
    return found


def document(name: str) -> dict[str, Any]:
    """The protocol of a case as a mapping, to change something in it."""
    whole: dict[str, Any] = json.loads(cases()[name].text)
    return whole


def _case(said: dict[str, Any]) -> Case:
    known = {"case", "like", "protocol", "expect", "refuses", "only", "without"}
    assert set(said) <= known, set(said) - known
    whole = merged(_base(said["like"]), said.get("protocol", {}))
    whole["report"] = {"published": [f for h in said["expect"].items() for f in _figures(*h)]}
    return Case(
        said["case"],
        json.dumps(whole, default=str),
        said["expect"],
        said.get("refuses", {}),
        tuple(said.get("only", ())),
        said.get("without", {}).get("reader", ""),
    )


def _figures(h: str, said: dict[str, Any]) -> list[dict[str, Any]]:
    """Figures that a paper would give of a hypothesis."""
    each = "rate" if "reader" in said else "events"
    named = [{"statistic": each, "group": arm} for arm in said["compares"]]
    named += [{"statistic": name} for name in ("hazard ratio", "p") if name in FIGURES[each]]
    return [
        {"says": f"{h}: {' '.join(f.values())}", "value": None, "estimand": said["asks"], **f}
        for f in named
    ]


def _base(names: list[str]) -> dict[str, Any]:
    """The parts that a case starts from, one over the other."""
    whole: dict[str, Any] = {}
    for name in names:
        said = _load(FOLDER / f"_{name}.yaml")
        whole = merged(whole, merged(_base(said.pop("like", [])), said))
    return whole


def merged(whole: Any, change: Any) -> Any:
    """A mapping with the keys of another set, or taken out where they are null.

    Looks and a sequence are not merged: they stand in their own order.
    """
    if not isinstance(whole, dict) or not isinstance(change, dict):
        return copy.deepcopy(change)
    found = dict(whole)
    for key, value in change.items():
        found[key] = merged(None if key == "looks" else whole.get(key), value)
    return {key: value for key, value in found.items() if value is not None}


def _load(path: Path) -> dict[str, Any]:
    return copy.deepcopy(_loaded(path))


@cache
def _loaded(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = YAML(typ="safe").load(path.read_text("utf-8"))
    return loaded
