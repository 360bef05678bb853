"""Every room, asked what it takes a protocol to mean. A room refuses by raising InputError."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from support.reading.answers import Said
from support.reading.of_data import (
    explain_room,
    monitor_room,
    object_room,
    tables_room,
    verify_room,
)
from support.reading.of_figures import published_room, unrecorded_room
from support.reading.of_plans import (
    check_room,
    kernel_room,
    meaning_room,
    patients_room,
    plan_room,
    synopsis_room,
)
from support.reading.trial import Reading

ROOMS: Final[dict[str, Callable[[Reading], Said]]] = {
    "meaning": meaning_room,
    "check": check_room,
    "plan": plan_room,
    "monitor": monitor_room,
    "synopsis": synopsis_room,
    "patients": patients_room,
    "kernel": kernel_room,
    "object": object_room,
    "verify": verify_room,
    "tables": tables_room,
    "explain": explain_room,
    "unrecorded": unrecorded_room,
    "published": published_room,
}
