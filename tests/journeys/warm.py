"""Processes of ours that need not import the house anew: each is forked from one that has.

A process of its own for all that matters here: its own memory, files, locks, signals, death and exit code. What it
leaves out is the second and more that each start spends on reading our code, which no journey is about.
"""

import ctypes
import multiprocessing
import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from functools import cache
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Final
from unittest import mock

from tests.faults.recorder import libraries
from ui.cli import COMMANDS

_STREAMS: Final = (("in", os.O_RDONLY), ("out", os.O_WRONLY), ("err", os.O_WRONLY))
# What the tests of faults lay under processes; it does nothing where the environment does not say what.
_IDLE: Final = libraries()
# What serving imports when it comes to it.
_LATE: Final = ("anthropic", "storage.migrations.run", "ui.core", "ui.serve")


class Warm:
    """One command, running; as much of `subprocess.Popen` as a house needs."""

    def __init__(self, words: Sequence[str], *, env: Mapping[str, str], stdin: str = "") -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="nightdesk-warm-")
        folder = Path(self._folder.name)
        for name, _ in _STREAMS:
            (folder / name).write_text(stdin if name == "in" else "", encoding="utf-8")
        self._words = words
        self._process = _forks().Process(target=_run, args=(list(words), dict(env), str(folder)))
        self._process.start()

    @property
    def pid(self) -> int:
        pid = self._process.pid
        assert pid is not None
        return pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode

    def send_signal(self, which: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, which)

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """What it said, once it has ended. Raises TimeoutExpired."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(list(self._words), timeout or 0)
        folder = Path(self._folder.name)
        out, err = ((folder / name).read_text(encoding="utf-8") for name in ("out", "err"))
        self._folder.cleanup()
        return out, err


def possible(env: Mapping[str, str]) -> bool:
    """Whether a process can be forked where that is the environment: another library or another patch is found by fresh
    ones only, since those that are forked have read their code already.
    """
    return hasattr(os, "fork") and env.get("LD_PRELOAD", "") in {"", _IDLE} and _folders(env) <= _OURS


def _folders(env: Mapping[str, str]) -> set[str]:
    return {folder for folder in env.get("PYTHONPATH", "").split(os.pathsep) if folder}


_OURS: Final = _folders(os.environ) | {str(Path(__file__).parents[2])}


@cache
def _forks() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    commands = [f"ui.commands.{name.replace('-', '_')}" for name in COMMANDS]
    context.set_forkserver_preload([*commands, *_LATE])
    with mock.patch.dict(os.environ, {"LD_PRELOAD": _IDLE} if _IDLE else {}):
        forkserver.ensure_running()
    return context


def _run(words: list[str], env: dict[str, str], folder: str) -> None:
    os.environ.clear()
    os.environ.update(env)
    if env.get("LD_PRELOAD"):
        ctypes.CDLL(None).ndf_begin()
    for number, (name, how) in enumerate(_STREAMS):
        opened = os.open(Path(folder) / name, how)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)
    sys.argv = ["nightdesk", *words]
    warnings.simplefilter("default")
    from ui.cli import main

    main()
