"""Bringing the index up to date with the store, one batch at a time: what came in first, then what was there before.

The words go into the index before the store notes that they are there. Cut off in between they go in again, in the
place of themselves. What the store noted of the index must be what the index says, in the same life of the desk, or
it is built anew: so an older copy of either file does no harm, and no word stays that the store does not know of.
"""

from collections.abc import Sequence

from storage.errors import ErasedError, SealError
from storage.meta import Meta
from storage.reading import ERASED, Opened, Reading, Shown
from storage.search.index import IndexStanding
from storage.search.index_file import Entry
from storage.search.query import words_of
from storage.search.texts import Text
from storage.vault import Transaction, Vault

READER = "desk"
BATCH = 200


def catch_up(vault: Vault, *, at: int, batch: int = BATCH) -> bool:
    """Put the next batch into the index, which is made where there is none that fits. Whether there may be more."""
    with vault.search_index.turn():
        standing = _fitting(vault) or _begun(vault)
        return _new(vault, standing, at, batch) or (not standing.whole and _old(vault, standing, at, batch))


def _fitting(vault: Vault) -> IndexStanding | None:
    standing = vault.search_index.standing()
    with vault.look() as tx:
        noted, life = tx.meta.get(Meta.SEARCH), tx.meta.epoch()
    if standing is None:
        return None
    # The index is one batch ahead where the last one was cut off.
    fitting = {_spelled(standing.made, turn, life) for turn in (standing.turn, standing.turn - 1)}
    return standing if noted in fitting else None


def _begun(vault: Vault) -> IndexStanding:
    with vault.look() as tx:
        total = tx.unindexed.count()
    standing = vault.search_index.begin(total=total)
    with vault.reading() as tx:
        tx.unindexed.nothing_owed()
        _note(tx, standing.made, standing.turn)
    return standing


def _new(vault: Vault, standing: IndexStanding, at: int, batch: int) -> bool:
    with vault.look() as tx:
        if not tx.unindexed.waits():
            return False
    with vault.reading() as tx:
        texts, marks = tx.unindexed.owed(limit=batch)
        entries = _entries(vault, tx, texts, at)
        _note(tx, standing.made, standing.turn)
    if vault.search_index.add(entries, made=standing.made):
        with vault.reading() as tx:
            tx.unindexed.done(marks)
            _note(tx, standing.made, standing.turn + 1)
    return True


def _old(vault: Vault, standing: IndexStanding, at: int, batch: int) -> bool:
    with vault.reading() as tx:
        texts = tx.unindexed.older(standing.cursor, limit=batch)
        entries = _entries(vault, tx, texts, at)
        _note(tx, standing.made, standing.turn)
    cursor = (texts[0].at, texts[0].id) if texts else None
    vault.search_index.add_older(entries, made=standing.made, cursor=cursor, whole=len(texts) < batch)
    return True


def _note(tx: Transaction, made: str, turn: int) -> None:
    tx.meta.put(Meta.SEARCH, _spelled(made, turn, tx.meta.epoch()))


def _spelled(made: str, turn: int, life: int) -> str:
    return f"{made} {turn} {life}"


def _entries(vault: Vault, tx: Transaction, texts: Sequence[Text], at: int) -> list[Entry]:
    opened = _opened(vault, tx, texts, at)
    return [
        Entry(text.source, text.id, text.person, text.at, " ".join(words_of(opened[text.body].text)))
        for text in texts
        if opened.get(text.body, ERASED) is not ERASED
    ]


def _opened(vault: Vault, tx: Transaction, texts: Sequence[Text], at: int) -> Opened:
    reading = Reading(READER, Shown.INDEXING, at)
    try:
        return tx.readings.open(reading, [text.body for text in texts])
    except SealError:
        # One damaged value must not keep all that follow from being found; the check of the desk names it.
        return tx.readings.open(reading, [text.body for text in texts if _opens(vault, text)])


def _opens(vault: Vault, text: Text) -> bool:
    try:
        vault.prove(text.body)
    except (SealError, ErasedError):
        return False
    return True
