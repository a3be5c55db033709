"""SQLCipher files: what opens, what does not and why, and that each setting was taken."""

import logging
import os
import stat
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlcipher3
from sqlalchemy import Engine, event

from storage import database, driver
from storage.database import look, open_database, write
from storage.driver import PAGE_BYTES
from storage.errors import (
    BusyError,
    DamagedError,
    DiskError,
    DiskFullError,
    ExistsError,
    ForeignDataError,
    MissingError,
    StorageError,
    WrongKeyError,
    WrongOrDamagedError,
)

KEY = bytes(range(32))
OTHER_KEY = bytes(32)
ROWS = 200


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed file with some pages in it."""
    path = tmp_path / "desk.db"
    engine = open_database(path, KEY, create=True)
    with write(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE notes (id INTEGER PRIMARY KEY, words TEXT NOT NULL)")
        for _ in range(ROWS):
            connection.exec_driver_sql("INSERT INTO notes (words) VALUES (hex(randomblob(100)))")
    engine.dispose()
    return path


@pytest.fixture
def engine(path: Path) -> Iterator[Engine]:
    engine = open_database(path, KEY)
    yield engine
    engine.dispose()


def flip(path: Path, offset: int) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([byte ^ 1]))


def count(engine: Engine) -> int:
    with look(engine) as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM notes").scalar_one())


def test_a_file_opens_again_with_its_key(engine: Engine) -> None:
    assert count(engine) == ROWS


def test_another_key_is_told_apart_from_damage(path: Path) -> None:
    with pytest.raises(ForeignDataError) as caught:
        open_database(path, OTHER_KEY)

    assert isinstance(caught.value, WrongKeyError)
    assert caught.value.exit_code == 5


def test_a_first_page_with_a_flipped_bit_is_damage_and_no_other_key(path: Path) -> None:
    flip(path, 100)

    with pytest.raises(WrongOrDamagedError) as caught:
        open_database(path, KEY)

    assert not isinstance(caught.value, ForeignDataError)
    assert "desk.db" in caught.value.sentence


def test_a_later_page_with_a_flipped_bit_is_named_when_it_is_read(path: Path) -> None:
    flip(path, 5 * PAGE_BYTES + 17)
    engine = open_database(path, KEY)

    with pytest.raises(DamagedError), look(engine) as connection:
        connection.exec_driver_sql("SELECT sum(length(words)) FROM notes").scalar()


@pytest.mark.parametrize("size", [0, 1, 100, PAGE_BYTES - 1])
def test_an_emptied_file_is_damage_and_never_a_fresh_store(path: Path, size: int) -> None:
    os.truncate(path, size)

    with pytest.raises(DamagedError):
        open_database(path, KEY)

    assert path.stat().st_size == size


def test_a_file_cut_at_a_page_is_named_when_it_is_read(path: Path) -> None:
    os.truncate(path, 3 * PAGE_BYTES)

    with pytest.raises(DamagedError):
        count(open_database(path, KEY))


def test_a_missing_file_is_named_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match=r"desk\.db"):
        open_database(tmp_path / "desk.db", KEY)

    assert not (tmp_path / "desk.db").exists()


def test_a_store_is_never_made_over_a_file(path: Path) -> None:
    before = path.read_bytes()

    with pytest.raises(ExistsError):
        open_database(path, KEY, create=True)

    assert path.read_bytes() == before


def test_a_store_in_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be made"):
        open_database(tmp_path / "nowhere" / "desk.db", KEY, create=True)


@pytest.mark.parametrize("key", [b"", bytes(16), bytes(31), bytes(33), bytes(64)])
def test_a_key_of_another_length_is_refused_before_any_file(tmp_path: Path, key: bytes) -> None:
    with pytest.raises(StorageError, match="32 bytes"):
        open_database(tmp_path / "desk.db", key, create=True)

    assert list(tmp_path.iterdir()) == []


def test_a_library_that_can_lose_a_commit_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlcipher3, "sqlite_version_info", (3, 51, 2))

    with pytest.raises(StorageError, match="too old"):
        open_database(path, KEY)


@pytest.mark.parametrize(
    ("pragma", "wanted"),
    [
        ("synchronous", 2),
        ("journal_mode", "wal"),
        ("secure_delete", 1),
        ("foreign_keys", 1),
        ("temp_store", 2),
        ("trusted_schema", 0),
        ("cipher_memory_security", "1"),
    ],
)
def test_every_connection_has_taken_each_setting(engine: Engine, pragma: str, wanted: object) -> None:
    with engine.connect() as one, engine.connect().execution_options(nightdesk_reads=True) as other:
        for connection in (other, one):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == wanted
            connection.rollback()


def test_a_setting_that_is_not_taken_is_an_error(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "_AFTER_KEY", ("PRAGMA synchronous = NORMAL",))

    with pytest.raises(StorageError, match="did not take"):
        open_database(path, KEY)


def test_nobody_else_may_read_the_files(engine: Engine, path: Path) -> None:
    with write(engine) as connection:
        connection.exec_driver_sql("INSERT INTO notes (words) VALUES ('x')")
        modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in path.parent.iterdir()}

    assert modes == {"desk.db": 0o600, "desk.db-wal": 0o600, "desk.db-shm": 0o600}


def test_no_byte_of_a_new_file_is_readable_at_any_time(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    engine = open_database(path, KEY, create=True)

    with write(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE plain_words (words TEXT)")
        written = [one.read_bytes() for one in tmp_path.iterdir()]
    engine.dispose()
    written += [one.read_bytes() for one in tmp_path.iterdir()]

    assert all(b"SQLite format" not in data and b"plain_words" not in data for data in written)


def test_the_key_is_in_no_statement_log_or_traceback(
    path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements: list[str] = []
    real = sqlcipher3.dbapi2.connect

    def traced(*args: object, **options: object) -> object:
        driver = real(*args, **options)
        driver.set_trace_callback(statements.append)
        return driver

    monkeypatch.setattr(sqlcipher3.dbapi2, "connect", traced)
    with caplog.at_level(logging.DEBUG):
        count(open_database(path, KEY))
        with pytest.raises(ForeignDataError) as caught:
            open_database(path, OTHER_KEY)
    told = "\n".join([*statements, caplog.text, *traceback.format_exception(caught.value)])

    assert "SELECT count(*) FROM notes" in told
    assert KEY.hex() not in told.lower()
    assert OTHER_KEY.hex() not in told.lower()


def test_a_full_disk_is_named_and_nothing_of_it_stays(engine: Engine) -> None:
    @event.listens_for(engine, "begin")
    def _small(connection: object) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 20")  # type: ignore[attr-defined]

    with pytest.raises(DiskFullError), write(engine) as connection:
        connection.exec_driver_sql("INSERT INTO notes (words) SELECT hex(randomblob(1000)) FROM notes")

    assert count(engine) == ROWS


def test_a_file_held_by_another_process_is_called_busy_and_not_damaged(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "BUSY_TIMEOUT_S", 0.05)
    engine, another = open_database(path, KEY), open_database(path, KEY)

    with write(engine) as holder:
        holder.exec_driver_sql("INSERT INTO notes (words) VALUES ('x')")
        with pytest.raises(BusyError), write(another):
            pass  # pragma: no cover - the lock is never had


def test_opening_does_not_wait_for_a_writer(engine: Engine, path: Path) -> None:
    with write(engine) as holder:
        holder.exec_driver_sql("INSERT INTO notes (words) VALUES ('x')")

        assert count(open_database(path, KEY)) == ROWS


def test_a_look_cannot_write(engine: Engine) -> None:
    with pytest.raises(DiskError), look(engine) as connection:
        connection.exec_driver_sql("DELETE FROM notes")

    with write(engine) as connection:
        connection.exec_driver_sql("DELETE FROM notes WHERE id = 1")
    assert count(engine) == ROWS - 1


def test_a_look_sees_one_moment_while_others_write(engine: Engine) -> None:
    with look(engine) as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM notes").scalar()
        with write(engine) as other:
            other.exec_driver_sql("DELETE FROM notes")
        after = connection.exec_driver_sql("SELECT count(*) FROM notes").scalar()

    assert before == after == ROWS
    assert count(engine) == 0


def test_an_error_rolls_everything_back(engine: Engine) -> None:
    def act() -> None:
        with write(engine) as connection:
            connection.exec_driver_sql("DELETE FROM notes")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()

    assert count(engine) == ROWS


def test_what_the_driver_says_is_not_passed_on(engine: Engine) -> None:
    with pytest.raises(StorageError) as caught, write(engine) as connection:
        connection.exec_driver_sql("INSERT INTO notes (id, words) VALUES (1, 'canary words')")

    assert caught.value.sentence == "the database refused: IntegrityError"
    assert caught.value.__suppress_context__


def test_eight_threads_write_at_once_and_nothing_is_lost(engine: Engine) -> None:
    failed: list[Exception] = []

    def work() -> None:
        try:
            for _ in range(20):
                with write(engine) as connection:
                    most = connection.exec_driver_sql("SELECT max(id) FROM notes").scalar_one()
                    connection.exec_driver_sql("INSERT INTO notes (id, words) VALUES (?, 'x')", (most + 1,))
        except Exception as error:  # noqa: BLE001 - told below
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert count(engine) == ROWS + 160


def test_a_thread_waits_its_turn_and_is_told_where_that_takes_too_long(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.05)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with write(engine):
            held.set()
            done.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    with pytest.raises(BusyError), write(engine):
        pass
    done.set()
    thread.join()

    with write(engine) as connection:
        connection.exec_driver_sql("INSERT INTO notes (id, words) VALUES (900, 'x')")
    assert count(engine) == ROWS + 1


def test_neither_a_look_nor_a_write_sets_a_pragma_that_forgets_prepared_statements(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements: list[str] = []
    real = sqlcipher3.dbapi2.connect

    def traced(*args: object, **options: object) -> object:
        driver = real(*args, **options)
        driver.set_trace_callback(statements.append)
        return driver

    monkeypatch.setattr(sqlcipher3.dbapi2, "connect", traced)
    engine = open_database(path, KEY)
    count(engine)
    with write(engine):
        pass
    statements.clear()
    count(engine)
    with write(engine) as connection:
        connection.exec_driver_sql("INSERT INTO notes (words) VALUES ('x')")
    engine.dispose()

    assert not [one for one in statements if one.upper().startswith("PRAGMA")]
