"""Every room beside every other: what they say of one case, and how often they were compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from equipoise.errors import EquipoiseError
from support.reading.answers import Answers, Key, same
from support.reading.plain import plain
from support.reading.rooms import ROOMS
from support.reading.trial import Reading


@dataclass
class Compared:
    """What came of one case.

    faults : what a room says otherwise; refused : room -> its words
    """

    rooms: set[str] = field(default_factory=set)
    comparisons: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    questions: set[str] = field(default_factory=set)


def compare(reading: Reading, rooms: Sequence[str] = tuple(ROOMS)) -> Compared:
    """Ask the rooms, and set each answer beside the hand's, or that of the room before.

    A room that refuses does so in the words that the case expects; those that answer agree.
    """
    done = Compared()
    said: dict[Key, tuple[str, Any]] = {k: ("by hand", v) for k, v in plain(reading).items()}
    rooms = [room for room in rooms if not reading.case.only or room in reading.case.only]
    for room in rooms:
        try:
            answers = _ask(reading, room)
        except EquipoiseError as problem:
            done.refused[room] = str(problem)
            continue
        done.rooms |= {room} if answers else set()
        for key, value in answers.items():
            if key not in said:
                said[key] = (room, value)
                continue
            whose, known = said[key]
            done.comparisons += 1
            done.questions.add(key[0])
            if not same(value, known, key[0]):
                done.faults.append(f"{room}: {', '.join(key)} is {value!r}; {whose}: {known!r}")
    _refusals(reading, rooms, done)
    return done


def _ask(reading: Reading, room: str) -> Answers:
    found = Answers()
    for key, value in ROOMS[room](reading):
        assert key not in found or same(found[key], value, key[0]), (room, key, found[key], value)
        found[key] = value
    return found


def _refusals(reading: Reading, rooms: Sequence[str], done: Compared) -> None:
    expected = {k: v for k, v in reading.case.refuses.items() if k in rooms}
    for room in sorted({*expected, *done.refused}):
        words, found = expected.get(room, ""), done.refused.get(room)
        if found is None:
            done.faults.append(f'{room}: answers, and should refuse with "{words}"')
        elif not words or words not in found:
            done.faults.append(f"{room}: refuses: {found}")
