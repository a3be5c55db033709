"""The index of a desk: found in, added to, forgotten from.

Derived: whatever is wrong with its file, it is built anew.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock, RLock

from storage.datafiles import SEARCH_FILE
from storage.errors import DamagedError, MissingError
from storage.gate import Gate
from storage.rotation.files import remove
from storage.search.index_file import Entry, Facts, Hit, IndexFile
from storage.search.query import Query
from storage.search.texts import Cursor


@dataclass(frozen=True, slots=True)
class IndexStanding:
    """How far the index is: so many texts can be found, of so many. `made` names this building of it."""

    made: str = ""
    turn: int = 0
    count: int = 0
    total: int = 0
    whole: bool = False
    cursor: Cursor | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """`more` says that older ones may follow the last."""

    hits: tuple[Hit, ...] = ()
    more: bool = False


class SearchIndex:
    """One desk's index, opened when it is first asked for.

    `turn` is for acts that read bodies and then change the index, or take bodies away: two of them never overlap, so
    no word gets in that has just been forgotten. Whoever holds it may open transactions of the vault; nobody asks for
    it within one. Finding never waits for it.
    """

    def __init__(self, folder: Path, key: Callable[[], bytes], gate: Gate) -> None:
        self._path = folder / SEARCH_FILE
        self._key = key
        self._gate = gate
        self._turn = Lock()
        self._using = RLock()
        self._file: IndexFile | None = None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Nobody else puts anything in, or takes it out, meanwhile."""
        with self._turn:
            yield

    def standing(self) -> IndexStanding | None:
        """How far it is; None where there is none that can be used."""
        with self._used() as file:
            return None if file is None else _standing(file.facts)

    def find(self, query: Query, *, before: int | None = None, limit: int) -> Found:
        """The newest texts with all terms, newest first. Empty where there is no index, or nothing is asked."""
        with self._used() as file:
            if file is None or not query.terms:
                return Found()
            hits = file.find(query, before=before, limit=limit + 1)
        return Found(tuple(hits[:limit]), len(hits) > limit)

    def begin(self, *, total: int) -> IndexStanding:
        """An empty index, in the place of whatever is there. Within `turn`."""
        with self._gate.passage(), self._using:
            self.drop()
            self._file = IndexFile(self._path, self._key(), create=True)
            self._file.add((), replace(self._file.facts, total=total), history=True)
            return _standing(self._file.facts)

    def add(self, entries: Sequence[Entry], *, made: str) -> bool:
        """Put in what is new, or changed. False where the index has been built anew since. Within `turn`."""
        return self._added(entries, made, history=False)

    def add_older(self, entries: Sequence[Entry], *, made: str, cursor: Cursor | None, whole: bool) -> bool:
        """Put in what was there before; `cursor` is the oldest text that is done, `whole` that there are no more."""
        # Once all is in, one part is made of the many that it came in.
        changes: dict[str, object] = {"whole": int(whole), "to_purge": int(whole)}
        if cursor is not None:
            changes |= {"cursor_at": cursor[0], "cursor_id": cursor[1]}
        return self._added(entries, made, history=True, **changes)

    def forget(self, person: str) -> None:
        """Nothing of that person is found any more. Bears being done twice."""
        with self.turn():
            self._forget("person", [person])

    @contextmanager
    def removing(self, ids: Sequence[str]) -> Iterator[None]:
        """These texts are not found any more; their words are taken away in the block, and none gets in again."""
        with self.turn():
            self._forget("id", ids)
            yield

    def purge(self) -> bool:
        """Some of what is to be done so that no word that was deleted is in the file; whether nothing more is."""
        with self._used() as file:
            return file is None or not file.facts.to_purge or file.purge(replace(file.facts))

    def purge_whole(self) -> None:
        """As `purge`, to its end: for who closes the desk afterwards."""
        while not self.purge():
            pass

    def close(self) -> None:
        """Let go of the file; it is opened again when it is asked for."""
        with self._using:
            file, self._file = self._file, None
            if file is not None:
                file.close()

    def drop(self) -> None:
        """Take the file away."""
        with self._gate.passage(), self._using:
            self.close()
            remove(self._path)

    def _added(self, entries: Sequence[Entry], made: str, *, history: bool, **changes: object) -> bool:
        with self._used() as file:
            if file is None or file.facts.made != made:
                return False
            facts = replace(file.facts, turn=file.facts.turn + 1, **changes)  # type: ignore[arg-type]
            file.add(entries, facts, history=history)
            return True

    def _forget(self, column: str, ids: Sequence[str]) -> None:
        with self._used() as file:
            if file is not None:
                file.forget(column, ids, replace(file.facts))

    @contextmanager
    def _used(self) -> Iterator[IndexFile | None]:
        # A rotation of the keys waits until nobody uses the file, and puts none in its place.
        with self._gate.passage(), self._using:
            file = self._opened()
            if file is None:
                yield None
                return
            try:
                yield file
            except DamagedError:
                # What is damaged is of no use to anybody; the next building begins with nothing.
                self.drop()
                raise

    def _opened(self) -> IndexFile | None:
        if self._file is None:
            try:
                self._file = IndexFile(self._path, self._key())
            except MissingError:
                return None
            except DamagedError:
                with suppress(OSError):
                    self.drop()
                return None
        return self._file


def _standing(facts: Facts) -> IndexStanding:
    cursor = None if facts.cursor_at is None else (facts.cursor_at, facts.cursor_id)
    return IndexStanding(facts.made, facts.turn, facts.count, facts.total, bool(facts.whole), cursor)
