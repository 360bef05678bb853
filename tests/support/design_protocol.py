"""Small protocols for the design room."""

from __future__ import annotations

from typing import Any

from equipoise.protocol import Protocol

EVENT = {"type": "time to event", "event": ["progression", "death"]}
TTE = {
    "PFS": {"label": "Progression-free survival", **EVENT},
    "OS": {"label": "Overall survival", "type": "time to event", "event": ["death"]},
}


def protocol(
    design: dict[str, Any],
    assume: dict[str, Any],
    *,
    endpoints: dict[str, Any] | None = None,
    subjects: int = 300,
    ratio: str = "1:1",
) -> Protocol:
    """Two arms, `old` as control and `new`."""
    return Protocol.model_validate(
        {
            "trial": {"id": "T-1", "title": "A trial"},
            "population": {"randomize": subjects},
            "arms": {
                "old": {"label": "Old", "role": "control"},
                "new": {"label": "New", "role": "experimental"},
            },
            "allocation": {"ratio": ratio},
            "endpoints": endpoints or TTE,
            "design": design,
            "assume": {"accrual": {"lasts": "20 months"}, **assume},
        }
    )
