"""Many threads that do one thing at the same moment."""

import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def at_once(times: int, act: Callable[[int], T]) -> list[T | Exception]:
    """What each of `times` threads got or raised, in the order of their numbers."""
    gate = threading.Barrier(times)
    results: list[T | Exception] = [RuntimeError("it never ran")] * times

    def run(number: int) -> None:
        gate.wait()
        try:
            results[number] = act(number)
        except Exception as error:  # noqa: BLE001 - handed to the test
            results[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
