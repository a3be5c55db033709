"""Work in a process of its own: one call, or a server for as long as a `with` block."""

import contextlib
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def alone(work: Callable[..., Result], *arguments: object) -> Result:
    """What `work` returns, from a fresh interpreter. Both must be at module level somewhere other than __main__."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


@contextlib.contextmanager
def process(serve: Callable[..., None], *arguments: object) -> Iterator[int]:
    """Runs `serve(ready, *arguments)`, which sends its port on `ready` once it listens; gives that port."""
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe(duplex=False)
    server = spawn.Process(target=serve, args=(there, *arguments), daemon=True)
    server.start()
    there.close()  # so that a server that dies before it listens is noticed here
    try:
        yield here.recv()
    finally:
        server.terminate()
        server.join()
