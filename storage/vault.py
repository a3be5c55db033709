"""The vault of one desk: its files opened with its keys, and transactions over its nouns."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, Engine

from storage.alerts import Alerts
from storage.answers import Answers
from storage.archive_index import ArchiveIndex
from storage.audit.log import AuditLog
from storage.backups import Backups
from storage.credentials import Credentials
from storage.database import disk_failed, empty_log, look, open_database, write
from storage.datafiles import DESK, PERSONS
from storage.drafts import Drafts
from storage.erasures import Erasures
from storage.errors import BusyError, ExistsError, ForeignDataError
from storage.gate import Gate
from storage.jobs import Jobs
from storage.keys.keytable import KeyName
from storage.keys.opened import OpenKeys
from storage.ledger import Ledger
from storage.messages import Messages
from storage.meta import Meta
from storage.people import NumberIndex, People
from storage.permissions import Permissions
from storage.person_keys import PersonKeys
from storage.phrases import PhraseLists
from storage.placeholders import Placeholders
from storage.plaintext import Plaintext
from storage.reading import Readings
from storage.reasons import Reasons
from storage.redactions import Redactions
from storage.replies import Replies
from storage.retention import Retention
from storage.rotation.standing import Standing, apart, standing
from storage.runs import Runs
from storage.seals import Sealed, Seals
from storage.search.index import SearchIndex
from storage.search.texts import Unindexed
from storage.sessions import Sessions
from storage.suppressions import Suppressions
from storage.upgrading import OpenFile, bring_up

DESK_FILE = DESK.name
PERSONS_FILE = PERSONS.name
_ALONE_WITHIN_S = 60.0


@dataclass(frozen=True, slots=True)
class Transaction:
    """The nouns of one desk, bound to one transaction: all of it is committed, or none."""

    alerts: Alerts
    answers: Answers
    archive: ArchiveIndex
    audit: AuditLog
    backups: Backups
    credentials: Credentials
    drafts: Drafts
    erasures: Erasures
    jobs: Jobs
    ledger: Ledger
    messages: Messages
    meta: Meta
    people: People
    permissions: Permissions
    phrases: PhraseLists
    placeholders: Placeholders
    readings: Readings
    reasons: Reasons
    redactions: Redactions
    replies: Replies
    retention: Retention
    runs: Runs
    sessions: Sessions
    suppressions: Suppressions
    unindexed: Unindexed


class Vault:
    """One desk's store, open."""

    def __init__(self, folder: Path, keys: OpenKeys, *, create: bool = False, stands: Standing | None = None) -> None:
        """Open the files in `folder`, or those that `stands` names.

        Raises MissingError or DamagedError; never makes a store beside an old one.
        """
        if create and any((folder / name).exists() for name in (DESK_FILE, PERSONS_FILE)):
            raise ExistsError(f"{folder.name} has a data file already", remedy="choose another folder")
        self.folder = folder
        self._changes = 0
        # SQLite makes a writer that finds the file locked sleep and ask again; in one process a queue is quicker.
        self._writing = Lock()
        self._descriptors: dict[str, int] = {}
        self._gate = Gate()
        self.search_index = SearchIndex(folder, self._search_key, self._gate)
        self._take_up(stands or standing(folder, keys), create=create)

    def _take_up(self, stands: Standing, *, create: bool = False) -> None:
        self.keys = stands.keys
        # The files are further on than the keyring: a rotation was cut off before its last step.
        self.unfinished = stands.turned
        opened: list[OpenFile] = []
        try:
            for file, path in ((PERSONS, stands.persons), (DESK, stands.desk)):
                key = self.keys.key(file.key).secret.reveal()
                opened.append(OpenFile(file, path, open_database(path, key, create=create), key))
            bring_up(self.folder, opened, create=create)
        except BaseException as error:
            for one in opened:
                one.engine.dispose()
            if isinstance(error, ForeignDataError) and (both := apart(stands)) is not None:
                raise both from None
            raise
        self._persons, self._desk = (one.engine for one in opened)
        self.person_keys = PersonKeys(
            self._persons,
            kek=self.keys.key(KeyName.PKEK),
            others=[key for key in self.keys.table if key.name is KeyName.PKEK],
        )
        self._seals = Seals(self.keys.desk, self.person_keys)

    @property
    def changes(self) -> int:
        """A number that grows with each committed transaction of this process that may have changed something."""
        return self._changes

    @property
    def disk_failed(self) -> bool:
        """Whether a write failed in this process, so that it writes nothing more (database.Trust)."""
        return any(disk_failed(engine) for _, engine in self.engines())

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A transaction that may write; committed at the end, rolled back on any error."""
        with self._writing, self._gate.passage():
            with write(self._desk) as connection:
                yield self._nouns(connection)
            self._changes += 1

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """As `transaction`, for an act of reading: only its leaf is written, so no page needs to look again."""
        with self._writing, self._gate.passage(), write(self._desk) as connection:
            yield self._nouns(connection)

    @contextmanager
    def look(self) -> Iterator[Transaction]:
        """A steady view; nothing is written, so no body can be opened in it."""
        with self._gate.passage(), look(self._desk) as connection:
            yield self._nouns(connection)

    @contextmanager
    def still(self) -> Iterator[None]:
        """Nobody of this process writes; whoever wants to waits. Looking goes on."""
        with self._writing:
            yield

    def exchange(self, act: Callable[[], OpenKeys]) -> None:
        """Let go of the files, let `act` put others in their place, and take up what then counts, with its keys.

        Everybody waits meanwhile. Only within `still`. Raises what `act` raises, with the files that count taken up.
        """
        with self._gate.closed(within_s=_ALONE_WITHIN_S):
            old = self.keys
            self._desk.dispose()
            self.person_keys.close()
            self.search_index.close()
            try:
                keys = act()
            except BaseException:
                self._take_up(standing(self.folder, old))
                raise
            self._take_up(standing(self.folder, keys))
            self._changes += 1
            old.close()

    def number_index(self, number: str) -> NumberIndex:
        """The blind index under which a number (E.164) is found."""
        return NumberIndex(self._index("number", number))

    def provider_mark(self, provider_id: str) -> str:
        """What stands for the carrier's id of an erased text: it is known again, and leads nowhere."""
        return self._index("provider", provider_id)

    def empty_logs(self) -> bool:
        """Leave no page as it was before in the files' logs (see database.empty_log). False: ask again."""
        with self._writing:
            emptied = [empty_log(engine) for _, engine in self.engines()]
            return all(emptied)

    def digest(self, body: Plaintext) -> str:
        """A keyed digest of a body: tells equal from unequal, and nothing to whoever has no key."""
        return self._index("body", body.text)

    def digest_of_bytes(self, body: bytes) -> str:
        """As `digest`, for what left the building."""
        return self._index("bytes", body.hex())

    def _index(self, domain: str, value: str) -> str:
        # The keys of before a rotation are wiped: nobody may be between taking and using them.
        with self._gate.passage():
            return self.keys.blind_index(domain, value)

    def _search_key(self) -> bytes:
        return self.keys.key(KeyName.SEARCH).secret.reveal()

    def prove(self, sealed: Sealed) -> None:
        """That it opens. Raises as a reading would; hands out nothing, so that it needs no leaf."""
        self._seals.prove(sealed)

    def engines(self) -> tuple[tuple[str, Engine], ...]:
        """The open files by name, for checks and copies."""
        return ((DESK_FILE, self._desk), (PERSONS_FILE, self._persons))

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """The files that count stay those that they are: no rotation exchanges them. Others write and look as ever.

        Raises BusyError while a rotation that was cut off waits for its last step: then other files count than those
        of every day.
        """
        with self._gate.passage():
            if self.unfinished:
                raise BusyError("the keys are being changed", remedy="try again in a while")
            yield

    def main_file(self, name: str) -> int:
        """A descriptor of a data file, for copying its pages as they lie there. It stays open as long as the vault.

        Closing any descriptor of a file lets go of all locks that this process has on it (POSIX), those of SQLite
        too: another process could then take itself for the only one.
        """
        path, descriptor = self.folder / name, self._descriptors.get(name)
        if descriptor is not None and not os.path.samestat(os.fstat(descriptor), path.stat()):
            # The key was changed: another file stands there now, and nobody has the old one open any more.
            os.close(self._descriptors.pop(name))
            descriptor = None
        if descriptor is None:
            descriptor = self._descriptors[name] = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        return descriptor

    def take_keys(self, keys: OpenKeys) -> None:
        """The keyring was written anew within a transaction; the keys in it are the same."""
        self.keys = keys

    def close(self) -> None:
        """Let go of files and keys."""
        self._desk.dispose()
        self.person_keys.close()
        self.search_index.close()
        while self._descriptors:
            os.close(self._descriptors.popitem()[1])
        self.keys.close()

    def _nouns(self, connection: Connection) -> Transaction:
        seals, keys = self._seals, self.keys
        audit = AuditLog(connection, desk=keys.desk)
        reasons = Reasons(connection, seals, keys)
        return Transaction(
            alerts=Alerts(connection),
            answers=Answers(connection),
            archive=ArchiveIndex(connection, seals),
            audit=audit,
            backups=Backups(connection),
            credentials=Credentials(connection, desk=keys.desk, key=keys.key(KeyName.VAULT)),
            drafts=Drafts(connection, seals),
            erasures=Erasures(connection),
            jobs=Jobs(connection),
            ledger=Ledger(connection, seals),
            messages=Messages(connection, seals, mark=self.provider_mark),
            meta=Meta(connection),
            people=People(connection, seals),
            permissions=Permissions(connection),
            phrases=PhraseLists(connection),
            placeholders=Placeholders(connection, seals),
            readings=Readings(audit, seals, keys, reasons),
            reasons=reasons,
            redactions=Redactions(connection),
            replies=Replies(connection, seals, mark=self.provider_mark),
            retention=Retention(connection),
            runs=Runs(connection, seals),
            sessions=Sessions(connection),
            suppressions=Suppressions(connection),
            unindexed=Unindexed(connection),
        )
