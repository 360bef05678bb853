"""A small storm: `make storm` sends a large one."""

from __future__ import annotations

import pytest

from support.stores import DATABASES, SQLITE, running
from support.storm import Storm, free_ports, place, storm_over
from support.storm_server import STRATA

SUBJECTS = 36


@pytest.mark.parametrize("kind", DATABASES)
def test_nothing_is_lost_and_nothing_is_double(kind):
    stormy(kind, [])


def test_nothing_is_lost_through_the_api():
    """By HTTP: `equipoise serve`, tokens, keys of requests; the server is killed as well."""
    stormy(SQLITE, free_ports(1))


def stormy(kind, ports):
    server = None if kind == SQLITE else running()
    with place(kind, server=server) as (folder, where, database):
        few = Storm(kind, folder, SUBJECTS, clients=3, client_kills=2, server_kills=1,
                    database_kills=1, where=where, database=database, ports=ports)  # fmt: skip
        said = storm_over(few)
    assert said["faults"] == []
    assert (said["allocated"], said["lost"], said["double"], said["differing"]) == (
        SUBJECTS, 0, 0, 0,
    )  # fmt: skip
    assert said["asked twice"] == SUBJECTS
    assert said["replayed"] == f"{SUBJECTS} of {SUBJECTS} reproduced; commitment opens"
    assert said["contiguous"] == len(STRATA)
