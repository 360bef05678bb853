"""Several writers at once: nobody is refused, nothing is lost, on both databases."""

import threading

import pytest

from equipoise.conduct.store.bodies import Who
from equipoise.conduct.store.canonical import GENESIS
from equipoise.conduct.store.store import Store
from support.stores import DATABASES, new_store
from unit.conduct.store.test_verify import looked_at

WRITERS, EACH = 6, 15


def compete(kind, folder):
    """Writers with connections of their own count one number up; what it was in the end."""
    folder.mkdir(exist_ok=True)
    store, where = new_store(kind, folder)
    with store.unit() as unit:
        unit.begin_chain("site:A", GENESIS)
        unit.insert("site", id="A", name="0", zone="UTC", state="active", revision=1)
    problems = []

    def write(number):
        own = Store.open(where, folder=folder)
        try:
            for _ in range(EACH):
                with own.unit() as unit:
                    unit.who = Who(str(number), "admin", "count")
                    row = unit.row("site", "A", lock=True)
                    unit.change("site", row, name=str(int(row["name"]) + 1))
        except Exception as problem:  # of a thread, told below
            problems.append(problem)
        finally:
            own.engine.dispose()

    threads = [threading.Thread(target=write, args=(n,)) for n in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert looked_at(store).in_words() == f"{WRITERS * EACH + 1} rows, 2 chains, 0 faults"
    with store.reading() as unit:
        assert unit.row("site", "A")["name"] == str(WRITERS * EACH)
    store.engine.dispose()


@pytest.mark.parametrize("kind", DATABASES)
def test_nothing_is_lost(kind, tmp_path):
    compete(kind, tmp_path)
