"""First come, first served."""

import threading
import time

from equipoise.conduct.store.turns import WritersTurns


def test_in_the_order_in_which_they_came():
    turns, served = WritersTurns(), []

    def one(number):
        with turns.turn():
            served.append(number)

    threads = [threading.Thread(target=one, args=(n,)) for n in range(30)]
    with turns.turn():
        for place, thread in enumerate(threads, start=2):
            thread.start()
            while len(turns._waiting) < place:
                time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert served == list(range(30))


def test_an_error_ends_a_turn():
    turns = WritersTurns()
    try:
        with turns.turn():
            raise ValueError
    except ValueError:
        pass
    with turns.turn():
        assert len(turns._waiting) == 1
