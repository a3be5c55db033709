"""Searching 1,000,000 texts for the newest 20, beside the same FTS5 table in a plain file, by the standard library.

The index is filled by its own verb. Words come by chance from 30,000, some far more often than others.
"""

import itertools
import random
import sqlite3
import statistics
import string
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path

from storage.gate import Gate
from storage.ids import new_id
from storage.search.index import SearchIndex
from storage.search.index_file import Entry
from storage.search.query import Query, read_query
from tests.bench.rows import Goal, Row

TEXTS = 1_000_000
VOCABULARY = 30_000
WORDS = 12
PEOPLE = 10_000
BATCH = 1_000
NEWEST = 20
ASKED = 200

Ask = Callable[[Query], int]


def rows() -> Iterable[Row]:
    with tempfile.TemporaryDirectory(prefix="nightdesk-bench-") as name:
        folder = Path(name)
        index = SearchIndex(folder, lambda: bytes(range(32)), Gate())
        words = _vocabulary()
        with closing(sqlite3.connect(folder / "plain.db", isolation_level=None)) as plain:
            took, took_plain = _filled(index, plain, words)
            yield Row("texts put into the index", "/s", TEXTS / took, "plain SQLite", TEXTS / took_plain)
            sizes = [(folder / one).stat().st_size / 2**20 for one in ("search.db", "plain.db")]
            yield Row(f"size of the index, {TEXTS:,} texts", "MiB", sizes[0], "plain SQLite", sizes[1])
            yield from _asked(index, plain, words)
        began = time.perf_counter()
        index.forget("0" * 32)
        index.purge_whole()
        yield Row("somebody's texts gone from its pages", "s", time.perf_counter() - began)
        index.close()


def _vocabulary() -> list[str]:
    chance = random.Random(1)
    return ["".join(chance.choices(string.ascii_lowercase, k=chance.randint(2, 9))) for _ in range(VOCABULARY)]


def _filled(index: SearchIndex, plain: sqlite3.Connection, words: list[str]) -> tuple[float, float]:
    made = index.begin(total=TEXTS).made
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "temp_store = MEMORY"):
        plain.execute(f"PRAGMA {pragma}")
    plain.execute("CREATE VIRTUAL TABLE words USING fts5(body, content='', prefix='3', tokenize='ascii')")
    plain.execute("INSERT INTO words (words, rank) VALUES ('automerge', 2)")
    plain.execute("CREATE TABLE entries (place INTEGER PRIMARY KEY, id BLOB, person BLOB, at INTEGER)")
    ours = theirs = 0.0
    for place, batch in enumerate(_batches(words)):
        began = time.perf_counter()
        assert index.add(batch, made=made)
        ours += time.perf_counter() - began
        began = time.perf_counter()
        plain.execute("BEGIN")
        for at, entry in enumerate(reversed(batch), TEXTS - (place + 1) * BATCH):
            plain.execute("INSERT INTO entries VALUES (?, ?, ?, ?)", (at, entry.id, entry.person, entry.at))
            plain.execute("INSERT INTO words (rowid, body) VALUES (?, ?)", (at, entry.words))
        plain.execute("COMMIT")
        theirs += time.perf_counter() - began
    began = time.perf_counter()
    assert index.add_older((), made=made, cursor=None, whole=True)
    index.purge_whole()
    ours += time.perf_counter() - began
    began = time.perf_counter()
    plain.execute("INSERT INTO words (words) VALUES ('optimize')")
    theirs += time.perf_counter() - began
    return ours, theirs


def _batches(words: list[str]) -> Iterator[list[Entry]]:
    chance = random.Random(2)
    weights = list(itertools.accumulate(1 / (place + 2.7) for place in range(VOCABULARY)))
    for start in range(0, TEXTS, BATCH):
        yield [
            Entry(
                "messages",
                new_id(),
                f"{chance.randrange(PEOPLE):032x}",
                at,
                " ".join(chance.choices(words, cum_weights=weights, k=WORDS)),
            )
            for at in range(start, start + BATCH)
        ]


def _asked(index: SearchIndex, plain: sqlite3.Connection, words: list[str]) -> Iterator[Row]:
    chance = random.Random(3)
    long = [word for word in words[:3_000] if len(word) > 3]
    kinds: dict[str, Callable[[], str]] = {
        "a common word": lambda: words[chance.randrange(30)],
        "a rare word": lambda: words[chance.randrange(5_000, VOCABULARY)],
        "two words": lambda: f"{words[chance.randrange(50)]} {words[chance.randrange(1_000)]}",
        "a beginning": lambda: f"{chance.choice(long)[:4]}*",
    }
    every: list[tuple[float, float]] = []
    for what, typed in kinds.items():
        queries = [read_query(typed()) for _ in range(ASKED)]
        took = _times(queries, lambda query: len(index.find(query, limit=NEWEST).hits), _plainly(plain))
        every += took
        ours, theirs = ([one[side] for one in took] for side in (0, 1))
        yield Row(f"{what}: half within", "ms", statistics.median(ours), "plain SQLite", statistics.median(theirs))
        yield Row(f"{what}: 95 % within", "ms", _p95(ours), "plain SQLite", _p95(theirs))
    ours, theirs = ([one[side] for one in every] for side in (0, 1))
    yield Row("all of these: 95 % within", "ms", _p95(ours), goal=Goal("figure", "at most", 5))
    yield Row("the same", "ms", _p95(ours), "plain SQLite", _p95(theirs), Goal("ratio", "at most", 1.5))


def _plainly(plain: sqlite3.Connection) -> Ask:
    find = (
        "SELECT words.rowid, id, person, at FROM words CROSS JOIN entries ON place = words.rowid "
        "WHERE words MATCH ? ORDER BY words.rowid LIMIT ?"
    )
    return lambda query: len(plain.execute(find, (query.expression(), NEWEST)).fetchall())


def _times(queries: list[Query], *sides: Ask) -> list[tuple[float, float]]:
    """Milliseconds of each query on both sides, one after the other, so that both meet the same machine. Each is asked
    three times and the middle counts: once in a while another process has the core.
    """
    found = []
    for query in queries:
        pair = []
        counts = set()
        for side in sides:
            took = []
            for _ in range(3):
                began = time.perf_counter()
                counts.add(side(query))
                took.append((time.perf_counter() - began) * 1000)
            pair.append(statistics.median(took))
        assert len(counts) == 1
        found.append((pair[0], pair[1]))
    return found


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]
