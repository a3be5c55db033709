"""The gate: many pass, one is alone, and nobody is locked out inside."""

import threading

import pytest

from storage.errors import BusyError
from storage.gate import Gate


def test_who_is_alone_waits_for_those_inside_and_keeps_others_out() -> None:
    gate, inside, alone, passed = Gate(), threading.Event(), threading.Event(), []
    leave = threading.Event()

    def reads() -> None:
        with gate.passage():
            inside.set()
            leave.wait(5)
            passed.append("reader")

    def closes() -> None:
        with gate.closed(within_s=5):
            passed.append("alone")
            alone.set()

    threads = [threading.Thread(target=reads), threading.Thread(target=closes)]
    threads[0].start()
    inside.wait(5)
    threads[1].start()
    leave.set()
    for thread in threads:
        thread.join(5)
    with gate.passage():
        passed.append("later")

    assert alone.is_set()
    assert passed == ["reader", "alone", "later"]


def test_a_passage_within_a_passage_is_free() -> None:
    gate = Gate()

    with gate.passage(), gate.passage():
        pass
    with gate.closed(within_s=0), gate.passage():
        pass


def test_a_gate_that_somebody_holds_open_is_not_closed() -> None:
    gate, inside, leave = Gate(), threading.Event(), threading.Event()

    def reads() -> None:
        with gate.passage():
            inside.set()
            leave.wait(5)

    thread = threading.Thread(target=reads)
    thread.start()
    inside.wait(5)
    with pytest.raises(BusyError), gate.closed(within_s=0.01):
        pass
    with gate.passage():
        leave.set()
    thread.join(5)
