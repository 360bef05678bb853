"""Trials as code: one protocol file designs, randomizes, runs, simulates, analyzes and reports.

    >>> import equipoise as eq
    >>> protocol = eq.read("examples/netter1/protocol.yaml")

Nouns are frozen data, verbs are plain functions, and each verb takes one noun to the next.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

# public name -> (module, name there); imported on first use, so that `import equipoise` is light
_PUBLIC = {
    "Protocol": ("protocol.model", "Protocol"),
    "read": ("meaning.check", "read"),
    "resolve": ("protocol.read.resolve", "resolve"),
    "plan": ("design.plan.plan", "plan"),
    "monitor": ("design.monitor.monitor", "monitor"),
    "bounds": ("design.bounds.boundaries", "bounds"),
    "run": ("simulation.object.run", "run"),
    "simulate": ("simulation.simulate", "simulate"),
    "read_sdtm": ("sdtm.read.read", "read_sdtm"),
    "tabulate": ("sdtm.tabulate.tabulate", "tabulate"),
    "cut": ("adam.study", "cut_at"),
    "derive": ("adam.derive", "derive"),
    "write_adam": ("adam.submit.define", "write_adam"),
    "explain": ("adam.explain.trace", "explain"),
    "analyze": ("analysis.analyze", "analyze"),
    "report": ("reporting.html", "report"),
    "build": ("workspace.build", "build"),
    "verify": ("workspace.verify", "verify"),
    "Manifest": ("workspace.manifest", "Manifest"),
    "Workspace": ("workspace.folder", "Workspace"),
    "survival": ("analysis.survival.summary", "survival"),
    "response": ("analysis.response.summary", "response"),
    "reconstruct": ("evidence.reconstruct", "reconstruct"),
}

__all__ = [*_PUBLIC, "__version__"]


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'equipoise' has no attribute {name!r}")
    module, inner = _PUBLIC[name]
    found = getattr(import_module(f"equipoise.{module}"), inner)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
