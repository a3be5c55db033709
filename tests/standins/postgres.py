"""A real PostgreSQL for one run of the tests: a cluster of its own, on a socket only, gone at the end."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text

from tests import system_tools

_PATIENCE_S = 60


@contextmanager
def running_postgres() -> Iterator[Engine]:
    """An engine on an empty database of a server started for it."""
    postgres = system_tools.find_postgres()
    assert postgres is not None, "tests that need it carry the mark `postgres`"
    programs = Path(postgres).resolve().parent
    # Not pytest's folder: only its owner may enter that, and the server refuses to run as root.
    home = Path(tempfile.mkdtemp(prefix="nightdesk-postgres-"))
    data = home / "data"
    as_user = _as_server_user(home)
    options = f"-c listen_addresses='' -c unix_socket_directories='{home}' -c fsync=off"
    try:
        _run(
            [*as_user, str(programs / "initdb"), "-D", str(data), "-U", "nightdesk", "-A", "trust", "-E", "UTF8", "-N"]
        )
        _run(
            [*as_user, str(programs / "pg_ctl"), "-D", str(data), "-w", "-l", str(home / "log"), "-o", options, "start"]
        )
        engine = create_engine(f"postgresql+psycopg://nightdesk@/postgres?host={home}", pool_size=8, max_overflow=30)
        event.listen(engine, "begin", _take_turns)
        try:
            yield engine
        finally:
            engine.dispose()
            _run([*as_user, str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(home, ignore_errors=True)


def empty(engine: Engine) -> None:
    """Take every row out, and leave the tables."""
    with engine.begin() as connection:
        names = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars()
        kept = ", ".join(f'"{name}"' for name in names if name != "alembic_version")
        if kept:
            connection.execute(text(f"TRUNCATE {kept}"))


def _take_turns(connection: Connection) -> None:
    # What BEGIN IMMEDIATE is to SQLite: one writer at a time, so that a look before a write still holds at the write.
    if not connection.get_execution_options().get("nightdesk_reads"):
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(1)")


def _as_server_user(home: Path) -> list[str]:
    if os.geteuid() != 0:
        return []
    name = next(entry.pw_name for entry in map(_account, ("postgres", "nobody")) if entry)
    shutil.chown(home, name)
    return ["runuser", "-u", name, "--"]


def _account(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _run(command: list[str]) -> None:
    environment: dict[str, Any] = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    # A file and not a pipe: the server keeps what it was given open, and a pipe would never end.
    with tempfile.TemporaryFile() as told:
        ended = subprocess.run(
            command,
            env=environment,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=told,
            timeout=_PATIENCE_S,
            check=False,
        )
        told.seek(0)
        assert ended.returncode == 0, told.read().decode(errors="replace")[-2000:]
