"""The index on the disk: a SQLCipher file of its own with an FTS5 table. Words only as an index, never as text.

It knows the dialect, as driver.py and database.py do. The words' table keeps no text (`content=''`), so what is
deleted is marked at once and taken out when its part of the index is written anew: `purge` sees to that, and until it
is done the file says so itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from storage.driver import connect_alone, driver_errors
from storage.errors import DamagedError
from storage.ids import new_id
from storage.search.query import Query

FORMAT: Final = 1
"""Of the tables here, and of how words are told apart; another one is built anew."""

# Kept decrypted in memory, so that words that are looked for often are found without the disk.
_CACHE_KIB: Final = 48 * 1024
_MIDDLE: Final = 2**40
_MERGED_AT_ONCE: Final = 128
# Words come folded and apart from one another (query.py), so that splitting them at spaces is all that is to be done.
_TABLES: Final = (
    "CREATE TABLE facts (name TEXT PRIMARY KEY, value) WITHOUT ROWID",
    "CREATE TABLE entries (place INTEGER PRIMARY KEY, source TEXT, id BLOB UNIQUE, person BLOB, at INTEGER)",
    "CREATE INDEX entries_by_person ON entries (person)",
    "CREATE VIRTUAL TABLE words USING fts5(body, content='', contentless_delete=1, prefix='3', tokenize='ascii')",
    # SQLCipher takes 80 bytes of each page for itself: a leaf of the usual size would always need a second page.
    "INSERT INTO words (words, rank) VALUES ('pgsz', 3900)",
    # The fewer parts an index is in, the quicker it is read; it is read more often than it grows.
    "INSERT INTO words (words, rank) VALUES ('automerge', 2)",
)
_FIND: Final = (
    "SELECT words.rowid, source, id, person, at FROM words CROSS JOIN entries ON place = words.rowid "
    "WHERE words MATCH ? AND words.rowid > ? ORDER BY words.rowid LIMIT "
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A text and its words, folded and with spaces between them."""

    source: str
    id: str
    person: str
    at: int
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Hit:
    """Where the words were found. `place` grows from new to old: that is how FTS5 reads with the least work."""

    place: int
    source: str
    id: str
    person: str
    at: int


@dataclass(slots=True)
class Facts:
    """What the index knows of itself. `made` tells one building of it from another, `turn` counts what was put in."""

    format: int = FORMAT
    made: str = ""
    turn: int = 0
    count: int = 0
    total: int = 0
    newest: int = _MIDDLE
    oldest: int = _MIDDLE - 1
    cursor_at: int | None = None
    cursor_id: str = ""
    whole: int = 0
    to_purge: int = 0


class IndexFile:
    """The file, open, with one connection, so that all threads find the same pages in memory. Not for two at once."""

    def __init__(self, path: Path, key: bytes, *, create: bool = False) -> None:
        """Raises MissingError or DamagedError; the latter also for an index of another form."""
        self._driver = connect_alone(path, key, create=create)
        try:
            with driver_errors():
                self._driver.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            self.facts = self._made() if create else self._read()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._driver.close()

    def find(self, query: Query, *, before: int | None, limit: int) -> list[Hit]:
        """The newest texts with all terms, newest first; `before` is the place of the last that is known already."""
        asked = (query.expression(), 0 if before is None else before)
        with driver_errors():
            # A limit that is bound makes SQLite prepare the statement anew each time.
            rows = self._driver.execute(f"{_FIND}{int(limit)}", asked).fetchall()
        return [Hit(place, source, row.hex(), person.hex(), at) for place, source, row, person, at in rows]

    def add(self, entries: Sequence[Entry], facts: Facts, *, history: bool) -> None:
        """Put them in, with what is known of it from now on: as the newest, in the place of what is known of the same
        rows; or as the oldest, where those that are in already stay as they are. They come in the order of time.
        """
        with self._transaction(facts):
            known = self._places("id", [entry.id for entry in entries])
            if history:
                entries = [entry for entry in entries if entry.id not in known]
            else:
                self._remove(known.values(), facts)
            first = facts.oldest + 1 if history else facts.newest - len(entries)
            for place, entry in enumerate(reversed(entries), first):
                row = (place, entry.source, bytes.fromhex(entry.id), bytes.fromhex(entry.person), entry.at)
                self._driver.execute("INSERT INTO entries VALUES (?, ?, ?, ?, ?)", row)
                self._driver.execute("INSERT INTO words (rowid, body) VALUES (?, ?)", (place, entry.words))
            facts.count += len(entries)
            if history:
                facts.oldest += len(entries)
            else:
                facts.newest = first

    def forget(self, column: str, ids: Sequence[str], facts: Facts) -> None:
        """Nothing of these rows (`id`) or people (`person`) is found any more; their words go with the next purge."""
        with self._transaction(facts):
            self._remove(self._places(column, ids).values(), facts)

    def purge(self, facts: Facts) -> bool:
        """Write some of the index anew without what was deleted; whether nothing of it is left in the file."""
        with self._transaction(facts):
            before = self._driver.total_changes
            self._driver.execute("INSERT INTO words (words, rank) VALUES ('merge', ?)", (-_MERGED_AT_ONCE,))
            # The documentation of FTS5 says how to tell: where nothing was merged, only the command itself counts.
            done = self._driver.total_changes - before < 2
            if not done:
                return False
        with driver_errors():
            # Pages as they were before stand in the log until it is cut.
            busy, *_ = self._driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            return False
        facts.to_purge = 0
        with self._transaction(facts):
            return True

    @contextmanager
    def _transaction(self, facts: Facts) -> Iterator[None]:
        with driver_errors():
            self._driver.execute("BEGIN IMMEDIATE")
            try:
                yield
                values = [(name, getattr(facts, name)) for name in Facts.__slots__]
                self._driver.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", values)
                self._driver.execute("COMMIT")
            except BaseException:
                self._driver.rollback()
                raise
        self.facts = facts

    def _places(self, column: str, ids: Iterable[str]) -> dict[str, int]:
        found = {}
        for one in ids:
            asked = f"SELECT id, place FROM entries WHERE {column} = ?"  # noqa: S608 - one of our two columns
            for row, place in self._driver.execute(asked, (bytes.fromhex(one),)):
                found[row.hex()] = place
        return found

    def _remove(self, places: Iterable[int], facts: Facts) -> None:
        for place in places:
            self._driver.execute("DELETE FROM words WHERE rowid = ?", (place,))
            self._driver.execute("DELETE FROM entries WHERE place = ?", (place,))
            facts.count -= 1
            facts.to_purge = 1

    def _made(self) -> Facts:
        facts = Facts(made=new_id())
        with self._transaction(facts):
            for statement in _TABLES:
                self._driver.execute(statement)
        return facts

    def _read(self) -> Facts:
        with driver_errors():
            tables = {name for (name,) in self._driver.execute("SELECT name FROM sqlite_master")}
            known: dict[str, Any] = {}
            if {"facts", "entries", "words"} <= tables:
                known = dict(self._driver.execute("SELECT name, value FROM facts").fetchall())
        if known.get("format") != FORMAT or known.keys() != set(Facts.__slots__):
            raise DamagedError("the index is of another form", remedy="it is built anew by itself")
        return Facts(**known)
