"""A protocol file as a Protocol."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from equipoise.protocol.model import Protocol

_MARK = re.compile(r"^(?P<body>.*\S)\s*\[(?P<marks>[a-z][\w, -]*)\]$", re.DOTALL)


def _strip(node: Any, path: str, marks: dict[str, Any]) -> Any:
    if isinstance(node, dict):
        return {str(k): _strip(v, f"{path}/{k}", marks) for k, v in node.items()}
    if isinstance(node, list):
        return [_strip(v, f"{path}/{i}", marks) for i, v in enumerate(node)]
    if isinstance(node, str) and (found := _MARK.match(node)):
        marks[path] = {"kind": "yours", "sources": found["marks"].split(", ")}
        return found["body"]
    return node


def read(path: str | Path) -> Protocol:
    """Read a protocol file, check it, and give it its digest."""
    yaml = YAML(typ="base", pure=True)
    raw = yaml.load(Path(path).read_text(encoding="utf-8"))
    marks: dict[str, Any] = {}
    protocol = Protocol.model_validate(_strip(raw, "", marks))
    body = protocol.model_dump(mode="json", by_alias=True, exclude={"truth"})
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    protocol._digest = hashlib.sha256(text.encode()).hexdigest()
    protocol._provenance.update(marks)
    return protocol
